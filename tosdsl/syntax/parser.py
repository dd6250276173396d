"""``parse``: a text into its surface tree, its comments and everything that is wrong with it.

Never raises on what a text holds. A stretch that cannot be read is left out of the tree; its words
are kept in ``Parsed.lost``, so that later passes do not report as missing what could not be read.
"""

from __future__ import annotations

import re
import threading
from typing import Any

from attrs import define, evolve, field, frozen
from lark import Lark, UnexpectedInput
from lark.lexer import PatternRE, PatternStr, TerminalDef

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, in_order, mistake
from tosdsl.diagnostics.model import Edit as TextEdit
from tosdsl.diagnostics.near import nearest
from tosdsl.library.literate import PolicyText, is_literate, read_blocks
from tosdsl.syntax.build import Build, with_items
from tosdsl.syntax.layout import Layout, LayoutError, TooDeep
from tosdsl.syntax.mistakes.misplaced import is_section, left_outside, where_it_belongs
from tosdsl.syntax.mistakes.recover import RECOVERABLE, explain_refusal
from tosdsl.syntax.mistakes.slips import BELONGS_UNDER, QUOTES
from tosdsl.syntax.mistakes.stumble import Edit, Refusal, above
from tosdsl.syntax.prebuilt import grammar, lark_of
from tosdsl.syntax.source import Item, Source, block_of, indent_of, read_source, top_level_items
from tosdsl.syntax.tables import REFUSED, Tables
from tosdsl.trees import surface as s
from tosdsl.trees.lazy import moved, sequence, shifted

_WORDS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@frozen
class Parsed:
    """A file's tree, with what stands beside it."""

    file: s.File
    comments: tuple[s.Comment, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    lost: frozenset[str] = field(default=frozenset())


def parse(text: str, file: str = "<text>", known: Items | None = None) -> Parsed:
    """Read a policy text. ``file`` names it in places, and says by its end whether it is Markdown.

    ``known`` are items of texts of this file that were read before. It is filled anew.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    top = Span(file, 1, 1, 1, 2)
    if size > limits.MAX_FILE_BYTES:
        found = mistake("TOS5001", top, limit=limits.MAX_FILE_BYTES)
        return Parsed(s.File(), (), (found,))
    blocks = read_blocks(text, file) if is_literate(file) else PolicyText(text, (), {})
    source = read_source(blocks.text, file, blocks.taken, blocks.starts)
    problems = [*blocks.diagnostics, *source.diagnostics]
    lost = _words_of_overlong(source, blocks.text).union(_WORDS.findall(blocks.lost))
    units: list[tuple[s.Policy | s.Vocabulary, list[Any], list[int]]] = []
    memory = _Memory(known, source)
    headless, headed = False, bool(blocks.diagnostics)
    items = [_in_column_one(item, source, problems) for item in top_level_items(source)]
    section: Item | None = None
    for before, item, following in zip([None, *items], items, [*items[1:], None], strict=False):
        if len(problems) > limits.MAX_ERRORS:
            lost.update(_WORDS.findall("\n".join(item.lines)))
            continue
        node, by = memory.found(item)
        if node is None:
            node = _read_item(item, (before, following), source, problems, lost, memory)
        outside = None
        if node is not None and section:
            outside = left_outside(item, section, shifted(node.span, by))
        if outside is not None:
            problems.append(outside)
        else:
            section = item if is_section(item) else None
        if isinstance(node, s.Policy | s.Vocabulary):
            units.append((node, [], []))
        elif not units:
            headed = headed or (node is None and _is_header(item))
            if node is not None and not headed and not headless:
                problems.append(mistake("TOS1009", _first_line(item, source)))
                headless = True
        elif node is not None and _belongs(node, by, units[-1][0], problems):
            units[-1][1].append(node)
            units[-1][2].append(by)
        elif node is not None:
            lost.update(_WORDS.findall("\n".join(item.lines)))
        elif _USE.match(item.lines[0]):
            lost.add(s.LOST_USE)
    if not units and not problems:
        problems.append(mistake("TOS1016", top))
    tree = s.File(tuple(memory.unit(*unit) for unit in units))
    memory.done()
    return Parsed(tree, source.comments, tuple(in_order(problems)), frozenset(lost))


_USE = re.compile(r" *use\b")
_HEADER = re.compile(r" *(\w+)")


def _is_header(item: Item) -> bool:
    """Whether an item that cannot be read was to be a policy or a vocabulary."""
    match = _HEADER.match(item.lines[0])
    headers = ("policy", "vocabulary")
    return match is not None and (match[1] in headers or bool(nearest(match[1], headers)))


def _in_column_one(item: Item, source: Source, problems: list[Diagnostic]) -> Item:
    """An item as it would be in the first column, where a block of Markdown has to begin."""
    indent = indent_of(item.lines[0])
    match = _HEADER.match(item.lines[0])
    word = match[1] if match else ""
    if not source.starts or not indent or not word or word in BELONGS_UNDER:
        return item
    span = Span(source.file, item.first, indent + 1, item.first, indent + 1 + len(word))
    problems.append(
        mistake(
            "TOS1031", source.columns.span(span), found=word, more=", and that of the lines beside it"
        )
    )
    lines = []
    for number, line in enumerate(item.lines, item.first):
        width = min(indent, indent_of(line))
        source.columns.note(number, 0, width, 0)
        lines.append(line[width:])
    return evolve(item, lines=tuple(lines))


def _words_of_overlong(source: Source, text: str) -> set[str]:
    if not source.overlong:
        return set()
    lines = text.split("\n")
    return {word for index in source.overlong for word in _WORDS.findall(lines[index])} | {""}


def _first_line(item: Item, source: Source) -> Span:
    line = item.lines[0]
    start = len(line) - len(line.lstrip()) + 1
    return source.columns.span(Span(source.file, item.first, start, item.first, len(line) + 1))


_IN_VOCABULARY = (s.Use, s.EnumType, s.RecordType, s.Fact, s.Party, s.Define)
_IN_POLICY = (
    s.Use,
    s.Define,
    s.Section,
    s.Norm,
    s.Standalone,
    s.Incorporate,
    s.PrevailsOver,
    s.Enforcement,
    s.Scenario,
    s.Property,
    s.GovernedBy,
    s.Presume,
    s.Interpretation,
    s.Table,
)
_WHAT = {
    s.EnumType: "a type",
    s.RecordType: "a type",
    s.Fact: "a fact",
    s.Party: "a party",
    s.Define: "a definition",
    s.Section: "a section",
    s.Norm: "a clause",
    s.Standalone: "an exception",
    s.Incorporate: "an incorporation",
    s.PrevailsOver: "an order of documents",
    s.Enforcement: "an enforcement ladder",
    s.Scenario: "a scenario",
    s.Property: "a property",
    s.GovernedBy: "a routing to another document",
    s.Presume: "a presumption",
    s.Interpretation: "an interpretation",
    s.Table: "a table",
}


def _belongs(node: Any, by: int, unit: s.Policy | s.Vocabulary, problems: list[Diagnostic]) -> bool:
    in_policy = isinstance(unit, s.Policy)
    if isinstance(node, _IN_POLICY if in_policy else _IN_VOCABULARY):
        return True
    here, other = ("policy", "vocabulary") if in_policy else ("vocabulary", "policy")
    span = shifted(node.span, by)
    problems.append(mistake("TOS1010", span, unit=here, item=_WHAT[type(node)], other=other))
    return False


# --- one item -----------------------------------------------------------------------------------


def _read_item(
    item: Item,
    beside: tuple[Item | None, Item | None],
    source: Source,
    problems: list[Diagnostic],
    lost: set[str],
    memory: _Memory,
) -> Any:
    """The item's node, or None if nothing of it can be read. ``beside`` are the items around it."""
    before, following = beside
    work = _Reading(item, before, source, problems, lost)
    budget = limits.MAX_RECOVERY
    while any(work.lines):
        text = "\n".join(work.lines) + "\n"
        try:
            node, found = _parse_item(text, source, item.first)
        except RECOVERABLE as error:
            budget -= len(text)
            refusal = explain_refusal(error, source.file, item.first, work.lines)
            within = work.go_on(refusal, following)
            if not within or budget < 0 or len(problems) > limits.MAX_ERRORS:
                lost.update(_WORDS.findall(text))
                return None
        else:
            problems += (each for each in found if not work.is_led_to(each, following))
            if not found and budget == limits.MAX_RECOVERY:
                memory.note(item, node)
            return node
    return None


# --- items that were read before ------------------------------------------------------------------


@define
class Items:
    """The items of a text that have no mistake, by their lines, with the line on which each stood."""

    by_lines: dict[tuple[str, ...], tuple[int, Any]] = field(factory=dict)
    vocabularies: dict[tuple[int, ...], tuple[Any, s.Vocabulary]] = field(factory=dict)
    """By the identities of their parts; the header is kept along, as its identity is its key."""


@define
class _Memory:
    """The items that were known, and those that will be. Without ``known`` nothing is remembered.

    Of an item that has moved, what many lean on is made anew at once; a clause, a section or a scenario
    is left as it was, and it is said by how many lines it has moved.
    """

    known: Items | None
    source: Source
    _now: Items = field(factory=Items)

    def found(self, item: Item) -> tuple[Any, int]:
        """The node of an item as it was read, and by how many lines it has moved; or None."""
        if self.known is None or not self.source.is_plain(item):
            return None, 0
        first, node = self.known.by_lines.get(item.lines, (0, None))
        by = item.first - first
        if node is not None and by and _is_leant_on(node):
            first, node, by = item.first, moved(node, by), 0
        if node is not None:
            self._now.by_lines[item.lines] = first, node
        return node, by if node is not None else 0

    def note(self, item: Item, node: Any) -> None:
        """Remember an item that was read now."""
        if self.known is not None and self.source.is_plain(item):
            self._now.by_lines[item.lines] = item.first, node

    def unit(self, head: s.Policy | s.Vocabulary, items: list[Any], by: list[int]) -> Any:
        """The unit with its items. A vocabulary that is as it was is the same object."""
        made = with_items(head, sequence(items, by))
        if self.known is None or not isinstance(made, s.Vocabulary):
            return made
        key = (id(head), *map(id, items))
        entry = self._now.vocabularies[key] = self.known.vocabularies.get(key, (head, made))
        return entry[1]

    def done(self) -> None:
        """Keep what this text has, and no other."""
        if self.known is not None:
            self.known.by_lines = self._now.by_lines
            self.known.vocabularies = self._now.vocabularies


_ALONE = (s.Norm, s.Scenario, s.Property)


def _is_leant_on(node: Any) -> bool:
    """Whether other items may have a part of this one in them."""
    if isinstance(node, s.Section):
        return any(map(_is_leant_on, node.items))
    return not isinstance(node, _ALONE)


@define
class _Reading:
    """An item that is read again after each mistake, its lines changed or blanked."""

    item: Item
    before: Item | None
    source: Source
    problems: list[Diagnostic]
    lost: set[str]
    lines: list[str] = field(init=False)
    _blanked: set[int] = field(init=False)
    _edited: dict[int, tuple[int, Diagnostic]] = field(factory=dict)
    """For each line that was edited, the index up to which it can be read, and why it was edited."""
    _dedented: bool = False

    def __attrs_post_init__(self) -> None:
        self.lines = list(self.item.lines)
        self._blanked = set(self.item.missing)
        if not self.source.tabbed:
            return
        for index in range(len(self.lines) - 1):  # beside a tab, nobody knows what stands under what
            one, other = self.lines[index : index + 2]
            mixed = self._is_tabbed(index) != self._is_tabbed(index + 1)
            if mixed and indent_of(other) <= indent_of(one):
                self.lost.update(_WORDS.findall(one))

    def go_on(self, refusal: Refusal, following: Item | None) -> bool:
        """Report the mistake and make the lines readable; False if nothing of the item is left."""
        edit = refusal.edit
        tabs = self._is_led_to_by_tabs(refusal)
        if edit is not None and not tabs and self._is_of_its_own(refusal, edit):
            self._report(refusal)
            old = self.lines[edit.line][edit.at : edit.at + edit.old]
            if refusal.diagnostic.code == "TOS1027" or (old[:1] in QUOTES and edit.new.isidentifier()):
                # neither a name made up here nor the one that it stands for is to be missed
                self.lost.update(_WORDS.findall(f"{old} {edit.new}"))
            under = block_of(self.lines, edit.line)
            self._change(edit)
            self._edited[edit.line] = (edit.at + len(edit.new), refusal.diagnostic)
            for each in refusal.more:
                self._change(each)
            if refusal.diagnostic.code == "TOS1035":  # a vocabulary is whole without such a line
                return True
            if not self.lines[edit.line].strip():  # nothing is left that the lines below belong to
                self._blank(under)
                return under.start > 0
            if refusal.through is not None:
                self._blank(range(edit.line + 1, refusal.through + 1))
            return True
        block = block_of(self.lines, refusal.line)
        if refusal.through is not None and edit is None:
            block = range(block.start, max(block.stop, refusal.through + 1))
        if tabs:
            block = range(block.start, max(block.stop, self._last_of_tabs(refusal) + 1))
        if not tabs and not self._follows_on(refusal, block, following):
            self._report(refusal)
        gone = block.start == 0 or not any(self.lines[block.start : block.stop])
        self._blank(block)
        return not gone

    def _is_of_its_own(self, refusal: Refusal, edit: Edit) -> bool:
        """Whether a mistake is not what an edit further left on its line has led to."""
        if edit.line not in self._edited:
            return True
        index, before = self._edited[edit.line]
        if before.code in {"TOS1024", "TOS1026"}:  # what was put in or left out was a guess
            now = refusal.diagnostic
            return edit.at >= index and now.code == "TOS1024" and now.message == before.message
        return edit.at >= index

    def _report(self, refusal: Refusal) -> None:
        span = self.source.columns.span(refusal.diagnostic.span)
        found = evolve(refusal.diagnostic, span=span)
        if found.code == "TOS1005":  # its sentence names the column as well
            found = evolve(found, words=(("column", str(span.column)),))
        if found.code == "TOS1028":
            found = where_it_belongs(found, self.before)
        self.problems.append(evolve(found, edits=self._edits(refusal, found)))

    def _edits(self, refusal: Refusal, found: Diagnostic) -> tuple[TextEdit, ...]:
        """The edits with which the parser goes on, if they are what the mistake's mend says."""
        if refusal.edit is None or refusal.through is not None:
            return ()
        made = (refusal.edit, *refusal.more)
        for each in made:
            said = f"`{each.new.strip()}`"
            is_missing = dict(found.words).get("missing") == said
            left_out = not each.new.strip() and found.mend == "Leave it out."
            if not (said in found.mend or is_missing or left_out):
                return ()
        return tuple(map(self._as_edit, made))

    def _as_edit(self, edit: Edit) -> TextEdit:
        """An edit of the item's lines as one of the file's text."""
        line = self.item.first + edit.line
        span = Span(self.source.file, line, edit.at + 1, line, edit.at + edit.old + 1)
        columns = self.source.columns
        start, end = columns.original(line, edit.at + 1), columns.original(line, edit.at + edit.old + 1)
        return TextEdit(evolve(span, column=start, end_column=end), edit.new)

    def _is_led_to_by_tabs(self, refusal: Refusal) -> bool:
        """Whether lines stand where they do because of tabs, which have been reported."""
        if refusal.diagnostic.code not in _OF_LAYOUT:
            return False
        first, last = above(self.lines, refusal.line), max(refusal.line, refusal.through or 0)
        if refusal.edit is not None:
            first, last = refusal.line, (refusal.edit, *refusal.more)[-1].line
        elif refusal.diagnostic.code == "TOS1006":
            last = next((at for at in range(last + 1, len(self.lines)) if self.lines[at]), last)
        return any(map(self._is_tabbed, range(first, last + 1)))

    def _last_of_tabs(self, refusal: Refusal) -> int:
        """The last line of those that tabs have put in a wrong place."""
        last = refusal.more[-1].line if refusal.more else refusal.line
        while last + 1 < len(self.lines) and (not self.lines[last + 1] or self._is_tabbed(last + 1)):
            last += 1
        return last

    def is_led_to(self, found: Diagnostic, following: Item | None) -> bool:
        """Whether a tab put a line beside another and not below it, or what is missing was blanked."""
        if found.code == "TOS1042":
            first = found.span.line - self.item.first
            if _belongs_under(following) and self._whole(first).stop == len(self.lines):
                return True
            return bool(self._blanked.intersection(self._whole(first)))
        return found.code in {"TOS1012", "TOS1032"} and found.span.line - 1 in self.source.tabbed

    def _whole(self, first: int) -> range:
        """A line with all that was under it before lines were blanked."""
        return block_of(list(self.item.lines), first)

    def _is_tabbed(self, index: int) -> bool:
        return self.item.first - 1 + index in self.source.tabbed

    def _change(self, edit: Edit) -> None:
        line = self.lines[edit.line]
        self.lines[edit.line] = line[: edit.at] + edit.new + line[edit.at + edit.old :]
        self.source.columns.note(self.item.first + edit.line, edit.at, edit.old, len(edit.new))

    def _blank(self, block: range) -> None:
        self.lost.update(_WORDS.findall("\n".join(self.lines[block.start : block.stop])) or [""])
        self._blanked.update(block)
        for index in block:
            self.lines[index] = ""
        self._hollow(block.start)

    def _hollow(self, line: int) -> None:
        """A line with nothing left under it may read as something else: its words count as lost."""
        parent = above(self.lines, line)
        if parent < line and self.lines[parent] and len(block_of(self.lines, parent)) > line - parent:
            under = self.lines[parent + 1 : block_of(self.lines, parent).stop]
            if not any(under):
                self.lost.update(_WORDS.findall(self.lines[parent]))

    def _follows_on(self, refusal: Refusal, block: range, following: Item | None) -> bool:
        """Whether the mistake is only another's consequence, which has been reported."""
        code = refusal.diagnostic.code
        if refusal.line in self._edited and self._edited[refusal.line][1].code != "TOS1032":
            return True
        if code == "TOS1006":
            last = block.stop >= len(self.lines)
            return bool(self._blanked.intersection(block)) or (last and _belongs_under(following))
        if code == "TOS1031":  # everything under a header is indented: one report will do
            again, self._dedented = self._dedented, True
            return again
        return False


_OF_LAYOUT = frozenset(("TOS1005", "TOS1006", "TOS1007", "TOS1013", "TOS1032"))


def _belongs_under(item: Item | None) -> bool:
    """Whether an item is a line that should stand under another."""
    return item is not None and item.lines[0].split(" ")[0] in BELONGS_UNDER


def _parse_item(text: str, source: Source, first: int) -> tuple[Any, list[Diagnostic]]:
    reader = _reader()
    reader.build.start(source.file, first, source.columns)
    node = reader.tables.parse(text)
    if node is REFUSED:
        reader.build.start(source.file, first, source.columns)
        node = reader.lark.parse(text)
    return node, reader.build.problems


def terminals_after(lines: list[str]) -> frozenset[str]:
    """The kinds of token that the grammar takes where some lines end, as the last item of them has it.

    Lines of the item that cannot be read are left out from its end on: what stands before tells.
    """
    source = read_source("\n".join(lines), "")
    items = list(top_level_items(source))
    last, is_open = source.lines[-1], bool(lines[-1].strip())
    if not items or (not is_open and not lines[-1]):
        return _accepted("", "")
    above_ = list(items[-1].lines)
    if is_open:
        above_ = above_[:-1]
    indent = lines[-1][: len(lines[-1]) - len(lines[-1].lstrip())]
    while above_:
        found = _accepted("\n".join([*above_, ""]), last if is_open else indent)
        if found:
            return found
        above_.pop()
        while above_ and not above_[-1].strip():
            above_.pop()
    return _accepted("", last if is_open else "")


_HERE = "zz"
"""A name that is put where the place is, so that the layout of its line is known."""


def _accepted(above_: str, line: str) -> frozenset[str]:
    """What the grammar takes behind a line with others above it; nothing if these cannot be read."""
    parser: Any = _reader().lark.parse_interactive(
        f"{above_}{line} {_HERE}" if line else above_ + _HERE
    )
    _reader().build.start("", 1, read_source("", "").columns)
    end = len(above_) + len(line)
    try:
        for token in parser.lexer_thread.lex(parser.parser_state):
            if (token.start_pos or 0) >= end and token.type not in ("_INDENT", "_DEDENT", "_NL"):
                return frozenset(map(str, parser.accepts()))
            parser.feed_token(token)
    except UnexpectedInput as error:
        at = error.pos_in_stream
        if at is None or at < end:
            return frozenset()
    except (LayoutError, TooDeep):
        return frozenset()
    return frozenset(map(str, parser.accepts()))


@frozen
class _Reader:
    lark: Lark
    tables: Tables
    build: Build


_local = threading.local()


def _reader() -> _Reader:
    """This thread's parser: lark's tables are shared by nobody, so nothing needs a lock."""
    reader: _Reader | None = getattr(_local, "reader", None)
    if reader is None:
        build = Build()
        lark = lark_of(
            grammar(),
            parser="lalr",
            start="item",
            lexer="contextual",
            postlex=Layout(),
            transformer=build,
            edit_terminals=_whole_word,
            maybe_placeholders=False,
        )
        reader = _local.reader = _Reader(lark, Tables(lark, build), build)
    return reader


def _whole_word(terminal: TerminalDef) -> None:
    """A word of the language ends where the word ends: `forbidden x` is not `forbid den x`."""
    pattern = terminal.pattern
    if isinstance(pattern, PatternStr) and pattern.value.isalpha():
        terminal.pattern = PatternRE(pattern.value + r"(?![A-Za-z0-9_.])")
        terminal.priority = 1  # where a name can stand as well, the word goes first
