"""Formulas worked with: under construction, with something known, and by what they need.

``space``   parts, each once; what is left of one when a test has come out
``index``   the values that facts must have for a formula to be anything but false
"""
