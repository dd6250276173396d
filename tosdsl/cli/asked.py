"""What a command is asked about: files, folders and ids, or one clause or section behind a ``#``."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tosdsl.facade import PolicySet, load


def parted(names: Sequence[str]) -> tuple[list[str], str | None]:
    """The names to load, and the part that is asked about: that of the last name that has one. A file
    may have a ``#`` in its name."""
    where, part = [], None
    for each in names:
        name, hash_, clause = each.partition("#")
        if hash_ and not os.path.lexists(each):
            part = clause
            where.append(name)
        else:
            where.append(each)
    return where, part


def asked(names: Sequence[str]) -> PolicySet:
    """The policies, or the one part of them that is asked about. Raises PolicyError."""
    where, part = parted(names)
    policies = load(*where)
    return policies if part is None else policies.about(part)
