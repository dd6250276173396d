"""A parser's refusal into a diagnostic, with the line at which reading can go on.

The parser stops at its first mistake. The caller blanks the line named here, with what stands under
it, and parses the item again, so that one run finds all the mistakes of a text.
"""

from __future__ import annotations

from attrs import frozen
from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from tosdsl import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.syntax.layout import LayoutError, TooDeep
from tosdsl.trees.span import Span

INSTEAD = {
    "==": "is",
    "=": "is",
    "!=": "is not",
    "<>": "is not",
    "&&": "and",
    "||": "or",
    "!": "not",
    "if": "when",
    "where": "when",
    "unless": "except NAME",
    "deny": "forbid",
    "prohibit": "forbid",
    "forbids": "forbid",
    "allow": "permit",
    "permits": "permit",
    "import": "use",
    "include": "incorporate",
    "contains": "includes",
    "equals": "is",
    "has": "includes",
    "enum": "type NAME is one of",
    "record": "type NAME has",
    "let": "define",
    "def": "define",
    "test": "scenario",
    "then": "expect",
    "despite": "notwithstanding",
}
"""Words and signs of other languages, and what is written here."""

_OPERATORS = ("==", "!=", "<>", "&&", "||", "=", "!")

_KINDS = {
    "NAME": "a name",
    "STRING": "a text in double quotes",
    "DATE": "a date",
    "INTEGER": "a number",
    "REF": "a reference such as `policy#clause`",
    "VERDICT": "a verdict",
    "FORCE": "`in force`",
    "DEFEATED_BY": "`defeated by`",
    "CONFLICTS_WITH": "`conflicts with`",
    "ORDER": "`<`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "COMMA": "`,`",
    "COLON": "`:`",
    "MINUS": "`-`",
    "_NL": "the end of the line",
    "_INDENT": "an indented block",
    "_DEDENT": "the end of the block",
    "$END": "the end of the text",
}

_MOST_EXPECTED = 9


@frozen
class Refusal:
    """``line`` counts from 0 within the item: where the mistake's block begins."""

    diagnostic: Diagnostic
    line: int


def explain_refusal(
    error: Exception, file: str, first: int, lines: list[str]
) -> Refusal:
    """What the parser stumbled over. ``first`` is the file's line of ``lines[0]``."""
    if isinstance(error, LayoutError):
        span = Span(file, first + error.line - 1, error.column, first + error.line - 1, error.column + 1)
        return Refusal(mistake("TOS1005", span, column=error.column), error.line - 1)
    if isinstance(error, TooDeep):
        line = (error.token.line or 1) - 1
        if error.token.type == "_NL":
            line = min(len(lines) - 1, (error.token.end_line or 1) - 1)
        column = error.token.column or 1 if error.token.type != "_NL" else 1
        span = Span(file, first + line, column, first + line, column + max(1, len(error.token.strip())))
        return Refusal(mistake("TOS5002", span, limit=limits.MAX_NESTING), line)
    if isinstance(error, UnexpectedToken):
        return _token(error, error.token, file, first, lines)
    if isinstance(error, UnexpectedCharacters):
        return _character(error, file, first, lines)
    raise error


def _character(
    error: UnexpectedCharacters, file: str, first: int, lines: list[str]
) -> Refusal:
    line, column = error.line - 1, error.column - 1
    rest = lines[line][column:] if line < len(lines) else ""
    place = first + line
    for operator in _OPERATORS:
        if rest.startswith(operator):
            span = Span(file, place, column + 1, place, column + 1 + len(operator))
            found = mistake("TOS1008", span, found=operator, instead=INSTEAD[operator])
            return Refusal(found, line)
    if rest.startswith('"'):
        span = Span(file, place, column + 1, place, column + 1 + len(rest))
        return Refusal(mistake("TOS1003", span), line)
    span = Span(file, place, column + 1, place, column + 2)
    shown = f"`{rest[:1]}`" if rest[:1].isprintable() else f"U+{ord(rest[:1] or ' '):04X}"
    return Refusal(mistake("TOS1002", span, found=shown), line)


def _token(
    error: UnexpectedToken, token: Token, file: str, first: int, lines: list[str]
) -> Refusal:
    expected = set(error.accepts or error.expected)
    last = max(index for index, text in enumerate(lines) if text)
    at = last + 1 if token.line is None else token.line - 1
    within = at <= last
    line = at if within else last
    if token.type == "_INDENT":
        span = _line_span(file, first, line, lines)
        return Refusal(mistake("TOS1007", span), line)
    if expected == {"_INDENT"}:
        opener = _line_above(lines, line) if within else line
        words = f"`{lines[opener].strip()}`"
        return Refusal(
            mistake("TOS1006", _line_span(file, first, opener, lines), opener=words), opener
        )
    if expected == {"_DEDENT"}:
        return Refusal(mistake("TOS1013", _line_span(file, first, line, lines)), line)
    if token.type in {"_NL", "$END", "_DEDENT"}:
        if token.type == "_DEDENT" and within:
            line = _line_above(lines, line)
        end = len(lines[line]) + 1
        span = Span(file, first + line, end, first + line, end + 1)
        return Refusal(_unexpected("The end of the line", "", span, expected), line)
    width = max(1, len(token.rstrip()))
    column = token.column or 1
    span = Span(file, first + line, column, first + line, column + width)
    return Refusal(_unexpected(f"`{token}`", str(token), span, expected), line)


def _unexpected(found: str, word: str, span: Span, expected: set[str]) -> Diagnostic:
    if word in INSTEAD:
        return mistake("TOS1008", span, found=word, instead=INSTEAD[word])
    words = {name.lower() for name in expected if name.isalpha() and name not in _KINDS}
    kinds = [_KINDS[name] for name in _KINDS if name in expected]
    shown = [f"`{name}`" for name in sorted(words)] + kinds
    if len(shown) > _MOST_EXPECTED:
        shown = [*shown[:_MOST_EXPECTED], "…"]
    near = (word, words) if word else None
    return mistake("TOS1001", span, near, found=found, expected=", ".join(shown) or "nothing")


def _line_above(lines: list[str], line: int) -> int:
    above = line - 1
    while above > 0 and not lines[above]:
        above -= 1
    return max(0, above)


def _line_span(file: str, first: int, line: int, lines: list[str]) -> Span:
    text = lines[line]
    start = len(text) - len(text.lstrip()) + 1
    return Span(file, first + line, start, first + line, max(start + 1, len(text) + 1))


RECOVERABLE = (UnexpectedInput, LayoutError, TooDeep)
"""What a parse may raise on a text; anything else is a bug."""
