"""One phrase that is said otherwise than here: the row of a table."""

from __future__ import annotations

import re

from attrs import frozen

NAME = r"[A-Za-z_]\w*"
PATH = rf"{NAME}(?:\.{NAME})*"


@frozen
class Phrase:
    """``bad`` in the pattern is what is wrong; unless ``new`` is given, nothing is put in its place.
    ``under``: it is so only below a line that begins with this. ``narrows``: it says on which condition
    alone something holds, which a proviso of a permission does not say where all else is permitted.

    Both ``new`` and ``instead`` may hold groups of the pattern, as ``\\g<name>``.
    """

    pattern: re.Pattern[str]
    instead: str
    new: str = ""
    under: str = ""
    narrows: bool = False
