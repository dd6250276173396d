"""How values come in: one meaning of a document, one set of limits, and no object but plain ones."""

from __future__ import annotations

import json
from collections import OrderedDict, UserList
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import tosdsl
from tests.unit.conftest import Run
from tosdsl.base import limits
from tosdsl.errors import FactError
from tosdsl.facts.evidence import weigh
from tosdsl.trees.quantities import Duration, Money

POLICY = """
vocabulary every

party acme

type Colour is one of
    red
    green

type Sale has
    amount: money in USD
    on: date

fact open: boolean
fact text: text
fact seats: integer
fact share: number
fact price: money in USD
fact signed: date
fact asked: instant
fact notice: duration in days
fact maker: party judged
fact colours: list of Colour
fact makers: list of party judged
fact sales: list of Sale

policy every.policy
    default permit

use every

forbid text
    when text is "a b"

forbid large
    when share >= 0.5 or seats > 10 or price > 1 million USD

forbid late
    when signed < 2020-01-01 and (colours includes red or makers includes acme or maker is acme)

forbid sold
    when sum(s.amount for s in sales) >= 10 USD or count(c in colours) > 1
"""


@pytest.fixture(scope="module")
def policies() -> tosdsl.PolicySet:
    return tosdsl.loads(POLICY)


def codes(ask: Callable[[], object]) -> list[str]:
    with pytest.raises(FactError) as raised:
        ask()
    return [each.code for each in raised.value.diagnostics]


def verdict_of(policies: tosdsl.PolicySet, text: str, name: str) -> str:
    return policies.decide_use(policies.read_use(text, name)[0]).verdict.value


# --- JSON -----------------------------------------------------------------------------------------

DOCUMENTS = {
    "a next line in a text": ('{"facts": {"text": "a\u0085b", "open": true}}', []),
    "a line separator in a text": ('{"facts": {"text": "a\u2028b"}}', []),
    "spaces around a paragraph separator": ('{"facts": {"text": "a \u2029 b"}}', []),
    "a colon in the next line": ('{"facts"\n: {"text": "x"}}', []),
    "tabs": ('{\t"facts":\t{\n\t\t"text":\t"a\\tb"\n\t}\n}', []),
    "a name of a thousand characters and more": (json.dumps({"facts": {"x" * 2_000: 1}}), ["TOS4002"]),
    "an anchor's sign in a text": ('{"facts": {"text": "&a *b !c #d"}}', []),
    "halves of one character": ('{"facts": {"text": "\\ud83d\\ude00"}}', []),
    "half of a character": ('{"facts": {"text": "\\ud83d"}}', ["TOS4022"]),
    "a character of no width before it": ('\ufeff{"facts": {"text": "x"}}', []),
    "a delete character": ('{"facts": {"text": "a\x7fb"}}', []),
    "a null character, escaped": ('{"facts": {"text": "a\\u0000b"}}', []),
    "a name twice": ('{"facts": {"text": "a b", "text": "x"}}', ["TOS4005"]),
    "facts twice": ('{"facts": {}, "facts": {"text": "a b"}}', ["TOS4005"]),
    "no number": ('{"facts": {"share": NaN}}', ["TOS4001"]),
    "an infinite number": ('{"facts": {"share": -Infinity}}', ["TOS4001"]),
    "a number with a zero before it": ('{"facts": {"share": 01}}', ["TOS4001"]),
    "a number with a plus": ('{"facts": {"share": +1}}', ["TOS4001"]),
    "an exponent": ('{"facts": {"share": 25E-2}}', []),
    "a line end in a text": ('{"facts": {"text": "a\nb"}}', ["TOS4001"]),
    "single quotes": ("{'facts': {}}", ["TOS4001"]),
    "a comment": ('{"facts": {}} # none', ["TOS4001"]),
    "a comma too many": ('{"facts": {"open": true,}}', ["TOS4001"]),
    "no quotes": ("{facts: {open: true}}", ["TOS4001"]),
    "a word": ('{"facts": {"open": yes}}', ["TOS4001"]),
    "two documents": ("{} {}", ["TOS4001"]),
    "a list": ("[]", ["TOS4006"]),
    "nothing": ("", ["TOS4001"]),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_json_is_read_by_its_own_rules_as_a_document_and_as_bytes(
    policies: tosdsl.PolicySet, kind: str
) -> None:
    text, wrong = DOCUMENTS[kind]
    data = text.encode()
    if wrong:
        assert codes(lambda: policies.read_use(text, "facts.json")) == wrong
        assert codes(lambda: policies.decide_json(data)) == wrong
        return
    told = json.loads(policies.decide_json(data))["verdict"]
    for name in ("facts.json", "FACTS.JSON", "<facts>", "facts.yaml"):
        assert verdict_of(policies, text, name) == told


@pytest.mark.parametrize("mark", ["\u0085", "\u2028", "\u2029"])
@pytest.mark.parametrize("form", ['"a{}b"', "a{}b", "'a {} b'", "|-\n    a{}b", '"a{} \\uE000"'])
def test_in_yaml_these_marks_end_no_line(policies: tosdsl.PolicySet, form: str, mark: str) -> None:
    use, _ = policies.read_use(f"facts:\n  text: {form.format(mark)}\n", "facts.yaml")
    assert use.facts["text"] == form.format(mark).strip("\"'|-\n ").replace("\\uE000", "\ue000")


def test_a_text_that_leaves_no_stand_in_for_a_line_separator_is_refused(
    policies: tosdsl.PolicySet,
) -> None:
    every = "".join(map(chr, range(0xE000, 0xF900)))
    text = f"facts: {{text: '{every}\u2028'}}"
    assert codes(lambda: policies.read_use(text, "facts.yaml")) == ["TOS4001"]


# --- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["\u0085", "\u2028", "\u2029", "\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("f.json", '{{"use": "a-b",{0}"facts": {{"open":{0}  7}}}}', (3, 3)),
        ("f.yaml", "use: a-b{0}facts:{0}  open: 7{0}", (3, 9)),
        ("f.yaml", '{{use: "a-b",{0}facts: {{open:{0} 7}}}}', (3, 2)),
    ],
)
def test_lines_end_where_the_notation_says(
    policies: tosdsl.PolicySet, name: str, text: str, place: tuple[int, int], mark: str
) -> None:
    ends = mark if mark in "\r\n" else "\n"
    written = text.format(ends).replace("-", " " if mark == ends else mark)
    with pytest.raises(FactError) as raised:
        policies.read_use(written, name)
    [found] = raised.value.diagnostics
    assert (found.code, found.span.line, found.span.column) == ("TOS4003", *place)
    assert "7" in str(raised.value).split("\n")[2]


# --- limits ---------------------------------------------------------------------------------------

ONES = "1" * 101
NUMBERS = {
    "a decimal": ("share", f"0.{ONES}", Decimal(f"0.{ONES}")),
    "a decimal of thousands of digits": ("share", "0." + "1" * 5_000, Decimal("0." + "1" * 5_000)),
    "a whole number where decimals are": ("share", ONES, int(ONES)),
    "a whole number of thousands of digits": ("seats", "1" * 5_000, 10**4_999),
    "a small one": ("share", "0." + "0" * 100 + "1", Fraction(1, 10**101)),
    "zeros behind the point": ("share", "0.1" + "0" * 100, Decimal("0.1" + "0" * 100)),
    "money": ("price", f'"{ONES} USD"', Money(Fraction(int(ONES)), "USD")),
    "money in small parts": ("price", f'"0.{ONES} USD"', Money(Fraction(1, 10**101), "USD")),
    "money in billions": ("price", f'"{"9" * 95} billion USD"', Money(Fraction(10**103), "USD")),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_number_meets_one_limit_whichever_way_it_comes_in(
    policies: tosdsl.PolicySet, kind: str
) -> None:
    fact, written, value = NUMBERS[kind]
    data = f'{{"facts": {{"{fact}": {written}}}}}'
    assert codes(lambda: policies.read_use(data, "f.json")) == ["TOS5010"]
    assert codes(lambda: policies.read_use(f"facts:\n  {fact}: {written}", "f.yaml")) == ["TOS5010"]
    assert codes(lambda: policies.decide_json(data.encode())) == ["TOS5010"]
    assert codes(lambda: policies.decide({fact: value})) == ["TOS5010"]
    said = {"fact": fact, "value": value, "status": "alleged", "source": "a letter"}
    assert codes(lambda: policies.decide({}, assertions=[said])) == ["TOS5010"]


EXPONENTS = ["101", "-101", "999999", "9" * 30, "-" + "9" * 30, "0" * 30 + "500"]


@pytest.mark.parametrize("exponent", EXPONENTS)
def test_an_exponent_makes_no_number_too_long(policies: tosdsl.PolicySet, exponent: str) -> None:
    data = f'{{"facts": {{"share": 1e{exponent}}}}}'
    assert codes(lambda: policies.read_use(data, "f.json")) == ["TOS5010"]
    assert codes(lambda: policies.read_use(f"facts: {{share: 1e{exponent}}}", "f.yaml")) == ["TOS4003"]
    assert codes(lambda: policies.decide_json(data.encode())) == ["TOS5010"]


def test_what_a_program_gives_meets_the_limits_of_what_is_written(policies: tosdsl.PolicySet) -> None:
    assert codes(lambda: policies.decide({"notice": Duration(10**12, "days")})) == ["TOS5019"]
    assert codes(lambda: policies.decide({"notice": Duration(10**200, "days")})) == ["TOS5010"]
    for amount in (0.5, Decimal("NaN"), True, "1"):
        wrong: Any = Money(amount, "USD")  # type: ignore[arg-type]  # what is wrong with it
        asked = {"price": wrong}
        assert codes(lambda asked=asked: policies.decide(asked)) == ["TOS4003"]  # type: ignore[misc]  # as it is now
    far = datetime.max.replace(tzinfo=UTC).replace(tzinfo=_Far())
    assert codes(lambda: policies.decide({"asked": far})) == ["TOS4003"]
    assert codes(lambda: policies.read_use("facts: {notice: 1_000_000 weeks}", "f.yaml")) == ["TOS5019"]
    days, _ = policies.read_use("facts: {notice: 1_000_000 days}", "f.yaml")
    assert policies.decide_use(days).verdict.value == "undetermined"


class _Far(tzinfo):
    """A zone in which the last moment of the calendar is one that UTC does not have."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        return timedelta(hours=-5)


def test_a_body_past_its_limit_is_not_decoded(
    policies: tosdsl.PolicySet, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert policies.decide_json(b'{"facts": {}}')
    monkeypatch.setattr(json, "loads", None)  # whoever calls it fails
    data = b'{"facts": {"text": "' + b"\xff" * limits.MAX_FACTS_BYTES + b'"}}'
    for given in (data, bytearray(data), memoryview(data)):
        assert codes(lambda given=given: policies.decide_json(given)) == ["TOS5005"]  # type: ignore[misc]  # as it is now
    assert codes(lambda: policies.read_use(data, "f.json")) == ["TOS5005"]


def test_of_a_file_no_more_is_read_than_facts_may_have(run: Run, shop: str, tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(8 * 1024**3)
    status, out, error = run("check", shop, "--facts", str(large))
    assert (status, out) == (1, "")
    assert "The facts have more than 4194304 bytes" in error


@pytest.mark.parametrize(
    "text",
    ["1.000 million USD", "1.000 USD", "+12.000 thousand USD", "-999.000  billion USD"],
)
def test_a_thousand_that_may_be_one_is_refused_whatever_is_counted(
    policies: tosdsl.PolicySet, text: str
) -> None:
    assert codes(lambda: policies.read_use(f"facts: {{price: {text}}}", "f.yaml")) == ["TOS4003"]
    assert codes(lambda: policies.decide({"price": text})) == ["TOS4003"]
    assert codes(lambda: policies.decide_json(json.dumps({"facts": {"price": text}}).encode())) == [
        "TOS4003"
    ]
    number = text.removesuffix(" USD")
    assert codes(lambda: policies.read_use(f"facts: {{share: {number}}}", "f.yaml")) == ["TOS4003"]
    assert codes(lambda: policies.read_use(f"facts: {{seats: {number}}}", "f.yaml")) == ["TOS4003"]


# --- lists ----------------------------------------------------------------------------------------

SALE = {"amount": "5 USD", "on": "2024-01-01"}
TWO_LISTS = {
    "a record twice": ("sales", [SALE, SALE], [SALE], True),
    "a member twice": ("colours", ["red", "red"], ["red"], True),
    "another one twice": ("colours", ["red", "red", "green"], ["red", "green", "green"], True),
    "a party twice": ("makers", ["acme", "acme"], ["acme"], True),
    "another order": ("colours", ["red", "green"], ["green", "red"], False),
    "another order of records": ("sales", [SALE, {}], [{}, SALE], False),
    "another notation": ("sales", [{**SALE, "amount": "5.00 USD"}], [SALE], False),
}


@pytest.mark.parametrize("kind", TWO_LISTS)
@pytest.mark.parametrize("turned", [False, True])
def test_lists_differ_if_an_item_is_there_more_often(
    policies: tosdsl.PolicySet, kind: str, turned: bool
) -> None:
    fact, one, other, differ = TWO_LISTS[kind]
    values = [other, one] if turned else [one, other]
    said = [{"fact": fact, "value": value, "status": "confirmed", "source": "s"} for value in values]
    for given, assertions in (({}, said), ({fact: values[0]}, said[1:])):
        data = json.dumps({"facts": given, "assertions": assertions})
        use = weigh(policies.read_use(data, "f.json")[0])
        assert [each.fact for each in use.weighed.contested] == [fact] * differ


# --- objects --------------------------------------------------------------------------------------


class Same(str):
    """A text that says that it is every other one."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("acme")


class AsRed(Same):
    def __hash__(self) -> int:
        return hash("red")


class Full(list[Any]):
    """A list that says that it has everything in it, and shows nothing of it."""

    def __contains__(self, item: object) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]  # as that of lists


class Turned(dict[str, Any]):
    """A mapping that gives other values than it has."""

    def get(self, key: str, default: Any = None) -> Any:
        return True if key == "open" else super().get(key, default)

    def items(self) -> Any:
        return ()


class Large(int):
    def __gt__(self, other: object) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(7)


class Early(date):
    def __lt__(self, other: object) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(date(2024, 1, 1))


class Half(Decimal):
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(Decimal("0.25"))


class Cheap(Money):
    """An amount that says that it is another one."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(Money(Fraction(1), "USD"))


HONEST: dict[str, Any] = {
    "text": "x",
    "seats": 7,
    "share": Decimal("0.25"),
    "price": Money(Fraction(1), "USD"),
    "signed": date(2019, 1, 1),
    "maker": "acme",
    "colours": ["red"],
    "makers": ["acme"],
    "sales": [],
}
ODD: dict[str, Any] = {
    "a text": {"maker": Same("zzz")},
    "a text in a list": {"makers": [Same("zzz")]},
    "a text that no set tells apart": {"colours": [AsRed("green")]},
    "a text in a set": {"makers": {Same("zzz")}},
    "a text in a tuple": {"makers": (Same("zzz"),)},
    "a list": {"makers": Full(["globex"])},
    "a whole number": {"seats": Large(70)},
    "a date": {"signed": Early(2024, 1, 1)},
    "a decimal": {"share": Half("0.75")},
    "an amount": {"price": Cheap(Fraction(10**7), "USD")},
    "a key": {Same("maker"): "zzz"},
}


def _without(odd: dict[str, Any]) -> dict[str, Any]:
    named = {str.__str__(key) for key in odd}
    return {key: value for key, value in HONEST.items() if key not in named}


def _one_clause() -> tosdsl.PolicySet:
    head, late = POLICY.split("forbid large")[0], POLICY.split("forbid late")[1]
    return tosdsl.loads(f"{head}forbid late{late}")


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("small", [True, False])
def test_no_object_changes_what_an_honest_question_is_told(kind: str, small: bool) -> None:
    asked, fresh = (_one_clause() if small else tosdsl.loads(POLICY) for _ in range(2))
    odd = _without(ODD[kind]) | ODD[kind]
    first = told(asked, odd)
    assert told(asked, HONEST) == told(fresh, HONEST)
    assert told(asked, odd) == first
    assert asked.verdict(HONEST) is asked.decide(HONEST).verdict


def told(policies: tosdsl.PolicySet, facts: dict[str, Any]) -> Any:
    try:
        return policies.decide(facts).to_json()
    except FactError as error:
        return [each.code for each in error.diagnostics]


def test_an_object_is_taken_for_what_it_is_underneath(policies: tosdsl.PolicySet) -> None:
    for odd, plain in (
        ({"maker": Same("zzz")}, {"maker": "zzz"}),
        ({"makers": Full(["acme"])}, {"makers": ["acme"]}),
        (Turned({"seats": 70}), {"seats": 70}),
        (OrderedDict(seats=70), {"seats": 70}),
        (MappingProxyType({"seats": 70}), {"seats": 70}),
        ({"seats": Large(3)}, {"seats": 3}),
        ({"share": Half("0.75")}, {"share": Decimal("0.75")}),
        ({"signed": Early(2024, 1, 1)}, {"signed": date(2024, 1, 1)}),
        ({"price": Cheap(Fraction(2), "USD")}, {"price": Money(Fraction(2), "USD")}),
    ):
        assert told(policies, odd) == told(tosdsl.loads(POLICY), plain)  # type: ignore[arg-type]  # as it is now


class Raising(Mapping[str, Any]):
    """A mapping of which one part raises."""

    def __init__(self, part: str) -> None:
        self.part = part

    def _of(self, part: str, value: Any) -> Any:
        if part == self.part:
            raise OSError(part)
        return value

    def __iter__(self) -> Iterator[str]:
        yield from self._of("iter", ("seats",))

    def __len__(self) -> int:
        length: int = self._of("len", 1)
        return length

    def __getitem__(self, key: str) -> Any:
        return self._of("item", 70)


class RaisingList(UserList[str]):
    """A sequence that cannot be gone through."""

    def __iter__(self) -> Iterator[str]:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "odd",
    [Raising("iter"), Raising("item"), MappingProxyType("abc"), RaisingList(["red"])],
    ids=["keys", "items", "a text as a mapping", "a list"],
)
def test_what_does_not_give_what_it_has_is_a_mistake_of_the_facts(
    policies: tosdsl.PolicySet, odd: Any
) -> None:
    for facts in (odd, {"colours": odd}, {"sales": [odd]}):
        for ask in (policies.decide, policies.verdict):
            with pytest.raises(FactError):
                ask(facts)


class Standard(Same):
    def __hash__(self) -> int:
        return hash("confirmed")


def test_a_word_that_says_that_it_is_another_is_no_standard(policies: tosdsl.PolicySet) -> None:
    data = json.dumps({"facts": {"maker": "acme"}}).encode()
    before = policies.decide_json(data, standard="confirmed")
    with pytest.raises(TypeError):
        policies.decide_json(data, standard=Standard("alleged"))
    with pytest.raises(TypeError):
        policies.decide_json(data, as_of=Early(2024, 1, 1))
    assert policies.decide_json(data, standard="confirmed") == before


def test_values_that_multiply_are_not_gone_through(
    policies: tosdsl.PolicySet,
) -> None:
    shared: Any = ("red",) * 100
    for _ in range(15):
        shared = (shared,) * 100
    round_: list[Any] = ["red"]
    round_.append(round_)
    for value, code in ((shared, "TOS5018"), ([shared], "TOS5018"), (round_, "TOS5006")):
        for fact in ("colours", "sales", "maker"):
            facts = {fact: value}
            assert codes(lambda facts=facts: policies.decide(facts)) == [code]  # type: ignore[misc]  # as it is now


def test_sets_have_one_order(policies: tosdsl.PolicySet) -> None:
    several = {"green", "red"}
    asked = [policies.decide({"colours": given}).to_json() for given in (several, frozenset(several))]
    assert asked[0] == asked[1] == policies.decide({"colours": ["green", "red"]}).to_json()


SOLD = {"amount": "5 USD", "on": "2024-01-01"}
OVER = {"amount": "9 USD", "on": "2024-01-02"}


def turned(value: Any) -> Any:
    """The same mappings, with their keys in the opposite order."""
    match value:
        case dict():
            return {key: turned(value[key]) for key in reversed(value)}
        case list():
            return [turned(each) for each in value]
    return value


@pytest.mark.parametrize(
    "document",
    [
        {"facts": {"sales": [SOLD, OVER], "open": True}},
        {"facts": {"sales": [OVER]}},
        {
            "facts": {"sales": [SOLD]},
            "assertions": [{"fact": "sales", "value": [OVER], "status": "confirmed", "source": "s"}],
        },
    ],
)
def test_the_order_of_keys_changes_nothing_that_is_told(document: dict[str, Any]) -> None:
    """Nor does it matter in which order somebody else gave them before."""
    asked: list[Callable[[tosdsl.PolicySet, dict[str, Any]], object]] = [
        lambda policies, given: policies.decide(**given).to_json(),
        lambda policies, given: policies.decide(**given).explain(),
        lambda policies, given: policies.decide_json(json.dumps(given).encode(), explain=True),
        lambda policies, given: policies.decide_use(policies.read_use(json.dumps(given))[0]).to_json(),
    ]
    for ask in asked:
        one, other = tosdsl.loads(POLICY), tosdsl.loads(POLICY)
        first = ask(one, document)
        assert ask(other, turned(document)) == first
        assert ask(one, turned(document)) == first
        assert ask(other, document) == first
