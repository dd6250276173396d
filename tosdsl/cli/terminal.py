"""Output: results to standard output, everything else to standard error; colour on a terminal only."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from tosdsl.decision.text import Line
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.diagnostics.render import as_json, render

OK, WRONG, USAGE, FORBIDDEN, UNDETERMINED = range(5)
"""Exit statuses."""

_STYLES = {
    "permitted": "bold green",
    "forbidden": "bold red",
    "undetermined": "bold yellow",
    "not_applicable": "bold blue",
    "true": "green",
    "false": "red",
    "unknown": "yellow",
    "clause": "bold",
    "title": "bold underline",
    "document": "bold",
    "use": "bold",
    "note": "dim",
    "path": "cyan",
    "prohibition-true": "red",
    "prohibition-false": "green",
    "prohibition-unknown": "yellow",
    "permission-true": "green",
    "permission-false": "dim",
    "permission-unknown": "yellow",
    "exception-true": "green",
    "exception-false": "dim",
    "exception-unknown": "yellow",
    "section-true": "",
    "section-false": "dim",
    "section-unknown": "yellow",
    "good": "bold green",
    "bad": "bold red",
}


def print_lines(lines: Iterable[Line]) -> None:
    """Styled on a terminal, plain elsewhere."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        try:
            from rich.console import Console
            from rich.text import Text
        except ImportError:
            pass
        else:
            console = Console(highlight=False)
            for line in lines:
                console.print(Text.assemble(*((text, _STYLES.get(style, "")) for text, style in line.parts)))
            return
    for line in lines:
        print(line.plain)


def print_json(data: Mapping[str, Any]) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))


def print_diagnostics(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, as_data: bool = False
) -> None:
    """To standard error as text; as one JSON document on standard output if ``as_data``."""
    several = list(diagnostics)
    if as_data:
        data = [as_json(each) for each in several]
        print_json({"schema": "tosdsl.diagnostics/1", "diagnostics": data})
        return
    for index, each in enumerate(several):
        print(("\n" if index else "") + _coloured(render(each, sources)), file=sys.stderr)


def _coloured(text: str) -> str:
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    head, _, rest = text.partition("\n")
    colour = "31" if head.startswith("error") else "33"
    word, _, place = head.partition(" ")
    return f"\x1b[1;{colour}m{word}\x1b[0m {place}\n{rest}"
