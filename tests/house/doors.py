"""A contract of import-linter: libraries of others, each with the modules that may import it.

``.importlinter`` lists them as ``library, library -> module, module``, with what is below a module.
"""

from __future__ import annotations

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class Doors(Contract):  # type: ignore[misc] # the library has no types
    """Of each library, its doors."""

    type_name = "doors"
    doors = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        breaches = []
        for line in self.doors:
            libraries, _, several = line.partition(" -> ")
            doors = tuple(f"{each}." for each in several.split(", "))
            for library in libraries.split(", "):
                for importer in sorted(graph.find_modules_that_directly_import(library)):
                    if not f"{importer}.".startswith(doors):
                        breaches.append(f"{importer} imports {library}; its doors: {several}")
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        metadata: dict[str, Any] = check.metadata
        for breach in metadata["breaches"]:
            output.print_error(breach)
