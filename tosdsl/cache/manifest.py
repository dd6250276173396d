"""What a load read, and whether all of it is as it was.

Files count by their content, folders by their listing, what is installed by the entry points on the
path. In: the search of a load that is done. Out: plain data for the entry; later, from that, the texts
again, or None if anything has changed. Needs no attrs: an unchanged load imports nothing else.
"""

from __future__ import annotations

import os
import sys

from tosdsl.base.limits import MAX_FILE_BYTES, MAX_FILES
from tosdsl.library.digest import digest as digest_of
from tosdsl.library.listing import folder_files, neighbour_files, shipped_files
from tosdsl.library.reading import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing takes longer to import than a manifest to check
    from collections.abc import Collection, Iterable
    from typing import Any

    from tosdsl.library.search import Search

GROUP = b"tosdsl.policies"
_METADATA = (".dist-info", ".egg-info")


def made_of(search: Search, words: Iterable[str], given: Collection[str] = ()) -> dict[str, Any] | None:
    """What the search has read; None if that cannot be told for certain.

    ``given`` are texts that are in no file.
    """
    asked = [(word, _kind(word or ".")) for word in words]
    where = {file: str(source) for file, source in search.named.items() if file not in given}
    folders = [(word, _folder(word)) for word, kind in asked if kind == "folder"]
    named = {name for _, names in folders for name in names}
    if where.keys() != named | {_path(word) for word, kind in asked if kind == "file"}:
        return None  # something has changed since, or is named in another way than here
    around = None
    if search.looked_around:
        around = [(str(path), neighbour_files(str(path), MAX_FILES)) for path in search.paths]
        for _, names in around:
            where |= {name: name for name in names if name not in where}
    far = None
    if search.far is not None:
        far = _far(search)
        if far is None:
            return None
        for layer in search.far:
            where |= {file: str(path) for file, path in layer.sources.items() if file not in where}
    texts = []
    for file, digest in search.seen.items():
        if file in given:
            continue
        if digest is None or file not in where or not os.path.isfile(where[file]):
            return None
        texts.append((file, where[file], digest))
    return {"asked": asked, "folders": folders, "around": around, "far": far, "texts": texts}


def compared(said: dict[str, Any]) -> tuple[dict[str, bytes], list[str]] | None:
    """The texts as they are now, by file, and those files that are not as the manifest says.

    None if something else has changed: which files there are, what is installed.
    """
    try:
        if any(_kind(word or ".") != kind for word, kind in said["asked"]):
            return None
        if any(_folder(folder) != names for folder, names in said["folders"]):
            return None
        if any(neighbour_files(path, MAX_FILES) != names for path, names in said["around"] or ()):
            return None
        if said["far"] is not None and _far_again(said["far"]) != said["far"]:
            return None
        texts, edited = {}, []
        for file, path, digest in said["texts"]:
            raw = read_file(path, MAX_FILE_BYTES)
            texts[file] = raw
            if digest_of(raw) != digest:
                edited.append(file)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return texts, edited


def with_texts(said: dict[str, Any], texts: dict[str, bytes]) -> dict[str, Any]:
    """The manifest, with these texts in the place of those that it has."""
    now = [(file, path, digest_of(texts[file])) for file, path, _ in said["texts"]]
    return {**said, "texts": now}


def _kind(word: str) -> str:
    """How a word is taken: a folder, a file, or else an id."""
    try:
        return "folder" if os.path.isdir(word) else "file" if os.path.isfile(word) else "id"
    except ValueError:
        return "id"


def _folder(word: str) -> list[str]:
    """The policy files of a folder that is asked for, named as the search names them."""
    return folder_files(_path(word))


def _path(word: str) -> str:
    """A path without what says nothing; its ``..`` are kept, as what they leave may be a link."""
    parts = [part for part in word.split(os.sep) if part not in ("", ".")]
    root = os.sep if word.startswith(os.sep) else ""
    return root + os.sep.join(parts) or "."


# --- what is installed --------------------------------------------------------------------------------


def _far(search: Search) -> dict[str, Any] | None:
    """The entry points on the path, and the files of every layer; None if a finder of its own tells."""
    points = _points()
    if points is None or search.far is None:
        return None
    layers = [[(file, str(path)) for file, path in layer.sources.items()] for layer in search.far]
    if not points and layers != [list(shipped_files().items())]:
        return None
    return {"points": points, "layers": layers}


def _far_again(said: dict[str, Any]) -> dict[str, Any] | None:
    points = _points()
    if points != said["points"]:
        return None
    if not points:
        return {"points": points, "layers": [list(shipped_files().items())]}
    from tosdsl.library.files import installed  # packages offer policies: ask as a load would

    found = installed([])
    layers = [[(file, str(path)) for file, path in layer.sources.items()] for layer in found]
    return {"points": points, "layers": layers}


def _points() -> list[tuple[str, bytes]] | None:
    """Every file of entry points on the path that offers policies; None if it cannot be told.

    Where packages are looked for by a finder of its own, or in an archive, only the import system
    knows what there is.
    """
    for finder in sys.meta_path:
        if hasattr(finder, "find_distributions") and getattr(finder, "__name__", "") != "PathFinder":
            return None
    found: list[tuple[str, bytes]] = []
    for folder in sys.path:
        try:
            names = sorted(os.listdir(folder or "."))
        except NotADirectoryError:
            return None
        except OSError:
            continue
        for name in names:
            if name.endswith(".egg"):
                return None
            if name.endswith(_METADATA):
                file = os.path.join(folder, name, "entry_points.txt")
                raw = _content(file)
                if GROUP in raw:
                    found.append((file, raw))
    return found


def _content(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except OSError:
        return b""
