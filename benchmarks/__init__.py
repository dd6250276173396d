"""Measurements: what the program costs, on policies that are generated to be large."""
