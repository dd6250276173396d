"""Mistakes: data while they travel, words only at the end.

``model``      a diagnostic: code, place, the words that fill its sentences
``catalogue``  the one list of codes, with what each says and how it is mended
``near``       "did you mean"; ``days`` what is wrong with a day
``render``     a diagnostic as text or JSON

Any pass may make a diagnostic, and fills in what is particular.
"""

from tosdsl.diagnostics.model import Diagnostic, Severity

__all__ = ["Diagnostic", "Severity"]
