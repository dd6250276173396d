"""The library, and a document as law beside code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tosdsl.language.check import check
from tosdsl.language.describe import describe
from tosdsl.language.outline import Part
from tosdsl.language.symbols import Symbol
from tosdsl.library.search import Search
from tosdsl.lint.deciding import deciding
from tosdsl.studio.desk import Desk, Look, key_of
from tosdsl.testing.model import TestResult
from tosdsl.trees import norms as n
from tosdsl.trees.duties import deadline_words
from tosdsl.trees.wording import value_words, words


def library(desk: Desk) -> list[dict[str, Any]]:
    """Every document that is installed, in all its versions, the newest first."""
    ids = Search().ids("policy")
    found = check({}, ids, desk.workspace)
    documents: dict[str, list[n.Policy]] = {}
    for root in found.roots:
        documents.setdefault(root.id, []).append(root)
    return [
        {
            "id": id_,
            "title": several[-1].title or id_,
            "provider": several[-1].provider or id_.partition(".")[0],
            "versions": [_version(each) for each in reversed(several)],
        }
        for id_, several in documents.items()
    ]


def _version(policy: n.Policy) -> dict[str, Any]:
    version, recorded = key_of(policy)
    return {
        "version": version,
        "recorded": recorded,
        "from": _day(policy.effective_from),
        "until": _day(policy.effective_until),
    }


def _day(day: object) -> str | None:
    return None if day is None else value_words(day)


# --- a document -------------------------------------------------------------------------------------


def document(look: Look) -> list[dict[str, Any]]:
    """The documents of a source, each with its rows: law, and the code that says it.

    Raises PolicyError where the text is wrong.
    """
    asked = look.policies.choices.asked
    return [_document(look, policy) for versions in asked for policy in versions]


def _document(look: Look, policy: n.Policy) -> dict[str, Any]:
    units = [each for each in look.parts if each.kind == "document" and each.name == policy.id]
    unit = next(
        (each for each in units if each.span.line <= policy.span.line <= each.span.end_line), None
    )
    unit = unit or (units[0] if units else None)
    code = {} if unit is None else dict(_codes(look.text.split("\n"), unit.parts, ""))
    return {
        "id": policy.id,
        "name": policy.name,
        "title": policy.title or policy.id,
        "provider": policy.provider or policy.id.partition(".")[0],
        **_version(policy),
        "source": policy.source if (policy.source or "").startswith(("https://", "http://")) else None,
        "notes": list(policy.notes),
        "default": policy.root.default,
        "vocabulary": policy.vocabulary.name,
        "rows": [
            *_rest(policy),
            *_definitions(policy, code),
            *_section(policy.root, code, 0),
            *_enforcement(policy),
        ],
        "meanings": _meanings(policy),
        "scenarios": len(policy.scenarios),
        "text": look.text,
        "file": look.name,
    }


def _meanings(policy: n.Policy) -> dict[str, str]:
    """What the names in conditions mean: questions of facts, and words of definitions."""
    asked = {leaf.path: leaf.question for leaf in policy.vocabulary.leaves()}
    defined = {each.name: each.description for each in policy.definitions if each.description}
    return {**asked, **defined}


def _codes(
    lines: list[str], parts: Iterable[Part], prefix: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The code of each part by its whole name, with the comments that stand above it."""
    for part in parts:
        if part.kind in ("scenario", "property"):
            continue
        name = f"{prefix}{part.name}"
        first, last = part.span.line, part.span.end_line
        if part.kind == "section":
            last = first
            yield from _codes(lines, part.parts, "")
        else:
            yield from _codes(lines, part.parts, f"{name}.")
        while first > 1 and lines[first - 2].lstrip().startswith("#"):
            first -= 1
        shown = lines[first - 1 : last]
        indent = min((len(each) - len(each.lstrip()) for each in shown if each.strip()), default=0)
        text = "\n".join(each[indent:].rstrip() for each in shown)
        yield name, {"text": text, "line": part.span.line}


def _rest(policy: n.Policy) -> Iterator[dict[str, Any]]:
    """What leads from one document to another."""
    for each in policy.incorporations:
        part = f", {each.clause}" if each.clause else ""
        version = f" in its version {each.version}" if each.version else ""
        said = each.description or f"Takes in {each.policy}{part}{version}."
        when = {} if each.when is None else {"when": words(each.when)}
        yield {"kind": "other", "word": "takes in", "at": each.at, "text": said, **when}
    for over in policy.over:
        yield {
            "kind": "other",
            "word": "yields" if over.yields else "prevails",
            "at": over.at,
            "text": f"{'Yields to' if over.yields else 'Prevails over'} {over.policy}.",
        }
    for route in policy.routes:
        said = route.description or f"{route.policy} governs instead."
        yield {
            "kind": "other",
            "word": "gives way",
            "at": route.at,
            "text": said,
            "when": words(route.when),
        }
    for one in policy.presumptions:
        said = one.description or f"Something is presumed of {one.path}."
        yield {"kind": "other", "word": "presumes", "at": one.at, "text": said}
    for text in policy.vocabulary.interpretations:
        ways = f"It can be read as {' or '.join(text.readings)}."
        said = text.description or text.leaf().question
        yield {"kind": "other", "word": "can be read", "at": text.at, "text": f"{said} {ways}"}


_FINDINGS = {
    "alleged breach": "Where a breach{of} is alleged",
    "confirmed breach": "Where a breach{of} is confirmed",
    "cleared": "Where an allegation{of} is cleared",
}


def _enforcement(policy: n.Policy) -> Iterator[dict[str, Any]]:
    """What may be done about a breach, and where that is said: often not in the document itself."""
    told: dict[tuple[str | None, str | None], list[str]] = {}
    for each in policy.ladder:
        of = f" of {each.of.replace('_', ' ')}" if each.of else ""
        steps = ", otherwise ".join(map(_measure, each.measures))
        said = f"{_FINDINGS[each.finding].format(of=of)}: {steps}."
        told.setdefault((each.at, each.description), []).append(said)
    for (at, description), several in told.items():
        text = " ".join(filter(None, (description, *several)))
        yield {"kind": "other", "word": "enforces", "at": at, "text": text}


def _measure(each: n.Measure) -> str:
    within = f" within {each.within}" if each.within else ""
    return f"{each.kind}{within}{f' ({each.text})' if each.text else ''}"


def _definitions(policy: n.Policy, code: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for each in policy.written:
        yield {
            "kind": "definition",
            "id": each.name,
            "at": each.at,
            "text": _with_vocabulary(each),
            "when": words(each.core if each.core is not None else each.body),
            "exceptions": [_exception(one) for one in each.exceptions],
            "code": code.get(each.name),
        }


def _with_vocabulary(each: n.Definition) -> str | None:
    """What a definition says of itself, and where it stands if that is not the document."""
    shared = f"(Of the vocabulary {each.vocabulary}.)" if each.vocabulary else None
    return " ".join(filter(None, (each.description, shared))) or None


def _section(section: n.Section, code: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    if section.id:
        yield {
            "kind": "section",
            "id": section.id,
            "at": section.at,
            "text": section.description,
            "scope": None if section.scope is None else words(section.scope),
            "default": section.default,
            "depth": depth,
            "code": code.get(section.id),
        }
    for norm in section.norms:
        yield _norm(norm, code)
    for inner in section.sections:
        yield from _section(inner, code, depth + 1)


def _norm(norm: n.Norm, code: Mapping[str, Any]) -> dict[str, Any]:
    deadline = norm.deadline
    return {
        "kind": "clause",
        "modality": norm.modality,
        "id": norm.id,
        "at": norm.at,
        "text": norm.description,
        "when": None if norm.when is None else words(norm.when),
        "provided": [words(each) for each in norm.provisos],
        "must": None if norm.asked is None else words(norm.asked),
        "deadline": None if deadline is None else deadline_words(deadline),
        "bearer": norm.bearer if norm.modality == "require" else None,
        "exceptions": [_exception(each) for each in norm.exceptions],
        "code": code.get(norm.id),
    }


def _exception(node: n.ExceptionNode) -> dict[str, Any]:
    return {
        "id": node.id,
        "at": node.at,
        "text": node.description,
        "when": words(node.when),
        "provided": [words(each) for each in node.provisos],
        "exceptions": [_exception(each) for each in node.exceptions],
    }


# --- a clause ---------------------------------------------------------------------------------------


def clause(look: Look, policy: str, id_: str) -> dict[str, Any]:
    """What prevails over a clause, and which scenarios reach it and each of its exceptions."""
    reached = look.tested.reached
    mine = {
        symbol.name: list(titles)
        for symbol, titles in reached.items()
        if symbol.owner == policy and (symbol.name == id_ or symbol.name.startswith(f"{id_}."))
    }
    titles = {title for several in mine.values() for title in several}
    told = describe(look.checked, (), Symbol("clause", policy, id_))
    return {
        "defeats": list(told.defeats),
        "defeated_by": list(told.defeated_by),
        "reached": mine,
        "scenarios": {
            each.title: scenario(each) for each in look.tested.results if each.title in titles
        },
    }


def scenario(result: TestResult) -> dict[str, Any]:
    """What a scenario came to."""
    return {
        "title": result.title,
        "line": result.span.line,
        "held": result.held,
        "verdict": result.verdict or result.outcome,
        "message": result.message,
        "failures": [{"expected": each.expected, "came": each.actual} for each in result.failures],
        "because": [each.plain for each in result.because],
    }


def shown(look: Look, policy: str, id_: str) -> dict[str, Any] | None:
    """A use in which a clause is in force or an exception decides; None if none was found."""
    linked = look.policies.alternatives(None, None)[0]
    found = deciding(linked, f"{policy}#{id_}")
    if found is None:
        return None
    return {"verdict": found.verdict, "scenario": found.scenario}
