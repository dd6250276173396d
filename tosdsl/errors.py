"""What the library raises: what is wrong with policies, facts, decisions or receipts, as diagnostics.

Only the facade, what stands above it and what reads decisions back (``reread``) raise. Importing this
imports nothing: ``try`` and ``except`` around a question must cost no start-up time.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # not from typing: it takes longer to import than all of this
    from collections.abc import Mapping

    from tosdsl.diagnostics.model import Diagnostic


class TosdslError(Exception):
    """What is wrong with a policy, with facts or with a decision. ``diagnostics`` holds all of it."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], sources: Mapping[str, str]) -> None:
        from tosdsl.diagnostics.render import render_all  # only what is wrong needs to be worded

        self.diagnostics = diagnostics
        self.sources = sources
        super().__init__(render_all(diagnostics, sources))

    def __reduce__(self) -> tuple[type[TosdslError], tuple[object, ...]]:
        """Between processes it travels as what it was made of."""
        return type(self), (self.diagnostics, dict(self.sources))


class PolicyError(TosdslError):
    """The policies cannot be used."""


class FactError(TosdslError):
    """The facts do not fit the vocabulary."""


class DecisionError(TosdslError):
    """A written decision cannot be read back, or was written without what is asked of it."""


class ReceiptError(TosdslError):
    """A receipt cannot be read, was altered, or cannot be decided again."""


for _public in (TosdslError, PolicyError, FactError, DecisionError, ReceiptError):
    _public.__module__ = "tosdsl"  # a traceback names them as they are imported
