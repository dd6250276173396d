"""Too long, too deep, too many: an answer, or an error that names the limit; never a RecursionError.

What each limit is and why it is there says ``tosdsl/base/limits.py``. Nothing here is timed: a megabyte
of clauses takes seconds, and so do the worst of the rest.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import either
from tosdsl.base import limits
from tosdsl.base.verdict import Verdict
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.diagnostics.render import render_all
from tosdsl.facade import FactError, PolicyError, PolicySet, load, loads
from tosdsl.facts.document import read_text
from tosdsl.facts.given import from_python
from tosdsl.facts.read import read_facts
from tosdsl.facts.use import read_use
from tosdsl.syntax.parser import parse

DEEP = 10_000
MEGABYTE = 1_000_000
CHAIN = either(2_000, DEEP)
PART = either(MEGABYTE // 4, MEGABYTE)
"""Of texts that are read in full, each line for some time."""

HEAD = "policy p\n    default permit\n\nuse ai_services\n\n"


def problems_of(text: str) -> tuple[Diagnostic, ...]:
    try:
        return loads(text).warnings
    except PolicyError as error:
        assert render_all(error.diagnostics, error.sources)
        return error.diagnostics


def codes_of(text: str) -> list[str]:
    return [each.code for each in problems_of(text)]


def named(found: tuple[Diagnostic, ...] | list[Diagnostic], code: str, limit: str) -> bool:
    """Whether one of the diagnostics has this code, and names the limit and its value."""
    messages = [each.message for each in found if each.code == code]
    value = str(getattr(limits, limit))
    return any(limit in message and value in message for message in messages)


# --- a megabyte -------------------------------------------------------------------------------------


def clauses(size: int) -> str:
    """A sound policy of about so many characters."""
    clause = (
        'forbid clause_{0} at "{0}"\n'
        '    "No model that competes is developed, in the case that is numbered {0}."\n'
        "    when all of\n"
        "        output_of includes openai\n"
        "        activities overlaps {{train, distill}}\n"
        "        user.age < {0}\n"
        "    except in_house\n"
        "        when model.purpose in {{classify, organize}}\n"
        "        provided not model.distributed\n\n"
    )
    count = size // len(clause.format(1000))
    return HEAD + "".join(clause.format(number) for number in range(count))


def test_a_megabyte_of_clauses_is_read() -> None:
    text = clauses(MEGABYTE)
    assert len(text) > 0.95 * MEGABYTE
    policies = loads(text)
    assert len(policies.linked.order) > 2_000
    assert policies.verdict({"output_of": ["meta"]}).value == "permitted"


def _garbage(seed: int) -> str:
    letters = 'abz AZ019_.,:;()[]{}"#\\<>=!-+*/\n\n    \t\0é转\u202e'
    return "".join(random.Random(seed).choices(letters, k=MEGABYTE))


GARBAGE = {
    "one long line": "x" * MEGABYTE,
    "one long line of brackets": "policy p\n    default " + "(" * MEGABYTE,
    "newlines": "\n" * MEGABYTE,
    "newlines in a condition": HEAD + "forbid a\n    when all of\n" + "\n" * MEGABYTE + "        yes",
    "spaces": (" " * 15_000 + "\n") * 66,
    "brackets, one a line": "(\n" * (MEGABYTE // 2),
    "brackets in a condition": HEAD + "forbid a\n    when\n" + "        (\n" * (MEGABYTE // 10),
    "brackets in a scenario": HEAD
    + 'scenario "s"\n    given\n        grid: '
    + "[\n" * (MEGABYTE // 2),
    "open texts": '"\n' * 100_000,
    "open texts in a header": "policy p\n" + '    title "\n' * 100_000,
    "open texts in a clause": HEAD + "forbid a\n" + '    "x\n' * 100_000,
    "commas": HEAD + "forbid a\n    when x in {" + ",\n" * (MEGABYTE // 2),
    "continuations": HEAD + "forbid a\n    when yes" + "\n    and yes" * (MEGABYTE // 12),
    "continuations of nothing": "and\n" * (MEGABYTE // 4),
    "unknown names": HEAD
    + "forbid a\n    when any of\n"
    + "".join(f"        nme{n}\n" for n in range(PART * 6 // 100)),
    "one clause many times": HEAD + "forbid a\n    when yes\n" * (PART // 25),
    "wrong words": "".join(f"forbd a{n}\n    wen yes\n" for n in range(40_000)),
    "tabs": HEAD + "forbid a\n" + "\twhen yes\n" * (PART // 10),
    "policies": "".join(f"policy p{n}\n    default permit\n" for n in range(2_000)),
    "headers without a policy": "    default permit\n" * (MEGABYTE // 19),
    "random": _garbage(1),
    "random in a clause": HEAD + "forbid a\n    " + _garbage(2).replace("\n", "\n    "),
}


def test_a_megabyte_of_clauses_in_force_is_decided() -> None:
    """Conflicts are looked for between prohibitions and permissions, and not between all clauses."""
    many = either(4_000, 20_000)
    text = "".join(
        f"forbid a_long_name_of_a_clause_{number}\n    when yes\n\n" for number in range(many)
    )
    policies = loads(f"policy p\n    default permit\n\n{text}permit one\n    when yes\n")
    decision = policies.decide({})
    assert decision.verdict is Verdict.FORBIDDEN
    assert len(decision.conflicts) == len(decision.basis) == many


@pytest.mark.parametrize("kind", GARBAGE)
def test_a_megabyte_of_garbage_is_answered(kind: str) -> None:
    found = problems_of(GARBAGE[kind])
    sound = {"continuations", "policies", "newlines in a condition"}
    assert bool(found) == (kind not in sound)
    assert len(found) <= limits.MAX_ERRORS + 1


# --- sizes ------------------------------------------------------------------------------------------


def test_a_text_past_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 100)
    assert codes_of(HEAD + "#" + "é" * 50) == ["TOS5001"]
    assert named(parse("é" * 51).diagnostics, "TOS5001", "MAX_FILE_BYTES")


def test_a_line_past_the_limit() -> None:
    long = '    "' + "x" * limits.MAX_LINE + '"\n'
    found = problems_of(
        HEAD + "forbid a\n" + long + "    when dev\n\ndefine dev as nothing_of_the_kind\n"
    )
    assert [(each.code, each.span.line) for each in found] == [("TOS5003", 7), ("TOS2001", 10)]
    assert named(found, "TOS5003", "MAX_LINE")


def test_what_stands_under_a_line_past_the_limit_is_not_missed() -> None:
    long = "define dev as activities overlaps {" + "train, " * limits.MAX_LINE + "}\n"
    assert codes_of(HEAD + long + "forbid a\n    when dev\n") == ["TOS5003"]
    block = "forbid a\n    when all of" + " " * limits.MAX_LINE + "x\n        yes\n"
    assert codes_of(HEAD + block) == ["TOS5003"]


def test_more_mistakes_than_are_shown() -> None:
    found = problems_of(HEAD + "".join(f"forbid a{n}\n    when x{n}\n" for n in range(300)))
    assert [each.code for each in found] == ["TOS2001"] * limits.MAX_ERRORS + ["TOS5004"]
    assert named(found, "TOS5004", "MAX_ERRORS")
    assert codes_of("forbd a\n" * 300)[-1] == "TOS5004"


def test_more_warnings_than_are_shown() -> None:
    """They are no mistakes, however many there are."""
    clauses = "".join(f"section s{n}\n    default forbid\n" for n in range(300))
    policies = loads(HEAD + clauses)
    closed = ["TOS3010"] * limits.MAX_ERRORS
    assert [each.code for each in policies.warnings] == [*closed, "TOS5023"]


@pytest.mark.parametrize("number", [limits.MAX_ERRORS, limits.MAX_ERRORS + 1, 5_000])
def test_more_parties_that_nobody_knows_than_are_warned_of(number: int) -> None:
    decision = load("openai.business_terms").decide({"output_of": [f"opena{n}" for n in range(number)]})
    assert decision.verdict is Verdict.PERMITTED
    assert len(decision.warnings) == limits.MAX_ERRORS + (number > limits.MAX_ERRORS)


def test_a_mistake_after_many_warnings_is_told() -> None:
    given = {"output_of": [f"opena{n}" for n in range(5_000)], "activities": ["trian"]}
    with pytest.raises(FactError, match="TOS4004"):
        load("openai.business_terms").decide(given)


def test_a_number_past_the_limit() -> None:
    number = "9" * (limits.MAX_DIGITS + 1)
    assert named(
        problems_of(HEAD + f"forbid a\n    when user.age < {number}\n"), "TOS5010", "MAX_DIGITS"
    )
    fits = "9" * limits.MAX_DIGITS
    assert codes_of(HEAD + f"forbid a\n    when user.age < {fits}\n") == []


# --- depth of one text ------------------------------------------------------------------------------


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


NESTED: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: f"forbid a\n    when {'(' * n}yes{')' * n}\n",
    "brackets over lines": lambda n: (
        "forbid a\n    when\n" + "        (\n" * n + "        yes" + ")" * n + "\n"
    ),
    "not": lambda n: f"forbid a\n    when {'not ' * n}yes\n",
    "not and brackets": lambda n: f"forbid a\n    when {'not (' * n}yes{')' * n}\n",
    "blocks": lambda n: (
        "forbid a\n    when all of\n"
        + _lines(f"{'  ' * (4 + k)}any of" for k in range(n))
        + "  " * (4 + n)
        + "yes\n"
    ),
    "exceptions": lambda n: (
        "forbid a\n    when yes\n"
        + _lines(f"{' ' * (4 + k)}except e{k}\n{' ' * (5 + k)}when yes" for k in range(n))
    ),
    "sections": lambda n: _lines(f"{' ' * k}section s{k}" for k in range(n)),
    "lists in a scenario": lambda n: f'scenario "s"\n    given\n        x: {"[" * n}{"]" * n}\n',
    "records in a scenario": lambda n: f'scenario "s"\n    given\n        x: {"{a: " * n}1{"}" * n}\n',
}


@pytest.mark.parametrize("kind", NESTED)
@pytest.mark.parametrize("deep", [limits.MAX_NESTING + 1, 1_000, DEEP])
def test_nesting_is_refused(kind: str, deep: int) -> None:
    """By indentation, no text within the limits of size can nest ten thousand deep."""
    text = HEAD + NESTED[kind](deep)
    found = problems_of(text)
    longest = max(len(line) for line in text.split("\n"))
    if len(text) > limits.MAX_FILE_BYTES:
        assert named(found, "TOS5001", "MAX_FILE_BYTES")
    elif longest > limits.MAX_LINE:
        assert named(found, "TOS5003", "MAX_LINE")
    else:
        assert named(found, "TOS5002", "MAX_NESTING")


@pytest.mark.parametrize("kind", [kind for kind in NESTED if "scenario" not in kind])
def test_nesting_up_to_the_limit_is_read_and_decided(kind: str) -> None:
    deep = limits.MAX_NESTING // 2 if kind == "not and brackets" else limits.MAX_NESTING
    policies = loads(HEAD + NESTED[kind](deep - 8))
    assert policies.decide({}).to_json()
    assert policies.decide({}).explain()


# --- chains -----------------------------------------------------------------------------------------


def definitions(count: int) -> str:
    chain = (f"define d{n} as d{n + 1}\n" for n in range(count))
    return HEAD + "".join(chain) + f"define d{count} as model.distributed\nforbid a\n    when d0\n"


def exceptions(count: int) -> str:
    chain = (f"exception e{n}\n    when yes\n    except e{n + 1}\n" for n in range(count))
    return HEAD + "".join(chain) + f"exception e{count}\n    when yes\nforbid a\n    except e0\n"


def subjects(count: int) -> str:
    """Prohibitions and permissions in turn, each subject to the next."""
    made = []
    for number in range(count):
        word = "permit" if number % 2 else "forbid"
        rank = f"    subject to c{number + 1}\n" if number + 1 < count else ""
        made.append(f"{word} c{number}\n    when user.age < {number}\n{rank}")
    return HEAD + "".join(made)


def documents(count: int) -> str:
    chain = (f"policy p{n}\n    default permit\nincorporate p{n + 1}\n" for n in range(count))
    return "".join(chain) + f"policy p{count}\n    default permit\n"


def vocabularies(count: int) -> str:
    chain = (f"vocabulary v{n}\nuse v{n + 1}\n" for n in range(count))
    end = f"vocabulary v{count}\nfact a: boolean\n"
    return "".join(chain) + end + "policy p\n    default permit\nuse v0\nforbid x\n    when a\n"


def types(count: int) -> str:
    chain = (f"type T{n} has\n    f: T{n + 1}\n" for n in range(count))
    end = f"type T{count} has\n    f: boolean\nfact a: T0\n"
    path = ".".join(["a", *["f"] * (count + 1)])
    policy = f"policy p\n    default permit\nuse v\nforbid x\n    when {path[:15_000].rstrip('.')}\n"
    return "vocabulary v\n" + "".join(chain) + end + policy


def lists(count: int) -> str:
    policy = "policy p\n    default permit\nuse v\nforbid x\n    when b\n"
    return f"vocabulary v\nfact a: {'list of ' * min(count, 2_000)}integer\nfact b: boolean\n{policy}"


CHAINS: dict[str, tuple[Callable[[int], str], str, str]] = {
    "definitions": (definitions, "TOS5011", "MAX_DEFINITIONS_DEEP"),
    "exceptions": (exceptions, "TOS5002", "MAX_NESTING"),
    "documents": (documents, "TOS5009", "MAX_INCORPORATION"),
    "vocabularies": (vocabularies, "TOS5016", "MAX_USES"),
    "types": (types, "TOS5014", "MAX_FACTS_NESTING"),
    "lists": (lists, "TOS5014", "MAX_FACTS_NESTING"),
}


@pytest.mark.parametrize("kind", CHAINS)
@pytest.mark.parametrize("count", [100, DEEP])
def test_long_chains_are_refused(kind: str, count: int) -> None:
    write, code, limit = CHAINS[kind]
    found = problems_of(write(count))
    assert named(found, code, limit)
    assert {each.code for each in found} <= {code, "TOS3003", "TOS5004", "TOS5012"}


@pytest.mark.parametrize("kind", CHAINS)
def test_short_chains_are_read_and_decided(kind: str) -> None:
    policies = loads(CHAINS[kind][0](12))
    assert policies.decide({}).to_json()
    assert policies.schema()


def total(operations: int, op: str) -> str:
    head = "vocabulary v\n\nfact n: integer\n\npolicy p\n    default permit\n\nuse v\n\n"
    return f"{head}forbid c\n    when n{f' {op} 1' * operations} > 3\n"


@pytest.mark.parametrize("op", "+*")
def test_a_long_sum_is_refused_and_a_shorter_one_decided(op: str) -> None:
    assert named(problems_of(total(3_000, op)), "TOS5030", "MAX_TERMS")
    assert named(problems_of(total(limits.MAX_TERMS + 1, op)), "TOS5030", "MAX_TERMS")
    defined = f"define a as 1{f' {op} 1' * 3_000} > 2\n"
    assert named(problems_of(f"policy p\n    default permit\n{defined}"), "TOS5030", "MAX_TERMS")
    policies = loads(total(limits.MAX_TERMS, op))
    assert policies.verdict({"n": 4}) is Verdict.FORBIDDEN
    assert policies.decide({"n": 4}).explain()
    assert [need.fact for need in policies.decide({}).needs] == ["n"]


def test_a_long_table_is_refused_and_a_shorter_one_read() -> None:
    head = (
        "vocabulary v\n\ntype Fee has\n    above: integer\n\npolicy p\n    default permit\n\nuse v\n\n"
    )
    clause = "forbid c\n    when some f in fees satisfies f.above > 1\n"
    row = "    {above: 1}\n"
    text = f"{head}table fees of Fee\n{row * (limits.MAX_TABLE_ROWS + 1)}{clause}"
    assert named(problems_of(text), "TOS5050", "MAX_TABLE_ROWS")
    assert loads(text.replace(row, "", 1)).verdict({}) is Verdict.PERMITTED


def test_a_long_chain_of_subjects_is_decided() -> None:
    policies = loads(subjects(CHAIN))
    assert policies.verdict({"user.age": 20_000}).value == "permitted"
    assert policies.decide({"user.age": 20_000}).to_json()
    assert policies.decide({"user.age": CHAIN - 2}).to_json()


def test_a_long_chain_of_subjects_with_everything_unknown() -> None:
    decision = loads(subjects(CHAIN)).decide({})
    assert decision.to_json()
    assert decision.explain()


def test_circles_by_the_thousand() -> None:
    text = HEAD + "".join(f"define d{n} as d{n}\n" for n in range(CHAIN))
    assert codes_of(text) == ["TOS2011"] * limits.MAX_ERRORS + ["TOS5004"]
    one = HEAD + "".join(f"define d{n} as d{(n + 1) % CHAIN}\n" for n in range(CHAIN))
    assert codes_of(one) == ["TOS2011"]
    pairs = "".join(
        f"forbid f{n}\n    subject to p{n}\npermit p{n}\n    subject to f{n}\n" for n in range(1_000)
    )
    assert codes_of(HEAD + pairs) == ["TOS3004"] * limits.MAX_ERRORS + ["TOS5004"]
    assert codes_of(subjects(CHAIN) + "    subject to c0\n") == ["TOS3004"]


# --- breadth that multiplies ------------------------------------------------------------------------


def test_exceptions_that_multiply() -> None:
    """Each attaches the next one twice: forty of them written out are a million million."""
    made = [
        f"exception e{n}\n    when yes\n    except l{n}\n        when yes\n        except e{n + 1}\n"
        f"    except e{n + 1}\n"
        for n in range(20)
    ]
    end = "exception e20\n    when yes\nforbid a\n    except e0\n"
    found = problems_of(HEAD + "".join(made) + end)
    assert named(found, "TOS5013", "MAX_EXCEPTIONS")


def test_documents_that_multiply() -> None:
    made = [
        f"policy p{n}\n    default permit\nincorporate p{n + 1}\nincorporate p{n + 1}\n"
        for n in range(25)
    ]
    found = problems_of("".join(made) + "policy p25\n    default permit\n")
    assert named(found, "TOS5012", "MAX_DOCUMENTS")


def test_facts_that_multiply() -> None:
    made = [f"type T{n} has\n    a: T{n + 1}\n    b: T{n + 1}\n" for n in range(16)]
    text = "vocabulary v\n" + "".join(made) + "type T16 has\n    a: boolean\nfact x: T0\n"
    policy = "policy p\n    default permit\nuse v\nforbid f\n    when x.a.a.a.a\n"
    found = problems_of(text + policy)
    assert [each.code for each in found] == ["TOS5015"]
    assert named(found, "TOS5015", "MAX_FACTS")


def test_pairs_that_multiply() -> None:
    made = [f"forbid f{n}\n    subject to everything else\npermit p{n}\n" for n in range(600)]
    found = problems_of(HEAD + "".join(made))
    assert named(found, "TOS5017", "MAX_PRECEDENCES")


def test_routes_that_part_again_and_again() -> None:
    def document(number: int) -> str:
        routes = "".join(f"governed by p{other}\n    when a\n" for other in range(number + 1, 20))
        back = "governed by p0\n    when not a\n" if number == 19 else ""
        return f"policy p{number}\n    default permit\nuse v\n{routes}{back}"

    found = problems_of("vocabulary v\nfact a: boolean\n" + "".join(map(document, range(20))))
    assert named(found, "TOS5040", "MAX_ROUTES")


def test_versions_that_take_turns_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten days of use and ten of knowledge, and for each, one before all of them, and none said."""
    monkeypatch.setattr(limits, "MAX_PERIODS", 12 * 12)
    version = (
        'policy p\n    version "{0}"\n    effective from 2023-01-{0}\n'
        "    recorded 2022-01-{0}\n    default permit\n"
    )
    ten = "".join(version.format(day) for day in range(10, 20))
    assert problems_of(ten + "policy q\n    default permit\nincorporate p@11\n") == ()
    found = problems_of(ten.replace("from 2023-01-19", "from 2023-01-19 until 2023-02-01"))
    assert named(found, "TOS6012", "MAX_PERIODS")
    assert [each.code for each in found] == ["TOS6012"]


def test_definitions_that_multiply_are_decided() -> None:
    """Each uses the one before twice: written out, forty of them are a million million."""
    for join in ("{0} and {0}", "{0} is {0}", "not {0} or {0}"):
        made = [f"define d{n + 1} as {join.format(f'd{n}')}\n" for n in range(40)]
        text = HEAD + "define d0 as model.distributed\n" + "".join(made) + "forbid a\n    when d40\n"
        assert loads(text).decide({}).to_json()


# --- facts ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def policies() -> PolicySet:
    return load("openai.business_terms")


def problems_in(policies: PolicySet, text: str) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    read_use(read_text(text, "facts.yaml", found), policies.vocabulary, found)
    assert all(each.span.line for each in found)
    return found


def test_facts_past_the_limit(policies: PolicySet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FACTS_BYTES", 100)
    found = problems_in(policies, "facts: {}\n#" + "é" * 100)
    assert [each.code for each in found] == ["TOS5005"]
    assert named(found, "TOS5005", "MAX_FACTS_BYTES")


def _nested(value: Any, deep: int, wrap: Callable[[Any], Any]) -> Any:
    for _ in range(deep):
        value = wrap(value)
    return value


WRAPS: dict[str, Callable[[Any], Any]] = {
    "mappings": lambda inner: {"model": inner},
    "lists": lambda inner: [inner],
    "tuples": lambda inner: (inner,),
    "sets": lambda inner: frozenset({inner}),
}

DEEP_TEXTS = {
    "lists in brackets": "facts:\n  activities: " + "[" * DEEP + "]" * DEEP,
    "mappings in brackets": "facts: " + "{model: " * DEEP + "1" + "}" * DEEP,
    "lists by dashes": "facts:\n  activities:\n    " + "- " * DEEP + "train",
    "mappings by lines": "facts:\n" + "".join(f"{' ' * (2 + n)}model:\n" for n in range(1_500)),
    "keys": "facts:\n  " + "? " * DEEP + "a",
    "json lists": '{"facts": {"activities": ' + "[" * DEEP + "]" * DEEP + "}}",
    "json mappings": '{"facts": ' * DEEP + "1" + "}" * DEEP,
    "json lists not closed": '{"facts": {"activities": ' + "[" * DEEP,
}


@pytest.mark.parametrize("kind", DEEP_TEXTS)
def test_deep_facts_are_refused(kind: str, policies: PolicySet) -> None:
    found = problems_in(policies, DEEP_TEXTS[kind])
    assert named(found, "TOS5006", "MAX_FACTS_NESTING")
    assert len(found) == 1


@pytest.mark.parametrize("kind", WRAPS)
def test_deep_values_are_refused(kind: str, policies: PolicySet) -> None:
    with pytest.raises(FactError) as raised:
        policies.decide({"activities": _nested("train", DEEP, WRAPS[kind])})
    assert named(raised.value.diagnostics, "TOS5006", "MAX_FACTS_NESTING")


def test_values_that_hold_themselves_are_refused(policies: PolicySet) -> None:
    mapping: dict[str, Any] = {}
    mapping["model"] = mapping
    items: list[Any] = []
    items.append(items)
    for value in (mapping, {"activities": items}):
        with pytest.raises(FactError) as raised:
            policies.decide(value)
        assert raised.value.diagnostics[0].code == "TOS5006"


def test_a_long_list_is_refused(policies: PolicySet) -> None:
    for count in (limits.MAX_LIST + 1, 10 * limits.MAX_LIST):
        items = ["train"] * count
        with pytest.raises(FactError) as raised:
            policies.decide({"activities": items})
        assert named(raised.value.diagnostics, "TOS5007", "MAX_LIST")
        for text in (
            json.dumps({"facts": {"activities": items}}),
            "facts:\n  activities:\n" + "  - train\n" * count,
        ):
            found = problems_in(policies, text)
            assert [each.code for each in found] == ["TOS5007"]
            assert named(found, "TOS5007", "MAX_LIST")
    assert policies.decide({"activities": ["train"] * limits.MAX_LIST}).to_json()


def test_many_wrong_facts(policies: PolicySet) -> None:
    wrong = {f"activitiez{number}": 1 for number in range(50_000)}
    with pytest.raises(FactError) as raised:
        policies.decide(wrong)
    codes = [each.code for each in raised.value.diagnostics]
    assert codes == ["TOS4002"] * limits.MAX_ERRORS + ["TOS5004"]
    text = "facts:\n" + "".join(f"  {name}: 1\n" for name in list(wrong)[:5_000])
    assert [each.code for each in problems_in(policies, text)] == codes
    members = ["trian"] * limits.MAX_LIST
    with pytest.raises(FactError) as raised:
        policies.decide({"activities": members})
    assert len(raised.value.diagnostics) == limits.MAX_ERRORS + 1


def test_odd_values_are_refused(policies: PolicySet) -> None:
    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError("nobody asks for this")

    huge = 10**5_000
    for value in (
        huge,
        -huge,
        1.5,
        float("nan"),
        b"x",
        Odd(),
        object,
        {huge: 1},
        {Odd(): 1},
        {None: 1},
    ):
        for path in ("user.age", "model.purpose", "activities", "model", "model.distributed"):
            with pytest.raises(FactError) as raised:
                policies.decide({path: value})
            assert str(raised.value)
    with pytest.raises(FactError):
        policies.decide({huge: 1})  # type: ignore[dict-item]  # - what a caller may do all the same
    with pytest.raises(FactError):
        policies.decide({"activities": {huge, 1, "train"}})


def test_long_words_are_cut(policies: PolicySet) -> None:
    word = "x" * MEGABYTE
    found: list[Diagnostic] = []
    for text in (f"facts:\n  model: {{purpose: {word}}}\n", f"facts:\n  user: {{age: {word}}}\n"):
        found = problems_in(policies, text)
        assert len(found) == 1
        assert len(found[0].message) + len(found[0].mend) < 1_000
    node = from_python({word: word, "output_of": [word]}, found)
    assert node is not None
    read_facts(node, policies.vocabulary, found)
    assert all(len(each.message) + len(each.mend) < 1_000 for each in found)


@pytest.mark.parametrize("file", ["hidden.tos", "hidden.tos.md"])
@pytest.mark.parametrize("text", ["\x00" * 5_000, "\x00\n" * 5_000], ids=["in a line", "in lines"])
def test_no_more_mistakes_are_made_than_are_shown(text: str, file: str) -> None:
    """Each would be sorted and thrown away: millions of them took minutes."""
    found = parse(text, file).diagnostics
    assert limits.MAX_ERRORS <= len(found) <= 3 * limits.MAX_ERRORS
