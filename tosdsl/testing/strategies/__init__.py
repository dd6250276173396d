"""Hypothesis strategies: the one home of everything that is generated.

``surface``   any tree that a text can be read as; it need not make sense
``policies``  libraries that pass elaboration: one vocabulary, and policies that lean on it
``facts``     descriptions of uses, with unknowns, near the constants that ``policies`` compares with
"""

from tosdsl.testing.strategies.surface import names, surface_files

__all__ = ["names", "surface_files"]
