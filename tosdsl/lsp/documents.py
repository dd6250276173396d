"""Open texts, and the names under which the program knows them.

A text of a file is known by the file's path, so that it is in the place of the file for whoever reads
it. Any other text is known by its URI.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from attrs import define, evolve, field, frozen
from pygls.uris import from_fs_path, to_fs_path

from tosdsl.lsp.texts import UTF_16, Text


@frozen
class View:
    """All open texts as they were at one moment, by name. ``number`` is another after each change of
    a text or of a file; ``folders`` are the paths of what is open as a whole."""

    texts: Mapping[str, Text] = field(factory=dict)
    folders: tuple[str, ...] = ()
    number: int = 0
    encoding: str = UTF_16

    def plain(self) -> dict[str, str]:
        """The texts as the program takes them."""
        return {name: each.text for name, each in self.texts.items()}


@define
class Documents:
    """``view`` is replaced after each change, and never changed itself."""

    view: View = field(factory=View)
    uris: dict[str, str] = field(factory=dict)
    """The URIs of open texts as the editor writes them, by name."""
    versions: dict[str, int | None] = field(factory=dict)

    def begin(self, folders: tuple[str, ...], encoding: str) -> None:
        """What was agreed on at the start."""
        self.view = evolve(self.view, folders=folders, encoding=encoding)

    def put(self, uri: str, version: int | None, raw: str) -> str:
        """A text was opened or has changed. Its name."""
        name = name_of(uri)
        self.uris[name] = uri
        self.versions[name] = version
        self._replace({**self.view.texts, name: Text(raw, self.view.encoding)})
        return name

    def close(self, uri: str) -> str:
        """A text was closed: its file counts again. Its name."""
        name = name_of(uri)
        self.uris.pop(name, None)
        self.versions.pop(name, None)
        self._replace({key: each for key, each in self.view.texts.items() if key != name})
        return name

    def touched(self) -> None:
        """Files may have changed."""
        self._replace(self.view.texts)

    def folders_changed(self, folders: tuple[str, ...]) -> None:
        """Other folders are open as a whole."""
        self.view = evolve(self.view, folders=folders, number=self.view.number + 1)

    def _replace(self, texts: Mapping[str, Text]) -> None:
        self.view = evolve(self.view, texts=texts, number=self.view.number + 1)

    def uri(self, path: str) -> str:
        """The URI of a path or another name."""
        return self.uris.get(path) or uri_of(path)


def name_of(uri: str) -> str:
    """The path of a file's URI, or the URI."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return os.path.abspath(path) if path else uri


def uri_of(path: str) -> str:
    """The URI of a path; what is none stays what it is."""
    return (from_fs_path(path) or path) if os.path.isabs(path) else path
