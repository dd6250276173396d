"""Where policies come from: what is named, its neighbours, installed packages, the shipped library.

``files``     texts, and what each declares, without parsing
``literate``  the policy text in the fenced blocks of a Markdown file
``git``       texts as a revision of git has them
``search``    which file declares a name, nearest first
"""
