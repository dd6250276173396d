"""``tosdsl check``: one use against one or more policies."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from attrs import evolve

from tosdsl import limits
from tosdsl.cli.terminal import FORBIDDEN, OK, UNDETERMINED, print_diagnostics, print_json, print_lines
from tosdsl.decision.model import Verdict
from tosdsl.decision.text import decision_lines
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.facade import FactError, load
from tosdsl.library.files import read
from tosdsl.library.search import shipped_use
from tosdsl.trees.span import Span

_STATUS = {
    Verdict.PERMITTED: OK,
    Verdict.NOT_APPLICABLE: OK,
    Verdict.FORBIDDEN: FORBIDDEN,
    Verdict.UNDETERMINED: UNDETERMINED,
}


def run(options: argparse.Namespace) -> int:
    """Print the decision; the status tells the verdict."""
    policies = load(*options.policy)
    text, file = _facts(options.facts)
    use, warnings = policies.read_use(text, file)
    use = evolve(
        use, as_of=options.as_of or use.as_of, known_at=options.known_at or use.known_at
    )
    decision = policies.decide_use(use)
    if options.format == "json":
        print_json(decision.to_json())
    else:
        print_diagnostics([*policies.warnings, *warnings], {**policies.sources, file: text})
        print_lines(decision_lines(decision))
    return _STATUS[decision.verdict]


def _facts(name: str) -> tuple[str, str]:
    """The facts' text, and the name to show for it."""
    if name == "-":
        raw, file = sys.stdin.buffer.read(limits.MAX_FACTS_BYTES + 1), "<stdin>"
        try:
            return raw.decode("utf-8-sig"), file
        except UnicodeDecodeError as error:
            span = Span(file, 1, 1, 1, 2)
            found = mistake("TOS1015", span, byte=f"0x{raw[error.start]:02X}", offset=error.start)
            raise FactError((found,), {}) from None
    path = Path(name)
    source = path if path.exists() else shipped_use(name) or path
    problems: list[Diagnostic] = []
    text = read(source, name, problems)
    if text is None:
        raise FactError(tuple(problems), {})
    return text, name
