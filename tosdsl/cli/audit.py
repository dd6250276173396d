"""``tosdsl audit``: every row of a table of uses against policies."""

from __future__ import annotations

import argparse
import re
import sys
from time import monotonic
from typing import TYPE_CHECKING, Any

from attrs import define, field

from tosdsl.auditing import checked
from tosdsl.auditing.interrupts import interrupts
from tosdsl.cli.check import status_of
from tosdsl.cli.terminal import OK, WRONG, print_json, print_line, print_lines
from tosdsl.cli.written import write_report
from tosdsl.decision.text import decision_lines

if TYPE_CHECKING:
    from tosdsl.auditing.rows import OneRow
    from tosdsl.auditing.whole import Audit

_REPORT = re.compile(r"\s*<!doctype html>\s*<html[^>]*><head><meta[^>]*>\s*<meta[^>]*>\s*<title>Audit")


def run(options: argparse.Namespace) -> int:
    """Print what the rows come to. The status is 0 if the audit is done, whatever it found; of one row,
    it is that of its verdict."""
    with interrupts():
        return _audited(options)


def _audited(options: argparse.Namespace) -> int:
    as_data = options.format == "json"
    on_spark = options.engine == "spark"
    checked()
    from tosdsl.auditing import data, sources
    from tosdsl.auditing.looking import look
    from tosdsl.auditing.report import page
    from tosdsl.auditing.rows import one_row, refuse_on_spark
    from tosdsl.auditing.summary import lines, looked_lines
    from tosdsl.auditing.whole import prepared

    rows: Any = options.rows
    alone = options.row is not None or options.key is not None
    if on_spark:
        if alone:
            raise refuse_on_spark()
        sources.on_spark(rows)
        if options.to and options.to.lower().endswith(".csv"):
            then = "Name a folder that ends in .parquet, or leave out `--engine spark`."
            raise sources.not_on_spark(f"it writes no CSV such as `{options.to}`", then)
        checked(on_spark=True)
        from tosdsl.auditing.spark import opened

        rows = opened(rows)
    audit = prepared(options.policy, rows, options.map, options.against or None, options.seed)
    if alone:
        several = one_row(audit.run, options.row, options.key)
        if as_data:
            print_json(data.one(several))
        else:
            _print_rows(several, audit.run.table.name)
        decision = several[0].decision
        return WRONG if decision is None else status_of(decision.verdict)
    if options.check:
        looked = look(audit.run)
        if as_data:
            print_json(data.looked_at(audit, looked))
        else:
            print_lines(looked_lines(audit, looked))
        looked.refuse(audit.run.table.name)
        return OK
    (_run_on_spark if on_spark else _run)(audit, options)
    try:
        if options.report:  # first: a reader such as `head` may end the program while it prints
            write_report(options.report, page(audit), _REPORT)
    finally:
        if as_data:
            print_json(data.found(audit))
        else:
            print_lines(lines(audit))
    return OK


def _print_rows(several: list[OneRow], table: str) -> None:
    """Prints one row, as each side reads it."""
    for at, each in enumerate(several):
        name = "" if each.name is None else f" ({each.name})"
        by = f", by {each.side.title}" if len(several) > 1 else ""
        print_line(f"{chr(10) if at else ''}Row {each.row:,}{name} of {table}{by}")
        if each.wrong is not None:
            print_line("It is wrong, and not judged:")
            for one in each.wrong.mistakes:
                print_line(f"warning[{one.code}] {one.fact}: {one.words}")
        else:
            assert each.decision is not None
            for line in each.facts():
                print_line(f"  {line}")
            print_line("")
            print_lines(decision_lines(each.decision))


def _run_on_spark(audit: Audit, options: argparse.Namespace) -> None:
    from tosdsl.auditing.spark import write

    told = audit.frame()
    if options.to:
        write(told, options.to)


def _run(audit: Audit, options: argparse.Namespace) -> None:
    progress = _Progress()
    try:
        with interrupts():
            if options.to:
                audit.write(options.to, progress.tell)
            else:
                done = 0
                for piece in audit.run.pieces():
                    done += piece.num_rows
                    progress.tell(done, audit.run.table.size)
    except KeyboardInterrupt:
        progress.end()
        if options.to:
            print_line("The same command goes on where this one stopped.", error=True)
        raise
    progress.end()


@define
class _Progress:
    """Rows, rate and time left, on one line of a terminal."""

    began: float = field(factory=monotonic)
    first: int = -1
    shown: bool = False

    def tell(self, rows: int, size: int | None) -> None:
        if self.first < 0:
            self.first = rows
        if not sys.stderr.isatty():
            return
        taken = monotonic() - self.began
        rate = (rows - self.first) / taken if taken else 0.0
        left = f", {round((size - rows) / rate)} s left" if size and rate else ""
        of = f" of {size:,}" if size else ""
        sys.stderr.write(f"\r\033[K{rows:,}{of} rows, {rate:,.0f} a second{left}")
        sys.stderr.flush()
        self.shown = True

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
