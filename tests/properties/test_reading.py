"""One value, written in every way in which a value comes in, has one answer: read so, or refused so.

A value is drawn as Python has it: of every type, wrong ones and such as are past a limit among them.
Each way writes it down by itself and gives what is known of it at the end, or the codes of what is
wrong. A way that cannot say a value (a cell has no list of lists) leaves it out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import frozen
from hypothesis import example, given
from hypothesis import strategies as st

import tosdsl
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.errors import FactError, PolicyError
from tosdsl.facts.evidence import weigh
from tosdsl.facts.read import Reader
from tosdsl.testing.tables.rows import read_csv, read_yaml
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.trees.quantities import ABSENT, Absent, Money, duration

VOCABULARY = """vocabulary every

party acme
party globex

type Colour is one of
    red
    green
    blue

type Sale has
    amount: money in USD
    on: date
    number: integer
    to: party
    shipped: optional date

type Place has
    street: text
    since: date

type Person has
    age: integer
    place: Place

fact open: boolean judged
fact seats: integer judged
fact share: number judged
fact note: text judged
fact signed: date judged
fact asked: instant judged
fact notice: duration in days judged
fact delay: duration in hours judged
fact revenue: money in USD judged
fact maker: party judged
fact colour: Colour judged
fact person: Person judged
fact sales: list of Sale judged
fact colours: list of Colour judged
fact makers: list of party judged
fact numbers: list of number judged
fact ended: optional date judged
fact cap: optional money in USD judged
"""

POLICY = """
policy every.policy
    default permit

use every

forbid much
    when any of
        seats > 10 and open
        share >= 0.5
        sum(s.amount for s in sales) > 100 USD
        colours overlaps {red, green}

forbid strange
    when note is "a" or makers includes acme or revenue > 1 million USD

forbid late
    when signed < 2020-01-01 or colour is red
"""


@frozen
class Lasting:
    """A duration as it is said."""

    count: int
    unit: str


# --- what is drawn --------------------------------------------------------------------------------

_MARKS = "\u2028\u2029\u0085\n\t\r\0\x1b\ufeff\u200b\u00a0\ue000\uffff\u0301"
_LETTERS = st.sampled_from([*'aZ0 -:#,;"\\{[&*|%eſ\U0001f600', *_MARKS])
_TEXTS = st.text(_LETTERS, max_size=6) | st.sampled_from(["no", "null", "~", "1.0", "2024-01-01", "="])
_HALVES = st.builds("".join, st.tuples(_TEXTS, st.sampled_from("\ud83d\udc00"), _TEXTS))
_WHOLE = st.integers(-20, 2_000_000) | st.sampled_from([10**99, 10**100 - 1, 1 - 10**100])
_TOO_LONG = st.sampled_from([10**100, -(10**100), 10**150, 10**1_000])
_PLACES = st.sampled_from([0, 1, 2, 5, 98, 99])
_DECIMALS = st.builds(lambda number, places: Decimal(number).scaleb(-places), _WHOLE, _PLACES).filter(
    lambda number: len(f"{number:f}") < 100
)
_TOO_FINE = st.sampled_from([Decimal("0." + "1" * 100), Decimal("1e-100"), Decimal("-1e-400")])
_DAYS = st.dates()
_MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
_PARTIES = st.sampled_from(["acme", "globex", "Someone else", "Nord & Co", "é"])
_COLOURS = st.sampled_from(["red", "green", "blue"])
_COUNTS = st.integers(-5, 1_000) | st.just(1_000_000)
_TOO_MANY = st.sampled_from([1_000_001, 10**30, 10**200])
_NO_DAYS = st.sampled_from(["2023-02-30", "soon", True])
_NOT_SO = st.sampled_from([True, "abc", date(2024, 1, 1)])


def _money(
    amounts: st.SearchStrategy[Any], currencies: Iterable[str] = ("USD",)
) -> st.SearchStrategy[Money]:
    return st.builds(Money, amounts, st.sampled_from([*currencies]))


def _lasting(counts: st.SearchStrategy[int], *units: str) -> st.SearchStrategy[Lasting]:
    return st.builds(Lasting, counts, st.sampled_from(units))


def _record(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: each | st.none() for name, each in fields.items()})


_AMOUNTS = _money(_WHOLE | _DECIMALS)
_NO_AMOUNTS = _money(_TOO_LONG | _TOO_FINE) | _money(_WHOLE, ["EUR"])
_SALE = {
    "amount": (_AMOUNTS, _NO_AMOUNTS),
    "on": (_DAYS, _NO_DAYS),
    "number": (_WHOLE, _TOO_LONG),
    "to": (_PARTIES, st.sampled_from(["ACME", "--"])),
    "shipped": (_DAYS | st.just(ABSENT), _NO_DAYS),
}
_PLACE = {"street": (_TEXTS, _HALVES), "since": (_DAYS, _NO_DAYS)}


def _of(fields: dict[str, Any], at: int) -> st.SearchStrategy[dict[str, Any]]:
    return _record(**{name: each[at] for name, each in fields.items()})


def _several(good: st.SearchStrategy[Any], bad: st.SearchStrategy[Any]) -> tuple[Any, Any]:
    return st.lists(good, max_size=4), st.lists(good | bad, min_size=1, max_size=3) | _NOT_SO


VALUES: dict[str, tuple[st.SearchStrategy[Any], st.SearchStrategy[Any]]] = {
    "open": (st.booleans(), st.sampled_from([1, "abc"])),
    "seats": (_WHOLE, _TOO_LONG | _NOT_SO | st.just(Decimal("1.5"))),
    "share": (_WHOLE | _DECIMALS, _TOO_LONG | _TOO_FINE | _NOT_SO),
    "note": (_TEXTS, _HALVES),
    "signed": (_DAYS, _NO_DAYS),
    "asked": (_MOMENTS, _NOT_SO),
    "notice": (
        _lasting(_COUNTS, "day", "week"),
        _lasting(_TOO_MANY, "day") | _lasting(_COUNTS, "month") | _NOT_SO,
    ),
    "delay": (
        _lasting(_COUNTS, "hour", "second", "millisecond"),
        _lasting(_TOO_MANY, "minute", "hour") | _NOT_SO,
    ),
    "revenue": (_AMOUNTS, _NO_AMOUNTS | _NOT_SO),
    "maker": (
        _PARTIES | _TEXTS,
        _HALVES | st.sampled_from(["ACME", "--", "provider", "unknown", "NULL", "t.b.d."]),
    ),
    "colour": (_COLOURS, st.sampled_from(["bleu", "RED"])),
    "person": (
        _record(age=_WHOLE, place=_of(_PLACE, 0)),
        _record(age=_TOO_LONG, place=_of(_PLACE, 1)) | _NOT_SO,
    ),
    "sales": _several(_of(_SALE, 0), _of(_SALE, 1)),
    "colours": _several(_COLOURS, st.sampled_from(["bleu"])),
    "makers": _several(_PARTIES, st.sampled_from(["ACME", "--"])),
    "numbers": _several(_WHOLE | _DECIMALS, _TOO_LONG | _TOO_FINE),
    "ended": (_DAYS | st.just(ABSENT), _NO_DAYS),
    "cap": (_AMOUNTS | st.just(ABSENT), _NO_AMOUNTS),
    "cost": (st.none(), st.integers()),
}
"""By fact, what it takes and what not (or not always); the last one no vocabulary declares."""


@st.composite
def uses(draw: st.DrawFn) -> dict[str, Any]:
    """A few facts; mostly all of them good."""
    names = draw(st.lists(st.sampled_from([*VALUES][:-1]), min_size=1, max_size=5, unique=True))
    bad = draw(st.sampled_from([None, None, *names, "cost"]))
    names += ["cost"] if bad == "cost" else []
    several = {name: draw(VALUES[name][name == bad] | st.none()) for name in names}
    return {name: value for name, value in several.items() if name != "cost" or value is not None}


# --- how it is written ----------------------------------------------------------------------------


class Unsaid(Exception):
    """This way has no form for the value."""


def plain(value: Any) -> Any:
    """What a program gives."""
    match value:
        case dict():
            return {key: plain(inner) for key, inner in value.items()}
        case list():
            return [*map(plain, value)]
        case Lasting(count=count, unit=unit):
            return duration(count, unit)
        case _:
            return value


def turned(value: Any) -> Any:
    """The same with the keys of every mapping in the opposite order."""
    match value:
        case dict():
            return {key: turned(value[key]) for key in reversed(value)}
        case list():
            return [*map(turned, value)]
        case _:
            return value


def said(value: Any) -> str:
    """A value that is a text in JSON, and has no quotes in YAML."""
    match value:
        case datetime():
            return f"{value.replace(tzinfo=None).isoformat()}Z"
        case date():
            return value.isoformat()
        case Money(amount=amount, currency=currency):
            return f"{digits(amount)} {currency}"
        case Lasting(count=count, unit=unit):
            return f"{digits(count)} {unit}s"
        case Absent():
            return "none"
    raise AssertionError(value)


def digits(number: Any) -> str:
    """A number, written out; Python writes no whole number of thousands of digits."""
    text = f"{number if isinstance(number, Decimal) else Decimal(number):f}"
    return f"{text}0" if text.endswith(".000") else text  # which a text may not say


def written(value: Any, text: Callable[[str], str], quote: bool) -> str:
    """JSON, or YAML in brackets; ``quote`` what is said in a text."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return digits(value)
        case str():
            return text(value)
        case dict():
            inner = (f"{key}: {written(each, text, quote)}" for key, each in value.items())
            keyed = (re.sub(r"^(\w+):", r'"\1":', each) if quote else each for each in inner)
            return f"{{{', '.join(keyed)}}}"
        case list():
            return f"[{', '.join(written(each, text, quote) for each in value)}]"
    return json.dumps(said(value)) if quote else said(value)


def raw(text: str) -> str:
    """A text in quotes whose characters are escaped only where they must be."""
    kept = [each.isprintable() or each in "\u0085\u2028\u2029" for each in text]
    whole = zip(kept, text, strict=True)
    return (
        '"' + "".join(e if good and e not in '"\\' else json.dumps(e)[1:-1] for good, e in whole) + '"'
    )


def as_json(value: Any, text: Callable[[str], str] = json.dumps) -> str:
    return written(value, text, True)


def as_yaml(value: Any, text: Callable[[str], str] = json.dumps) -> str:
    return written(value, text, False)


def in_policy(value: Any) -> str:
    """As a scenario writes it."""

    def text(given: str) -> str:
        if (
            not given.isprintable()
            or {'"', "\\"} & {*given}
            or any("\ud800" <= x <= "\udfff" for x in given)
        ):
            raise Unsaid
        return given if given in NAMES else f'"{given}"'

    match value:
        case None:
            raise Unsaid
        case dict() | list() if None in (value.values() if isinstance(value, dict) else value):
            raise Unsaid
        case Lasting(count=count) if count < 0:
            raise Unsaid
        case "2023-02-30":
            return value
        case dict():
            return f"{{{', '.join(f'{key}: {in_policy(each)}' for key, each in value.items())}}}"
        case list():
            return f"[{', '.join(map(in_policy, value))}]"
    return written(value, text, False)


def in_cell(value: Any) -> str:
    """As a cell of a CSV table has it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | Decimal():
            return digits(value)
        case str() if "\r" not in value and value != "none":
            return '"' + value.replace('"', '""') + '"'
        case list() if not any(isinstance(each, dict | list) for each in value):
            items = [in_cell(each).strip('"') for each in value]
            if any(each != each.strip() or not each or {";", '"'} & {*each} for each in items):
                raise Unsaid
            return ";".join(items) or "[]"
        case dict() | list() | str():
            raise Unsaid
    return said(value)


# --- the ways -------------------------------------------------------------------------------------

POLICIES = tosdsl.loads(VOCABULARY, POLICY)
NAMES = {"acme", "globex", "provider", "red", "green", "blue", "bleu"}
LEAVES = {leaf.path: leaf.type for leaf in POLICIES.vocabulary.leaves()}

Answer = tuple[str, Any]


def told(decision: Any) -> Answer:
    return "decided", {**decision.to_json(), "explanation": None}


def refused(diagnostics: Iterable[Diagnostic]) -> Answer:
    return "refused", {each.code for each in diagnostics if each.severity is Severity.ERROR}


def answered(ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except (FactError, PolicyError) as error:
        return refused(error.diagnostics)


def document(text: str | bytes, name: str) -> Answer:
    use, _ = POLICIES.read_use(text, name)
    return told(POLICIES.decide_use(use))


def wire(data: str, policies: tosdsl.PolicySet = POLICIES) -> Answer:
    made = json.loads(policies.decide_json(data.encode("utf-8", "surrogatepass")))
    assert policies.decide_json(data.encode("utf-8", "surrogatepass")) == policies.decide_json(
        data.encode("utf-8", "surrogatepass")
    )
    return "decided", made


def known(facts: Facts) -> Answer:
    return "known", dict(facts)


def asserted(facts: dict[str, Any]) -> Answer:
    """Each fact once as an assertion, and nothing else."""
    several = [
        {"fact": fact, "value": value, "status": "confirmed", "source": "a letter"}
        for fact, value in facts.items()
    ]
    use, _ = POLICIES.read_use(as_json({"facts": {}, "assertions": several}, raw), "f.json")
    return known(weigh(use).facts)


def in_reading(facts: dict[str, Any]) -> Answer:
    use, _ = POLICIES.read_use(as_yaml({"facts": {}, "readings": {"one": facts}}), "f.yaml")
    return known(use.readings[0].facts)


def scenario(facts: dict[str, Any]) -> Answer:
    lines = [f"        {fact}: {in_policy(value)}\n" for fact, value in facts.items()]
    text = f'{POLICY}\nscenario "one"\n    given\n{"".join(lines)}    expect undetermined\n'
    [(_, _, use)] = tosdsl.loads(VOCABULARY, text).scenarios()
    return known(use.facts)


def row(facts: dict[str, Any]) -> Answer:
    flat = dict(flattened(facts))
    if any(isinstance(LEAVES.get(fact), v.ListOf) > isinstance(flat[fact], list) for fact in flat):
        raise Unsaid  # each cell of such a column is a list
    cells = [in_cell(value) for value in flat.values()]
    text = f"{','.join([*flat, 'expect'])}\n{','.join([*cells, 'permitted'])}\n"
    problems: list[Diagnostic] = []
    table = read_csv(text, "t.cases.csv", LEAVES, problems)
    return of_rows(table.rows, problems)


def case(facts: dict[str, Any]) -> Answer:
    problems: list[Diagnostic] = []
    text = f"- {{given: {as_yaml(facts, raw)}, expect: permitted}}\n"
    return of_rows(read_yaml(text, "t.cases.yaml", problems).rows, problems)


@pytest.mark.parametrize("word", ["unknown", "Unknown", "nil", "undefined", "unclear", "TBD"])
@pytest.mark.parametrize("fact", ["maker", "note", "colour"])
def test_a_word_for_what_is_not_known_is_no_value(fact: str, word: str) -> None:
    """It would be the name of a party, or a text, of which everything else is then known."""
    if word != "unknown":  # without quotes, that is how to say it
        assert unquoted(fact, word) == dict.fromkeys(UNQUOTED, ("refused", {"TOS1008"}))
    in_quotes = ("refused", {"maker": {"TOS1008"}, "colour": {"TOS4004"}}.get(fact))
    if fact == "note":
        in_quotes = known({"note": word})
    for name, way in READ.items():
        expected = in_quotes
        if name.endswith("CSV") and fact != "note":  # quotes say nothing in a cell
            expected = known({}) if word == "unknown" else ("refused", {"TOS1008"})
        assert answered(lambda way=way: way({fact: word})) == expected, name  # type: ignore[misc]  # bound as it is now
    asked: dict[str, Any] = {fact: word}
    if fact == "note":
        assert POLICIES.decide(asked).verdict is POLICIES.verdict(asked)
    else:
        assert answered(lambda: told(POLICIES.decide(asked))) == in_quotes


@pytest.mark.parametrize("word", ["null", "Null", "NULL", "unknown"])
@pytest.mark.parametrize("fact", ["maker", "note", "colour", "seats", "makers", "cap"])
def test_null_without_quotes_says_nothing(fact: str, word: str) -> None:
    assert unquoted(fact, word) == dict.fromkeys(UNQUOTED, known({}))


def test_null_in_a_list_is_no_item() -> None:
    assert unquoted("makers", "[null]", "acme;null") == dict.fromkeys(
        UNQUOTED, ("refused", {"TOS4008"})
    )


@pytest.mark.parametrize(
    ("fact", "text", "code"),
    [
        ("seats", "1.0", "TOS4003"),
        ("seats", "-3.00", "TOS4003"),
        ("numbers", "[1.0, 0.50]", ""),
        ("seats", "1.5 million", ""),
        ("seats", "1e5", "TOS4003"),
        ("share", "1e5", "TOS4003"),
        ("share", "2.5E-1", "TOS4003"),
        ("seats", "+5", "TOS4003"),
        ("share", "+0.5", "TOS4003"),
        ("revenue", "+5 USD", "TOS4003"),
        ("notice", "+5 days", "TOS4003"),
        ("asked", "2023-02-30T10:00Z", "TOS1011"),
        ("asked", "2023-02-03T25:00+01:00", "TOS1011"),
        ("signed", "2023-02-30", "TOS1011"),
        ("share", "0.123456789012345678901234567890123", ""),
    ],
)
def test_a_value_is_written_in_one_way_in_every_form(fact: str, text: str, code: str) -> None:
    """A scenario is read by the grammar first, which has words of its own for what it cannot read."""
    cell = text.strip("[]").replace(", ", ";")
    found = unquoted(fact, text, cell)
    by_grammar = found.pop("a scenario")
    assert len({str(each) for each in found.values()}) == 1
    if code:
        assert found["YAML"] == ("refused", {code})
        assert by_grammar[0] == "refused"
        return
    assert by_grammar == found["YAML"]
    assert by_grammar[0] == "known"


@pytest.mark.parametrize("text", ["1e5", "2.5E-1", "100000", "1.0"])
def test_json_has_numbers_of_its_own(text: str) -> None:
    """They have exponents, as RFC 8259 says, and programs write them so."""
    use, _ = POLICIES.read_use(f'{{"facts": {{"share": {text}}}}}', "f.json")
    assert use.facts["share"] == Fraction(Decimal(text))
    whole = answered(lambda: document(f'{{"facts": {{"seats": {text}}}}}', "f.json"))
    assert (whole[0] == "decided") == text.isdigit()


def unquoted(fact: str, text: str, cell: str | None = None) -> dict[str, Answer]:
    """A value as somebody writes it by hand, without quotes, in each way."""

    def in_csv() -> Answer:
        problems: list[Diagnostic] = []
        table = read_csv(f"{fact},expect\n{cell or text},permitted\n", "t.csv", LEAVES, problems)
        return of_rows(table.rows, problems)

    def in_cases() -> Answer:
        problems: list[Diagnostic] = []
        table = read_yaml(f"- {{given: {{{fact}: {text}}}, expect: permitted}}", "t.yaml", problems)
        return of_rows(table.rows, problems)

    def in_scenario() -> Answer:
        written = f'{POLICY}\nscenario "one"\n    given\n        {fact}: {text}\n    expect permitted\n'
        [(_, _, use)] = tosdsl.loads(VOCABULARY, written).scenarios()
        return known(use.facts)

    def in_document() -> Answer:
        use, _ = POLICIES.read_use(f"facts:\n  {fact}: {text}\n", "f.yaml")
        return known(use.facts)

    several = zip(UNQUOTED, (in_csv, in_cases, in_scenario, in_document), strict=True)
    return {name: answered(way) for name, way in several}


UNQUOTED = ("CSV", "cases", "a scenario", "YAML")


def says_something(value: Any) -> bool:
    """Whether anything is known by a value: an assertion says something."""
    return any(map(says_something, value.values())) if isinstance(value, dict) else value is not None


def of_rows(rows: Any, problems: list[Diagnostic]) -> Answer:
    [one] = rows
    found = Reader(POLICIES.vocabulary, problems).facts(one.facts)
    errors = any(each.severity is Severity.ERROR for each in problems)
    return refused(problems) if errors else known(found)


def flattened(facts: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for fact, value in facts.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{prefix}{fact}.")
        else:
            yield f"{prefix}{fact}", value


WAYS: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "a document in JSON": lambda facts: document(as_json({"facts": facts}), "f.json"),
    "JSON, as few escapes as can be": lambda facts: document(as_json({"facts": facts}, raw), "f.json"),
    "JSON without a name": lambda facts: document(as_json({"facts": facts}, raw), "<facts>"),
    "JSON that is called YAML": lambda facts: document(as_json({"facts": facts}, raw), "f.yaml"),
    "YAML": lambda facts: document(f"facts: {as_yaml(facts)}", "f.yaml"),
    "YAML, as few escapes as can be": lambda facts: document(f"facts: {as_yaml(facts, raw)}", "f.yaml"),
    "bytes to bytes": lambda facts: wire(as_json({"facts": facts}, raw)),
    "bytes to bytes, escaped": lambda facts: wire(as_json({"facts": facts})),
}
"""Besides ``decide``: what gives a decision."""

READ: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "assertions": asserted,
    "a reading": in_reading,
    "a scenario": scenario,
    "a row of a table in CSV": row,
    "a case of a table in YAML": case,
}
"""What gives facts that are read, and no decision."""


@pytest.fixture(scope="module")
def without_msgspec() -> tosdsl.PolicySet:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "msgspec", None)
        made = tosdsl.loads(VOCABULARY, POLICY)
        assert made.decide_json(b'{"facts": {}}')
    return made


@given(uses())
@example({"note": "a\u0085b"})
@example({"note": "a\u2028b", "signed": "2023-02-30"})
@example({"share": Decimal("0." + "1" * 101)})
@example({"share": Decimal("0." + "1" * 5_000)})
@example({"note": "\ud83d", "maker": "\udc00"})
@example({"cap": ABSENT, "sales": [{"shipped": ABSENT}, {"shipped": None}]})
@example({"sales": [{"number": 0, "amount": Money(101, "USD")}]})
def test_every_way_in_has_one_answer(without_msgspec: tosdsl.PolicySet, facts: dict[str, Any]) -> None:
    expected = answered(lambda: told(POLICIES.decide(plain(facts))))
    for once_more in (facts, turned(facts)):
        again = answered(lambda given=once_more: told(POLICIES.decide(plain(given))))  # type: ignore[misc]  # bound as it is now
        assert again == expected
    for name, way in WAYS.items():
        got = answered(lambda way=way: way(facts))  # type: ignore[misc]  # bound as it is now
        assert got == expected, name
    bare = answered(lambda: wire(as_json({"facts": facts}, raw), without_msgspec))
    assert bare == expected, "bytes to bytes, by the standard library alone"
    if expected[0] == "decided":
        use, _ = POLICIES.read_use(as_json({"facts": facts}), "f.json")
        expected = known(use.facts)
        assert POLICIES.verdict(plain(facts)) is POLICIES.decide(plain(facts)).verdict
    one = {fact: value for fact, value in facts.items() if says_something(value)}
    for name, way in READ.items() if one else ():
        try:
            got = answered(lambda way=way: way(one))  # type: ignore[misc]  # bound as it is now
        except Unsaid:
            continue
        assert got == expected, name
