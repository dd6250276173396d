"""Lines at the wrong depth, and words that a newcomer puts where they mean nothing.

The rules come before the general ones of ``tokens``, whose advice, followed here, would change what
the text says: a condition that stands beside its clause must not become that of the section.
"""

from __future__ import annotations

import re

from attrs import evolve

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.syntax.mistakes.slips import BEGINS_A_LINE, BELONGS_UNDER, VERDICTS, WORDS
from tosdsl.syntax.mistakes.stumble import Edit, Refusal, Stumble, last_beside
from tosdsl.syntax.source import Item, block_of, indent_of

_INDENT = 4
_DEEP = 2 * _INDENT

_OWNER = re.compile(r" *(forbid|permit|require|exception) +([A-Za-z_][\w.]*)")
_INNER = re.compile(r" +(?:forbid|permit|require|exception|section) ")
_SECTION = re.compile(r"section +([A-Za-z_]\w*)")
_OUTER = re.compile(r"(?:forbid|permit|require|exception|section) +[A-Za-z_]\w*")
_FIRST_WORD = re.compile(r" *([A-Za-z_]+)(?![\w.:])")
_OF_A_CLAUSE = frozenset(
    (
        *("when", "provided", "except", "subject", "notwithstanding", "if", "where", "unless"),
        *("despite", "must", "within", "before", "by", "promptly"),
    )
)
_OF_AN_EXCEPTION = frozenset(("when", "provided", "except", "if", "where", "unless"))
OF_A_HEADER = frozenset(
    ("title", "provider", "version", "effective", "recorded", "source", "zone", "applies", "default")
)
_CONDITION = frozenset(("when", "if", "where", "unless", "except", "provided"))
_DEFAULT = re.compile(r" *default +(?:permit|forbid|not_applicable)\b")
_JOINED = re.compile(r"\b(and|or)\Z")
_NOT = re.compile(r"([A-Za-z_][\w.]*) +not *\Z")
_RIGHT = re.compile(r"\w+ +(\{[^{}]*\}|\"[^\"]*\"|[A-Za-z_][\w.]*)")
_STANCE = re.compile(r" *default +(?P<word>[A-Za-z]+(?: +[A-Za-z]+)?) *\Z")
_EXPECTED = re.compile(r" *expect +([A-Za-z_]+) *\Z")
_COUNTS = {1: "one", 2: "two", 3: "three", 4: "four"}
_NO_OPERAND = frozenset(("and", "or", "not", "is", "in", "when", "provided", "as"))


def own_of_section(found: str) -> str:
    """How a section says of itself what stands beside one of its clauses."""
    if found == "text":
        return "; a section's own description stands before its clauses"
    if found in {"`when`", "`if`", "`where`"}:
        return "; a section's own scope is written `applies when`, before its clauses"
    return ""


def counted(number: int) -> str:
    """Spaces in a sentence."""
    more = _COUNTS.get(number, str(number))
    return f"{more} more space{'s' if number > 1 else ''}"


def beside_its_clause(here: Stumble) -> Refusal | None:
    """A ``when`` in a section that is indented as far as the clause above it."""
    if not here.opens_line or "APPLIES" not in here.expected or here.word.lower() not in _OF_A_CLAUSE:
        return None
    lines, indent = here.lines, here.column
    first = line = here.line
    owner = None
    while owner is None and line > 0:
        line -= 1
        if not lines[line] or indent_of(lines[line]) > indent:
            continue
        if indent_of(lines[line]) < indent:
            return None
        owner = _OWNER.match(lines[line])
        if owner is None and not _belongs(lines[line], _OF_A_CLAUSE):
            return None
        first = line if owner is None else first
    if owner is None:
        return None
    words = _OF_AN_EXCEPTION if owner[1] == "exception" else _OF_A_CLAUSE
    if not _belongs(here.text, words):
        return None
    under = next((each for each in lines[line + 1 : first] if each), "")
    more = indent_of(under) - indent if under else _INDENT
    last = first
    while last + 1 < len(lines) and _goes_on(lines[last + 1], indent, words):
        last += 1
    opener = _FIRST_WORD.match(lines[first])
    found = f"`{opener[1]}`" if opener else "text"
    problem = mistake(
        "TOS1032",
        here.span(indent, indent + len(found.strip("`")) if opener else len(lines[first]), first),
        found=found,
        owner=f"the {'exception' if owner[1] == 'exception' else 'clause'} `{owner[2]}`",
        what="it" if first == last else "it, and the lines below it that belong there too,",
        spaces=counted(more),
        own=own_of_section(found),
    )
    edits = [Edit(index, 0, 0, " " * more) for index in range(first, last + 1) if lines[index]]
    return Refusal(problem, first, edits[0], more=tuple(edits[1:]))


def _goes_on(line: str, indent: int, words: frozenset[str]) -> bool:
    if not line or indent_of(line) != indent:
        return not line or indent_of(line) > indent
    return _belongs(line, words) or bool(re.match(r" *(?:and|or|then|else)\b", line))


def _belongs(line: str, words: frozenset[str]) -> bool:
    """Whether a line is one that stands under a clause."""
    match = _FIRST_WORD.match(line)
    return line.lstrip().startswith('"') or (match is not None and match[1].lower() in words)


def left_outside(item: Item, section: Item, span: Span) -> Diagnostic | None:
    """A section's last clause in the first column, what is under it indented as in the section."""
    opener, name = _OUTER.match(item.lines[0]), _SECTION.match(section.lines[0])
    under = next((line for line in item.lines[1:] if line), "")
    if opener is None or name is None or indent_of(under) < _DEEP:
        return None
    inner = min((indent_of(line) for line in section.lines if _INNER.match(line)), default=_INDENT)
    if indent_of(under) <= inner:
        return None
    return mistake("TOS1036", span, found=opener[0], section=name[1])


INDENT_IT = "Indent it by four spaces."
_OPENER = re.compile(r"([a-z]+)")
_TAKES = {
    "policy": ("the policy's name", "the policy's or a section's name"),
    "section": ("the policy's or a section's name", "a section", "a clause", "an obligation"),
    "forbid": ("a clause",),
    "permit": ("a clause",),
    "require": ("a clause", "an obligation"),
    "scenario": ("a scenario",),
    "property": ("a scenario",),
    "enforcement": ("`enforcement`",),
}
"""What may stand below an item, by what ``BELONGS_UNDER`` says of a word."""
_SOME_OF_A_CLAUSE = {
    "exception": ("when", "provided", "except"),
    "define": ("except",),
    "governed": ("when",),
    "incorporate": ("when",),
}


def where_it_belongs(found: Diagnostic, before: Item | None) -> Diagnostic:
    """What is said of a line in the first column that belongs under another: indented, it belongs to
    ``before``, so that helps only where it is of its kind."""
    words = dict(found.words)
    opener = _OPENER.match(before.lines[0]) if before is not None else None
    word, owner = words["found"].strip("`"), words["owner"]
    takes = _TAKES.get(opener[1], ()) if opener else ()
    if owner == "what it describes" or owner in takes or (owner == "a clause or a section" and takes):
        return found
    if opener is not None and word in _SOME_OF_A_CLAUSE.get(opener[1], ()):
        return found
    mend = f"Move it below {owner}, and indent it by four spaces more than that line."
    return evolve(found, words=tuple({**words, "mend": mend}.items()))


def is_section(item: Item) -> bool:
    return _SECTION.match(item.lines[0]) is not None


# --- words ----------------------------------------------------------------------------------------


def default_with_condition(here: Stumble) -> Refusal | None:
    """``default forbid when …``, on one line or on two."""
    if here.kind == "_INDENT" or (here.opens_line and "TITLE" in here.expected):
        start = indent_of(here.text)
        match = _FIRST_WORD.match(here.text)
        above = here.lines[here.line_above()]
        if match is None or match[1].lower() not in _CONDITION or not _DEFAULT.match(above):
            return None
        found = here.refuse("TOS1033", here.span(start, len(here.text)))
        last = last_beside(here.lines, here.line, start) if here.kind == "_INDENT" else None
        return evolve(found, through=last)
    match = _DEFAULT.match(here.text)
    if match is None or here.word.lower() not in _CONDITION or here.column < match.end():
        return None
    span = here.span(here.column, len(here.text))
    found = here.mend("TOS1033", span, here.column, len(here.rest), "")
    last = block_of(here.lines, here.line).stop - 1
    return evolve(found, through=last if last > here.line else None)


def header_of_vocabulary(here: Stumble) -> Refusal | None:
    """A line such as ``version "1"`` under a vocabulary's name."""
    under = here.opens_line and here.line > 0 and here.lines[0].startswith("vocabulary ")
    if not under or here.word not in OF_A_HEADER:
        return None
    span = here.span(here.column, len(here.text))
    return here.mend("TOS1035", span, 0, len(here.text), "", found=here.word)


def ends_in_and(here: Stumble) -> Refusal | None:
    """A line that ends in ``and`` or ``or``, where the next line is to begin with it."""
    match = _JOINED.search(here.text)
    if not here.at_end or match is None or not here.expected >= {"NOT", "LPAR"}:
        return None
    following = here.line + 1
    while following < len(here.lines) and not here.lines[following]:
        following += 1
    text = here.lines[following] if following < len(here.lines) else ""
    first = _FIRST_WORD.match(text)
    other = first is not None and first[1] in {*BEGINS_A_LINE, *BELONGS_UNDER, "all", "any", "none"}
    if other or indent_of(text) < max(1, indent_of(here.text)):
        return None
    word = match[1]
    span = here.span(match.start(), match.end())
    found = here.mend("TOS1034", span, match.start(), len(word), "", found=word)
    return evolve(found, more=(Edit(following, indent_of(text), 0, f"{word} "),))


def not_before_operator(here: Stumble) -> Refusal | None:
    """``publications not includes closed``, ``purpose not is closed``"""
    operator = WORDS.get(here.word.lower(), here.word)
    match = _NOT.search(here.before)
    if operator == "is" and match is not None and match[1] not in _NO_OPERAND:
        start, end = match.end(1) + 1, here.column + len(here.word)
        words = {"found": here.text[start:end].strip(), "instead": "`is not`"}
        return here.mend("TOS1008", here.span(start, end), start, end - start, "is not", **words)
    if operator not in {"includes", "overlaps"} or match is None or match[1] in _NO_OPERAND:
        return None
    left, start = match[1], match.start()
    right = _RIGHT.match(here.rest)
    end = here.column + (right.end() if right else len(here.word))
    words = {
        "found": here.text[start:end],
        "instead": f"`not {left} {operator}{f' {right[1]}' if right else ' …'}`",
    }
    old = here.column + len(here.word) - start
    return here.mend("TOS1008", here.span(start, end), start, old, f"not {left} {operator}", **words)


def default_in_other_words(here: Stumble) -> Refusal | None:
    """``default allow``, ``default not applicable``"""
    match = _STANCE.match(here.text)
    if match is None or "NOT_APPLICABLE" not in here.expected:
        return None
    verdict = VERDICTS.get(match["word"].lower())
    nothing = re.fullmatch("not +applicable|nothing|none|neither|neutral|sil(ence|ent)", match["word"])
    stance = {"permitted": "permit", "forbidden": "forbid"}.get(verdict or "")
    stance = stance or ("not_applicable" if nothing else None)
    if stance is None:
        return None
    start, old = match.start("word"), match["word"]
    words = {"found": old, "instead": f"`{stance}`"}
    return here.mend("TOS1008", here.span(start, match.end("word")), start, len(old), stance, **words)


def verdict_in_other_words(here: Stumble) -> Refusal | None:
    """``expect allowed``"""
    match = _EXPECTED.match(here.before)
    if not here.at_end or match is None or match[1].lower() not in VERDICTS:
        return None
    verdict = VERDICTS[match[1].lower()]
    words = {"found": match[1], "instead": f"`{verdict}`"}
    span = here.span(match.start(1), match.end(1))
    return here.mend("TOS1008", span, match.start(1), len(match[1]), verdict, **words)


def expected_of_evidence(here: Stumble) -> Refusal | None:
    """``expect measure fine``, ``expect readings differ``: the words that can follow are few."""
    match = _EVIDENCE.match(here.before)
    if match is None or "FORCE" not in here.expected or here.at_end:
        return None
    return here.refuse("TOS1001", found=here.found, expected=_FEW[match[1]])


_EVIDENCE = re.compile(r" *expect +(measure|readings) *\Z")
_FEW = {
    "measure": "`warn`, `suspend`, `require changes`, `terminate`, `reinstate`, or `none`",
    "readings": "`agree` or `split`",
}
