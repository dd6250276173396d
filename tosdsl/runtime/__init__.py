"""What generated code leans on while it runs. Imports the standard library, and little of it.

``tables``   verdicts of sections, as sets in the bits of a number
``checks``   whether a value can be taken as it is given
``findings`` the names that code of the core reads; it imports the operations of ``values``
"""
