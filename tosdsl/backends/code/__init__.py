"""Python code as the siblings beside this generate it.

``nodes``   short names for making nodes of Python's own trees
``names``   what a generated module holds besides its functions
``leaves``  how one fact is tested, and how it is seen that its value can be taken
"""
