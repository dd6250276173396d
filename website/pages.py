"""The pages of the checkout as pages of the site: the book, and what it leads to.

A page of the checkout that is linked is a page of the site, and so is a file; nothing leads out of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import define, field

from tests.docs.blocks import ROOT
from website.examples import Example, examples
from website.markdown import fitted

FIRST = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")
"""Pages that are there whether or not something leads to them, besides the book."""

_PLACES = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "project/architecture.md",
    "CHANGELOG.md": "project/changes.md",
    "docs/adr": "project/decisions/index.md",
}
_PICTURES = (".png", ".svg")
_AWAY = re.compile(r"^[a-z][a-z+.-]*:|^#")
_LANGUAGES = {".py": "python", ".yaml": "yaml", ".json": "json", ".toml": "toml", ".tos": "tos"}


def place(source: str) -> str:
    """Where something of the checkout stands in the site."""
    if source in _PLACES:
        return _PLACES[source]
    if source.startswith("docs/adr/"):
        return f"project/decisions/{source.removeprefix('docs/adr/')}"
    if source.startswith("docs/") and source.endswith((".md", *_PICTURES)):
        return f"book/{source.removeprefix('docs/')}"
    if (ROOT / source).is_dir():
        return f"project/files/{source}/index.md"
    return f"project/files/{source}" + ("" if source.endswith((".md", *_PICTURES)) else ".md")


def up(where: str) -> str:
    """From the file of a page to the root of the site. zensical makes addresses of it."""
    return "../" * where.count("/") or "./"


def address(source: str) -> str:
    """Where a page of the checkout stands below the root of the built site."""
    where = place(source).removesuffix(".md")
    folder, _, last = where.rpartition("/")
    inner = folder if last in ("index", "README") else where
    return f"{inner}/" if inner else ""


@define
class Pages:
    """Pages as they are written. ``tried`` are all examples, by their page."""

    folder: Path
    tried: list[Example] = field(factory=list)
    _waiting: list[str] = field(factory=list)
    _done: set[str] = field(factory=set)

    def write(self) -> None:
        """Every page of the checkout that belongs to the site, or was linked so far."""
        book = sorted(each.relative_to(ROOT).as_posix() for each in (ROOT / "docs").rglob("*.md"))
        self._waiting += [*FIRST, *book, "docs/adr"]
        while self._waiting:
            source = self._waiting.pop(0)
            if source not in self._done:
                self._done.add(source)
                self._one(source)

    def put(self, where: str, text: str) -> None:
        """A page of the site, by its place."""
        target = self.folder / where
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def link(self, where: str, source: str) -> str:
        """From a page of the site to something of the checkout, which becomes a page with ``write``."""
        self._waiting.append(source)
        return os.path.relpath(place(source), os.path.dirname(where) or ".")

    def _one(self, source: str) -> None:
        path, where = ROOT / source, place(source)
        if path.is_dir():
            self.put(where, f"{_aside(where)}{self._listing(source)}")
        elif source.endswith(_PICTURES):
            target = self.folder / where
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        elif source.endswith(".md"):
            page = self._page(source, path.read_text(encoding="utf-8"))
            self.put(where, f"{_aside(where)}{page}")
        else:
            language = _LANGUAGES.get(path.suffix, "text")
            body = path.read_text(encoding="utf-8").rstrip("\n")
            text = f"# {source}\n\n``````{{.{language}}}\n{body}\n``````\n"
            self.put(where, f"{_aside(where)}{text}")

    def _page(self, source: str, text: str) -> str:
        info: dict[int, str] = {}
        for block, several in examples(source, text):
            self.tried += several
            info[block.line] = _info(block.language, block.attributes, several, up(place(source)))

        def link(target: str) -> str:
            return self._link(source, target)

        made = fitted(text, info, link)
        return _welcomed(made) if source == "README.md" else made

    def _link(self, source: str, target: str) -> str:
        """The target as the site has it; what it leads to becomes a page."""
        if _AWAY.match(target):
            return target
        name, _, anchor = target.partition("#")
        found = os.path.normpath(os.path.join(os.path.dirname(source), name))
        if (ROOT / found / "README.md").is_file():
            found = f"{found}/README.md"
        away = self.link(place(source), found)
        return f"{away}#{anchor}" if anchor else away

    def _listing(self, source: str) -> str:
        """A folder: its pages by their titles, and its files."""
        lines = [f"# {'Decisions' if source == 'docs/adr' else source}", ""]
        for each in sorted((ROOT / source).iterdir()):
            if each.is_file():
                name = f"{source}/{each.name}"
                title = title_of(each) if each.suffix == ".md" else each.name
                lines.append(f"* [{title}]({self._link(f'{source}/index.md', each.name)})")
                self._waiting.append(name)
        return "\n".join(lines) + "\n"


def title_of(page: Path) -> str:
    """The first heading of a page."""
    return page.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")


def _aside(where: str) -> str:
    """The head of a page that is there because something leads to it: search does not."""
    return "---\nsearch:\n  exclude: true\n---\n\n" if where.startswith("project/files/") else ""


def _welcomed(readme: str) -> str:
    """The first page of the site: the head of the README, with the ways in."""
    _, about, rest = readme.split("\n\n", 2)
    ways = (
        ("book/tutorial/first-clause.md", "Your first clause, in ten minutes"),
        ("library/index.md", "Read real terms"),
        ("book/index.md", "The book"),
    )
    links = " ".join(f"[{words}]({page}){{ .try }}" for page, words in ways)
    studio = '<a class="try" href="./studio/index.html">Open the studio</a>'
    return (
        '<div class="hero" markdown="1">\n\n# Terms of service as code\n\n'
        f"{about}\n\n{links} {studio}\n{{ .tries }}\n\n</div>\n\n{rest}"
    )


def _info(language: str, says: Mapping[str, str], several: Iterable[Example], root: str) -> str:
    """The info string of a block, as Python-Markdown reads one."""
    words = [f".{language or 'text'}"]
    name = next(
        (says[key] for key in ("file", "append", "excerpt", "example", "under") if says.get(key)), ""
    )
    if name:
        words.append(f'file="{name}"')
    links = " ".join(f"{root}studio/{each.fragment}" for each in several)
    if links:
        words.append(f'try="{links}"')
    return f" {{{' '.join(words)}}}"
