"""The bytes of a use: decoded by types, and made a number of by generated code."""
