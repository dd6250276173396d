"""Doors: each puts a request of its protocol to the gate, and words the outcome in it.

One file for each. None of them decides. What a door cannot make sense of, it refuses.
"""
