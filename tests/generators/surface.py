"""Surface trees that some text can be read as, every kind of node among them.

They need not make sense: names name nothing, conditions have no type. What the parser refuses is
left out, so ``parse(format_file(tree)).file == tree`` is to hold for all of them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import TypeVar

from hypothesis import strategies as st

from tosdsl.base.limits import MAX_DURATION
from tosdsl.syntax.reductions import CLAUSE_WORDS, OPENERS, RESERVED
from tosdsl.trees import surface as s
from tosdsl.trees.expressions import EXTREMES
from tosdsl.trees.moments import Moment, moment_in
from tosdsl.trees.quantities import NAMED_FOR, UNITS
from tosdsl.trees.vocabulary import DAY_OF_USE, MOMENT_OF_USE
from tosdsl.trees.zones import in_zone, moments_at, zone_called

_T = TypeVar("_T")
Strategy = st.SearchStrategy

_NOT_NAMES = RESERVED | OPENERS | CLAUSE_WORDS | {"list"}

_WORDS = (
    "purpose",
    "model",
    "when",
    "at",
    "forbid",
    "policy",
    "permitted",
    "undetermined",
    "item",
    "x",
    *(
        "some",
        "every",
        "count",
        "highest",
        "earliest",
        "optional",
        "compliant",
        "for",
        "where",
        "by",
        "starts",
    ),
)

_AGGREGATES = frozenset(("count", "sum", "highest"))
"""Words that begin no call: with a bracket behind them they begin an aggregate."""

_LONG = tuple(f"a_rather_long_name_number_{number}" for number in range(4))
"""Names that fill lines, so that lines break."""


def _tuples(items: Strategy[_T], least: int = 0, most: int = 3) -> Strategy[tuple[_T, ...]]:
    return st.lists(items, min_size=least, max_size=most).map(tuple)


def _maybe(items: Strategy[_T]) -> Strategy[_T | None]:
    return st.none() | items


def names() -> Strategy[str]:
    """Plain names, some of which are words of the language where that is allowed."""
    free = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
    return st.one_of(st.sampled_from(_WORDS), st.sampled_from(_LONG), free).filter(
        lambda name: name not in _NOT_NAMES
    )


def _dotted() -> Strategy[str]:
    return st.lists(names(), min_size=1, max_size=3).map(".".join)


def _most(unit: str) -> int:
    counted, size = UNITS[unit]
    return MAX_DURATION * NAMED_FOR[counted] // size


_plain = names().map(s.Name)
_items = _plain
"""Names of items at hand."""

_paths = _dotted().map(s.Name)
_strings = st.text(
    st.sampled_from('"\\\n# n') | st.characters(exclude_categories=["Cs"]),
    max_size=12,
) | st.sampled_from(("a text of many words " * 3, "# no comment", "ends in \\"))
_texts = st.builds(s.Text, _strings)
_dates = st.builds(s.DateLiteral, st.dates())
_integers = st.builds(s.IntegerLiteral, st.integers() | st.integers(-100_000, 100_000))
_decimals = st.builds(
    lambda digits, places: Fraction(digits, 10**places),
    st.integers(-(10**12), 10**12) | st.integers(-100_000, 100_000),
    st.integers(0, 4),
)
_lengths = st.builds(s.DurationLiteral, st.integers(0, 40), st.sampled_from(list(UNITS)))
_lengths |= st.sampled_from(list(UNITS)).flatmap(
    lambda unit: st.builds(s.DurationLiteral, st.integers(0, _most(unit)), st.just(unit))
)
_signed_lengths = st.builds(
    lambda length, sign: s.DurationLiteral(sign * length.count, length.unit),
    _lengths,
    st.sampled_from((1, -1)),
)
_zones = st.sampled_from((UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))))
_exact_moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=_zones).map(
    lambda moment: moment_in(moment, moment.tzinfo)
)
_whens = _dates | _exact_moments.map(s.InstantLiteral)
_moments = _exact_moments.map(lambda moment: moment_in(moment.replace(microsecond=0), moment.tzinfo))


def _in_a_zone(moment: Moment, name: str) -> s.InstantLiteral:
    """With its distance where clocks show that time twice."""
    zone = zone_called(name)
    assert zone is not None
    there = in_zone(moment, zone)
    return s.InstantLiteral(there, name, len(moments_at(there.replace(tzinfo=None), zone)) > 1)


_literals = st.one_of(
    _texts,
    _dates,
    _integers,
    st.builds(s.BooleanLiteral, st.booleans()),
    st.builds(s.NumberLiteral, _decimals),
    st.builds(s.MoneyLiteral, _decimals, st.sampled_from(("USD", "EUR", "XAU"))),
    _signed_lengths,
    st.builds(
        s.InstantLiteral,
        _exact_moments | _moments | _moments.map(lambda moment: moment.replace(second=0)),
    ),
    st.builds(_in_a_zone, _exact_moments | _moments, st.sampled_from(("Europe/Dublin", "UTC"))),
)

# --- conditions and values ------------------------------------------------------------------------

_none = st.just(s.Name("none"))
_sets = st.builds(s.SetOf, _tuples(st.one_of(_literals, _paths, _none), least=1, most=4))
_atoms = st.one_of(_paths, _paths, _paths, _literals, _none, _sets, st.just(s.DayOfUse()))
_callees = _dotted().filter(lambda name: name not in _AGGREGATES).map(s.Name)
_all_kinds = st.sampled_from(("some", "every"))


def _wider(inner: Strategy[s.Expr]) -> Strategy[s.Expr]:
    several = _tuples(inner, least=2)
    sums, windows = st.sampled_from(("+", "-")), st.builds(s.Window, _lengths, _paths, _maybe(_paths))
    return st.one_of(
        st.builds(s.Compare, st.sampled_from(s.OPERATORS), inner, inner),
        st.builds(s.Not, inner),
        st.builds(s.And, several),
        st.builds(s.Or, several),
        st.builds(s.Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(s.Arithmetic, sums, inner, inner, inner),
        st.builds(s.Call, _callees, _tuples(inner, least=1)),
        st.builds(s.Convert, inner, _paths, inner),
        st.builds(s.Rounded, inner, st.sampled_from(s.WAYS), inner),
        st.builds(s.PartOfDay, st.sampled_from(s.PARTS_OF_DAYS), inner),
        st.builds(
            s.PartOfMoment,
            st.sampled_from(s.PARTS_OF_MOMENTS),
            inner,
            st.sampled_from(("UTC", "Etc/GMT+5", "America/Port-au-Prince")).map(s.Name),
        ),
        st.builds(s.Conditional, inner, inner, inner),
        st.builds(s.Quantified, _all_kinds, _items, inner, inner),
        st.builds(s.Aggregate, st.just("count"), _items, inner, st.none(), _maybe(inner)),
        st.builds(
            s.Aggregate, st.sampled_from(("sum", *EXTREMES)), _items, inner, inner, _maybe(inner)
        ),
        st.builds(s.Aggregate, st.just("highest"), _items, inner, inner, _maybe(inner), windows),
    )


_lines: Strategy[s.Expr] = st.recursive(_atoms, _wider, max_leaves=7)


@st.composite
def _conditions(draw: st.DrawFn) -> s.Expr:
    """On one line. Composite, so that what is built of it describes itself in few words."""
    return draw(_lines)


_inline = _conditions()
_kinds = st.sampled_from(("all", "any", "none"))


def _block(lines: Strategy[s.Expr]) -> Strategy[s.Expr]:
    """A block, perhaps below what is said of each item of a list."""
    block = st.builds(s.Block, _kinds, _tuples(lines, least=1))
    over_all = st.builds(s.Quantified, _all_kinds, _items, _inline, block)
    return st.one_of(
        block, block, over_all, st.builds(s.Quantified, _all_kinds, _items, _atoms, over_all)
    )


_blocks = st.recursive(_block(_inline), lambda inner: _block(inner | _inline), max_leaves=4)


@st.composite
def _on_lines(draw: st.DrawFn) -> s.Expr:
    """On one line, or as a block."""
    return draw(_inline | _blocks)


_bodies = _on_lines()

# --- vocabularies ---------------------------------------------------------------------------------

_types = st.builds(
    s.TypeExpr,
    names().filter(lambda name: name != "optional"),
    st.integers(0, 2),
    st.booleans(),
    st.one_of(st.none(), names(), st.just("business days")),
)
_fields = st.builds(s.FieldDecl, _plain, _types, st.booleans(), _maybe(_strings))
_facts = st.builds(
    s.FieldDecl,
    *(_plain, _types, st.booleans(), _maybe(_strings)),
    presumed=_maybe(st.deferred(lambda: _values)),
)
_uses = st.builds(s.Use, _paths)
_members = st.builds(s.Member, _plain, _maybe(_strings))

# --- provisions -----------------------------------------------------------------------------------

_stances = st.builds(s.Stance, st.sampled_from(("permit", "forbid", "not_applicable")))
_versions = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,6}", fullmatch=True)
_local = st.builds(s.Ref, st.none(), st.none(), _dotted())
_abroad = st.one_of(
    st.builds(s.Ref, _dotted(), _versions, st.none()),
    st.builds(s.Ref, _dotted(), _maybe(_versions), _dotted()),
)
_refs = _local | _abroad
_targets = _tuples(_refs | st.builds(s.EverythingElse), most=5)
_leaf_exceptions = st.builds(s.ExceptionRef, _plain, shown=st.booleans())
_provisos = _tuples(_bodies | st.builds(s.Shown, _bodies), most=2)


def _says_something(node: s.ExceptionNode) -> bool:
    """With nothing under it, ``except NAME`` is a reference."""
    return node != s.ExceptionNode(node.name, shown=node.shown)


def _nodes(inner: Strategy[s.ExceptionNode | s.ExceptionRef]) -> Strategy[s.ExceptionNode]:
    return st.builds(
        s.ExceptionNode,
        _plain,
        _maybe(_strings),
        _maybe(_strings),
        _maybe(_bodies),
        _provisos,
        _tuples(inner, most=2),
        shown=st.booleans(),
    )


_exceptions: Strategy[s.ExceptionNode | s.ExceptionRef] = st.recursive(
    _leaf_exceptions,
    lambda inner: _nodes(inner).filter(_says_something) | _leaf_exceptions,
    max_leaves=4,
)
_deadlines = st.one_of(
    st.builds(s.Deadline, st.sampled_from(("before", "by", "promptly")), _inline),
    st.builds(s.Deadline, st.just("within"), _inline, _inline),
    st.builds(s.Deadline, st.just("every"), _inline, _lengths),
    st.builds(s.Deadline, st.just("within"), _inline, _inline, _inline),
)


NO, NOTHING = st.just(False), st.none()


def _norms_of(
    modalities: tuple[str, ...],
    must: Strategy[s.Expr | None],
    deadlines: Strategy[s.Deadline | None],
    shown: Strategy[bool] = NO,
    late: Strategy[s.Expr | None] = NOTHING,
) -> Strategy[s.Norm]:
    return st.builds(
        s.Norm,
        st.sampled_from(modalities),
        _plain,
        _maybe(_strings),
        _maybe(_strings),
        _maybe(_bodies),
        _provisos,
        _targets,
        _targets,
        _tuples(_exceptions, most=2),
        must,
        deadlines,
        _maybe(_plain),
        shown=shown,
        late=late,
    )


_norms = st.one_of(
    _norms_of(("forbid",), st.none(), st.none()),
    _norms_of(("permit",), st.none(), st.none(), st.booleans()),
    _norms_of(("require",), _bodies, _maybe(_deadlines), late=_maybe(_bodies)),
)
_standalone = st.builds(s.Standalone, _nodes(_exceptions))
_provisions: Strategy[s.Norm | s.Standalone | s.Section] = st.recursive(
    _norms | _standalone,
    lambda inner: st.builds(
        s.Section,
        _plain,
        _maybe(_strings),
        _maybe(_strings),
        _maybe(_bodies),
        _maybe(_stances),
        _tuples(inner),
        _maybe(_plain),
    ),
    max_leaves=3,
)

# --- enforcement ----------------------------------------------------------------------------------

_measures = st.one_of(
    st.builds(s.Measure, st.sampled_from(s.MEASURES), st.none(), _maybe(_strings)),
    st.builds(s.Measure, st.just("require changes"), _maybe(_lengths), _maybe(_strings)),
)
_ladders = st.builds(
    s.Enforcement,
    _maybe(_strings),
    _maybe(_strings),
    _tuples(
        st.builds(
            s.Rung, st.sampled_from(s.FINDINGS), _maybe(_refs), _tuples(_measures, least=1, most=4)
        ),
        least=1,
    ),
)

# --- scenarios ------------------------------------------------------------------------------------

_OPEN = s.Name("undetermined")
"""After ``is`` in an expectation this word is no value."""

_values: Strategy[s.Value] = st.recursive(
    st.one_of(_literals, _paths, _none),
    lambda inner: st.one_of(
        st.builds(s.ListValue, _tuples(inner, most=4)),
        st.builds(s.RecordValue, _tuples(st.tuples(_paths, inner))),
    ),
    max_leaves=8,
)
_forces = st.sampled_from(("in force", "not in force", "undetermined"))
_verdicts = st.sampled_from(("permitted", "forbidden", "undetermined", "not_applicable"))
_expectations = st.one_of(
    st.builds(s.ExpectVerdict, _verdicts),
    st.builds(s.ExpectForce, _refs, _forces),
    st.builds(s.ExpectDefeated, _refs, _refs),
    st.builds(
        s.ExpectNeeds,
        _tuples(_paths | st.sampled_from((s.Name(DAY_OF_USE), s.Name(MOMENT_OF_USE)))),
        duty=_maybe(_refs),
    ),
    st.builds(s.ExpectConflict, _refs, _refs),
    st.builds(s.ExpectGoverns, _refs),
    st.builds(s.ExpectMeasures, _tuples(st.sampled_from(s.MEASURES))),
    st.builds(s.ExpectReadings, st.sampled_from(("agree", "split"))),
    st.builds(s.ExpectPresumed, _tuples(_paths | _abroad)),
    st.builds(s.ExpectWithout, _verdicts),
    *(st.builds(s.ExpectDuty, _refs, st.just(state)) for state in s.DUTY_STATES),
    st.builds(s.ExpectDue, _refs, _dates | _exact_moments.map(s.InstantLiteral)),
    st.builds(s.ExpectCompliant, st.booleans()),
    st.builds(s.ExpectValue, _refs, _maybe(_values.filter(lambda value: value != _OPEN))),
)
_standards = st.sampled_from(("alleged", "confirmed"))
_given = st.builds(s.Given, _paths, _values)
_scenarios = st.builds(
    s.Scenario,
    _texts,
    _maybe(_strings),
    _maybe(_whens),
    _tuples(_given),
    _tuples(_expectations, most=8),
    _tuples(st.builds(s.Said, _standards, _texts, _tuples(_given, least=1)), most=2),
    _maybe(st.builds(s.StandardOf, _standards)),
    _tuples(st.builds(s.Reading, _plain, _tuples(_given, least=1)), most=2),
    known_at=_maybe(_whens),
    about=_maybe(_refs),
).filter(lambda scenario: scenario != s.Scenario(scenario.title))

_expecting = st.builds(
    s.Scenario, _texts, expectations=_tuples(_expectations, least=4, most=8), given=st.just(())
)
"""Scenarios that expect much: there are many kinds of expectations."""

# --- properties -----------------------------------------------------------------------------------

_claims = st.builds(
    s.Claim,
    st.booleans(),
    st.one_of(
        st.builds(s.ExpectVerdict, _verdicts),
        st.builds(s.ExpectForce, _refs, _forces),
        st.builds(s.ExpectDuty, _refs, st.sampled_from(s.DUTY_STATES)),
    ),
)
_properties = st.builds(
    s.Property,
    _texts,
    _maybe(_strings),
    _maybe(_whens),
    _maybe(_bodies),
    _tuples(_claims, least=1, most=4),
    known_at=_maybe(_whens),
)

# --- policies and files ---------------------------------------------------------------------------


def _on(day: date | None) -> st.SearchStrategy[s.DateLiteral | s.InstantLiteral | None]:
    """A day, or a moment of it."""
    if day is None:
        return st.none()
    moments = st.builds(datetime.combine, st.just(day), st.times(), _zones).map(
        lambda moment: s.InstantLiteral(moment_in(moment, moment.tzinfo))
    )
    return st.just(s.DateLiteral(day)) | moments


@st.composite
def _headers(draw: st.DrawFn) -> s.Header:
    start = draw(_maybe(st.dates(date(1, 1, 2), date(2100, 1, 1))))
    end = draw(_maybe(st.dates(min_value=start, max_value=date(9999, 12, 29)))) if start else None
    first, last = (draw(_on(each)) for each in (start, end and end + timedelta(1)))
    return s.Header(
        draw(_maybe(_texts)),
        draw(_maybe(_plain)),
        draw(_maybe(_texts)),
        first,
        last,
        draw(_maybe(_whens)),
        draw(_maybe(_texts)),
        draw(_maybe(_stances)),
        draw(_tuples(_texts, most=2)),
        draw(_maybe(_bodies)),
        draw(_maybe(st.sampled_from(("Europe/Dublin", "UTC")).map(s.Name))),
    )


_defines = st.builds(
    s.Define,
    _plain,
    _bodies,
    _maybe(_strings),
    _maybe(_strings),
    _tuples(st.builds(s.Parameter, _plain, _types), most=2),
    _tuples(_exceptions, most=2),
)
_vocabularies = st.builds(
    s.Vocabulary,
    _paths,
    _maybe(_strings),
    _tuples(
        st.one_of(
            _uses,
            st.builds(s.EnumType, _plain, _tuples(_members, least=1), st.booleans()),
            st.builds(s.RecordType, _plain, _tuples(_fields, least=1)),
            st.builds(s.Fact, _facts),
            st.builds(s.Party, _plain, _maybe(_strings)),
            _defines,
        ),
        most=6,
    ),
)
_policy_items = st.one_of(
    _uses,
    _defines,
    _provisions,
    st.builds(s.Incorporate, _refs, _maybe(_strings), _maybe(_strings), _maybe(_bodies)),
    st.builds(s.PrevailsOver, _refs, _maybe(_strings), yields=st.booleans()),
    st.builds(s.GovernedBy, _refs, _maybe(_strings), _maybe(_strings), _maybe(_bodies)),
    st.builds(
        s.Interpretation,
        _plain,
        _maybe(_strings),
        _tuples(_plain, least=1),
        _maybe(_strings),
        _maybe(_strings),
    ),
    st.builds(
        s.Table,
        _plain,
        _plain,
        _tuples(st.builds(s.RecordValue, _tuples(st.tuples(_paths, _values))), least=1),
        _maybe(_strings),
        _maybe(_strings),
    ),
    st.builds(s.Presume, _paths, _values, _maybe(_strings), _maybe(_strings)),
    _ladders,
    _scenarios,
    _expecting,
    _properties,
    _norms,
)
_all_headers = st.just(s.Header()) | _headers()
_policies = st.builds(s.Policy, _paths, _all_headers, _tuples(_policy_items, most=5))
_short = st.builds(s.Policy, _paths, _all_headers, st.tuples(_policy_items))


def small_files() -> Strategy[s.File]:
    """Files of one vocabulary, or of one policy with one item: in these, what is rare is less so."""
    return st.builds(s.File, st.tuples(_short | _vocabularies))


def surface_files() -> Strategy[s.File]:
    """Files of up to three units."""
    return small_files() | st.builds(s.File, _tuples(_vocabularies | _policies))
