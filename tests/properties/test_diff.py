"""A difference of two policies against its definition, by trying every use: edits are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from typing import Any

from attrs import evolve
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import either
from tests.generators import libraries
from tests.oracle.build import both
from tests.properties.test_exact import every_value
from tosdsl.analysis.changes import Class
from tosdsl.analysis.diff import diff, difference
from tosdsl.analysis.engine import Analysis
from tosdsl.analysis.index import MANY
from tosdsl.reference.decide import find_all_but_needs, verdicts
from tosdsl.reference.force import forces
from tosdsl.syntax.format import format_file
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.walk import paths

_MOST_USES = 500
_WORD = {True: "true", False: "false", None: "unknown"}
_RANK = {False: 0, None: 1, True: 2}
_DEFEATS = {False: True, None: None}
"""By the force of a clause, that of what defeats it."""


def edited(item: Any, kind: str) -> Iterator[Any]:
    """Every item of a policy that one edit of a kind makes of this one; None where it is dropped."""
    match item:
        case s.Section(items=inner):
            for at, each in enumerate(inner):
                for made in edited(each, kind):
                    yield evolve(item, items=(*inner[:at], *([made] if made else []), *inner[at + 1 :]))
        case s.Norm():
            match kind:
                case "drop":
                    yield None
                case "exception" if item.exceptions:
                    yield evolve(item, exceptions=item.exceptions[1:])
                case "proviso" if item.provisos:
                    yield evolve(item, provisos=item.provisos[1:])
                case "negate" if item.when is not None:
                    yield evolve(item, when=s.Not(item.when))
                case "always" if item.when is not None and item.modality != "require":
                    yield evolve(item, when=None)
                case "rank":
                    yield evolve(item, subject_to=(), notwithstanding=())


@st.composite
def pairs(draw: st.DrawFn) -> tuple[tosdsl.PolicySet, tosdsl.PolicySet, list[str]]:
    """A library and an edit of it."""
    vocabulary, *files = draw(libraries(simple=True))
    assume(len(files) == 1)
    (policy,) = files[0].units
    kind = draw(
        st.sampled_from(("drop", "exception", "proviso", "negate", "always", "rank", "default"))
    )
    if kind == "default":
        words = "forbid" if policy.header.default.value == "permit" else "permit"
        made = [evolve(policy, header=evolve(policy.header, default=s.Stance(words)))]
    else:
        made = [
            evolve(policy, items=(*policy.items[:at], *([new] if new else []), *policy.items[at + 1 :]))
            for at, item in enumerate(policy.items)
            for new in edited(item, kind)
        ]
    assume(made)
    other = draw(st.sampled_from(made))
    try:
        texts = [format_file(file) for file in (vocabulary, s.File((policy,)), s.File((other,)))]
    except ValueError:  # an indented list cannot be negated inside a line
        assume(False)
        raise
    try:
        return (
            tosdsl.loads(texts[0], texts[1]),
            tosdsl.loads(texts[0], texts[2]),
            texts,
        )
    except tosdsl.PolicyError:
        assume(False)
        raise


def loaded(*policies: str) -> tuple[tosdsl.PolicySet, tosdsl.PolicySet, list[str]]:
    words = "vocabulary words\n\nfact text: text\n"
    texts = [words, *(f"policy one\n    default permit\n\nuse words\n\n{each}\n" for each in policies)]
    one, other = (tosdsl.loads(words, each) for each in texts[1:])
    return one, other, texts


def read_by(linked: n.Linked) -> set[str]:
    found: set[str] = set()
    (document,) = linked.documents
    known: dict[str, frozenset[str]] = {}
    for each in document.policy.definitions:
        known[each.name] = frozenset(paths(each.body, known))
    stack: list[Any] = list(document.policy.root.all_norms())
    for section in document.policy.root.walk():
        found |= set() if section.scope is None else set(paths(section.scope, known))
    while stack:
        node = stack.pop()
        stack += node.exceptions
        must = getattr(node, "must", None)
        for expr in (node.when, *node.provisos, must):
            found |= set() if expr is None else set(paths(expr, known))
    return found


def every_text(texts: Iterable[str]) -> list[str]:
    """Texts enough for every way in which beginnings and ends that policies ask for can go together."""
    asked = {
        op: ["", *sorted({found for text in texts for found in re.findall(f'{op} with "(.*?)"', text)})]
        for op in ("starts", "ends")
    }
    mixed = (f"{head}, {tail}" for head, tail in product(asked["starts"], asked["ends"]))
    return list(dict.fromkeys((*every_value(v.Text()), *mixed)))


def uses(
    one: tosdsl.PolicySet, other: tosdsl.PolicySet, texts: Iterable[str]
) -> Iterator[dict[str, Any]]:
    """Every use that the two may tell apart, unknown facts included."""
    names = sorted(read_by(one.linked) | read_by(other.linked))
    kinds = {leaf.path: leaf.type for leaf in one.vocabulary.leaves()}
    words = every_text(texts)
    pools = [
        [None, *(words if kinds[name] == v.Text() else every_value(kinds[name]))] for name in names
    ]
    size = 1
    for pool in pools:
        size *= len(pool)
    assume(size <= _MOST_USES)
    for values in product(*pools):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def told(linked: n.Linked, facts: Mapping[str, Any]) -> tuple[str, dict[Any, Any]]:
    """The verdict, and of each clause that binds its force in scope and those of what defeats it."""
    use = Use(facts)
    remaining = verdicts(linked, use)
    verdict = next(iter(remaining)) if len(remaining) == 1 else "undetermined"
    found = forces(linked, use)
    clauses = {}
    for key, norm in linked.norms():
        its = found[key]
        defeaters = {
            linked.documents[0].qualified(node.id): both(its.scope, each.force)
            for node, each in zip(norm.exceptions, its.exceptions, strict=True)
        }
        defeaters |= {
            linked.documents[0].qualified(id_): both(found[0, id_].scope, found[0, id_].force)
            for (_, id_), _ in its.above
        }
        name = linked.documents[0].qualified(norm.id)
        clauses[name, norm.modality] = both(its.scope, its.force), defeaters
    return verdict, clauses


def bears(kind: str, force: bool | None, verdict: str) -> bool:
    return (verdict, kind, force) in {("forbidden", "forbid", True), ("permitted", "permit", True)} or (
        verdict == "undetermined" and force is None
    )


def classes(old: n.Linked, new: n.Linked, facts: Mapping[str, Any]) -> Iterator[Class]:
    """The classes that one use belongs to, as the definition has it: none of verdicts if single
    conditions leave one open on which all ways to fill in the unknown facts agree."""
    agreed = any(
        len(verdicts(linked, Use(facts))) == 1 < len(find_all_but_needs(linked, Use(facts)).possible)
        for linked in (old, new)
    )
    (before, ones), (after, others) = told(old, facts), told(new, facts)
    alone = before != after
    for key in {**ones, **others}:
        (name, kind) = key
        was, defeated = ones.get(key, (False, {}))
        is_, defeats = others.get(key, (False, {}))
        if was == is_:
            continue
        clause = (name if key in ones else None, name if key in others else None)
        if kind == "require":
            yield Class("", "", clause, _WORD[was], _WORD[is_], duty=True)
            continue
        if agreed or not (bears(kind, was, before) or bears(kind, is_, after)):
            continue
        alone = False
        moved = False
        for other in {**defeated, **defeats}:
            first, then = defeated.get(other, False), defeats.get(other, False)
            weaker = _RANK[was] > _RANK[is_]
            defeats_it = (then is _DEFEATS[is_]) if weaker else (first is _DEFEATS[was])
            if first != then and (_RANK[then] > _RANK[first]) == weaker and defeats_it:
                moved = True
                by = (other if other in defeated else None, other if other in defeats else None)
                yield Class(before, after, clause, _WORD[was], _WORD[is_], by)
        if not moved:
            yield Class(before, after, clause, _WORD[was], _WORD[is_])
    if alone and not agreed:
        yield Class(before, after, None)


@settings(max_examples=max(either(6, 12), settings.default.max_examples // 4))
@given(pairs(), st.sampled_from((2, MANY)))
@example(loaded(*(f'permit ends\n    when {no}text ends with "two"' for no in ("", "not "))), MANY)
def test_the_classes_are_those_of_all_uses(
    pair: tuple[tosdsl.PolicySet, tosdsl.PolicySet, list[str]], many: int
) -> None:
    one, other, texts = pair
    tried = list(islice(uses(one, other, texts), _MOST_USES))
    expected = {each for facts in tried for each in classes(one.linked, other.linked, facts)}
    analysis = Analysis.of(one.linked, other.linked, smt=False)
    analysis.axes.many = many
    found = difference(analysis, {})
    assert not found.unsettled
    got = [each.of for each in found.changes]
    assert len(got) == len(set(got))
    duties = {each for each in got if each.old == "triggered"}  # what they ask for is no force
    assert set(got) - duties == expected
    for change in found.changes:
        if change.of not in duties:
            assert change.of in set(classes(one.linked, other.linked, change.witness.facts))
        if change.witness.smallest and change.of in expected:
            sizes = [
                len(facts)
                for facts in tried
                if change.of in set(classes(one.linked, other.linked, facts))
            ]
            assert change.witness.known == min(sizes)


@settings(max_examples=max(either(6, 12), settings.default.max_examples // 4))
@given(pairs())
def test_sides_change_places_and_classes_are_mirrored(
    pair: tuple[tosdsl.PolicySet, tosdsl.PolicySet, list[str]],
) -> None:
    one, other, _ = pair
    there, back = diff(one.linked, other.linked), diff(other.linked, one.linked)
    assert {each.of for each in there.changes} == {each.of.mirrored for each in back.changes}
    assert there.equal == back.equal
