"""Facts as a program gives them to typed values, compiled once for a vocabulary, in a few microseconds.

It takes what is right, in every form in which it may be written, and leaves what is wrong, or odd, to
the full reading, which finds the words. INVARIANT: what is taken here is what the full reading makes
of it, warnings included.
"""

from tosdsl.facts.typed.body import Bodies, Body
from tosdsl.facts.typed.reading import Typed

__all__ = ["Bodies", "Body", "Typed"]
