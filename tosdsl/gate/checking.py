"""The plan against the policies: facts that exist, types that fit, sources for what can decide, days.

Fills in what needs the vocabulary: each fact's type, constants and tables as typed values. Mistakes
have places in ``gate.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from attrs import evolve

from tosdsl.base.span import Span
from tosdsl.decision.model import Decision
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.errors import PolicyError, TosdslError
from tosdsl.facade import PolicySet, load
from tosdsl.facts.interpreted import chosen
from tosdsl.facts.read import Reader
from tosdsl.gate.model import Trust
from tosdsl.gate.plan import TEXTUAL, FactPlan, Plan, Source
from tosdsl.gate.problem import facts_of, needs_of
from tosdsl.gate.suggesting import suggestion
from tosdsl.library.files import read
from tosdsl.library.reading import TextFile
from tosdsl.library.search import Search
from tosdsl.trees import vocabulary as v
from tosdsl.trees.bounds import order
from tosdsl.trees.facts import Entries, Entry, Items, Scalar
from tosdsl.trees.moments import Moment, compared, day_of
from tosdsl.trees.norms import Policy

SOON = timedelta(days=90)
"""How long before its last day a document is said to end."""


_MOST_FACTS = 12
"""Facts without a source that one warning names."""


def checked(plan: Plan, policies: PolicySet) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan with its types filled in, and everything that is wrong with it."""
    problems: list[Diagnostic] = []
    types = dict(_types(policies.vocabulary.facts, ""))
    facts: list[FactPlan] = []
    for fact in plan.facts:
        kind = types.get(fact.path)
        if kind is None:
            problems.append(mistake("TOS4002", fact.span, (fact.path, types), path=fact.path))
            continue
        sources = (_fitted(each, fact, kind, policies, problems) for each in fact.sources)
        facts.append(evolve(fact, type=kind, sources=tuple(sources)))
    problems = [each for each in problems if each.code != "TOS4009"]  # ``_strangers`` tells of more
    problems += _twice(facts)
    for name in sorted(plan.unknown - types.keys()):
        problems.append(mistake("TOS4002", plan.at(f"unknown.{name}"), (name, types), path=name))
    logged = plan.log.at_values if plan.log is not None else {}
    for name, span in logged.items():
        if name != "*" and name not in types:
            problems.append(mistake("TOS4002", span, (name, types), path=name))
    assume = _assumed(plan, policies, problems)
    reading = _read(plan, policies, problems)
    # The day in UTC may not be that of a zone that a document names: the moment tells both.
    as_of = "moment" if plan.as_of is None and _names_a_zone(policies) else plan.as_of
    made = evolve(plan, facts=tuple(facts), assume=assume, reading=reading, as_of=as_of)
    return made, tuple(problems)


def _names_a_zone(policies: PolicySet) -> bool:
    return any(policy.zone for policy in policies.choices.policies())


def _read(plan: Plan, policies: PolicySet, problems: list[Diagnostic]) -> Mapping[str, str]:
    """How texts are read, by full id."""
    said = [(name, word, plan.at(f"reading.{name}")) for name, word in plan.reading.items()]
    entries = tuple(Entry(name, Scalar(word, plain=True, span=at), span=at) for name, word, at in said)
    found = chosen(Entries(entries), Reader(policies.vocabulary, problems))
    return {path: str(reading) for path, reading in found.items()}


def _types(fields: Iterable[v.Field], prefix: str) -> Iterator[tuple[str, v.Type]]:
    for field in fields:
        path = f"{prefix}{field.name}"
        yield path, field.type
        if isinstance(field.type, v.Record):
            yield from _types(field.type.fields, f"{path}.")


def _twice(facts: Iterable[FactPlan]) -> Iterator[Diagnostic]:
    """Facts whose record has a source of its own as well."""
    seen = {fact.path for fact in facts}
    for fact in facts:
        parts = fact.path.split(".")
        above = {".".join(parts[:count]) for count in range(1, len(parts))}
        for record in sorted(above & seen):
            yield mistake("TOS8006", fact.span, path=fact.path, record=record)


def _fitted(
    source: Source, fact: FactPlan, kind: v.Type, policies: PolicySet, problems: list[Diagnostic]
) -> Source:
    """A source whose constants are values of the type; what cannot give one is reported."""

    def wrong(how: str) -> Source:
        words = {"source": source, "path": fact.path, "type": str(kind), "how": how}
        problems.append(mistake("TOS8005", source.span, None, **words))
        return source

    bare = v.bare(kind)
    inner = bare.item if isinstance(bare, v.ListOf) else None
    is_list = inner is not None
    reader = Reader(policies.vocabulary, problems)
    if source.of == "const":
        _strangers(fact.path, [source.const], inner or bare, policies, problems)
        return evolve(source, const=_value(reader, fact.path, source.const, kind))
    if (source.split or source.list) and not is_list:
        return wrong("Leave out `split` and `list`: it has one value")
    if source.table is not None:
        if isinstance(bare, v.Record):
            return wrong("Give its fields one by one: a table gives single values")
        nodes = source.table
        if is_list and not (source.split or source.list or all(map(_is_list, nodes.values()))):
            return wrong("Write `list: true` beside the table: then it gives what stands for each item")
        _strangers(fact.path, nodes.values(), inner or bare, policies, problems)
        made = {key: _in_table(reader, fact.path, node, kind) for key, node in nodes.items()}
        return evolve(source, table=made)
    if isinstance(inner or bare, v.Party) and source.trust <= Trust.DECLARED:
        problems.append(mistake("TOS8018", source.span, None, source=source, path=fact.path))
    if source.of in TEXTUAL:
        if isinstance(bare, v.Record) or isinstance(inner, v.Record):
            return wrong("Take it from a body or a register, or give its fields one by one")
        if is_list and not (source.split or source.list):
            return wrong('Write `split: ","` or `list: true` beside it')
    if source.of == "counter" and not isinstance(bare, v.Integer | v.Number):
        return wrong("Take it from another source: a counter gives whole numbers")
    return source


def _value(reader: Reader, path: str, node: Any, kind: v.Type) -> Any:
    """A node of the mapping as a typed value; it may be null, which is unknown."""
    return reader.value(path, node, kind) if isinstance(node, Scalar | Items | Entries) else node


def _is_list(node: Any) -> bool:
    """Whether a value of a table stands for several items, or for what is not known."""
    return isinstance(node, Items) or (isinstance(node, Scalar) and node.value is None)


def _in_table(reader: Reader, path: str, node: Any, kind: v.Type) -> Any:
    """A value of a table. Of a list it gives what stands for one item: none, one or several."""
    bare = v.bare(kind)
    if not isinstance(bare, v.ListOf) or _is_list(node):
        return _value(reader, path, node, kind)
    item = _value(reader, path, node, bare.item)
    return None if item is None else (item,)


ANOTHER = "another"
"""The name that a mapping gives to a party which no text speaks of."""


def _strangers(
    path: str, nodes: Iterable[Any], kind: v.Type, policies: PolicySet, problems: list[Diagnostic]
) -> None:
    """Warns of names of parties that the operator wrote and no text knows."""
    if not isinstance(kind, v.Party):
        return
    known = [each.name for each in policies.vocabulary.parties]
    for node in nodes:
        for each in node.items if isinstance(node, Items) else (node,):
            name = each.value if isinstance(each, Scalar) else None
            if isinstance(name, str) and name not in known and name != ANOTHER:
                several = ", ".join(f"`{one}`" for one in known) or "none"
                words = {"name": name, "path": path, "known": several}
                problems.append(mistake("TOS8017", each.span, (name, known), **words))


def _assumed(plan: Plan, policies: PolicySet, problems: list[Diagnostic]) -> Mapping[str, Any]:
    """The presumptions of the gate: facts of a facts document, by leaf."""
    if not plan.assumed:
        return {}
    name = str(Path(plan.folder, plan.assumed))
    text = read(TextFile(name), name, problems)
    if text is None:
        return {}
    try:
        use, _ = policies.read_use(text, name)
    except TosdslError as error:
        problems += error.diagnostics
        return {}
    return use.facts


def sourceless(plan: Plan, policies: PolicySet, day: date) -> Iterator[Diagnostic]:
    """Facts that can decide on this day and have no source: a warning where the facts stand."""
    decision = policies.decide({}, as_of=day)
    given = {fact.path for fact in plan.facts}
    presumed = plan.assume.keys() if plan.presuming else set()
    if facts_of(decision.needs) and not given:
        yield _nothing(plan, policies, decision)
    without = []
    for need in facts_of(needs_of(decision, plan.presuming)):
        parts = need.fact.split(".")
        above = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
        if not above & (given | plan.unknown | presumed):
            without.append(f"`{need.fact}` (“{need.question}”)")
    if without:
        shown = without[:_MOST_FACTS]
        more = len(without) - len(shown)
        said = ", ".join(shown) + (f" and {more} more" if more else "")
        yield mistake("TOS8007", plan.at("facts"), None, facts=said)


def _nothing(plan: Plan, policies: PolicySet, decision: Decision) -> Diagnostic:
    """That no fact has a source, with a line to begin with."""
    leaves = {leaf.path: leaf for leaf in policies.vocabulary.leaves()}
    lines = [(each, suggestion(each.fact, leaves.get(each.fact))) for each in facts_of(decision.needs)]
    of_requests = [each for each in lines if "register." not in each[1]]  # no register is needed yet
    need, source = (of_requests or lines)[0]
    words = {
        "verdict": decision.verdict.value.replace("_", " "),
        "path": need.fact,
        "source": source,
        "question": need.question,
    }
    return mistake("TOS8015", plan.at("facts"), None, **words)


def ending(plan: Plan | None, policies: PolicySet, day: date) -> Iterator[Diagnostic]:
    """Documents of the gate that end soon or have ended, with what follows them. One whose successor is
    asked about as well is nothing to worry about. ``plan`` is None where there is no mapping yet."""
    at = None if plan is None else Span(plan.file, 1, 1, 1, 2)
    asked = {versions[0].id for versions in policies.choices.asked}
    for versions in _documents(policies):
        lasting = [each for each in versions if each.effective_until is None]
        last = max((_last_day(each) for each in versions), default=date.min)
        if lasting or last > day + SOON:
            continue
        newest = max(versions, key=lambda each: order(each.effective_until))
        after = successors(newest)
        if not set(after).isdisjoint(asked):
            continue
        follows = " and ".join(f"`{each}`" for each in after)
        words = {
            "name": newest.name,
            "how": "ended" if last < day else "ends",
            "day": last.isoformat(),
            "next": f"Ask about {follows}, which begins then"
            if follows
            else "Find the document that follows it, and ask about that",
        }
        yield mistake("TOS8008", at, None, **words)


def divided(plan: Plan, policies: PolicySet, day: date) -> Iterator[Diagnostic]:
    """Versions that are to begin or end at an hour, for a gate that decides as of the day alone."""
    at = Span(plan.file, 1, 1, 1, 2)
    for versions in _documents(policies) if plan.as_of is None else ():
        bounds = (each for one in versions for each in (one.effective_from, one.effective_until))
        for each in sorted((each for each in bounds if isinstance(each, Moment)), key=order):
            if each.date() >= day:
                yield mistake("TOS4143", at, None, name=versions[0].id, moment=each, day=each.date())


def _documents(policies: PolicySet) -> list[list[Policy]]:
    """Every document that takes part, each with its versions."""
    found: dict[str, dict[int, Policy]] = {}
    for linked in policies.choices.linked.values():
        for document in linked.documents:
            several = found.setdefault(document.policy.id, {})
            several |= {id(each): each for each in (document.policy, *document.versions)}
    for policy in (each for versions in policies.choices.asked for each in versions):
        found.setdefault(policy.id, {})[id(policy)] = policy
    return [list(several.values()) for several in found.values()]


def _last_day(policy: Policy) -> date:
    """The day on which a version ends, perhaps at an hour of it."""
    return day_of(policy.effective_until) or date.min


def successors(policy: Policy) -> list[str]:
    """Documents of the same provider that begin when this one ends: a day after it or on its last."""
    if policy.effective_until is None:
        return []
    family = policy.id.partition(".")[0]
    search = Search({})
    ends = policy.effective_until
    begins = {compared(ends)} if isinstance(ends, Moment) else {ends, ends + timedelta(1)}
    found: list[str] = []
    for name in search.ids("policy"):
        if name.partition(".")[0] != family or name == policy.id:
            continue
        try:
            versions = [each for several in load(name).choices.asked for each in several]
        except PolicyError:
            continue
        if any(
            compared(each.effective_from) in begins and each.provider == policy.provider
            for each in versions
        ):
            found.append(name)
    return found
