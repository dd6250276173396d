"""Testing policies, and programs that ask them.

``uses``    a Hypothesis strategy of facts for given policies, near what their clauses ask for
``facts``   the same for a vocabulary alone
``days``    a strategy of the days on which the answer can change

These three import Hypothesis when they are called: ``pip install 'tosdsl[testing]'``.

``collect``     paths and ids to tests: scenarios, and tables of cases
``runner``      runs tests, in several processes if there are many
``text``, ``reports``   the results as lines; as JSON, JUnit XML and annotations
``plugin``      what pytest loads
``strategies``  Hypothesis strategies for uses (imports hypothesis)
"""

from __future__ import annotations

TYPE_CHECKING = False
if (
    TYPE_CHECKING
):  # pytest imports this package at its start: nothing is imported that is not needed then
    from pathlib import Path
    from types import ModuleType

    from tosdsl.facade import PolicySet
    from tosdsl.testing.strategies.uses import Days, Facts
    from tosdsl.trees.vocabulary import Vocabulary

__all__ = ["days", "facts", "uses"]


def uses(policies: PolicySet | str | Path) -> Facts:
    """Facts that ``policies.decide`` takes, as a Hypothesis strategy of mappings by dotted names.

    ``policies`` is what ``load`` gives or takes. What a mapping lacks is unknown. A draw aims at one of
    the clauses and exceptions, with values at the edges of what they compare with; about half of what
    that leaves open is unknown. Raises PolicyError; TosdslError if Hypothesis is not installed.
    """
    made: Facts = _strategies().uses(_loaded(policies))
    return made


def facts(vocabulary: Vocabulary | PolicySet) -> Facts:
    """Facts that fit a vocabulary, or that of policies, whatever clauses make of them.

    Raises TosdslError if Hypothesis is not installed.
    """
    made: Facts = _strategies().facts(getattr(vocabulary, "vocabulary", vocabulary))
    return made


def days(policies: PolicySet | str | Path) -> Days:
    """Days for ``as_of`` and ``known_at``: edges of versions, the days beside them, and None."""
    made: Days = _strategies().days(_loaded(policies))
    return made


def _loaded(policies: PolicySet | str | Path) -> PolicySet:
    from tosdsl.facade import PolicySet, load

    return policies if isinstance(policies, PolicySet) else load(policies)


def _strategies() -> ModuleType:
    try:
        from tosdsl.testing.strategies import uses as module
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        from tosdsl.diagnostics.model import mistake
        from tosdsl.errors import TosdslError

        words = {"what": "Drawing uses", "package": "hypothesis", "extra": "testing"}
        raise TosdslError((mistake("TOS6007", None, None, **words),), {}) from None
    return module
