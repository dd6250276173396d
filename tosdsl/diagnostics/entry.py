"""One entry of the catalogue of diagnostic codes."""

from __future__ import annotations

import re

from attrs import frozen


@frozen
class Entry:
    """A code with its two sentences; ``warning`` if a policy or a use with it is still good; ``note``
    if it is also no more than worth a look."""

    code: str
    says: str
    mend: str
    warning: bool = False
    note: bool = False

    @property
    def title(self) -> str:
        """What the code says, whatever the words: the heading of its page."""
        return re.sub(r"\{\w+\}", "…", self.says).removesuffix(".")
