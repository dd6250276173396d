"""The documents held to the program: see README.md in this folder."""
