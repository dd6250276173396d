"""What an audit found, as data for other programs: the same as the text says, without its limits on
how many are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tosdsl.auditing.assumed import assumed
from tosdsl.auditing.counts import Counts, ranked
from tosdsl.auditing.listed import listed
from tosdsl.auditing.looking import Looked
from tosdsl.auditing.rows import OneRow
from tosdsl.auditing.run import Run, Side
from tosdsl.auditing.summary import (
    PARTS,
    VERDICTS,
    clauses,
    mistaken_texts,
    needs,
    unmapped_facts,
    unread_columns,
    wrong_rows,
)
from tosdsl.auditing.whole import Audit


def found(audit: Audit) -> dict[str, Any]:
    """What an audit that was run found."""
    run, counts = audit.run, audit.run.counts
    made: dict[str, Any] = {
        "table": run.table.name,
        "rows": counts.rows,
        "kinds": len(counts.kinds),
        "verdicts": {verdict: counts.verdicts[verdict] for verdict in VERDICTS},
        "decided_again": counts.checked,
        "clauses": _by_verdict(clauses(run.side, counts), "clause"),
        "needs": {fact: rows for (fact, _), rows in ranked(needs(run.side, counts))},
        "listed": _listed(run),
        "said_of_all_rows": [
            {"fact": path, "value": value, "of_empty_cells": empty}
            for path, value, empty in assumed(run)
        ],
        "documents": [
            {"document": side.title, **{part: counts.documents[side.title, part] for part in PARTS}}
            for side in run.documents
        ],
        "not_in_force": dict(sorted(counts.lapsed.items())),
        "wrong": _wrong(run.side, counts),
        **_aside(counts),
        "not_in_the_table": unmapped_facts(audit),
    }
    if run.against is not None:
        changes = sorted(counts.changes.items())
        made["changes"] = [{"before": a, "now": b, "rows": rows} for (a, b), rows in changes]
    return made


def looked_at(audit: Audit, looked: Looked) -> dict[str, Any]:
    """What the first rows of a table are like."""
    made: dict[str, Any] = {
        "table": audit.run.table.name,
        "rows": looked.rows,
        "all_rows": looked.whole,
        "wrong": _wrong(audit.run.side, looked.counts),
        **_aside(looked.counts),
        "not_in_the_table": unmapped_facts(audit),
        "not_read": unread_columns(audit),
        "wrong_texts": [
            {"mistake": said, "text": text, "rows": rows}
            for said in looked.counts.mistakes
            for text, rows in mistaken_texts(looked.counts, said)
        ],
    }
    if looked.against is not None and audit.run.against is not None:
        made["wrong_for_against"] = _wrong(audit.run.against, looked.against)
    return made


def one(several: Sequence[OneRow]) -> dict[str, Any]:
    """One row, as each side reads it."""
    return {
        "rows": [
            {
                "policies": each.side.title,
                "row": each.row,
                "name": each.name,
                "mistakes": [] if each.wrong is None else each.wrong.to_json()["mistakes"],
                "facts": None if each.use is None else "\n".join(each.facts()),
                "decision": None if each.decision is None else each.decision.to_json(),
            }
            for each in several
        ]
    }


def _listed(run: Run) -> dict[str, Any]:
    """Rows that are forbidden or breach a duty, as many as are told one by one, and how many more."""
    found = listed(run)
    if found is None:
        return {"groups": [], "more": 0}
    groups = [
        {
            "reasons": [{"does": each.does, "clause": each.clause.name} for each in group.reasons],
            "rows": [
                {"row": each.row, "name": each.name, "kept": dict(each.kept)} for each in group.rows
            ],
        }
        for group in found.groups
    ]
    return {"groups": groups, "more": found.more}


def _wrong(side: Side, counts: Counts) -> dict[str, Any]:
    return {
        "rows": sum(counts.wrong.values()),
        "mistakes": [
            {
                "code": said.partition(" ")[0],
                "fact": said.partition(" ")[2] or None,
                "rows": rows,
            }
            for said, rows in ranked(counts.mistakes)
        ],
        "examples": [each.to_json() for each in wrong_rows(side, counts)],
    }


def _aside(counts: Counts) -> dict[str, Any]:
    """Rows that are left out or have no day, and names that no policy knows."""
    return {
        "left_out": {"rows": counts.left_out, "not_known": counts.left_open},
        "without_day": counts.undated,
        "unknown_parties": [
            {"fact": fact, "name": name, "rows": rows} for (fact, name), rows in ranked(counts.parties)
        ],
    }


def _by_verdict(counter: Counter[tuple[str, str]], name: str) -> list[dict[str, Any]]:
    return [{name: each, "verdict": verdict, "rows": rows} for (each, verdict), rows in ranked(counter)]
