"""The parser's reductions into surface nodes.

One method a rule of the grammar, called by lark while it parses (no tree of lark's own is built).
A rule without a method raises, and a test holds rule names against method names.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from attrs import evolve
from lark import Token, Transformer, Tree

from tosdsl import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.syntax.misplaced import counted, own_of_section
from tosdsl.syntax.source import Columns
from tosdsl.trees import surface as s
from tosdsl.trees.span import Span

RESERVED = frozenset(
    ("and", "or", "not", "is", "in", "includes", "overlaps", "yes", "no", "true", "false")
)
"""Words that cannot name a member of an enumeration."""

PARTY_WORDS = RESERVED | {"provider"}
"""Words that cannot name a party: a policy calls its own so."""

OPENERS = frozenset(("all", "any", "none"))
"""Words that cannot name a fact or a definition, on top of the reserved ones."""

CLAUSE_WORDS = frozenset(("needs", "everything"))
"""Words that cannot name a clause."""

Children: TypeAlias = list[Any]
"""What a reduction is given: tokens, and what the reductions below it made."""

_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n"}


class Part(NamedTuple):
    """A line of a block, on its way to the node that holds it."""

    kind: str
    value: Any
    span: Span


class Bracketed(NamedTuple):
    """A condition in brackets, on its way to the node that holds it."""

    item: s.Expr
    span: Span


class Build(Transformer[Token, Any]):
    """Builds the nodes of one top-level item. ``first`` is its first line in the file."""

    def __init__(self) -> None:
        super().__init__()
        self.file = ""
        self.first = 1
        self.columns = Columns()
        self.problems: list[Diagnostic] = []

    def start(self, file: str, first: int, columns: Columns) -> None:
        """Begin a new item."""
        self.file = file
        self.first = first
        self.columns = columns
        self.problems = []

    def __default__(self, data: str, children: Children, meta: object) -> Any:
        if data.startswith("_"):  # lark splices the children of such a rule into its parent
            return Tree(data, children)
        raise NotImplementedError(f"no method builds the rule {data}")

    # --- places and names -------------------------------------------------------------------

    def _span(self, *ends: Any) -> Span:
        first, last = ends[0], ends[-1]
        start = first.span if not isinstance(first, Token) else self._token_span(first)
        stop = last.span if not isinstance(last, Token) else self._token_span(last)
        return start.to(stop)

    def _token_span(self, token: Token) -> Span:
        shift = self.first - 1
        line, end = (token.line or 1) + shift, (token.end_line or 1) + shift
        return self.columns.span(Span(self.file, line, token.column or 1, end, token.end_column or 1))

    def _report(self, code: str, span: Span, **words: object) -> None:
        self.problems.append(mistake(code, span, None, **words))

    def _name(self, token: Token) -> s.Name:
        return s.Name(str(token), span=self._token_span(token))

    def _plain(self, token: Token, what: str, words: frozenset[str] = frozenset()) -> s.Name:
        if "." in token:
            self._report("TOS1014", self._token_span(token), found=token, what=what)
        elif token in words:
            self._report("TOS1019", self._token_span(token), found=token)
        return self._name(token)

    def _string(self, token: Token) -> s.Text:
        def unescape(match: re.Match[str]) -> str:
            if match[1] not in _ESCAPES:
                start = whole.column + 1 + match.start()
                span = evolve(whole, column=start, end_column=start + 2)
                self._report("TOS1018", span, found=match[1])
            return _ESCAPES.get(match[1], match[1])

        whole = self._token_span(token)
        return s.Text(_ESCAPE.sub(unescape, token[1:-1]), span=whole)

    def _date(self, token: Token) -> s.DateLiteral:
        try:
            value = date.fromisoformat(token)
        except ValueError:
            self._report("TOS1011", self._token_span(token), found=token)
            value = date(1, 1, 1)
        return s.DateLiteral(value, span=self._token_span(token))

    def _one(self, parts: list[Part], kind: str, word: str) -> Any:
        found = [part for part in parts if part.kind == kind]
        how = "Join them under one `when all of` or `when any of`." if kind == "when" else "Keep one."
        what = "A text" if kind == "note" else f"`{word}`"
        for before, again in pairwise(parts):
            if again.kind != kind or again is found[0]:
                continue
            if kind in {"when", "note"} and isinstance(before.value, s.ExceptionRef):
                self._beside(again, "text" if kind == "note" else what, before.value)
            else:
                self._report("TOS1012", again.span, what=what, mend=how)
        return found[0].value if found else None

    @staticmethod
    def _many(parts: list[Part], kind: str) -> tuple[Any, ...]:
        return tuple(part.value for part in parts if part.kind == kind)

    def _description(self, parts: list[Part]) -> str | None:
        note = self._one(parts, "note", "description")
        return note.value if note else None

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
        start = self._date(children[2])
        end = self._date(children[4]) if len(children) > 4 else None
        if end and end.value < start.value:
            self._report("TOS3014", end.span, start=start.value, until=end.value)
        return Part("effective", (start, end), self._span(*children))

    def recorded(self, children: Children) -> Part:
        return Part("recorded", self._date(children[1]), self._span(*children))

    def source(self, children: Children) -> Part:
        return Part("source", self._string(children[1]), self._span(*children))

    def default(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("default", s.Stance(str(children[1]), span=span), span)

    def note(self, children: Children) -> Part:
        return Part("note", self._string(children[0]), self._span(*children))

    def vocabulary(self, children: Children) -> s.Vocabulary:
        description = self._string(children[2]).value if len(children) > 2 else None
        return s.Vocabulary(self._name(children[1]), description, span=self._span(*children[:2]))

    def use(self, children: Children) -> s.Use:
        return s.Use(self._name(children[1]), span=self._span(*children))

    # --- types and facts ----------------------------------------------------------------------

    def enum(self, children: Children) -> s.EnumType:
        name = self._plain(children[1], "a type")
        return s.EnumType(name, tuple(children[5:]), span=self._span(*children[:5]))

    def member(self, children: Children) -> s.Member:
        text = self._string(children[1]).value if len(children) > 1 else None
        return s.Member(self._plain(children[0], "a member", RESERVED), text)

    def record(self, children: Children) -> s.RecordType:
        name = self._plain(children[1], "a type")
        return s.RecordType(name, tuple(children[3:]), span=self._span(*children[:3]))

    def field(self, children: Children) -> s.FieldDecl:
        name, kind, rest = self._plain(children[0], "a field"), children[1], children[2:]
        judged = any(token.type == "JUDGED" for token in rest)
        texts = [self._string(token).value for token in rest if token.type == "STRING"]
        question = texts[0] if texts else None
        return s.FieldDecl(name, kind, judged, question, span=self._span(*children))

    def fact(self, children: Children) -> s.Fact:
        decl = self.field(children[1:])
        self._plain(children[1], "a fact", RESERVED | OPENERS)
        self.problems = list(dict.fromkeys(self.problems))
        return s.Fact(decl, span=self._span(*children))

    def type(self, children: Children) -> s.TypeExpr:
        return s.TypeExpr(str(children[-1]), len(children) // 2, span=self._span(*children))

    def party(self, children: Children) -> s.Party:
        text = self._string(children[2]).value if len(children) > 2 else None
        name = self._plain(children[1], "a party", PARTY_WORDS)
        return s.Party(name, text, span=self._span(*children))

    # --- provisions ---------------------------------------------------------------------------

    def define(self, children: Children) -> s.Define:
        name = self._plain(children[1], "a definition", RESERVED | OPENERS)
        texts = [self._string(token).value for token in children[3:-1]]
        body = self._bare(children[-1])
        return s.Define(name, body, texts[0] if texts else None, span=self._span(*children[:3]))

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

    def _beside(self, part: Part, found: str, clause: Any, own: str = "") -> None:
        """Report a line that stands beside a clause or an exception and not below it."""
        kind = {s.Section: "section", s.Norm: "clause"}.get(type(clause), "exception")
        name = clause.node.name if isinstance(clause, s.Standalone) else clause.name
        words = {"owner": f"the {kind} `{name.text}`", "what": "it", "spaces": counted(4), "own": own}
        self._report("TOS1032", part.span, found=found, **words)

    def applies(self, children: Children) -> Part:
        return Part("applies", self._bare(children[2]), self._span(*children[:2]))

    def norm(self, children: Children) -> s.Norm:
        parts = children[2:]
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
            span=self._span(*children[:2]),
        )

    def standalone(self, children: Children) -> s.Standalone:
        node = self._exception_node(children)
        if isinstance(node, s.ExceptionRef):
            node = s.ExceptionNode(node.name, span=node.span)
        return s.Standalone(node, span=node.span)

    def except_(self, children: Children) -> Part:
        return Part("except", self._exception_node(children), self._span(*children[:2]))

    def _exception_node(self, children: Children) -> s.ExceptionNode | s.ExceptionRef:
        name = self._plain(children[1], "an exception", CLAUSE_WORDS)
        parts, span = children[2:], self._span(*children[:2])
        if not parts:
            return s.ExceptionRef(name, span=span)
        return s.ExceptionNode(
            name,
            self._one(parts, "at", "at"),
            self._description(parts),
            self._one(parts, "when", "when"),
            self._many(parts, "provided"),
            self._many(parts, "except"),
            span=span,
        )

    def place(self, children: Children) -> Part:
        return Part("at", self._string(children[1]).value, self._span(*children))

    def when(self, children: Children) -> Part:
        return Part("when", self._bare(children[1]), self._span(children[0]))

    def provided(self, children: Children) -> Part:
        return Part("provided", self._bare(children[1]), self._span(children[0]))

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
            span=self._span(*children[:2]),
        )

    def prevails(self, children: Children) -> s.PrevailsOver:
        at = self._one(children[3:], "at", "at")
        return s.PrevailsOver(children[2], at, span=self._span(*children[:3]))

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
        terms = [self._term(token) for token in children if token.type == "TERM_OF_DAYS"]
        texts = [self._string(token).value for token in children if token.type == "STRING"]
        within, text = next(iter(terms), None), next(iter(texts), None)
        return s.Measure(kind, within, text, span=self._span(*children))

    def _term(self, token: Token) -> s.Term:
        number, *unit = token.split()
        span = self._token_span(token)
        if len(number) > limits.MAX_DIGITS:
            self._report("TOS5010", span, size=len(number), limit=limits.MAX_DIGITS)
            number = "0"
        return s.Term(int(number.replace("_", "")), " ".join(unit).removesuffix("s"), span=span)

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
        )

    def as_of(self, children: Children) -> Part:
        return Part("as_of", self._date(children[2]), self._span(*children))

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
        return Part("expect", s.ExpectNeeds(tuple(children[2:]), span=span), span)

    def expect_measure(self, children: Children) -> Part:
        span = self._span(*children)
        words = " ".join(children[1].split()[1:])
        measures = () if words == "none" else tuple(each.strip() for each in words.split(","))
        return Part("expect", s.ExpectMeasures(measures, span=span), span)

    def expect_readings(self, children: Children) -> Part:
        span = self._span(*children)
        return Part("expect", s.ExpectReadings(children[1].split()[1], span=span), span)

    # --- conditions and values ------------------------------------------------------------------

    @staticmethod
    def _bare(item: Any) -> Any:
        return item.item if isinstance(item, Bracketed) else item

    def line(self, children: Children) -> s.Expr:
        expr: s.Expr = self._bare(children[0])
        return expr

    def line_block(self, children: Children) -> s.Expr:
        block: s.Expr = children[0]
        return block

    def block(self, children: Children) -> s.Block:
        items = tuple(children[2:])
        return s.Block(str(children[0]), items, span=self._span(*children[:2]))

    inner = block

    def parens(self, children: Children) -> Bracketed:
        item = self._bare(children[0])
        return Bracketed(item, item.span)

    def or_(self, children: Children) -> s.Or:
        items = [child for child in children if not isinstance(child, Token)]
        for item in items:
            if isinstance(item, s.And):
                self._report("TOS1020", item.span, first="and", second="or")
                break
        return s.Or(tuple(map(self._bare, items)), span=self._span(*items))

    def and_(self, children: Children) -> s.And:
        items = [child for child in children if not isinstance(child, Token)]
        return s.And(tuple(map(self._bare, items)), span=self._span(*items))

    def not_(self, children: Children) -> s.Not:
        return s.Not(self._bare(children[1]), span=self._span(*children))

    def compare(self, children: Children) -> s.Compare:
        return self._compare(str(children[1]), children)

    def compare_not(self, children: Children) -> s.Compare:
        return self._compare(f"{children[1]} {children[2]}", children)

    def _compare(self, op: str, children: Children) -> s.Compare:
        left, right = self._bare(children[0]), self._bare(children[-1])
        return s.Compare(op, left, right, span=self._span(children[0], children[-1]))

    def set(self, children: Children) -> s.SetOf:
        return s.SetOf(tuple(children[1:-1]), span=self._span(*children))

    def literal(self, children: Children) -> s.Expr:
        token = children[-1]
        span = self._span(*children)
        match token.type:
            case "STRING":
                return self._string(token)
            case "DATE":
                return self._date(token)
            case "INTEGER" if len(token) > limits.MAX_DIGITS:
                self._report("TOS5010", span, size=len(token), limit=limits.MAX_DIGITS)
                return s.IntegerLiteral(0, span=span)
            case "INTEGER":
                sign = -1 if len(children) > 1 else 1
                return s.IntegerLiteral(sign * int(token.replace("_", "")), span=span)
            case _:
                return s.BooleanLiteral(token.type in {"YES", "TRUE"}, span=span)

    def name(self, children: Children) -> s.Name:
        return self._name(children[0])

    def ref(self, children: Children) -> s.Ref:
        token = children[0]
        span = self._token_span(token)
        if token.type == "NAME":
            return s.Ref(None, None, str(token), span=span)
        rest, _, clause = token.partition("#")
        policy, _, version = rest.partition("@")
        return s.Ref(policy, version or None, clause or None, span=span)


setattr(Build, "except", Build.except_)  # `except` is a rule of the grammar and a word of Python


def with_items(unit: s.Policy | s.Vocabulary, items: list[Any]) -> s.Policy | s.Vocabulary:
    """The unit with the items that stand under it."""
    if isinstance(unit, s.Policy):
        return evolve(unit, items=tuple(items))
    return evolve(unit, items=tuple(items))
