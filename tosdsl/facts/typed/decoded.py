"""JSON by RFC 8259, decoded: by msgspec where it is installed, elsewhere by the standard library."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from json import JSONDecoder
from typing import Any

from attrs import frozen

from tosdsl.base import limits
from tosdsl.runtime.checks import Odd

_EXPONENT = 4
"""Digits of an exponent with which a number can be within its limit."""


@frozen
class Json:
    """What decodes JSON by RFC 8259: whole numbers as int, others as Decimal.

    ``decode`` raises ValueError if it is none, and Odd if a name stands twice. If there is ``encode``,
    it keeps the last of two: what it has decoded is then written out again, and the names are counted.
    """

    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes] | None = None


def with_msgspec() -> Json | None:
    """By msgspec; None where it is not installed."""
    try:
        import msgspec
    except ImportError:
        return None
    return Json(msgspec.json.Decoder(float_hook=_decimal).decode, msgspec.json.encode)


def by_standard_library(data: bytes) -> Any:
    """What JSON says. Raises Odd if a name stands twice, and ValueError if it is no JSON."""
    return STRICT.decode(data.decode())


def _decimal(text: str) -> Decimal:
    """A number with a point or an exponent; raises Odd if it is long, or is made so."""
    if len(text) > limits.MAX_DIGITS:
        mantissa = text.lower().partition("e")[0]
        if sum(each.isdigit() for each in mantissa) > limits.MAX_DIGITS:
            raise Odd
    if len(text) > _EXPONENT and len(text.lower().partition("e")[2].lstrip("+-0")) > _EXPONENT:
        raise Odd
    return Decimal(text)


def _whole(text: str) -> int:
    if len(text) > limits.MAX_DIGITS + 1:
        raise Odd
    return int(text)


def _never(word: str) -> None:
    """What Python takes for a number of JSON, and JSON does not."""
    raise Odd


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; raises Odd if a key stands in it twice."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Odd
    return made


STRICT = JSONDecoder(
    object_pairs_hook=_once, parse_float=_decimal, parse_int=_whole, parse_constant=_never
)

"""Decodes JSON by RFC 8259. Raises Odd if a name stands twice, or a number is long."""

STANDARD = Json(by_standard_library)
"""By the standard library."""
