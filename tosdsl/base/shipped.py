"""Where the data is that comes with the program: in the wheel, or in the checkout that is installed."""

from __future__ import annotations

from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing it takes longer than to look for the files
    from importlib.resources.abc import Traversable

_PACKAGE = Path(__file__).parent.parent


def shipped(wheel: str, checkout: str) -> Traversable:
    """A file or a folder, by its place among the wheel's data and its place in the checkout."""
    for path in (_PACKAGE / "_shipped" / wheel, _PACKAGE.parent / checkout):
        if path.exists():
            return path
    from importlib.resources import (
        files,  # for a package that is not in files, such as one in an archive
    )

    return files("tosdsl") / "_shipped" / wheel
