"""``tosdsl compare``: one use against every document that governs on its day."""

from __future__ import annotations

import argparse
import re

from tosdsl.asking import document_of
from tosdsl.base.visible import visible_lines
from tosdsl.cli.check import facts_text
from tosdsl.cli.terminal import OK, json_text, print_json, print_lines, print_text
from tosdsl.cli.written import write_report
from tosdsl.comparing.compare import Comparison, compared
from tosdsl.comparing.html import TITLE, page
from tosdsl.comparing.report import as_json, lines
from tosdsl.errors import FactError
from tosdsl.facade import load_documents
from tosdsl.library.files import discreet


def run(options: argparse.Namespace) -> int:
    """Print or write the comparison. There is no one verdict for a status to tell."""
    text, file = facts_text(options.facts)
    days = {each: getattr(options, each) for each in ("as_of", "known_at", "standard")}
    documents = load_documents(*options.policy)
    try:
        root, sources = document_of(text, file)
        found = compared(root, sources, documents, days)
    except FactError as error:
        raise FactError(tuple(discreet(file, list(error.diagnostics))), error.sources) from None
    if options.output is not None:
        write_report(options.output, _text(found, options.format), _REPORT)
    elif options.format == "json":
        print_json(as_json(found))
    elif options.format == "html":
        print_text(page(found))
    else:
        print_lines(lines(found))
    return OK


def _text(found: Comparison, format_: str) -> str:
    if format_ == "json":
        return f"{json_text(as_json(found))}\n"
    if format_ == "html":
        return visible_lines(page(found))
    return "".join(f"{line.plain}\n" for line in lines(found))


_REPORT = re.compile(
    r'\{\s*"schema": "tosdsl\.comparison/'
    rf"|<!doctype html>\n<html[^\n]*\n<meta[^\n]*\n<title>{TITLE}"
)
"""How a report begins; one of plain text begins with the use's own words, and is not written over."""
