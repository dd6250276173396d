"""``format_file``: a surface tree as text, in the one canonical layout.

In: a tree and the comments that stand beside it. Out: a text that reads back as the same tree, with
all the comments; formatting it again changes nothing. Each line of the layout carries the place its
node was read from, by which ``weave`` finds where a comment goes. A tree that the parser cannot
produce (a block inside a line) is refused with a ``ValueError``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import assert_never

from attrs import evolve

from tosdsl.base.span import Span
from tosdsl.syntax.inline import (
    at_place,
    claimed,
    declared,
    expected,
    measure_text,
    named,
    opened_by,
    reference,
    target_text,
    type_text,
)
from tosdsl.syntax.lines import (
    INDENT,
    Lines,
    block_of,
    common_column,
    format_expression,
    opening_of,
    within_line,
)
from tosdsl.syntax.pieces import (
    after,
    before,
    joined_by_commas,
    line_pieces,
    operand_pieces,
    placed,
    value_pieces,
)
from tosdsl.syntax.weave import Line, weave
from tosdsl.trees import surface as s
from tosdsl.trees.uses import atom, quoted

_DEEP = 40
"""Brackets and ``not`` in a definition, past which it takes no line, and so no indent, of its own."""

_IN_ROWS = (s.Use, s.Fact, s.Party, s.Incorporate, s.PrevailsOver)


def format_file(file: s.File, comments: tuple[s.Comment, ...] = ()) -> str:
    """The text of a file. ``comments`` are those of the text the tree was read from."""
    layout = _Layout()
    for index, unit in enumerate(file.units):
        if index:
            layout.blank(2)
        layout.unit(unit)
    return weave(layout.lines, comments)


def format_item(item: s.PolicyItem) -> str:
    """The text of one item of a policy."""
    layout = _Layout()
    layout.item(item)
    return weave(layout.lines, ())


def format_part(
    file: s.File, comments: tuple[s.Comment, ...], part: range, taken: Mapping[int, int]
) -> str:
    """The text of what stands in ``part``, lines counted from 1, laid out by itself.

    ``taken`` says how many columns further right than its text a line was read.
    """
    layout = _Layout()
    for unit in file.units:
        items = [item for item in unit.items if item.span.line in part]
        if unit.span.line in part:
            layout.blank(2 if layout.lines else 0)
            layout.opening(unit)
            layout.items(items)
        else:
            layout.items(items)
            del layout.lines[: 1 if items else 0]  # the blank line that parts it from its header
    lines = [evolve(each, column=each.column - taken.get(each.line, 0)) for each in layout.lines]
    return weave(lines, [_moved(each, taken) for each in comments if each.span.line in part])


def _moved(comment: s.Comment, taken: Mapping[int, int]) -> s.Comment:
    span = comment.span
    return evolve(comment, span=evolve(span, column=span.column - taken.get(span.line, 0)))


class _Layout(Lines):
    """The lines of a file. Methods bear the names of what they lay out."""

    # --- units and their items ------------------------------------------------------------------

    def unit(self, unit: s.Unit) -> None:
        self.opening(unit)
        self.items(unit.items)

    def opening(self, unit: s.Unit) -> None:
        match unit:
            case s.Vocabulary(name, description):
                self.add(0, f"vocabulary {name.text}", unit.span)
                self.description(INDENT, description)
            case s.Policy(name, header):
                self.add(0, f"policy {name.text}", unit.span)
                self.header(header)
            case _:
                assert_never(unit)

    def items(self, all_items: Iterable[s.VocabularyItem | s.PolicyItem]) -> None:
        for kind, items in groupby(all_items, key=type):
            self.blank()
            if kind in _IN_ROWS:
                self.together(list(items))
                continue
            for index, item in enumerate(items):
                if index:
                    self.blank()
                self.item(item)

    def header(self, header: s.Header) -> None:
        for note in header.notes:
            self.add(INDENT, quoted(note.value), note.span)
        self._entry("title", header.title)
        self._entry("provider", header.provider)
        self._entry("version", header.version)
        if header.effective_from is not None:
            until = header.effective_until
            end = f" until {atom(until)}" if until is not None else ""
            self._entry("effective from", header.effective_from, end)
        self._entry("recorded", header.recorded)
        self._entry("source", header.source)
        self._entry("zone", header.zone)
        self.condition(INDENT, "applies when", header.scope)
        if header.default is not None:
            self.add(INDENT, f"default {header.default.value}", header.default.span)

    def _entry(
        self, word: str, leaf: s.Text | s.Name | s.DateLiteral | s.InstantLiteral | None, end: str = ""
    ) -> None:
        if leaf is not None:
            self.add(INDENT, f"{word} {atom(leaf)}{end}", leaf.span, len(word) + 1)

    def together(self, items: Sequence[s.VocabularyItem | s.PolicyItem]) -> None:
        """Items of one kind, with no blank line between them."""
        rows: list[tuple[str, str | None, Span]] = []
        for item in items:
            match item:
                case s.Fact(decl):
                    rows.append((f"fact {declared(decl)}", decl.question, item.span))
                case s.Party(name, text):
                    rows.append((f"party {name.text}", text, item.span))
                case _:
                    self.item(item)
        self.rows(0, rows)

    def item(self, item: s.VocabularyItem | s.PolicyItem) -> None:
        match item:
            case s.Use(name):
                self.add(0, f"use {name.text}", item.span)
            case s.EnumType(name, members, rising):
                self.add(0, f"type {name.text} is one of{', rising' if rising else ''}", item.span)
                self.rows(INDENT, ((m.name.text, m.text, m.name.span) for m in members))
            case s.RecordType(name, fields):
                self.add(0, f"type {name.text} has", item.span)
                self.rows(INDENT, ((declared(decl), decl.question, decl.span) for decl in fields))
            case s.Fact() | s.Party():
                self.together((item,))
            case s.Define():
                self.define(item)
            case s.Section() | s.Norm() | s.Standalone():
                self.provision(0, item)
            case s.Incorporate(target, at, description, when):
                self.add(0, named("incorporate", s.Name(reference(target)), at), item.span)
                self.description(INDENT, description)
                self.condition(INDENT, "when", when)
            case s.PrevailsOver(target, at):
                words = "yields to" if item.yields else "prevails over"
                self.add(0, named(words, s.Name(reference(target)), at), item.span)
            case s.GovernedBy(target, at, description, when):
                self.add(0, named("governed by", s.Name(reference(target)), at), item.span)
                self.description(INDENT, description)
                self.condition(INDENT, "when", when)
            case s.Presume(path, value, at, description):
                pieces = after(f"presume {path.text} is ", value_pieces(value))
                self.broken(0, placed(item.span, before(pieces, at_place(at))))
                self.description(INDENT, description)
            case s.Interpretation(name, question, readings, at, description):
                asked = "" if question is None else f" {quoted(question)}"
                opener = f"{named('interpretation', name, at)}{asked} is one of {{"
                pieces = before(joined_by_commas(readings), "}")
                self.broken(0, placed(item.span, after(opener, pieces)))
                self.description(INDENT, description)
            case s.Table(name, record, rows, at, description):
                self.add(0, named("table", s.Name(f"{name.text} of {record.text}"), at), item.span)
                self.description(INDENT, description)
                for row in rows:
                    self.broken(INDENT, value_pieces(row))
            case s.Enforcement():
                self.enforcement(item)
            case s.Scenario():
                self.scenario(item)
            case s.Property():
                self.property(item)
            case _:
                assert_never(item)

    def define(self, item: s.Define) -> None:
        parameters = ", ".join(f"{each.name.text}: {type_text(each.type)}" for each in item.parameters)
        name = s.Name(f"{item.name.text}({parameters})" if parameters else item.name.text)
        opener = f"{named('define', name, item.at)} as"
        body, bare = item.body, item.description is None and not item.exceptions
        block = block_of(body)
        if block is not None and bare:
            self.add(0, f"{opener} {opening_of(body)}", item.span)
            self.conditions(INDENT, block.items)
            return
        text = "" if block is not None else format_expression(body)
        # A text alone on its line would be read as the description.
        if bare and (isinstance(body, s.Text) or text.count("(") + text.count("not") > _DEEP):
            self.broken(0, placed(item.span, after(f"{opener} ", line_pieces(body))))
            return
        self.add(0, opener, item.span)
        self.description(INDENT, item.description)
        if item.description is None and isinstance(body, s.Text):
            self.add(INDENT, f"({text})", body.span, 1)
        else:
            self.conditions(INDENT, (body,))
        self.exceptions(INDENT, item.exceptions)

    # --- provisions -------------------------------------------------------------------------------

    def provision(self, indent: int, item: s.Section | s.Norm | s.Standalone) -> None:
        match item:
            case s.Section(name, at, description, scope, default, items):
                self.add(indent, named("section", name, at), item.span)
                self.description(indent + INDENT, description)
                self.condition(indent + INDENT, "applies when", scope)
                if default is not None:
                    self.add(indent + INDENT, f"default {default.value}", default.span)
                self.bearer(indent + INDENT, item.bearer)
                for inner in items:
                    self.blank()
                    self.provision(indent + INDENT, inner)
            case s.Norm(modality, name, at, description, when, provisos):
                self.add(indent, named(modality, name, at, item.shown), item.span)
                self.description(indent + INDENT, description)
                self.bearer(indent + INDENT, item.bearer)
                self.condition(indent + INDENT, "when", when)
                self.provisos(indent + INDENT, provisos)
                self.condition(indent + INDENT, "must", item.must)
                self.deadline(indent + INDENT, item.deadline)
                self.condition(indent + INDENT, "late when", item.late)
                self.targets(indent + INDENT, "subject to", item.subject_to)
                self.targets(indent + INDENT, "notwithstanding", item.notwithstanding)
                self.exceptions(indent + INDENT, item.exceptions)
            case s.Standalone(node):
                self.exception(indent, "exception", node)
            case _:
                assert_never(item)

    def bearer(self, indent: int, bearer: s.Name | None) -> None:
        if bearer is not None:
            self.add(indent, f"bearer {bearer.text}", bearer.span, len("bearer "))

    def deadline(self, indent: int, item: s.Deadline | None) -> None:
        if item is None:
            return
        moment = operand_pieces(item.moment)
        if item.length is not None:
            length = within_line(item.length, s.Arithmetic, s.Rounded)
            less = (
                f" excluding {within_line(item.excluding, s.Arithmetic, s.Convert, s.Rounded)}"
                if item.excluding
                else ""
            )
            moment = after(f"{length}{less} {'from' if item.kind == 'every' else 'after'} ", moment)
        word = "promptly after" if item.kind == "promptly" else item.kind
        self.broken(indent, placed(item.span, after(f"{word} ", moment)))

    def exceptions(self, indent: int, items: tuple[s.ExceptionNode | s.ExceptionRef, ...]) -> None:
        for item in items:
            match item:
                case s.ExceptionRef(name):
                    self.add(indent, named("except", name, None, item.shown), item.span)
                case s.ExceptionNode():
                    self.exception(indent, "except", item)
                case _:
                    assert_never(item)

    def exception(self, indent: int, word: str, node: s.ExceptionNode) -> None:
        self.add(indent, named(word, node.name, node.at, node.shown), node.span)
        self.description(indent + INDENT, node.description)
        self.condition(indent + INDENT, "when", node.when)
        self.provisos(indent + INDENT, node.provisos)
        self.exceptions(indent + INDENT, node.exceptions)

    def provisos(self, indent: int, provisos: tuple[s.Expr, ...]) -> None:
        for proviso in provisos:
            if isinstance(proviso, s.Shown):
                self.condition(indent, "provided it is shown that", proviso.item)
            else:
                self.condition(indent, "provided", proviso)

    def targets(self, indent: int, word: str, targets: tuple[s.Target, ...]) -> None:
        self.listed(indent, word, [(target_text(target), target.span) for target in targets])

    # --- enforcement --------------------------------------------------------------------------------

    def enforcement(self, item: s.Enforcement) -> None:
        self.add(0, f"enforcement{at_place(item.at)}", item.span)
        self.description(INDENT, item.description)
        lefts = [opened_by(rung) for rung in item.rungs]
        column = common_column(lefts)
        for left, rung in zip(lefts, item.rungs, strict=True):
            measures = ", else ".join(map(measure_text, rung.measures))
            self.add(INDENT, f"{left:<{column}}  {measures}", rung.span)

    # --- scenarios ----------------------------------------------------------------------------------

    def scenario(self, item: s.Scenario) -> None:
        self.add(0, f"scenario {atom(item.title)}", item.span)
        self.description(INDENT, item.description)
        if item.about is not None:
            self.add(INDENT, f"about {reference(item.about)}", item.about.span, len("about "))
        self.days(item)
        if item.given:
            self.lines.append(Line(INDENT, "given", opener=True))
        self.entries(item.given)
        for said in item.said:
            self.add(INDENT, f"{said.status} {atom(said.source)}", said.span)
            self.entries(said.facts)
        if item.standard is not None:
            self.add(INDENT, f"standard {item.standard.value}", item.standard.span)
        for reading in item.readings:
            self.add(INDENT, f"reading {reading.name.text}", reading.span)
            self.entries(reading.facts)
        for expectation in item.expectations:
            self.add(INDENT, f"expect {expected(expectation)}", expectation.span)

    def property(self, item: s.Property) -> None:
        self.add(0, f"property {atom(item.title)}", item.span)
        self.description(INDENT, item.description)
        self.days(item)
        self.condition(INDENT, "where", item.where)
        for claim in item.claims:
            self.add(INDENT, f"expect {claimed(claim)}", claim.span)

    def days(self, item: s.Scenario | s.Property) -> None:
        if item.as_of is not None:
            self.add(INDENT, f"as of {atom(item.as_of)}", item.as_of.span, len("as of "))
        if item.known_at is not None:
            self.add(INDENT, f"known at {atom(item.known_at)}", item.known_at.span, len("known at "))

    def entries(self, entries: tuple[s.Given, ...]) -> None:
        for entry in entries:
            pieces = after(f"{entry.path.text}: ", value_pieces(entry.value))
            self.broken(2 * INDENT, placed(entry.span, pieces))
