"""The verdict: apart from the rest of a decision, as a caller in a hurry needs nothing but this."""

from enum import Enum


class Verdict(Enum):
    """What the documents say of a use."""

    PERMITTED = "permitted"
    FORBIDDEN = "forbidden"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"

    def __bool__(self) -> bool:
        """``if verdict:`` would let everything pass."""
        raise TypeError("a verdict is neither true nor false: compare it, `is Verdict.PERMITTED`")
