"""placeholder"""
def page(audit): return ""
