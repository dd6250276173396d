"""``tosdsl compile``: what answers for policies, to be read: generated Python, or the core."""

from __future__ import annotations

import argparse
from datetime import date

from tosdsl.cli.terminal import OK, print_text
from tosdsl.errors import PolicyError
from tosdsl.facade import PolicySet, load


def run(options: argparse.Namespace) -> int:
    policies = load(*options.policy)
    days = _days(options)
    if options.to == "core":
        from tosdsl.backends.core.listing import listing

        print_text(
            "\n".join(listing(each.program) for each in policies.predicates.answers(*_days(options)))
        )
    elif options.to == "sql":
        print_text(_sql(policies, options))
    else:
        print_text(policies.predicates.listing(*days))
    return OK


def _sql(policies: PolicySet, options: argparse.Namespace) -> str:
    """Raises PolicyError where it is open which versions govern."""
    from tosdsl.asking import open_which
    from tosdsl.backends.sql.dialects import DIALECTS
    from tosdsl.backends.sql.listing import listing
    from tosdsl.backends.sql.program import Statement

    days = _days(options)
    first, *others = policies.predicates.answers(*days)
    if others:
        raise PolicyError((open_which(policies.alternatives(*days), *days),), policies.sources)
    return listing(Statement(first.program, DIALECTS[options.dialect]()))


def _days(options: argparse.Namespace) -> tuple[date | None, date | None]:
    """When the use was, and what could be read."""
    return options.as_of, options.known_at
