"""``tosdsl policies``: the documents that can be asked for by their ids."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from tosdsl.cli.terminal import OK, print_json, print_line
from tosdsl.library.files import Head
from tosdsl.library.search import Search
from tosdsl.syntax.parser import parse
from tosdsl.trees import surface as s


def run(options: argparse.Namespace) -> int:
    """Print the id of each document that is installed, with the number of clauses that the newest
    version restates, and all its versions, the newest last."""
    search = Search()
    found = {id_: search.heads("policy", id_) for id_ in search.ids("policy")}
    counts = {id_: _clauses(search, several[-1]) for id_, several in found.items()}
    versions = {
        id_: [each for each in dict.fromkeys(head.version for head in several) if each]
        for id_, several in found.items()
    }
    if options.format == "json":
        listed = [
            {"id": id_, "clauses": counts[id_], "versions": [head.version for head in several]}
            for id_, several in found.items()
        ]
        print_json({"policies": listed})
        return OK
    widest = max(map(len, found), default=0)
    for id_, several in versions.items():
        count = f"{counts[id_]:>3} {'clause ' if counts[id_] == 1 else 'clauses'}"
        print_line(f"{id_:{widest}}  {count}  {', '.join(several)}".rstrip())
    return OK


def _clauses(search: Search, head: Head) -> int:
    """How many clauses the text of a document has; as many as can be read, if it has mistakes."""
    try:
        text = search.source(head.file).read_bytes().decode("utf-8", "replace")
    except OSError:
        return 0
    return sum(
        len([*_norms(unit.items)])
        for unit in parse(text, head.file).file.units
        if isinstance(unit, s.Policy) and unit.name.span == head.span
    )


def _norms(items: tuple[object, ...]) -> Iterator[s.Norm]:
    for each in items:
        if isinstance(each, s.Norm):
            yield each
        elif isinstance(each, s.Section):
            yield from _norms(each.items)
