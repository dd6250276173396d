"""What generated code leans on while it runs. Imports the standard library alone, and little of it.

``tables``   verdicts of sections, as sets in the bits of a number
``checks``   whether a value can be taken as it is given
"""
