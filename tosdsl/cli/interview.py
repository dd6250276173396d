"""``tosdsl interview``: questions on the terminal, and the decision and the answers at the end."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping

from tosdsl.base.visible import visible
from tosdsl.cli.check import status_of, use_of
from tosdsl.cli.terminal import print_diagnostics, print_line, print_lines, print_text
from tosdsl.cli.written import write_new
from tosdsl.decision.text import Line, decision_lines
from tosdsl.errors import FactError
from tosdsl.facade import load
from tosdsl.interview.asking import Interview, Question
from tosdsl.interview.forms import form, meanings
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use

_HELP = (
    "An empty answer: I don't know.  ?: why do you ask?  <: back to the question before.  "
    "!: no more questions."
)
_THERE = ("answers take the place of no file", "")


class _Back(Exception):
    """The question before is to be asked again."""


class _Stop(Exception):
    """No more questions."""


def run(options: argparse.Namespace) -> int:
    """Ask, then print the decision; the status tells the verdict, as that of ``check`` does."""
    policies = load(*options.policy)
    print_diagnostics(policies.warnings, policies.sources)
    use = Use()
    if options.facts is not None:
        use, warnings, sources = use_of(policies, options.facts)
        print_diagnostics(warnings, sources)
    interview = _asked(Interview.begin(policies, use, as_of=options.as_of))
    decision = interview.decision()
    print_line("")
    print_lines(decision_lines(decision))
    if options.output is not None:
        write_new(options.output, interview.document(), *_THERE)
        print_line(f"The answers are in {options.output}.")
    else:
        print_line("")
        print_line("The answers, as a file of facts:")
        print_text(interview.document())
    return status_of(decision.verdict)


def _asked(interview: Interview) -> Interview:
    """The interview with everything asked that still matters, or until somebody ends it."""
    before: list[Interview] = []
    question = interview.question()
    if question is not None:
        print_line(_HELP)
    while question is not None:
        print_line("")
        print_lines(_question_lines(question))
        try:
            answered = _answer(interview, question)
        except _Back:
            interview = before.pop() if before else interview
        except _Stop:
            break
        else:
            before.append(interview)
            interview = answered
        question = interview.question()
    return interview


def _question_lines(question: Question) -> Iterator[Line]:
    yield Line(((question.text, "title"), (f"  {question.fact}", "path")))
    if question.judged:
        yield Line((("  A judgement.", "note"),))
    if question.fields:
        yield Line((("  Item by item.", "note"),))
        return
    if not question.members:
        yield Line(((f"  {question.form}", "note"),))
    elif question.form.startswith("a list"):
        yield Line((("  Names or numbers, with commas between them; [] for none of them:", "note"),))
    for number, (member, text) in enumerate(question.members, 1):
        yield Line(((f"  {number:>2}  ", "note"), (member, ""), (f"  {text}" if text else "", "note")))


def _why_lines(question: Question) -> Iterator[Line]:
    for clause, text in question.clauses:
        yield Line(((f"  {clause}", "clause"), (f"  {text}" if text else "", "")))
    for value, verdict in question.settles:
        said = verdict.value
        yield Line(((f"  {value}: settles it, ", "note"), (said.replace("_", " "), said)))
    if not question.settles:
        yield Line((("  More will be asked, whatever the answer is.", "note"),))


def _answer(interview: Interview, question: Question) -> Interview:
    """The interview with the question answered. Raises _Back and _Stop."""
    while True:
        by_item = bool(question.fields)
        answer = _items(question) if by_item else _line("> ", lambda: _why_lines(question))
        if not answer and answer != []:
            return interview.not_known(question.fact)
        try:
            return interview.answered(question.fact, _chosen(answer, question.type))
        except FactError as error:
            print_diagnostics(error.diagnostics, error.sources)


def _line(prompt: str, why: Callable[[], Iterable[Line]] | None = None) -> str:
    """What somebody types. Raises _Back and _Stop."""
    while True:
        try:
            text = input(prompt).strip()
        except EOFError:
            raise _Stop from None
        match text:
            case "?":
                print_lines(why()) if why is not None else print_line(_HELP)
            case "<":
                raise _Back
            case "!":
                raise _Stop
            case _:
                return text


def _items(question: Question) -> list[Mapping[str, object]] | str:
    """The items of a list of records, field by field; an empty text if nobody knows them."""
    count = _line(
        "  How many are there? (a number, 0 for none; empty: I don't know) > ",
        lambda: _why_lines(question),
    )
    while count and not count.isdecimal():
        count = _line("  A number > ", lambda: _why_lines(question))
    if not count:
        return ""
    made: list[Mapping[str, object]] = []
    for number in range(1, int(count) + 1):
        print_line(f"  The {_ordinal(number)} of {count}:")
        item: dict[str, object] = {}
        for leaf in question.fields:
            words = visible(leaf.question)
            said = _line(f"    {words} ({form(leaf.type)}) > ")
            if said:
                item[leaf.path] = _chosen(said, leaf.type)
        made.append(item)
    return made


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _chosen(answer: object, kind: v.Type) -> object:
    """The answer with members in the place of their numbers."""
    members = [member for member, _ in meanings(kind)]
    if not isinstance(answer, str) or not members:
        return answer
    several = answer.strip().removeprefix("[").removesuffix("]").split(",")
    named = [
        members[int(each) - 1] if each.strip().isdecimal() and 0 < int(each) <= len(members) else each
        for each in several
    ]
    return ",".join(named)
