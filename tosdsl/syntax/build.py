"""The parser's reductions into surface nodes.

One method a rule of the grammar, called by lark while it parses (no tree of lark's own is built).
A rule without a method raises, and a test holds rule names against method names.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve
from lark import Token

from tosdsl.syntax import literals
from tosdsl.syntax.claims import Claims
from tosdsl.syntax.mistakes.misplaced import own_of_section
from tosdsl.syntax.reductions import (
    CLAUSE_WORDS,
    OPENERS,
    PARTY_WORDS,
    RESERVED,
    Children,
    Parameters,
    Part,
)
from tosdsl.trees import surface as s
from tosdsl.trees.bounds import is_empty
from tosdsl.trees.vocabulary import DAY_OF_USE, MOMENT_OF_USE

_OF_A_DUTY = {"must": "must", "deadline": "within", "late": "late when"}
"""Parts that an obligation alone has, and the words with which they begin."""


class Build(Claims):
    """Builds the nodes of one top-level item."""

    # --- headers ----------------------------------------------------------------------------

    def item(self, children: Children) -> Any:
        return children[0]

    def policy(self, children: Children) -> s.Policy:
        parts = children[2:]
        effective = self._one(parts, "effective", "effective")
        header = s.Header(
            title=self._one(parts, "title", "title"),
            provider=self._one(parts, "provider", "provider"),
            version=self._one(parts, "version", "version"),
            effective_from=effective[0] if effective else None,
            effective_until=effective[1] if effective else None,
            recorded=self._one(parts, "recorded", "recorded"),
            source=self._one(parts, "source", "source"),
            default=self._one(parts, "default", "default"),
            notes=self._many(parts, "note"),
            scope=self._one(parts, "applies", "applies when"),
            zone=self._one(parts, "zone", "zone"),
        )
        return s.Policy(self._name(children[1]), header, span=self._span(*children[:2]))

    def title(self, children: Children) -> Part:
        return Part("title", self._string(children[1]), self._span(*children))

    def provider(self, children: Children) -> Part:
        name = self._plain(children[1], "a party", PARTY_WORDS)
        return Part("provider", name, self._span(*children))

    def version(self, children: Children) -> Part:
        return Part("version", self._string(children[1]), self._span(*children))

    def effective(self, children: Children) -> Part:
        start = self._day(children[2])
        end = self._day(children[4]) if len(children) > 4 else None
        if end and is_empty(start.value, end.value):
            self._report("TOS3014", end.span, start=start.value, until=end.value)
        return Part("effective", (start, end), self._span(*children))

    def _day(self, token: Token) -> s.DateLiteral | s.InstantLiteral:
        """A day or a moment."""
        return self._instant(token) if token.type == "INSTANT" else self._date(token)

    def recorded(self, children: Children) -> Part:
        return Part("recorded", self._day(children[1]), self._span(*children))

    def source(self, children: Children) -> Part:
        return Part("source", self._string(children[1]), self._span(*children))

    def zone(self, children: Children) -> Part:
        name = s.Name(str(children[1]), span=self._token_span(children[1]))
        return Part("zone", name, self._span(*children))

    def default(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("default", s.Stance(str(children[1]), span=span), span)

    def note(self, children: Children) -> Part:
        text = self._string(children[0])
        return Part("note", text, text.span)

    def vocabulary(self, children: Children) -> s.Vocabulary:
        description = self._unquoted(children[2]) if len(children) > 2 else None
        return s.Vocabulary(self._name(children[1]), description, span=self._span(*children[:2]))

    def use(self, children: Children) -> s.Use:
        return s.Use(self._name(children[1]), span=self._span(*children))

    # --- types and facts ----------------------------------------------------------------------

    def enum(self, children: Children) -> s.EnumType:
        name = self._plain(children[1], "a type")
        members = tuple(child for child in children if isinstance(child, s.Member))
        rising = len(children) > 5 + len(members)
        return s.EnumType(name, members, rising, span=self._span(*children[:5]))

    def member(self, children: Children) -> s.Member:
        text = self._unquoted(children[1]) if len(children) > 1 else None
        return s.Member(self._plain(children[0], "a member", RESERVED), text)

    def record(self, children: Children) -> s.RecordType:
        name = self._plain(children[1], "a type")
        return s.RecordType(name, tuple(children[3:]), span=self._span(*children[:3]))

    def field(self, children: Children) -> s.FieldDecl:
        name, kind, rest = self._plain(children[0], "a field"), children[1], children[2:]
        judged = any(token.type == "JUDGED" for token in rest)
        texts = [self._unquoted(token) for token in rest if token.type == "STRING"]
        question = texts[0] if texts else None
        return s.FieldDecl(name, kind, judged, question, span=self._span(*children))

    def fact(self, children: Children) -> s.Fact:
        rest = [child for child in children[1:] if not isinstance(child, Part)]
        value = self._one(
            [child for child in children if isinstance(child, Part)], "presumed", "presumed"
        )
        decl = evolve(self.field(rest), presumed=value)
        self._plain(children[1], "a fact", RESERVED | OPENERS)
        self.problems = list(dict.fromkeys(self.problems))
        return s.Fact(decl, span=self._span(*children))

    def presumed(self, children: Children) -> Part:
        return Part("presumed", children[1], self._span(children[0]))

    def type(self, children: Children) -> s.TypeExpr:
        kinds = [child.type for child in children]
        unit = None
        if "IN" in kinds:
            unit = " ".join(children[-1].split())
            kinds = kinds[:-2]
        name = str(children[len(kinds) - 1])
        optional = "OPTIONAL" in kinds
        return s.TypeExpr(name, kinds.count("LIST"), optional, unit, span=self._span(*children))

    def party(self, children: Children) -> s.Party:
        text = self._unquoted(children[2]) if len(children) > 2 else None
        name = self._plain(children[1], "a party", PARTY_WORDS)
        return s.Party(name, text, span=self._span(*children))

    # --- provisions ---------------------------------------------------------------------------

    def define(self, children: Children) -> s.Define:
        name = self._plain(children[1], "a definition", RESERVED | OPENERS)
        rest = [child for child in children[2:] if not isinstance(child, Token)]
        texts = [child for child in children if isinstance(child, Token) and child.type == "STRING"]
        parts = [Part("note", self._string(text), self._span(text)) for text in texts]
        parts += (child for child in rest if isinstance(child, Part))  # exceptions, below the text
        given = [child for child in rest if isinstance(child, Parameters)]
        bodies = [child for child in rest if not isinstance(child, Part | Parameters)]
        return s.Define(
            name,
            self._bare(bodies[-1]),
            self._description(parts),
            self._one(parts, "at", "at"),
            given[0].items if given else (),
            self._many(parts, "except"),
            span=self._span(*children[:2]),
        )

    def parameters(self, children: Children) -> Parameters:
        return Parameters(tuple(children))

    def parameter(self, children: Children) -> s.Parameter:
        name = self._plain(children[0], "a parameter", RESERVED | OPENERS)
        return s.Parameter(name, children[1])

    def section(self, children: Children) -> s.Section:
        name = self._plain(children[1], "a section", CLAUSE_WORDS)
        parts = [child for child in children[2:] if isinstance(child, Part)]
        items = tuple(child for child in children[2:] if not isinstance(child, Part))
        beside = self._texts_beside_clauses(children[2:])
        parts = [part for part in parts if part not in beside]
        return s.Section(
            name,
            self._one(parts, "at", "at"),
            self._description(parts),
            self._one(parts, "applies", "applies when"),
            self._one(parts, "default", "default"),
            items,
            self._one(parts, "bearer", "bearer"),
            span=self._span(*children[:2]),
        )

    def _texts_beside_clauses(self, children: Children) -> list[Part]:
        """Texts that follow a clause of the section and were meant to stand below it."""
        beside: list[Part] = []
        clause: Any = None
        for child in children:
            if not isinstance(child, Part):
                clause = child
            elif child.kind != "note":
                clause = None
            elif clause is not None:
                beside.append(child)
                self._beside(child, "text", clause, own_of_section("text"))
        return beside

    def applies(self, children: Children) -> Part:
        return Part("applies", self._bare(children[2]), self._span(*children[:2]))

    def bearer(self, children: Children) -> Part:
        return Part("bearer", self._plain(children[1], "a party"), self._span(*children))

    def must(self, children: Children) -> Part:
        return Part("must", self._bare(children[1]), self._span(children[0]))

    def deadline(self, children: Children) -> Part:
        kind, rest = str(children[0]), [self._bare(child) for child in children[1:]]
        span = self._span(children[0], children[-1])
        if kind not in {"within", "every"}:
            return Part("deadline", s.Deadline(kind, rest[-1], span=span), span)
        excluding = rest[2] if len(rest) > 3 else None
        return Part("deadline", s.Deadline(kind, rest[-1], rest[0], excluding, span=span), span)

    def late(self, children: Children) -> Part:
        return Part("late", self._bare(children[1]), self._span(children[0]))

    def norm(self, children: Children) -> s.Norm:
        shown, parts = self._shown(children[2:])
        modality = str(children[0])
        if shown and modality != "permit":
            what = "a prohibition" if modality == "forbid" else "an obligation"
            self._report("TOS1052", self._span(children[2]), what=what)
        for part in parts:
            if part.kind in _OF_A_DUTY and modality != "require":
                word = part.value.kind if part.kind == "deadline" else _OF_A_DUTY[part.kind]
                self._report("TOS1041", part.span, word=word, modality=modality)
        must, late = self._one(parts, "must", "must"), self._one(parts, "late", "late when")
        return s.Norm(
            str(children[0]),
            self._plain(children[1], "a clause", CLAUSE_WORDS),
            self._one(parts, "at", "at"),
            self._description(parts),
            self._one(parts, "when", "when"),
            self._many(parts, "provided"),
            sum(self._many(parts, "subject"), ()),
            sum(self._many(parts, "notwithstanding"), ()),
            self._many(parts, "except"),
            must if modality == "require" else None,
            self._one(parts, "deadline", "within") if modality == "require" else None,
            self._one(parts, "bearer", "bearer"),
            span=self._span(*children[:2]),
            shown=shown and modality == "permit",
            late=late if modality == "require" else None,
        )

    def _shown(self, children: Children) -> tuple[bool, Children]:
        """Whether ``to be shown`` stands first, and what follows."""
        shown = bool(children) and isinstance(children[0], Token)
        return shown, children[1:] if shown else children

    def standalone(self, children: Children) -> s.Standalone:
        node = self._exception_node(children)
        if isinstance(node, s.ExceptionRef):
            node = s.ExceptionNode(node.name, span=node.span, shown=node.shown)
        return s.Standalone(node, span=node.span)

    def except_(self, children: Children) -> Part:
        return Part("except", self._exception_node(children), self._span(*children[:2]))

    def _exception_node(self, children: Children) -> s.ExceptionNode | s.ExceptionRef:
        name = self._plain(children[1], "an exception", CLAUSE_WORDS)
        (shown, parts), span = self._shown(children[2:]), self._span(*children[:2])
        if not parts:
            return s.ExceptionRef(name, span=span, shown=shown)
        return s.ExceptionNode(
            name,
            self._one(parts, "at", "at"),
            self._description(parts),
            self._one(parts, "when", "when"),
            self._many(parts, "provided"),
            self._many(parts, "except"),
            span=span,
            shown=shown,
        )

    def place(self, children: Children) -> Part:
        return Part("at", self._unquoted(children[1]), self._span(*children))

    def when(self, children: Children) -> Part:
        return Part("when", self._bare(children[1]), self._span(children[0]))

    def provided(self, children: Children) -> Part:
        condition = self._bare(children[-1])
        if len(children) > 2:
            condition = s.Shown(condition, span=self._span(children[1], condition))
        return Part("provided", condition, self._span(children[0]))

    def subject(self, children: Children) -> Part:
        return Part("subject", children[2], self._span(*children[:2]))

    def notwithstanding(self, children: Children) -> Part:
        return Part("notwithstanding", children[1], self._span(children[0]))

    def targets(self, children: Children) -> tuple[s.Target, ...]:
        return tuple(children)

    def target(self, children: Children) -> s.Target:
        target: s.Target = children[0]
        return target

    def everything_else(self, children: Children) -> s.EverythingElse:
        return s.EverythingElse(span=self._span(*children))

    def incorporate(self, children: Children) -> s.Incorporate:
        parts = children[2:]
        return s.Incorporate(
            children[1],
            self._one(parts, "at", "at"),
            self._description(parts),
            self._one(parts, "when", "when"),
            span=self._span(*children[:2]),
        )

    def prevails(self, children: Children) -> s.PrevailsOver:
        at = self._one(children[3:], "at", "at")
        yields = children[0].type == "YIELDS"
        return s.PrevailsOver(children[2], at, yields=yields, span=self._span(*children[:3]))

    def governed(self, children: Children) -> s.GovernedBy:
        parts = children[3:]
        return s.GovernedBy(
            children[2],
            self._one(parts, "at", "at"),
            self._description(parts),
            self._one(parts, "when", "when"),
            span=self._span(*children[:3]),
        )

    def presume(self, children: Children) -> s.Presume:
        parts = children[4:]
        return s.Presume(
            s.Name(str(children[1]), span=self._span(children[1])),
            children[3],
            self._one(parts, "at", "at"),
            self._description(parts),
            span=self._span(*children[:2]),
        )

    def interpretation(self, children: Children) -> s.Interpretation:
        parts = [each for each in children if isinstance(each, Part)]
        question = next((each for each in children if getattr(each, "type", "") == "STRING"), None)
        brace = next(at for at, each in enumerate(children) if getattr(each, "type", "") == "LBRACE")
        names = [each for each in children[brace:] if getattr(each, "type", "") == "NAME"]
        return s.Interpretation(
            self._plain(children[1], "an interpretation", RESERVED | OPENERS),
            None if question is None else self._unquoted(question),
            tuple(self._plain(each, "a reading", RESERVED) for each in names),
            self._one(parts, "at", "at"),
            self._description(parts),
            span=self._span(*children[:2]),
        )

    def table(self, children: Children) -> s.Table:
        parts = [each for each in children if isinstance(each, Part)]
        return s.Table(
            self._plain(children[1], "a table", RESERVED | OPENERS),
            self._name(children[3]),
            tuple(each for each in children if isinstance(each, s.RecordValue)),
            self._one(parts, "at", "at"),
            self._description(parts),
            span=self._span(*children[:4]),
        )

    def row(self, children: Children) -> s.RecordValue:
        row: s.RecordValue = children[0]
        return row

    # --- enforcement --------------------------------------------------------------------------

    def enforcement(self, children: Children) -> s.Enforcement:
        parts = children[1:]
        rungs = self._many(parts, "rung")
        if not rungs:
            self._report("TOS3035", self._span(children[0]))
        return s.Enforcement(
            self._one(parts, "at", "at"),
            self._description(parts),
            rungs,
            span=self._span(children[0]),
        )

    def rung(self, children: Children) -> Part:
        of = next((child for child in children if isinstance(child, s.Ref)), None)
        measures = tuple(child for child in children if isinstance(child, s.Measure))
        span = self._span(children[0], measures[-1])
        return Part("rung", s.Rung(children[1], of, measures, span=span), span)

    def finding(self, children: Children) -> str:
        return " ".join(children)

    def measure(self, children: Children) -> s.Measure:
        return self._measure(str(children[0]), children)

    def require_changes(self, children: Children) -> s.Measure:
        return self._measure("require changes", children)

    def _measure(self, kind: str, children: Children) -> s.Measure:
        terms = [self._term(token) for token in children if token.type == "DURATION"]
        texts = [self._unquoted(token) for token in children if token.type == "STRING"]
        within, text = next(iter(terms), None), next(iter(texts), None)
        return s.Measure(kind, within, text, span=self._span(*children))

    def _term(self, token: Token) -> s.DurationLiteral:
        return literals.duration(token, self._token_span(token), self.problems)

    # --- scenarios ----------------------------------------------------------------------------

    def scenario(self, children: Children) -> s.Scenario:
        parts = children[2:]
        given = self._one(parts, "given", "given") or ()
        return s.Scenario(
            self._string(children[1]),
            self._description(parts),
            self._one(parts, "as_of", "as of"),
            given,
            self._many(parts, "expect"),
            self._many(parts, "said"),
            self._one(parts, "standard", "standard"),
            self._many(parts, "reading"),
            span=self._span(*children[:2]),
            known_at=self._one(parts, "known_at", "known at"),
            about=self._one(parts, "about", "about"),
        )

    def about(self, children: Children) -> Part:
        return Part("about", children[1], self._span(*children))

    def as_of(self, children: Children) -> Part:
        return Part("as_of", self._day(children[2]), self._span(*children))

    def known_at(self, children: Children) -> Part:
        return Part("known_at", self._day(children[2]), self._span(*children))

    def given(self, children: Children) -> Part:
        return Part("given", tuple(children[1:]), self._span(children[0]))

    def said(self, children: Children) -> Part:
        span = self._span(*children[:2])
        source = self._string(children[1])
        return Part("said", s.Said(str(children[0]), source, tuple(children[2:]), span=span), span)

    def standard(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("standard", s.StandardOf(str(children[1]), span=span), span)

    def reading(self, children: Children) -> Part:
        span = self._span(*children[:2])
        name = self._plain(children[1], "a reading")
        return Part("reading", s.Reading(name, tuple(children[2:]), span=span), span)

    def entry(self, children: Children) -> s.Given:
        return s.Given(self._name(children[0]), children[1], span=self._span(*children))

    def list(self, children: Children) -> s.ListValue:
        return s.ListValue(tuple(children[1:-1]), span=self._span(*children))

    def mapping(self, children: Children) -> s.RecordValue:
        return s.RecordValue(tuple(children[1:-1]), span=self._span(*children))

    def pair(self, children: Children) -> tuple[s.Name, s.Value]:
        return self._name(children[0]), children[1]

    def expect_verdict(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectVerdict(str(children[1]), span=span), span)

    def expect_force(self, children: Children) -> Part:
        span = self._span(*children)
        force = " ".join(children[2].split())
        return Part("expect", s.ExpectForce(children[1], force, span=span), span)

    def expect_defeated(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectDefeated(children[1], children[3], span=span), span)

    def expect_conflict(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectConflict(children[1], children[3], span=span), span)

    def expect_needs(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectNeeds(_or_none(children[2:]), span=span), span)

    def expect_duty_needs(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectNeeds(_or_none(children[4:]), span=span, duty=children[2]), span)

    def needed_moment(self, children: Children) -> s.Name:
        return s.Name(MOMENT_OF_USE, span=self._token_span(children[0]))

    def needed_day(self, children: Children) -> s.Name:
        return s.Name(DAY_OF_USE, span=self._token_span(children[0]))

    def expect_measure(self, children: Children) -> Part:
        span = self._span(*children)
        words = " ".join(children[1].split()[1:])
        measures = () if words == "none" else tuple(each.strip() for each in words.split(","))
        return Part("expect", s.ExpectMeasures(measures, span=span), span)

    def expect_readings(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectReadings(children[1].split()[1], span=span), span)

    def expect_presumed(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectPresumed(_or_none(children[2:]), span=span), span)

    def mattered(self, children: Children) -> s.Name | s.Ref:
        return self.ref(children) if children[0].type == "REF" else self.name(children)

    def expect_without(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectWithout(children[1].split()[-1], span=span), span)

    def expect_governs(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectGoverns(children[2], span=span), span)

    def expect_duty(self, children: Children) -> Part:
        span = self._span(*children)
        state = " ".join(children[3].split())
        return Part("expect", s.ExpectDuty(children[2], state, span=span), span)

    def expect_due(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectDue(children[2], children[4], span=span), span)

    def expect_compliant(self, children: Children) -> Part:
        span = self._span(*children)
        truth = not children[1].startswith("not")
        return Part("expect", s.ExpectCompliant(truth, span=span), span)

    def expect_value(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectValue(children[1], children[3], span=span), span)

    def expect_open(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectValue(children[1], None, span=span), span)


setattr(Build, "except", Build.except_)  # `except` is a rule of the grammar and a word of Python


def with_items(unit: s.Policy | s.Vocabulary, items: tuple[Any, ...]) -> s.Policy | s.Vocabulary:
    """The unit with the items that stand under it."""
    if isinstance(unit, s.Policy):
        return evolve(unit, items=items)
    return evolve(unit, items=items)


def _or_none(names: Children) -> tuple[Any, ...]:
    """The names; of ``none`` by itself, none."""
    return () if [*names] == [s.Name("none")] else tuple(names)
