"""The Python interface as pages, from the sources and their docstrings, which griffe reads.

Nothing is imported for it. A docstring of this project is plain prose, and Markdown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import griffe

from tests.docs.blocks import ROOT
from website.navigation import Nav
from website.pages import Pages

HOME = "python"

CHAPTERS: dict[str, tuple[str, str, str]] = {
    "policies": ("Policies", "tosdsl", "load load_each loads PolicySet"),
    "decisions": (
        "Decisions",
        "tosdsl",
        "Verdict Decision Basis Defeated Condition Conflict Need Judgement Why Decider Measure "
        "OpenMeasure PolicyUsed Supplied Evidence Contested ReadingOutcome",
    ),
    "uses": ("Uses", "tosdsl", "Use Assertion Reading"),
    "receipts": ("Receipts", "tosdsl", "receipt Receipt replay Replay"),
    "tables": ("Tables and comparisons", "tosdsl", "audit compare Comparison"),
    "errors": (
        "Errors",
        "tosdsl",
        "TosdslError PolicyError FactError DecisionError ReceiptError Diagnostic Severity Span",
    ),
    "testing": ("Testing", "tosdsl.testing", "uses facts days"),
    "language": (
        "What editors ask",
        "tosdsl.language",
        "check occurrences describe expected edits known data outline tested everywhere",
    ),
    "limits": ("Limits", "tosdsl.base.limits", ""),
}
"""A page each: its title, the module whose names it shows, and these in their order."""

_COLUMNS = re.compile(r"(?:^``[^\n]+``(?:, ``\S+``)?  +[^\n]+\n?)+", re.MULTILINE)
"""Names that stand before what is said of each."""


def write(pages: Pages) -> Nav:
    """All pages. Returns their navigation."""
    package = griffe.load("tosdsl", search_paths=[str(ROOT)], submodules=True)
    nav: Nav = [f"{HOME}/index.md"]
    embedding = pages.link(f"{HOME}/index.md", "docs/embedding.md")
    lines = ["# The Python interface", "", _prose(package)]
    lines += [f"How to use it is told in [Embedding]({embedding}).", ""]
    for file, (title, module, names) in CHAPTERS.items():
        where = f"{HOME}/{file}.md"
        found = package[module.removeprefix("tosdsl.")] if module != "tosdsl" else package
        several = names.split() or [name for name in found.members if name.isupper()]
        pages.put(where, "\n".join(_page(title, module, found, several)) + "\n")
        nav.append({title: where})
        shown = ", ".join(f"[`{name}`]({file}.md#{_anchor(module, name)})" for name in several[:40])
        lines += [f"## [{title}]({file}.md)", "", shown, ""]
    pages.put(f"{HOME}/index.md", "\n".join(lines) + "\n")
    return nav


def _anchor(module: str, name: str) -> str:
    return f"{module}.{name}"


def _page(title: str, module: str, found: Any, names: list[str]) -> Iterator[str]:
    yield f"# {title}\n"
    if module != "tosdsl":
        yield f"`{module}`\n"
        yield _prose(found)
    for name in names:
        one = found[name]
        target = one.final_target if one.is_alias else one
        yield from _object(name, _anchor(module, name), target, 2)


def _object(name: str, anchor: str, found: Any, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{name}` {{ #{anchor} }}\n"
    match found.kind.value:
        case "class":
            yield from _class(anchor, found, level)
        case "function":
            yield from _signature(found)
            yield _prose(found)
        case "module":
            yield _prose(found)
            for inner, one in found.members.items():
                if one.is_alias or not one.is_public:
                    continue
                if one.is_class or (one.is_function and one.docstring is not None):
                    yield from _object(inner, f"{anchor}.{inner}", one, level + 1)
        case _:
            yield from _value(found)
            yield _prose(found)


def _class(anchor: str, found: Any, level: int) -> Iterator[str]:
    bases = ", ".join(str(each) for each in found.bases if not str(each).startswith("_"))
    yield _code(f"class {found.name}({bases})" if bases else f"class {found.name}")
    yield _prose(found)
    several = {
        name: one
        for name, one in found.members.items()
        if one.is_public and not one.is_alias and not name.startswith("_")
    }
    for name, one in several.items():
        if not one.is_function:
            yield _attribute(name, one, valued="Enum" in bases)
    yield ""
    for name, one in several.items():
        if one.is_function:
            yield from _object(name, f"{anchor}.{name}", one, level + 1)


def _attribute(name: str, one: Any, *, valued: bool) -> str:
    """A line of a list."""
    kind = f": `{one.annotation}`" if one.annotation is not None else ""
    value = f" = `{one.value}`" if valued and one.value is not None else ""
    text = " ".join(_prose(one).split())
    return f"* `{name}`{kind}{value}" + (f". {text}" if text else "")


def _signature(found: Any) -> Iterator[str]:
    for each in found.overloads or [found]:
        yield _code(f"def {each.signature()}")


def _value(found: Any) -> Iterator[str]:
    kind = f": {found.annotation}" if found.annotation is not None else ""
    yield _code(f"{found.name}{kind} = {found.value}")


def _code(text: str) -> str:
    return f"```{{.python}}\n{text}\n```\n"


def _prose(found: Any) -> str:
    """The docstring; what stands in columns becomes a list."""
    if found.docstring is None:
        return ""
    return _COLUMNS.sub(_columns, found.docstring.value) + "\n"


def _columns(match: re.Match[str]) -> str:
    rows = (re.split(r"(?<=``)  +", line, maxsplit=1) for line in match[0].rstrip("\n").split("\n"))
    return "".join(f"* {name}: {text}\n" for name, text in rows)
