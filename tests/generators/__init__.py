"""Hypothesis strategies of our own tests: the one home of everything that they generate.

``surface``     any tree that a text can be read as; it need not make sense
``conditions``  vocabularies, and well-typed conditions over them
``terms``       the values that conditions compare: constants, arithmetic, calls, sums over lists
``policies``    libraries that pass elaboration: a vocabulary, and policies that lean on it
``themes``      policies of one clause that lean on one construct
``thresholds``  texts of policies whose conditions change between neighbouring values
``interpreting``  libraries in which a fact has become how a text is read
``presuming``   the same libraries with presumptions and burdens put in
``drawing``     one of several, by strategies that are made once
``facts``       descriptions of uses, with unknowns, near the constants of the conditions

What users of the package draw from is ``tosdsl.testing``.
"""

from tests.generators.facts import facts_for, leaf_values, spoilt_facts
from tests.generators.interpreting import could_be_read, with_interpretations
from tests.generators.policies import libraries
from tests.generators.presuming import with_presumptions
from tests.generators.surface import names, small_files, surface_files

__all__ = [
    "could_be_read",
    "facts_for",
    "leaf_values",
    "libraries",
    "names",
    "small_files",
    "spoilt_facts",
    "surface_files",
    "with_interpretations",
    "with_presumptions",
]
