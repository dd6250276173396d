"""The site: the book, the library and the Python interface as static pages, the studio beside them.

``python -m website FOLDER`` builds it. It is made from a checkout, and is no part of the wheel.
"""
