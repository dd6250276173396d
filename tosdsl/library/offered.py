"""The entry points under which installed packages offer policies.

``importlib.metadata`` takes longer to import than a use takes to decide, and mostly finds none. So the
names of the group are looked for first, where it would look.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:  # see above
    from importlib.metadata import EntryPoint


def entry_points(group: str) -> Sequence[EntryPoint]:
    """Those of the group: what the function of this name in ``importlib.metadata`` gives."""
    if not _may_be_there(group.encode()):
        return ()
    from importlib import metadata  # see above

    return tuple(metadata.entry_points(group=group))


def _may_be_there(group: bytes) -> bool:
    """Whether there is an entry point of a group, or something in which only metadata can look."""
    if any(hasattr(each, "find_distributions") and each is not PathFinder for each in sys.meta_path):
        return True
    return any(_may_hold(folder or ".", group) for folder in sys.path)


def _may_hold(folder: str, group: bytes) -> bool:
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return False
    except OSError:  # an archive, say
        return True
    if folder.lower().endswith(".egg"):
        return True
    return any(
        _names(os.path.join(folder, name, "entry_points.txt"), group)
        for name in names
        if name.lower().endswith((".dist-info", ".egg-info"))
    )


def _names(file: str, group: bytes) -> bool:
    try:
        with open(file, "rb") as opened:
            return group in opened.read()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
