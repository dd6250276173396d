"""The pages of the diagnostic codes: the example of a page, run as it is and as it is mended.

In: the blocks of one page. Out: what the program says of them. ``index`` is the page that lists the
others. What the blocks are called stands in the README beside this file.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import chdir, nullcontext
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from attrs import define, field, frozen

from tests.docs.blocks import ROOT, Block, blocks, patched
from tosdsl.diagnostics.catalogue import CATALOGUE, Entry
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.diagnostics.render import render_all
from tosdsl.facade import TosdslError, load
from tosdsl.library.files import heads_of
from tosdsl.lint.check import lint
from tosdsl.trees import zones

CODES = ROOT / "docs" / "codes"

PARTS = {"example", "says", "instead"}
"""The words of an info string that make a block a part of the page of a code."""

NAMES = {"tos": "terms.tos", "yaml": "use.yaml", "json": "use.json", "python": "program.py"}
"""The file that a block of a language becomes, unless the info string names one."""

LINT = "TOS7"
"""How the codes of what only the linter looks for begin."""

SHIPPED = "openai.business_terms"
"""Whose facts a facts document gives if the page has no policy."""

NOT_ALONE = {
    "TOS5004": "it says that a hundred other mistakes stand before it",
    "TOS5023": "it says that a hundred other warnings stand before it",
    "TOS5041": "each pair of versions that it is about has a warning of its own",
}
"""Codes that come after others, with the reason. All others come alone."""

_PRINTED = re.compile(r"^(?:(?:error|warning|note)\[| *! )(TOS\d{4})\b", re.MULTILINE)
"""Codes as diagnostics are printed, and as a decision names those of the limits that it met."""


@frozen
class Said:
    """What the program says of an example: the codes, and all of it as it is printed."""

    codes: tuple[str, ...]
    text: str = ""


@define
class Page:
    """One page as it is run. ``shell`` runs the commands of a block and gives the body it should have,
    and all that they print; ``problems`` are what no update mends."""

    code: str
    shell: Callable[[Block], tuple[str, str]]
    canonical: Callable[[str], None]
    problems: list[str] = field(factory=list)
    files: dict[str, str] = field(factory=dict)
    absent: str = ""
    said: Said | None = None

    def body(self, block: Block) -> str:
        """Run the block; the body that it should have."""
        if "says" in block.attributes:
            return (self.said or self._example()).text
        stage = "example" if "example" in block.attributes else "instead"
        if block.language == "sh":
            absent = block.attributes.get("without")
            # What is imported while it is patched is forgotten: some libraries bear no second time.
            with patch.dict(*_absence(absent)) if absent else nullcontext():
                body, printed = self.shell(block)
            self._hold(stage, Said(tuple(_PRINTED.findall(printed)), printed))
            return body
        name = block.attributes[stage] or NAMES.get(block.language, "")
        if stage == "example":
            self.files[name] = block.body
            self.absent = block.attributes.get("without", "")
            self.said = None
        else:
            name = name or next(iter(self.files))
            self.files[name] = _patched(self.files[name], block, self.problems)
            self._hold(stage, said_of(self.files, self.code))
        if name.endswith(".tos") and "unformatted" not in block.attributes:
            self.canonical(self.files[name])
        return block.body

    def _example(self) -> Said:
        with patch.dict(*_absence(self.absent)) if self.absent else nullcontext():
            self.said = said_of(self.files, self.code)
        self._hold("example", self.said)
        return self.said

    def _hold(self, stage: str, said: Said) -> None:
        """The example gets the code of the page and no other; what is mended gets none."""
        codes = set(said.codes)
        wanted = {self.code} if stage == "example" else set()
        held = wanted <= codes if wanted & NOT_ALONE.keys() else wanted == codes
        if not held:
            self.problems.append(f"{stage} says {sorted(codes)}:\n{said.text}")


def _absence(name: str) -> tuple[MutableMapping[str, Any], dict[str, Any]]:
    """What plays that a package, the program npm or the zone data is not installed."""
    if name == "zones":
        return vars(zones), {"names": frozenset, "zone_called": lambda name: None}
    return (os.environ, {"PATH": ""}) if name == "npm" else (sys.modules, {name: None})


def _patched(text: str, block: Block, problems: list[str]) -> str:
    """``-`` and unmarked lines, which stand in the text once and together, give way. A block that is no
    ``diff`` stands for the whole text."""
    if block.language != "diff":
        return block.body
    changed, old = patched(text, block)
    if text.count(old) != 1:
        problems.append(f"the example holds these lines {text.count(old)} times:\n{old}")
    return changed


def said_of(files: dict[str, str], code: str = "") -> Said:
    """What the program says of policies, of a use, or of what a Python program hands to it; for a page
    of what the linter finds, what that says.

    The files are written into an empty folder. A vocabulary alone is read with a policy that uses it,
    as nothing reads it otherwise.
    """
    with TemporaryDirectory() as folder, chdir(folder):
        for name, text in files.items():
            Path(name).write_text(text, encoding="utf-8")
        try:
            diagnostics, sources = _linted(files) if code.startswith(LINT) else _run(files)
        except TosdslError as error:
            diagnostics, sources = error.diagnostics, dict(error.sources)
    codes = tuple(each.code for each in diagnostics)
    return Said(codes, f"{render_all(diagnostics, sources)}\n" if diagnostics else "")


def _linted(files: dict[str, str]) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
    report = lint(*files)
    return tuple(each.problem for each in report.findings), dict(report.sources)


def _run(files: dict[str, str]) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
    programs = [text for name, text in files.items() if name.endswith(".py")]
    for program in programs:
        names: dict[str, Any] = {}
        exec(compile(program, "<program>", "exec"), names)
    if programs:
        return (), {}
    texts = [name for name in files if name.endswith((".tos", ".tos.md"))]
    heads = [head for name in texts for head in heads_of(files[name], name)]
    if heads and all(head.kind == "vocabulary" for head in heads):
        uses = "".join(f"\nuse {head.id}\n" for head in heads)
        Path("reads_it.tos").write_text(
            f"policy reads_it\n    default permit\n{uses}", encoding="utf-8"
        )
        texts.append("reads_it.tos")
    policies = load(SHIPPED if not texts else texts[0] if len(texts) == 1 else ".")
    found = policies.warnings
    sources = dict(policies.sources)
    for name in files.keys() - set(texts):
        found += policies.read_use(files[name], name)[1]
        sources[name] = files[name]
    return found, sources


# --- the pages among each other ----------------------------------------------------------------------


def code_of(text: str) -> str:
    """The code that a page is about, or nothing if the text is no such page."""
    match = re.match(r"# (TOS\d{4}): ", text)
    return match[1] if match else ""


def title(entry: Entry) -> str:
    """The first line of the page of a code."""
    return f"# {entry.code}: {entry.title}"


def titled(text: str) -> str:
    """The page with the title that the catalogue gives it."""
    code = code_of(text)
    _, rest = text.split("\n", 1)
    return f"{title(CATALOGUE[code])}\n{rest}" if code in CATALOGUE else text


def parts(text: str) -> list[str]:
    """What a page shows, in its order: ``example``, ``says``, ``instead``."""
    return [part for block in blocks(text) for part in block.attributes if part in PARTS]


_HEAD = """\
# The codes of mistakes

Every mistake that the program reports has a code, and every code a page: why it is a mistake, a text
that gets it, and what to write instead. `tosdsl explain TOS2006` prints the page of TOS2006.
The `…` stand for words of the text. A code, once released, keeps its meaning.

A warning keeps nothing from being used, and a note is no more than worth a look. Everything else is an
error: the policy is not used, or the use is not judged. The codes 7xxx are those of `tosdsl lint`, and
8xxx those of `tosdsl gate`.
"""

_HUNDREDS = {
    "1": "The text",
    "2": "Names and types",
    "3": "Provisions",
    "4": "Facts",
    "5": "Limits",
    "6": "The library and the command line",
    "7": "What a policy says and may not mean",
    "8": "Gates",
}


def index() -> str:
    """The page that lists all others, by thousands and hundreds."""
    return "".join(_index())


def _index() -> Iterator[str]:
    yield _HEAD
    for hundred, group in groupby(CATALOGUE.values(), lambda entry: entry.code[3:5]):
        yield f"\n## {hundred}xx {_HUNDREDS[hundred[0]]}\n\n"
        for entry in group:
            note = " (note)" if entry.note else " (warning)" if entry.warning else ""
            yield f"* [{entry.code}]({entry.code}.md): {entry.title}{note}\n"
