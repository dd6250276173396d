"""What every reduction leans on, and the reductions of conditions and values.

``Reductions`` knows the item's place in the file, makes spans, names and texts, and notes mistakes;
``build`` adds the items of a text.
"""

from __future__ import annotations

import re
import sys
from typing import Any, NamedTuple, TypeAlias
from unicodedata import category

from attrs import evolve
from lark import Token, Transformer, Tree

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.syntax import literals
from tosdsl.syntax.mistakes.misplaced import counted
from tosdsl.syntax.source import Columns
from tosdsl.trees import surface as s

RESERVED = frozenset(
    (
        *("and", "or", "not", "is", "in", "includes", "overlaps", "yes", "no", "true", "false"),
        *("then", "else"),
    )
)
"""Words that cannot name a member of an enumeration."""

PARTY_WORDS = RESERVED | {"provider"}
"""Words that cannot name a party: a policy calls its own so."""

OPENERS = frozenset(("all", "any", "none", "if"))
"""Words that cannot name a fact or a definition, on top of the reserved ones."""

CLAUSE_WORDS = frozenset(("needs", "everything", "duty", "governs"))
"""Words that cannot name a clause."""

Children: TypeAlias = list[Any]
"""What a reduction is given: tokens, and what the reductions below it made."""

_TWO = 2
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
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


class Parameters(NamedTuple):
    """The parameters of a definition, on their way to it."""

    items: tuple[s.Parameter, ...]


class Reductions(Transformer[Token, Any]):
    """One top-level item. ``first`` is its first line in the file."""

    def __init__(self) -> None:
        super().__init__()
        self.file = ""
        self.first = 1
        self.columns = Columns()
        self.problems: list[Diagnostic] = []
        self._moved = False

    def start(self, file: str, first: int, columns: Columns) -> None:
        """Begin a new item."""
        self.file = file
        self.first = first
        self.columns = columns
        self.problems = []
        self._moved = columns.moved

    def __default__(self, data: str, children: Children, meta: object) -> Any:
        if data.startswith("_"):  # lark splices the children of such a rule into its parent
            return Tree(data, children)
        raise NotImplementedError(f"no method builds the rule {data}")

    # --- places and names -------------------------------------------------------------------

    def _span(self, *ends: Any) -> Span:
        first, last = ends[0], ends[-1]
        if self._moved or not isinstance(first, Token):
            start = self._token_span(first) if isinstance(first, Token) else first.span
            return start.to(self._token_span(last) if isinstance(last, Token) else last.span)
        line, column = (first.line or 1) + self.first - 1, first.column or 1
        if isinstance(last, Token):
            end = (last.end_line or 1) + self.first - 1
            return Span(self.file, line, column, end, last.end_column or 1)
        return Span(self.file, line, column, last.span.end_line, last.span.end_column)

    def _token_span(self, token: Token) -> Span:
        shift = self.first - 1
        line, end = (token.line or 1) + shift, (token.end_line or 1) + shift
        span = Span(self.file, line, token.column or 1, end, token.end_column or 1)
        return self.columns.span(span) if self._moved else span

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
        return s.Text(self._unquoted(token), span=self._token_span(token))

    def _unquoted(self, token: Token) -> str:
        def unescape(match: re.Match[str]) -> str:
            sign = _ESCAPES.get(match[1]) or _numbered(match[1])
            if sign is None:
                whole = self._token_span(token)
                start = whole.column + 1 + match.start()
                span = evolve(whole, column=start, end_column=start + len(match[0]))
                self._report("TOS1018", span, found=match[1])
            return sign or match[1]

        text = token[1:-1]
        return _ESCAPE.sub(unescape, text) if "\\" in text else text

    def _date(self, token: Token) -> s.DateLiteral:
        return literals.day(token, self._token_span(token), self.problems)

    def _instant(self, token: Token) -> s.InstantLiteral:
        return literals.instant(str(token), self._token_span(token), self.problems)

    def _one(self, parts: list[Part], kind: str, word: str) -> Any:
        places = [at for at, part in enumerate(parts) if part.kind == kind]
        if not places:
            return None
        first = parts[places[0]]
        known: dict[int, int] = {}
        if len(places) < _TWO and not self._of_exception(parts, places[0], known):
            return first.value
        how = "Join them under one `when all of` or `when any of`." if kind == "when" else "Keep one."
        what = "A text" if kind == "note" else f"`{word}`"
        for at in places:
            again, above = parts[at], self._of_exception(parts, at, known)
            if above is not None and (again is not first or isinstance(above, s.ExceptionNode)):
                self._beside(again, "text" if kind == "note" else what, above)
                if kind == "when" and isinstance(above, s.ExceptionNode):  # that it has none is said
                    own = known[at]
                    parts[own] = parts[own]._replace(value=evolve(above, when=again.value))
            elif again is not first:
                self._report("TOS1012", again.span, what=what, mend=how)
        return first.value

    @staticmethod
    def _of_exception(parts: list[Part], at: int, known: dict[int, int]) -> Any:
        """The exception above a text or a `when`, if it has no `when`: it is meant for that one.
        ``known`` has the place of what stands above texts: no run of them is gone through twice."""
        if parts[at].kind not in {"note", "when"}:
            return None
        own = known.get(at - 1, at - 1) if at and parts[at - 1].kind == "note" else at - 1
        while own > 0 and parts[own].kind == "note":
            own -= 1
        known[at] = own
        above = parts[own].value if own >= 0 else None
        bare = isinstance(above, s.ExceptionNode) and above.when is None and not above.provisos
        return above if bare or isinstance(above, s.ExceptionRef) else None

    @staticmethod
    def _many(parts: list[Part], kind: str) -> tuple[Any, ...]:
        return tuple(part.value for part in parts if part.kind == kind)

    def _description(self, parts: list[Part]) -> str | None:
        note = self._one(parts, "note", "description")
        return note.value if note else None

    def _beside(self, part: Part, found: str, clause: Any, own: str = "") -> None:
        """Report a line that stands beside a clause or an exception and not below it."""
        kind = {s.Section: "section", s.Norm: "clause"}.get(type(clause), "exception")
        name = clause.node.name if isinstance(clause, s.Standalone) else clause.name
        words = {"owner": f"the {kind} `{name.text}`", "what": "it", "spaces": counted(4), "own": own}
        self._report("TOS1032", part.span, found=found, **words)

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

    def rounded(self, children: Children) -> s.Rounded:
        value, said, step = self._bare(children[0]), str(children[1]).split(), self._bare(children[2])
        way = said[1] if said[1] in s.WAYS else "half even" if len(children) > 3 else "nearest"
        span = self._span(children[0], children[-1])
        if said[1] in s.WAYS and len(children) > 3:
            self._report("TOS1026", self._token_span(children[3]), found=children[3])
        return s.Rounded(value, way, step, span=span)

    def part_of_day(self, children: Children) -> s.PartOfDay:
        part, day = " ".join(children[0].split()), self._bare(children[1])
        return s.PartOfDay(part, day, span=self._span(*children))

    def part_of_moment(self, children: Children) -> s.PartOfMoment:
        part, moment = " ".join(children[0].split()), self._bare(children[1])
        zone = s.Name(str(children[3]), span=self._token_span(children[3]))
        return s.PartOfMoment(part, moment, zone, span=self._span(children[0], children[3]))

    def conditional(self, children: Children) -> s.Conditional:
        _, condition, _, then, _, otherwise = children
        span = self._span(children[0], otherwise)
        condition, then, otherwise = map(self._bare, (condition, then, otherwise))
        return s.Conditional(condition, then, otherwise, span=span)

    def quantified(self, children: Children) -> s.Quantified:
        variable = self._plain(children[1], "the item at hand", RESERVED | OPENERS)
        over, body = self._bare(children[3]), self._bare(children[5])
        span = self._span(children[0], body)
        return s.Quantified(str(children[0]), variable, over, body, span=span)

    def compare(self, children: Children) -> s.Compare:
        return self._compare(str(children[1]), children)

    def compare_not(self, children: Children) -> s.Compare:
        return self._compare(f"{children[1]} {children[2]}", [*children[:2], children[-1]])

    def text_test(self, children: Children) -> s.Compare:
        ignoring = s.IGNORING_CASE if len(children) > 3 else ""
        return self._compare(" ".join(children[1].split()) + ignoring, children[:3])

    def _compare(self, op: str, children: Children) -> s.Compare:
        left, right = self._bare(children[0]), self._bare(children[-1])
        return s.Compare(op, left, right, span=self._span(children[0], children[-1]))

    def arithmetic(self, children: Children) -> s.Arithmetic:
        left, right = self._bare(children[0]), self._bare(children[2])
        excluding = self._bare(children[4]) if len(children) > 4 else None
        span = self._span(children[0], children[-1])
        return s.Arithmetic(str(children[1]), left, right, excluding, span=span)

    def convert(self, children: Children) -> s.Convert:
        value, rate = self._bare(children[0]), self._bare(children[4])
        span = self._span(children[0], children[4])
        return s.Convert(value, self._name(children[2]), rate, span=span)

    def call(self, children: Children) -> s.Call:
        arguments = tuple(map(self._bare, children[1:]))
        return s.Call(self._name(children[0]), arguments, span=self._span(children[0], children[-1]))

    def aggregate(self, children: Children) -> s.Aggregate:
        kind = " ".join(children[0].split())
        rest = [child for child in children[1:] if not isinstance(child, Part)]
        extra = [child for child in children if isinstance(child, Part)]
        kinds = [child.type if isinstance(child, Token) else "" for child in rest]
        at = kinds.index("NAME")
        return s.Aggregate(
            kind,
            self._plain(rest[at], "the item at hand", RESERVED | OPENERS),
            self._bare(rest[at + 2]),
            self._bare(rest[0]) if at else None,
            self._one(extra, "where", "where"),
            self._one(extra, "window", "in any"),
            span=self._span(children[0], children[-1]),
        )

    def where(self, children: Children) -> Part:
        return Part("where", self._bare(children[1]), self._span(*children))

    def window(self, children: Children) -> Part:
        span = self._span(*children)
        length = literals.duration(children[2], self._token_span(children[2]), self.problems)
        per = children[6] if len(children) > 5 else None
        return Part("window", s.Window(length, children[4], per, span=span), span)

    def set(self, children: Children) -> s.SetOf:
        return s.SetOf(tuple(children[1:-1]), span=self._span(*children))

    def literal(self, children: Children) -> s.Expr:
        token, sign = children[-1], -1 if len(children) > 1 else 1
        if token.type == "STRING":
            return self._string(token)
        span = self._span(*children)
        match token.type:
            case "DATE":
                return literals.day(token, span, self.problems)
            case "INSTANT":
                return literals.instant(token, span, self.problems)
            case "DURATION":
                return literals.duration(token, span, self.problems, sign)
            case "MONEY":
                return literals.money(token, sign, span, self.problems)
            case "INTEGER" | "NUMBER":
                return literals.number_literal(token, sign, span, self.problems)
            case _:
                return s.BooleanLiteral(token.type in {"YES", "TRUE"}, span=span)

    def day_of_use(self, children: Children) -> s.DayOfUse:
        return s.DayOfUse(span=self._span(*children))

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


def _numbered(escape: str) -> str | None:
    """The character of ``u`` or ``U`` and its number; None if there is none."""
    if len(escape) == 1:
        return None
    number = int(escape[1:], 16)
    return chr(number) if number <= sys.maxunicode and category(chr(number)) != "Cs" else None
