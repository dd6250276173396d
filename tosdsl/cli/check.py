"""``tosdsl check``: one use against one or more policies."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from attrs import evolve, frozen

from tosdsl import limits
from tosdsl.cli.stdin import STDIN
from tosdsl.cli.terminal import FORBIDDEN, OK, UNDETERMINED, print_diagnostics, print_json, print_lines
from tosdsl.decision.text import decision_lines
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.diagnostics.render import sentences
from tosdsl.errors import FactError
from tosdsl.facade import load
from tosdsl.facts.document import with_line_feeds
from tosdsl.library.files import Source, read
from tosdsl.library.search import shipped_use, shipped_uses
from tosdsl.trees.span import Span
from tosdsl.verdict import Verdict

_STATUS = {
    Verdict.PERMITTED: OK,
    Verdict.NOT_APPLICABLE: OK,
    Verdict.FORBIDDEN: FORBIDDEN,
    Verdict.UNDETERMINED: UNDETERMINED,
}


def run(options: argparse.Namespace) -> int:
    """Print the decision; the status tells the verdict."""
    policies = load(*options.policy)
    text, file = facts_text(options.facts)
    use, warnings = policies.read_use(text, file)
    use = evolve(use, as_of=options.as_of or use.as_of, known_at=options.known_at or use.known_at)
    use = evolve(use, standard=options.standard or use.standard)
    decision = policies.decide_use(use)
    if options.format == "json":
        made = decision.to_json()
        print_json({**made, "warnings": [*map(sentences, policies.warnings), *made["warnings"]]})
    else:
        found = [*policies.warnings, *warnings]
        print_diagnostics(found, {**policies.sources, file: text})
        print_lines(decision_lines(decision))
    if options.strict and not (decision.passes and not warnings):
        return FORBIDDEN if decision.verdict is Verdict.FORBIDDEN else UNDETERMINED
    return status_of(decision.verdict)


def status_of(verdict: Verdict) -> int:
    """The exit status that tells a verdict."""
    return _STATUS[verdict]


class _TooLarge(Exception):
    """There are more bytes than a facts document may have."""


@frozen
class _Bounded:
    """A file of facts, or standard input: no more is read than it takes to see that it is too large."""

    path: Path | None

    def read_bytes(self) -> bytes:
        """The whole content. Raises OSError, and _TooLarge."""
        most = limits.MAX_FACTS_BYTES + 1
        if self.path is None:
            raw = sys.stdin.buffer.read(most) if sys.stdin else b""
        else:
            with self.path.open("rb") as file:
                raw = file.read(most)
        if len(raw) == most:
            raise _TooLarge
        return raw


def facts_text(name: str) -> tuple[str, str]:
    """The facts' text, its lines ended by line feeds, and the name to show for it."""
    source: Source = _Bounded(None)
    problems: list[Diagnostic] = []
    if name != "-":
        path = Path(name)
        if not os.path.lexists(path) and shipped_use(name) is None:
            problem = "there is no such file, and no such use in the library"
            near = (name.removesuffix(".yaml"), shipped_uses())
            raise FactError((mistake("TOS6002", None, near, name=name, problem=problem),), {})
        source = _Bounded(path) if os.path.lexists(path) else shipped_use(name) or path
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
