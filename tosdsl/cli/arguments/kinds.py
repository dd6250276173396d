"""What an argument may be: from its text to its value, or argparse's error."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where it is needed
    from datetime import date

AS_OF = "the day of the use, or its moment with the zone"

KNOWN_AT = "the day up to which the asker could read, or the moment"


def parquet(text: str) -> str:
    if not text.lower().endswith(".parquet"):
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .parquet")
    return text


def parquet_or_csv(text: str) -> str:
    if not text.lower().endswith((".parquet", ".csv")):
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .parquet or .csv")
    return text


def jobs(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= 256:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes")


def port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port, a number from 1 to 65535")


def day(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        from tosdsl.diagnostics.days import written_right

        raise argparse.ArgumentTypeError(f"{text!r} is not a date. {written_right(text)}") from None


def day_or_moment(text: str) -> date:
    """A day, or a moment with its zone: ``2024-01-31T10:00Z``."""
    from tosdsl.trees.moments import Moment
    from tosdsl.trees.quantities import instant_or_why, is_instant

    if not is_instant(text):
        return day(text)
    moment = instant_or_why(text)
    if moment is not None and not isinstance(moment, Moment):
        from tosdsl.base.span import NOWHERE
        from tosdsl.diagnostics.zones import misread_in_zone

        words = (moment.zone, moment.clock, moment.instead, moment.near)
        wrong = misread_in_zone(moment.reason, NOWHERE, *words)
        raise argparse.ArgumentTypeError(f"{wrong.message} {wrong.mend}")
    if moment is None:
        from tosdsl.diagnostics.days import written_right

        raise argparse.ArgumentTypeError(f"{text!r} is not a moment. {written_right(text)}")
    return moment


def percent(text: str) -> float:
    if not text.isdecimal() or int(text) > 100:  # a percentage
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 100")
    return float(text)


def count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def rename(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise argparse.ArgumentTypeError(f"{text!r} is not OLD=NEW, two names of a fact")
    return old.strip(), new.strip()


def kinds(text: str) -> list[str]:
    """Kinds of changes; hyphens may stand for spaces."""
    from tosdsl.analysis.changes import KINDS
    from tosdsl.diagnostics.near import nearest

    found = [each.strip().replace("-", " ") for each in text.split(",")]
    for each in found:
        if each not in KINDS:
            near = " or ".join(kind.replace(" ", "-") for kind in nearest(each, KINDS))
            known = ", ".join(kind.replace(" ", "-") for kind in KINDS)
            hint = f"did you mean {near}?" if near else f"there are {known}"
            raise argparse.ArgumentTypeError(f"there is no kind {each!r}; {hint}")
    return found


def code(text: str) -> str:
    """A code of the catalogue; the letters may be small or left out."""
    from tosdsl.diagnostics.catalogue import CATALOGUE
    from tosdsl.diagnostics.near import nearest

    code = text.upper()
    if code.isdecimal():
        code = f"TOS{code}"
    if code in CATALOGUE:
        return code
    near = " or ".join(nearest(code, CATALOGUE))
    hint = f"did you mean {near}?" if near else "`tosdsl explain` lists all codes"
    raise argparse.ArgumentTypeError(f"there is no code {text!r}; {hint}")
