"""One entry of the catalogue of diagnostic codes."""

from __future__ import annotations

import re

from attrs import frozen


@frozen
class Entry:
    """What a code says, how it is mended, and whether it is only a warning."""

    code: str
    says: str
    mend: str
    warning: bool = False

    @property
    def title(self) -> str:
        """What the code says, whatever the words: the heading of its page."""
        return re.sub(r"\{\w+\}", "…", self.says).removesuffix(".")
