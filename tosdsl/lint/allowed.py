"""Comments that let a finding stand: ``# lint: allow TOS7003 because …``.

A comment on a line of its own speaks of the line below it, any other of its own line: of that line and
of what is indented under it; on a line ``policy …``, of the whole policy. A reason is required, and a
comment that lets nothing stand is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set

from attrs import define, field

from tosdsl.base.span import Span
from tosdsl.diagnostics.catalogue import CATALOGUE
from tosdsl.diagnostics.model import mistake
from tosdsl.library.literate import is_literate, read_blocks
from tosdsl.lint.model import Allowed, Finding
from tosdsl.syntax.source import block_of, read_source
from tosdsl.trees.surface import Comment

_SPEAKS = re.compile(r"#\s*lint\s*:\s*(?P<rest>.*)")
_UNIT = re.compile(r"(?:policy|vocabulary)\b")
_ALLOW = re.compile(
    r"allow\s+(?P<codes>TOS\d{4}(?:\s*,\s*TOS\d{4})*)(?:\s+because\b\s*(?P<reason>.*))?\Z"
)


@define
class _Allowance:
    """A comment as it was understood. ``lines`` are those that it speaks of."""

    span: Span
    codes: tuple[str, ...]
    reason: str
    lines: range
    met: set[str] = field(factory=set)


def settle(
    findings: Iterable[Finding], sources: Mapping[str, str], unsettled: Set[str] = frozenset()
) -> tuple[list[Finding], list[Allowed]]:
    """The findings that are left, with those about comments; and those that stand.

    ``unsettled``: files of which not every question was settled, so that what a comment allows may be
    so all the same.
    """
    left: list[Finding] = []
    stand: list[Allowed] = []
    allowances: dict[str, list[_Allowance]] = {}
    for file, text in sources.items():
        found = _read(file, text)
        allowances[file] = [each for each in found if isinstance(each, _Allowance)]
        left += [each for each in found if isinstance(each, Finding)]
    for finding in findings:
        span = finding.problem.span
        for each in allowances.get(span.file, ()):
            if finding.code in each.codes and span.line in each.lines and each.reason:
                each.met.add(finding.code)
                stand.append(Allowed(finding, each.reason))
                break
        else:
            left.append(finding)
    for several in allowances.values():
        for each in several:
            left += _of_comment(each, may_be_met=each.span.file in unsettled)
    return left, stand


def _of_comment(each: _Allowance, *, may_be_met: bool) -> Iterable[Finding]:
    codes = ", ".join(each.codes)
    if not each.reason:
        yield Finding(mistake("TOS7016", each.span, codes=codes), f"lint: allow {codes}")
        return
    for code in each.codes:
        if code not in each.met and not may_be_met:
            yield Finding(mistake("TOS7017", each.span, allowed=code), f"lint: allow {code}")


def _read(file: str, text: str) -> list[_Allowance | Finding]:
    """What a text's comments say to the linter."""
    if "lint" not in text:
        return []
    blocks = read_blocks(text, file) if is_literate(file) else None
    taken = blocks.taken if blocks else {}
    source = read_source(blocks.text if blocks else text, file, taken)
    lines = list(source.lines)
    found: list[_Allowance | Finding] = []
    for comment in source.comments:
        match = _SPEAKS.match(comment.text)
        if match is not None:
            found.append(_understood(comment, match["rest"].strip(), lines))
    return found


def _understood(comment: Comment, rest: str, lines: list[str]) -> _Allowance | Finding:
    match = _ALLOW.match(rest)
    codes = tuple(re.findall(r"TOS\d{4}", match["codes"])) if match else ()
    if match is None or not all(code in CATALOGUE for code in codes):
        wrong = next((code for code in codes if code not in CATALOGUE), rest or "lint:")
        return Finding(mistake("TOS7018", comment.span, text=wrong), f"lint: {rest}")
    at = comment.span.line - 1
    if comment.own_line:
        at = next((index for index in range(at, len(lines)) if lines[index]), at)
    stop = block_of(lines, at).stop
    if _UNIT.match(lines[at]):
        following = range(at + 1, len(lines))
        stop = next((index for index in following if _UNIT.match(lines[index])), len(lines))
    whole = range(at + 1, stop + 1)
    return _Allowance(comment.span, codes, (match["reason"] or "").strip(), whole)
