"""Codes of what is wrong between documents that are taken together: from 3050 on."""

from __future__ import annotations

from tosdsl.diagnostics.entry import Entry

OF_LINKING = (
    Entry(
        "TOS3050",
        "The order of documents and what clauses say go round in a circle: {cycle}.",
        "Let the document that says the order name the other's clause, with `subject to` or "
        "`notwithstanding` below one of its own; or take the order or the clause's word away.",
    ),
)
