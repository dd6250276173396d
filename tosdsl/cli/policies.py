"""``tosdsl policies``: the documents that can be asked for by their ids."""

from __future__ import annotations

import argparse

from tosdsl.cli.terminal import OK, print_json, print_line
from tosdsl.library.search import Search


def run(options: argparse.Namespace) -> int:
    """Print the id of each document that is installed, with its versions, the newest last."""
    search = Search()
    found = {
        id_: [head.version for head in search.heads("policy", id_)] for id_ in search.ids("policy")
    }
    if options.format == "json":
        listed = [{"id": id_, "versions": [*versions]} for id_, versions in found.items()]
        print_json({"policies": listed})
        return OK
    widest = max(map(len, found), default=0)
    for id_, versions in found.items():
        said = ", ".join(dict.fromkeys(each for each in versions if each))
        print_line(f"{id_:{widest}}  {said}".rstrip())
    return OK
