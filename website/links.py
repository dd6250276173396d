"""Links of a built site that lead nowhere, and anchors that no page has."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from attrs import frozen

_STUDIO = "studio"
"""Built apart, and perhaps not there: what stands behind ``#`` is its own."""

_TAG = re.compile(r"""<([a-z]\w*)((?:\s(?:[^"'>]|"[^"]*"|'[^']*')*)?)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(id|href|src)=["']?([^"'\s>]*)""")
_REFERENCES = {"a": "href", "link": "href", "img": "src", "script": "src"}


@frozen
class Broken:
    """A link of a page, and what is wrong with it."""

    page: str
    target: str
    why: str


@frozen
class _Page:
    links: tuple[str, ...]
    anchors: frozenset[str]


def _read(html: str) -> _Page:
    """The links and anchors of a page that zensical wrote."""
    links, anchors = dict[str, None](), {"", "__skip"}
    for tag in _TAG.finditer(html):
        for name, value in _ATTRIBUTE.findall(tag[2]):
            if name == "id":
                anchors.add(unescape(value))
            elif name == _REFERENCES.get(tag[1]):
                links[unescape(value)] = None
    return _Page(tuple(links), frozenset(anchors))


def broken(site: Path) -> Iterator[Broken]:
    """What is wrong with the links of a site to its own pages and files."""
    pages: dict[str, _Page] = {}
    for file in sorted(site.rglob("*.html")):
        name = file.relative_to(site).as_posix()
        if name.split("/")[0] != _STUDIO:
            pages[name] = _read(file.read_text(encoding="utf-8"))
    for name, page in pages.items():
        for link in page.links:
            why = _wrong(site, pages, name, link)
            if why is not None:
                yield Broken(name, link, why)


def _wrong(site: Path, pages: dict[str, _Page], name: str, link: str) -> str | None:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    if name == "404.html" and parts.path.startswith("/"):
        path = parts.path[1:]
    elif parts.path.startswith("/"):
        return "it leads to the root of whatever server shows the site"
    else:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
    if not parts.path:
        path = name
    elif parts.path.endswith("/") or path in ("", "."):
        path = posixpath.normpath(posixpath.join(path, "index.html"))
    if path.split("/")[0] == _STUDIO:
        return None if path == f"{_STUDIO}/index.html" else "the studio is one page"
    if path.startswith(".."):
        return "it leads out of the site"
    if path not in pages:
        return None if (site / path).is_file() else "there is no such file"
    if unquote(parts.fragment) not in pages[path].anchors:
        return "that page has no such anchor"
    return None
