"""Which policy files there are: at or below a folder, around a file, in the shipped library.

Names of files as texts, in the order in which they are read; nothing is opened. Whoever looks whether
a listing is still what it was asks the same functions, without importing more than ``os``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from posixpath import basename, dirname

SUFFIXES = (".tos", ".tos.md")

NAMES = "names.txt"
"""The list of what the shipped library declares: a kind, an id and a file a line."""

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What is in a folder and not hidden; nothing, if it cannot be read."""
    try:
        with os.scandir(folder or ".") as found:
            return [each for each in found if not each.name.startswith(".")]
    except OSError:
        return []


def _below(above: str, name: str) -> str:
    return os.path.join(above, name) if above != "." else name


def _policies(folder: str) -> list[str]:
    """What is called like a policy file, in a folder."""
    return [_below(folder, each.name) for each in _entries(folder) if each.name.endswith(SUFFIXES)]


def _in_order(files: list[str]) -> list[str]:
    return sorted(files, key=lambda file: file.split(os.sep))


def folder_files(folder: str) -> list[str]:
    """Every policy file at or below a folder. Hidden ones and linked folders are left out.

    What is called like a policy file and can be none, such as a link that leads nowhere, is listed too:
    a folder that is asked for is never judged without a word by a part of it.
    """
    found: list[str] = []
    todo = [folder]
    while todo:
        above = todo.pop()
        for entry in _entries(above):
            if entry.is_dir(follow_symlinks=False):
                todo.append(_below(above, entry.name))
            elif entry.name.endswith(SUFFIXES) and not entry.is_dir():
                found.append(_below(above, entry.name))
    return _in_order(found)


def neighbour_files(file: str, most: int) -> list[str]:
    """The policy files around one: its folder, those above it as long as they hold policy files, and
    the folders right below these; of each folder no more than ``most``."""
    here = os.path.dirname(file) or "."
    around = [here]
    while (above := os.path.dirname(here) or ".") != here and _policies(above):
        here = above
        around.append(here)
    found: dict[str, None] = {}
    for each in around:
        beside = _policies(each)
        for entry in _entries(each):
            if entry.is_dir():
                beside += _policies(_below(each, entry.name))
        found |= dict.fromkeys(name for name in _in_order(beside)[:most] if os.path.isfile(name))
    return list(found)


def is_hidden(path: str) -> bool:
    """Whether a file, or a folder in which it is, is called as hidden ones are; slashes between."""
    return any(part.startswith(".") for part in path.split("/"))


def neighbours_in(files: Iterable[str], folder: str) -> list[str]:
    """The same of paths that are known, with slashes between, around a file in a folder of them."""
    by_folder: dict[str, list[str]] = {}
    for each in files:
        if not basename(each).startswith("."):
            by_folder.setdefault(dirname(each), []).append(each)
    around = [folder]
    while folder and (folder := dirname(folder)) in by_folder:
        around.append(folder)
    return [
        each
        for at, inside in by_folder.items()
        for each in inside
        if at in around or (at and dirname(at) in around and not basename(at).startswith("."))
    ]


def shipped_folder() -> str:
    """The library's folder: in the wheel, or in the checkout of an editable install."""
    inside = os.path.join(_PACKAGE, "_shipped", "policies")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(_PACKAGE), "policies")


def shipped_files() -> dict[str, str]:
    """Every policy file of the shipped library: where it is, by the name to show for it."""
    found: dict[str, str] = {}
    _shipped(shipped_folder(), "tosdsl", found)
    return found


def shipped_names() -> dict[tuple[str, str], list[str]] | None:
    """The files of the shipped library that declare a unit, by its kind and id; None if the library has
    no list of them. Reading it takes a hundredth of the time that looking into every file takes."""
    found: dict[tuple[str, str], list[str]] = {}
    try:
        with open(os.path.join(shipped_folder(), NAMES), encoding="utf-8") as stream:
            for line in stream:
                kind, id_, file = line.split()
                found.setdefault((kind, id_), []).append(f"tosdsl/{file}")
    except (OSError, ValueError):
        return None
    return found


def _shipped(folder: str, prefix: str, found: dict[str, str]) -> None:
    for entry in sorted(_entries(folder), key=lambda each: each.name):
        if entry.is_dir():
            _shipped(entry.path, f"{prefix}/{entry.name}", found)
        elif entry.name.endswith(SUFFIXES):
            found[f"{prefix}/{entry.name}"] = entry.path
