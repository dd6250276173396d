"""Where policies come from: what is named, its neighbours, installed packages, the shipped library.

``files``   texts, and what each declares, without parsing
``search``  which file declares a name, nearest first
"""
