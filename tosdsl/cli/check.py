"""``tosdsl check``: one use against one or more policies."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.base.verdict import Verdict
from tosdsl.cli.asked import asked
from tosdsl.cli.receipts import keep_receipt
from tosdsl.cli.stdin import STDIN
from tosdsl.cli.terminal import FORBIDDEN, OK, UNDETERMINED, print_diagnostics, print_json, print_lines
from tosdsl.cli.valued import valued, valued_json, valued_lines
from tosdsl.decision.text import decision_lines
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.diagnostics.render import sentences
from tosdsl.errors import FactError
from tosdsl.facade import PolicySet
from tosdsl.facts.document import with_line_feeds
from tosdsl.facts.interpreted import chosen
from tosdsl.facts.read import Reader
from tosdsl.library.files import Source, discreet, read
from tosdsl.library.reading import OpenedFile
from tosdsl.library.search import shipped_use, shipped_uses
from tosdsl.receipts.write import receipt
from tosdsl.trees.facts import Entries, Entry, Scalar, Use

_STATUS = {
    Verdict.PERMITTED: OK,
    Verdict.NOT_APPLICABLE: OK,
    Verdict.FORBIDDEN: FORBIDDEN,
    Verdict.UNDETERMINED: UNDETERMINED,
}


def run(options: argparse.Namespace) -> int:
    """Print the decision; the status tells the verdict."""
    policies = asked(options.policy)
    use, found, sources = use_of(policies, options.facts)
    warnings = list(found)
    use = evolve(use, as_of=options.as_of or use.as_of, known_at=options.known_at or use.known_at)
    use = evolve(use, standard=options.standard or use.standard)
    for name in options.assume:
        background, more, texts = assumed_of(policies, name)
        use = evolve(use, assumed={**use.assumed, **background.assumed})
        warnings += more
        sources = {**sources, **texts}
    use = read_as(policies, use, options.reading)
    decision = policies.decide_use(use)
    if options.receipt is not None:
        keep_receipt(options.receipt, receipt(policies, use, decision))
    if options.format == "json":
        made = decision.to_json()
        odd = dict.fromkeys([*map(sentences, policies.warnings), *made["warnings"]])
        told = {"values": valued_json(valued(policies, use))} if options.values else {}
        print_json({**made, "warnings": list(odd), **told})
    else:
        print_diagnostics([*policies.warnings, *warnings], {**policies.sources, **sources})
        values = valued_lines(valued(policies, use)) if options.values else []
        print_lines([*decision_lines(decision), *values])
    if options.strict and not (decision.passes and not warnings):
        return FORBIDDEN if decision.verdict is Verdict.FORBIDDEN else UNDETERMINED
    return status_of(decision.verdict)


def status_of(verdict: Verdict) -> int:
    """The exit status that tells a verdict."""
    return _STATUS[verdict]


def use_of(policies: PolicySet, name: str) -> tuple[Use, tuple[Diagnostic, ...], Mapping[str, str]]:
    """The use that a file describes, with warnings; and the file's text by its name. Raises
    FactError."""
    text, file = facts_text(name)
    try:
        return *policies.read_use(text, file), {file: text}
    except FactError as error:
        told = discreet(file, list(error.diagnostics))
        raise FactError(tuple(told), error.sources) from None


def read_as(policies: PolicySet, use: Use, said: Sequence[str]) -> Use:
    """The use with the readings that ``NAME=READING`` chooses over its own. Raises FactError."""
    pairs = [each.partition("=")[::2] for each in said]
    entries = Entries(tuple(Entry(name, Scalar(reading, plain=True)) for name, reading in pairs))
    problems: list[Diagnostic] = []
    made = chosen(entries, Reader(policies.vocabulary, problems))
    if problems:
        raise FactError(tuple(problems), {})
    return evolve(use, facts={**use.facts, **made}) if made else use


def assumed_of(policies: PolicySet, name: str) -> tuple[Use, tuple[Diagnostic, ...], Mapping[str, str]]:
    """What a file presumes, as a use that says nothing else. Raises FactError."""
    use, warnings, sources = use_of(policies, name)
    if use.facts or use.assertions or use.readings or not use.assumed:
        raise FactError((mistake("TOS4066", None, file=name),), sources)
    return use, warnings, sources


class _TooLarge(Exception):
    """There are more bytes than a facts document may have."""


@frozen
class _Bounded:
    """A file of facts, or standard input: no more is read than it takes to see that it is too large."""

    name: str

    def read_bytes(self) -> bytes:
        """The whole content. Raises OSError, and _TooLarge."""
        most = limits.MAX_FACTS_BYTES
        if self.name == "-":
            raw = sys.stdin.buffer.read(most + 1) if sys.stdin else b""
        else:
            raw = OpenedFile(self.name, most).read_bytes()
        if len(raw) > most:
            raise _TooLarge
        return raw


def facts_text(name: str) -> tuple[str, str]:
    """The facts' text, its lines ended by line feeds, and the name to show for it."""
    source: Source = _Bounded(name)
    problems: list[Diagnostic] = []
    if name != "-":
        shipped = None if os.path.lexists(name) else shipped_use(name)
        if os.path.lexists(name) and shipped_use(name) is not None:
            what = "a use of the library"
            raise FactError((mistake("TOS6016", None, name=name, what=what),), {})
        if not os.path.lexists(name) and shipped is None:
            problem = "there is no such file, and no such use in the library"
            near = (name.removesuffix(".yaml"), shipped_uses())
            raise FactError((mistake("TOS6002", None, near, name=name, problem=problem),), {})
        source = shipped or source
    file = STDIN if name == "-" else name
    try:
        text = read(source, file, problems)
    except _TooLarge:
        size, limit = f"more than {limits.MAX_FACTS_BYTES}", limits.MAX_FACTS_BYTES
        raise FactError(
            (mistake("TOS5005", Span(file, 1, 1, 1, 2), size=size, limit=limit),), {}
        ) from None
    if text is None:
        raise FactError(tuple(problems), {})
    return with_line_feeds(text), file
