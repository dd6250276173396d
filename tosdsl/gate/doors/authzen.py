"""The door of AuthZEN 1.0 (OpenID Authorization API): evaluation, evaluations, search, discovery.

A mapping for it reads ``body.subject.id``, ``body.action.name``, ``body.resource.properties.…``. What
is not permitted is ``decision: false``; ``context.tos`` says what it was and what is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve

from tosdsl.gate.asked import read_json
from tosdsl.gate.doors.answers import Answer, json_answer, plain_problem
from tosdsl.gate.live import Live
from tosdsl.gate.model import Failed, Outcome, Request
from tosdsl.gate.plan import Source
from tosdsl.gate.problem import needs_of
from tosdsl.trees import vocabulary as v

DOOR = "authzen"

_PARTS = ("subject", "action", "resource", "context")
_NEEDED = {"subject": ("type", "id"), "action": ("name",), "resource": ("type", "id")}
_SEMANTICS = ("execute_all", "deny_on_first_deny", "permit_on_first_permit")
_SEARCHED = {"subject": ("type",), "resource": ("type",)}
"""What a search needs of the part that it looks for."""


class _Bad(Exception):
    """The request does not follow the protocol."""


def configuration(base: str) -> dict[str, str]:
    """What ``/.well-known/authzen-configuration`` tells."""
    return {
        "policy_decision_point": base,
        "access_evaluation_endpoint": f"{base}/access/v1/evaluation",
        "access_evaluations_endpoint": f"{base}/access/v1/evaluations",
        "search_subject_endpoint": f"{base}/access/v1/search/subject",
        "search_resource_endpoint": f"{base}/access/v1/search/resource",
        "search_action_endpoint": f"{base}/access/v1/search/action",
    }


def answer(live: Live, request: Request, path: str) -> Answer:
    """The answer of one endpoint: ``evaluation``, ``evaluations``, ``search/subject``, …"""
    echoed = tuple((name, value) for name, value in request.headers if name == "x-request-id")[:1]
    try:
        body = _body(live, request)
        if path == "evaluation":
            made = _one(live, request, body)
        elif path == "evaluations":
            made = _several(live, request, body)
        else:
            made = _search(live, request, body, path.removeprefix("search/"))
    except _Bad as bad:
        return plain_problem(400, str(bad), headers=echoed)
    if isinstance(made, Answer):
        return evolve(made, headers=(*made.headers, *echoed))
    return json_answer(made, headers=(*echoed, ("cache-control", "no-store")))


def _body(live: Live, request: Request) -> dict[str, Any]:
    kinds = [value for name, value in request.headers if name == "content-type"]
    if len(kinds) != 1 or kinds[0].split(";")[0].strip().lower() != "application/json":
        raise _Bad("The content type must be application/json.")
    read = read_json(request.body or b"", int(live.plan.limits["nesting"]))
    if isinstance(read, Failed):
        raise _Bad(f"The request cannot be read: {read.why}.")
    if not isinstance(read, dict):
        raise _Bad("The body must be an object.")
    return read


def _checked(body: Mapping[str, Any], needed: Mapping[str, Iterable[str]]) -> None:
    for part, names in needed.items():
        value = body.get(part)
        if not isinstance(value, dict):
            raise _Bad(f"`{part}` must be an object.")
        for name in names:
            if not isinstance(value.get(name), str) or not value[name]:
                raise _Bad(f"`{part}.{name}` must be a text.")
        if not isinstance(value.get("properties", {}), dict):
            raise _Bad(f"`{part}.properties` must be an object.")
    if not isinstance(body.get("context", {}), dict):
        raise _Bad("`context` must be an object.")


def _asked(live: Live, request: Request, body: Mapping[str, Any]) -> Outcome:
    return live.ask(evolve(request, body=b"", parsed=dict(body)), DOOR)


def _one(live: Live, request: Request, body: Mapping[str, Any]) -> Any:
    _checked(body, _NEEDED)
    outcome = _asked(live, request, body)
    if outcome.kind == "failure":
        return _failed(outcome)
    return _decided(live, outcome, body)


def _failed(outcome: Outcome) -> Answer:
    """A check that could not be made is the server's error, which callers have to read as a denial."""
    headers = tuple(outcome.headers.items())
    return json_answer(outcome.problem, outcome.status, headers)


def _decided(live: Live, outcome: Outcome, body: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"decision": outcome.allow}
    if live.plan.explain:
        made["context"] = {"tos": _context(outcome, live.plan.presuming)}
        supported = body.get("context", {}).get("supports_obligations") is True
        duties = made["context"]["tos"].get("duties")
        if supported and duties:  # one that does not know an obligation has to deny
            made["context"]["obligations"] = duties
    return made


def _context(outcome: Outcome, presuming: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"verdict": outcome.kind, "id": outcome.id}
    decision = outcome.decision
    if decision is not None:
        made["clauses"] = [each.clause for each in decision.basis]
        made["needs"] = [each.fact for each in needs_of(decision, presuming)]
        duties = [
            {"id": each.clause, "must": each.must, "state": each.state} for each in decision.duties
        ]
        if duties:
            made["duties"] = duties
    return made


def _several(live: Live, request: Request, body: Mapping[str, Any]) -> Any:
    items = body.get("evaluations")
    if items is None or items == []:
        return _one(live, request, body)
    most = int(live.plan.limits["batch"])
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise _Bad("`evaluations` must be a list of objects.")
    if len(items) > most:
        return plain_problem(413, f"There are more than {most} evaluations.")
    options = body.get("options", {})
    semantics = (
        options.get("evaluations_semantic", _SEMANTICS[0]) if isinstance(options, dict) else None
    )
    if semantics not in _SEMANTICS:
        raise _Bad(f"`options.evaluations_semantic` must be one of {', '.join(_SEMANTICS)}.")
    shared = {part: body[part] for part in _PARTS if part in body}
    made = []
    for item in items:
        decided = _item(live, request, {**shared, **item})
        made.append(decided)
        if semantics == _SEMANTICS[1] and not decided["decision"]:
            break
        if semantics == _SEMANTICS[2] and decided["decision"]:
            break
    return {"evaluations": made}


def _item(live: Live, request: Request, body: Mapping[str, Any]) -> dict[str, Any]:
    """One of several: what is wrong with it is a denial of its own."""
    try:
        _checked(body, _NEEDED)
    except _Bad as bad:
        return {"decision": False, "context": {"error": {"status": 400, "message": str(bad)}}}
    outcome = _asked(live, request, body)
    if outcome.kind == "failure":
        error = {"status": outcome.status, "message": "The check could not be made."}
        return {"decision": False, "context": {"error": error}}
    return _decided(live, outcome, body)


# --- search -----------------------------------------------------------------------------------------


def _search(live: Live, request: Request, body: Mapping[str, Any], what: str) -> Any:
    needed = dict(_NEEDED)
    if what == "action":
        del needed["action"]
    else:
        needed[what] = _SEARCHED[what]
    _checked(body, needed)
    results = []
    failed = 0
    most = int(live.plan.limits["batch"])
    for number, found in enumerate(_candidates(live, body, what)):
        if number == most:
            return plain_problem(413, f"There are more than {most} candidates.")
        entity = {**body.get(what, {}), **found}
        outcome = _asked(live, request, {**body, what: entity})
        failed += outcome.kind == "failure"
        if outcome.allow:
            results.append(found)
    if failed:
        return _failed(live.refuse("Not every candidate could be checked.", DOOR))
    return {"results": results, "page": {"next_token": ""}}


def _candidates(live: Live, body: Mapping[str, Any], what: str) -> Iterator[dict[str, str]]:
    """Subjects and resources are the keys of the register that is looked into by their id; actions are
    the words that the mapping knows for ``body.action.name``."""
    if what == "action":
        yield from ({"name": name} for name in _actions(live))
        return
    for register in live.decider.compiled.registers.values():
        key = register.plan.key
        if key.of == "body" and key.name == f"{what}.id":
            for name in register.known_keys():
                yield {"type": body[what]["type"], "id": name}


def _actions(live: Live) -> list[str]:
    found: dict[str, None] = {}
    for fact in live.plan.facts:
        for source in fact.sources:
            if source.of == "body" and source.name == "action.name":
                found |= dict.fromkeys(_words(source, fact.type))
    return list(found)


def _words(source: Source, kind: v.Type) -> Iterable[str]:
    if source.table is not None:
        return [each for each in source.table if not each.endswith("*")]
    bare = v.bare(kind)
    bare = bare.item if isinstance(bare, v.ListOf) else bare
    return bare.members if isinstance(bare, v.Enum) else ()
