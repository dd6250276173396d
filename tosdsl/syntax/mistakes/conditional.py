"""A condition where none can stand: below what binds in every case, or behind a reference.

Put into quotation marks such a condition would become a description, and put on a line of its own it
would become that of something else. So the rules here come before the general ones of ``tokens``, and
say what to write that means the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import evolve, frozen

from tosdsl.syntax.mistakes.slips import BELONGS_UNDER
from tosdsl.syntax.mistakes.stumble import Refusal, Stumble, last_beside
from tosdsl.syntax.source import block_of, indent_of

_POSITIVE = (
    r"applies +(?:only +)?(?:when|if|where)|when|if|where|provided(?: +that)?|only +(?:when|if|where)"
    r"|(?:as|so) +long +as|in +case|to +the +extent(?: +that)?|insofar +as"
    r"|on +(?:the +)?condition +that"
)
_NEGATIVE = r"unless|except(?:ion)?(?: +(?:when|if|where|that|as|to|for))?|save(?: +(?:when|if|where))?"
_OPENS = re.compile(rf" *(?P<word>{_POSITIVE}|(?P<negative>{_NEGATIVE}))(?![\w.:])(?P<rest>.*)", re.I)
_SIMPLE = re.compile(r"[\w.]+\Z")
_OPENS_BLOCK = re.compile(r"(?:\A|\b(?:all|any|none|one) of|\bsatisfies)\s*\Z")
_CONTINUES = re.compile(r" *(?:(?:and|or)\b|(?:then|else)(?![\w.]| *:))")
_JOINED = re.compile(r" or |\A…\Z")
_LONGEST = 32
"""Characters of a condition that a sentence repeats."""


@frozen
class Condition:
    """A condition where it stands: how it begins, and what it says if that is on its line."""

    word: str
    text: str
    negative: bool
    start: int

    @property
    def holds(self) -> str:
        """The condition under which what it belongs to is to bind."""
        return self._negated if self.negative else self.text

    @property
    def fails(self) -> str:
        """The contrary."""
        return self.text if self.negative else self._negated

    @property
    def _negated(self) -> str:
        return f"not {self.text}" if _SIMPLE.match(self.text) else f"not ({self.text})"

    @property
    def and_holds(self) -> str:
        """What a condition goes on with, so that this one must hold as well."""
        return f"and {self.holds}" if not _JOINED.search(self.holds) else f"and ({self.holds})"

    @property
    def and_fails(self) -> str:
        """What a condition goes on with, so that this one must not hold."""
        return f"and {self.fails}" if not _JOINED.search(self.fails) else f"and ({self.fails})"


def condition_in(lines: list[str], line: int, start: int) -> Condition | None:
    """The condition that begins at an index of a line, if one does."""
    match = _OPENS.match(lines[line], start)
    if match is None:
        return None
    said = match["rest"].strip()
    word = re.sub(r" +", " ", match["word"].lower())
    named = word == "exception" or (word == "except" and _SIMPLE.match(said))  # its condition is below
    if named or len(said) > _LONGEST or _OPENS_BLOCK.search(said) or _goes_on(lines, line):
        said = "…"
    return Condition(word, said, match["negative"] is not None, match.start("word"))


def _goes_on(lines: list[str], line: int) -> bool:
    following = next((each for each in lines[line + 1 :] if each), "")
    return _CONTINUES.match(following) is not None


# --- below an item, or behind it on its line --------------------------------------------------------


def condition_of_an_item(here: Stumble) -> Refusal | None:
    """``incorporate p.models`` with ``provided third_party_model`` below it, or behind it."""
    match = _ITEM.match(here.lines[0])
    if match is None:
        return None
    found = _here(here)
    word = re.sub(r" +", " ", match["word"])
    if found is None or (word == "use" and _APPLIES.match(found.word)):
        return None
    if word == "define" and found.word == "except" and found.text == "…":
        return None  # a definition can have exceptions, below its condition
    if word == "incorporate":
        if found.word == "when":
            return None  # it stands on a line of its own
        return _refused(here, found, "TOS1043", condition=found.holds)
    what, kind, mend = _ITEMS[word]
    return _refused(here, found, "TOS1049", what=what, kind=kind, mend=mend(found, match["name"]))


_ITEM = re.compile(
    r"(?P<word>incorporate|use|prevails +over|define)\b *(?P<name>[\w.@#-]*)(?: *\([^()]*\))?"
)
_APPLIES = re.compile(r"applies ")


def _of_use(found: Condition, name: str) -> str:
    return (
        "Its facts are known in every case. Write the condition below the clauses that are meant: "
        f"`when {found.holds}`."
    )


def _of_precedence(found: Condition, name: str) -> str:
    return (
        "It orders the documents in every case. Write the clauses that are to prevail once more, each "
        f"with `{found.and_holds}` behind its condition and `notwithstanding {name}` below it."
    )


def _of_definition(found: Condition, name: str) -> str:
    return (
        f"Join the two with `{found.and_holds}` if both must hold, or with `or` if one is enough; what "
        "is defined has no other case."
    )


_ITEMS: dict[str, tuple[str, str, Callable[[Condition, str], str]]] = {
    "use": ("`use`", "condition", _of_use),
    "prevails over": ("`prevails over`", "condition", _of_precedence),
    "define": ("A definition", "second condition", _of_definition),
}


def _here(here: Stumble) -> Condition | None:
    """The condition that stands where the text stopped making sense: a line, or the end of one."""
    at = here.column if here.line == 0 else indent_of(here.text)
    if here.lines[0].startswith(
        "define"
    ):  # a condition follows on its `as`, and its exceptions have some
        at = here.column if here.kind != "_INDENT" else at
        before = "\n".join([*here.lines[: here.line], here.text[:at]]).rstrip()
        if before.endswith(" as") or not _AS.search(before) or "WHEN" in here.expected:
            return None
    return condition_in(here.lines, here.line, at)


_AS = re.compile(r"\bas\b")


def _refused(here: Stumble, found: Condition, code: str, **words: object) -> Refusal:
    """The mistake, without the condition and what stands under it."""
    start = found.start
    span = here.span(start, len(here.text))
    if here.text[:start].strip():
        edit = here.mend(code, span, start, len(here.text) - start, "", **words)
        last = block_of(here.lines, here.line).stop - 1
        return evolve(edit, through=last if last > here.line else None)
    whole = here.refuse(code, span, **words)
    return evolve(whole, through=last_beside(here.lines, here.line, start))


def provision_of_an_item(here: Stumble) -> Refusal | None:
    """``bearer provider`` or ``subject to resale`` below an incorporation."""
    if not _INCORPORATES.match(here.lines[0]) or not here.opens_line or here.line == 0:
        return None
    word = here.text.split()[0]
    if word not in BELONGS_UNDER:
        return None
    mend = (
        "The clauses bind as they stand in the other document. Write what is to be otherwise into a "
        "clause of this policy."
    )
    whole = here.refuse("TOS1049", None, what="An incorporation", kind=f"`{word}`", mend=mend)
    return evolve(whole, through=last_beside(here.lines, here.line, here.column))


_INCORPORATES = re.compile(r"incorporate\b")


# --- behind a line of a clause, or below it -----------------------------------------------------------


def condition_of_a_line(here: Stumble) -> Refusal | None:
    """``subject to resale when sold``, ``expect permitted when sold``"""
    index = here.line_above() if here.kind == "_INDENT" else here.line
    match = _LINE.match(here.lines[index])
    if match is None or (index == here.line and here.column < match.end()):
        return None
    at = indent_of(here.text) if index < here.line else here.column
    found = condition_in(here.lines, here.line, at)
    if found is None or (found.word == "except" and found.text == "…"):
        return None  # an exception of the clause is on a line of its own
    what, mend = next(way for pattern, way in _LINES if pattern.match(match["line"]))
    return _refused(here, found, "TOS1049", what=what, kind="condition", mend=mend(found))


def _of_reference(found: Condition) -> str:
    return (
        f"Write two clauses: one whose condition goes on with `{found.and_holds}`, with this line "
        f"below "
        f"it, and one whose condition goes on with `{found.and_fails}`, without the line."
    )


def _of_bearer(found: Condition) -> str:
    return (
        f"Write two clauses: one whose condition goes on with `{found.and_holds}`, with this line "
        f"below "
        f"it, and one whose condition goes on with `{found.and_fails}`, with the other bearer."
    )


def _of_measure(found: Condition) -> str:
    return (
        "A finding alone opens it. Write the condition into the clause of whose breach the line "
        "speaks, "
        "and name that clause: `on confirmed breach of CLAUSE …`."
    )


def _of_expectation(found: Condition) -> str:
    return (
        "Give the facts that make it so below `given`, in a scenario of its own; of many uses at "
        "once a "
        "`property` speaks, with `where`."
    )


_LINE = re.compile(
    r" +(?P<line>(?:subject +to|notwithstanding|bearer|on +(?:alleged|confirmed|cleared)|expect) +\S+)"
)
_LINES: tuple[tuple[re.Pattern[str], tuple[str, Callable[[Condition], str]]], ...] = (
    (re.compile(r"subject"), ("`subject to`", _of_reference)),
    (re.compile(r"notwithstanding"), ("`notwithstanding`", _of_reference)),
    (re.compile(r"bearer"), ("`bearer`", _of_bearer)),
    (re.compile(r"on "), ("A measure", _of_measure)),
    (re.compile(r"expect"), ("An expectation", _of_expectation)),
)


# --- the scope of a section, of a document, of a routing ----------------------------------------------


def scope_of_a_section(here: Stumble) -> Refusal | None:
    """``section s when a``; ``provided a``, ``unless a`` or ``except e`` as a line of a section."""
    if "APPLIES" in here.expected and here.opens_line and "TITLE" not in here.expected:
        found = condition_in(here.lines, here.line, here.column)
        if found is None or found.word in {"when", "if", "where"}:
            return None  # a word in place of another: the tables know these
        if found.word in {"except", "exception"}:
            mend = (
                "Write what it leaves out into the scope of the section, as in `applies when "
                f"{found.holds}`; or, if it is meant for some clauses alone, below each of these."
            )
            return _refused(here, found, "TOS1049", what="A section", kind="exception", mend=mend)
        return _other_words(here, found, "applies when")
    match = _SECTION.match(here.text)
    if match is None or here.at_end or not match.end() <= here.column or "_NL" not in here.expected:
        return None
    found = condition_in(here.lines, here.line, here.column)
    if found is None:
        return None
    instead = (
        f"`applies when {found.holds}` on the next line, indented by four spaces more than this one"
    )
    span = here.span(found.start, len(here.text))
    words = {"found": here.text[found.start :], "instead": instead}
    if found.text == "…":
        return here.refuse("TOS1008", span, **words)
    old = len(here.text) - found.start
    return here.mend("TOS1008", span, found.start, old, "", **words)


_SECTION = re.compile(r" *section +[\w.]+")


def scope_of_a_routing(here: Stumble) -> Refusal | None:
    """``provided a``, ``unless a`` or ``applies when a`` below ``governed by``."""
    if not _ROUTING.match(here.lines[0]) or here.line == 0 or not here.opens_line:
        return None
    found = condition_in(here.lines, here.line, here.column)
    if found is None or found.word in {"when", "if", "where"} or "WHEN" not in here.expected:
        return None
    if _APPLIES.match(found.word):
        span = here.span(found.start, len(here.text))
        instead = (
            f"`when {found.text}` if the other document governs then, or `when {found.fails}` if this "
            "one does"
        )
        return here.refuse("TOS1008", span, found=here.text.strip(), instead=instead)
    return _other_words(here, found, "when")


_ROUTING = re.compile(r"governed +by\b")


def condition_of_a_clause(here: Stumble) -> Refusal | None:
    """``applies when a`` below a clause or an exception, and ``when`` in a definition."""
    if here.opens_line and "WHEN" in here.expected and "APPLIES" not in here.expected:
        found = condition_in(here.lines, here.line, here.column)
        if found is not None and _APPLIES.match(found.word):
            return _other_words(here, found, "when")
    match = _DEFINED.match(here.text) or _BELOW_DEFINE.match(here.text)
    if match is None or not here.lines[0].startswith("define ") or here.column > match.end():
        return None
    if match.re is _BELOW_DEFINE and not here.lines[here.line_above()].rstrip().endswith(" as"):
        return None
    if here.column < match.start("bad"):
        return None
    span = here.span(*match.span("bad"))
    if match.re is _DEFINED and not match["as"]:
        words = {"found": match["bad"], "instead": "`as`"}
        return here.mend("TOS1008", span, match.start("bad"), len(match["bad"]), "as", **words)
    old = match.end() - match.start("bad")
    return here.mend("TOS1026", span, match.start("bad"), old, "", found=match["bad"])


_DEFINED = re.compile(
    r"define +[\w.]+(?: *\([^()]*\))?(?: +at +\"[^\"]*\")? +(?P<as>as +)?(?P<bad>when|if|where) +(?=\S)"
)
_BELOW_DEFINE = re.compile(r" +(?P<bad>(?:applies +)?(?:when|if|where)|provided) +(?=\S)")


def _other_words(here: Stumble, found: Condition, word: str) -> Refusal:
    """``word`` in place of how a condition begins here; its contrary where it is said so."""
    if not found.negative:
        end = found.start + len(here.text[found.start :]) - len(_rest(here.text, found))
        old = here.text[found.start : end].rstrip()
        words = {"found": old, "instead": f"`{word}`"}
        span = here.span(found.start, found.start + len(old))
        return here.mend("TOS1008", span, found.start, len(old), word, **words)
    old = here.text[found.start :].rstrip()
    words = {"found": old, "instead": f"`{word} {found.holds}`"}
    span = here.span(found.start, found.start + len(old))
    if found.text == "…":
        return here.refuse("TOS1008", span, **words)
    return here.mend("TOS1008", span, found.start, len(old), f"{word} {found.holds}", **words)


def _rest(text: str, found: Condition) -> str:
    match = _OPENS.match(text, found.start)
    return match["rest"].lstrip() if match else ""


# --- a whole document ---------------------------------------------------------------------------------


def scope_of_a_document(here: Stumble) -> Refusal | None:
    """``applies when a`` in the head of a policy, in the first column, or below ``use``."""
    if here.kind == "_INDENT":
        if not re.match(r"use\b", here.lines[here.line_above()]):
            return None
    elif not (here.opens_line and ("TITLE" in here.expected or (here.line == 0 and here.column == 0))):
        return None
    found = condition_in(here.lines, here.line, indent_of(here.text))
    in_head = here.lines[0].startswith("policy ")
    if found is None or not (_APPLIES.match(found.word) or (in_head and here.line)):
        return None
    span = here.span(found.start, len(here.text))
    whole = here.refuse("TOS1044", span, holds=found.holds, fails=found.fails)
    return evolve(whole, through=last_beside(here.lines, here.line, max(1, found.start)))


BEFORE_LAYOUT = (
    scope_of_a_document,
    condition_of_an_item,
    provision_of_an_item,
    condition_of_a_line,
)
"""Rules that come before those of layout, whose advice would give the condition to something else."""

BEFORE_WORDS = (scope_of_a_section, scope_of_a_routing, condition_of_a_clause)
"""Rules that come before those of words; that a line stands beside its clause is found before."""
