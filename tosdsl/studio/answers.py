"""What the page asks, by name: JSON in and out.

``answer`` never raises for what somebody may write: mistakes are data. What it raises is a fault of the
program.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from importlib.metadata import version
from typing import Any

from tosdsl.errors import TosdslError
from tosdsl.interview.reads import facts_read
from tosdsl.interview.starter import first_policy
from tosdsl.studio import filled, judging, reading, using, writing
from tosdsl.studio.desk import Desk

_Request = Mapping[str, Any]


class Studio:
    """One page's: what it has understood of the library and of the text at hand."""

    def __init__(self) -> None:
        self.desk = Desk()
        self._known: dict[str, Callable[[_Request], Any]] = {
            "about": lambda _: {"version": version("tosdsl")},
            "library": lambda _: reading.library(self.desk),
            "document": lambda r: reading.document(self._look(r)),
            "clause": self._clause,
            "shown": lambda r: reading.shown(self._look(r), r["policy"], r["clause"]),
            "scenarios": lambda r: [*using.titles(self._look(r))],
            "scenario": lambda r: filled.from_scenario(self._look(r), r["title"]),
            "ask": lambda r: using.asked(self._look(r), r["use"]),
            "settle": lambda r: using.settling(self._look(r), r["use"]),
            "facts": lambda r: using.facts_document(self._look(r), r["use"]),
            "explain": lambda r: using.explained(self._look(r), r["use"]),
            "save": lambda r: using.saved(self._look(r), r["use"], r["title"]),
            "start": lambda r: first_policy(r["id"]),
            "check": lambda r: writing.checked(self._look(r)),
            "look over": lambda r: writing.looked_over(self.desk, self._look(r)),
            "format": lambda r: writing.formatted(self._look(r)),
            "complete": lambda r: writing.completed(self._look(r), r["at"]),
            "load": lambda r: bool(self.desk.document(r["id"])),
            "compare": lambda r: judging.compared_data(
                self._comparison(r), judging.questions_of(self._look(r).policies)
            ),
            "compare page": lambda r: judging.compared_page(self._comparison(r)),
            "change": self._change,
        }

    def answer(self, name: str, request: str) -> str:
        """The answer to one question: ``{"ok": …}``, or ``{"problems": […]}``."""
        try:
            made: dict[str, Any] = {"ok": self._known[name](json.loads(request))}
        except TosdslError as error:
            made = {"problems": [each.to_json() for each in error.diagnostics] or [_said(error)]}
        return json.dumps(made, ensure_ascii=False, default=_plain)

    def _look(self, request: _Request) -> Any:
        return self.desk.look(request["source"])

    def _clause(self, request: _Request) -> dict[str, Any]:
        look = self._look(request)
        policy, id_ = request["policy"], request["clause"]
        read = facts_read(look.policies, f"{policy}#{id_}")
        leaves = [each.leaf for each in read]
        facts = [
            {"fact": each.path, "question": each.question, "judged": each.judged} for each in leaves
        ]
        return {**reading.clause(look, policy, id_), "facts": facts}

    def _comparison(self, request: _Request) -> Any:
        look = self._look(request)
        own = look if "text" in request["source"] else None
        facts = using.facts_document(look, request["use"])
        return judging.comparison(self.desk, facts, request["ids"], own)

    def _change(self, request: _Request) -> dict[str, Any]:
        old, new = (self.desk.look(request[side]) for side in ("old", "new"))
        return judging.change(old, new, (request["names"][0], request["names"][1]))


def _said(error: TosdslError) -> dict[str, Any]:
    return {"code": "", "message": str(error), "mend": ""}


def _plain(value: object) -> Any:
    if isinstance(value, Fraction):
        return float(value)
    raise TypeError(f"the page cannot be told of {type(value).__name__}")
