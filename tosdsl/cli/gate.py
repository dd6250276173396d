"""``tosdsl gate``: a mapping made, checked, told and served."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tosdsl.cli.terminal import (
    FORBIDDEN,
    OK,
    WRONG,
    print_diagnostics,
    print_json,
    print_line,
    print_lines,
    print_text,
)
from tosdsl.diagnostics.model import Diagnostic, Severity, in_order, mistake
from tosdsl.errors import PolicyError
from tosdsl.facade import load

if TYPE_CHECKING:
    from tosdsl.gate.plan import Plan
    from tosdsl.gate.replaying import Report


def run(options: argparse.Namespace) -> int:
    """Each subcommand is a function of its name."""
    made: int = _COMMANDS[options.gate](options)
    return made


def _day(options: argparse.Namespace, plan: Plan | None = None) -> date:
    """The day that is asked for, or that the mapping fixes, or today."""
    given: date | None = options.as_of
    fixed = plan.as_of if plan is not None and isinstance(plan.as_of, date) else None
    return given or fixed or datetime.now(UTC).date()


def _init(options: argparse.Namespace) -> int:
    from tosdsl.gate.checking import ending
    from tosdsl.gate.starting import skeleton

    policies, day = load(*options.policy), _day(options)
    print_text(skeleton(options.policy, policies, day, fixed=options.as_of is not None))
    over = [each for each in ending(None, policies, day) if dict(each.words)["how"] == "ended"]
    print_diagnostics(over, {})
    return OK


def _check(options: argparse.Namespace) -> int:
    from tosdsl.gate.checking import checked, divided, ending, sourceless
    from tosdsl.gate.deciding import decider, loaded
    from tosdsl.gate.elsewhere import unasked
    from tosdsl.gate.log import unwritable
    from tosdsl.gate.reading import read_plan
    from tosdsl.gate.trying import failed

    plan, sources = read_plan(options.file)
    policies = loaded(plan, plan.active)
    made = decider(plan, policies, sources)
    day = _day(options, made.plan)
    texts = dict(sources)
    for register in made.compiled.registers.values():
        texts |= register.texts
    found = [each for each in checked(plan, policies)[1] if each.severity is not Severity.ERROR]
    found += made.compiled.problems()
    found += [*sourceless(made.plan, policies, day), *ending(made.plan, policies, day)]
    found += [*divided(made.plan, policies, day), *unasked(made.plan, policies)]
    if plan.shadow:
        loaded(plan, plan.shadow)
    for words in (plan.active, plan.shadow):
        untrue, read = failed(plan, words)
        found += untrue
        texts |= read
    wrong = any(each.severity is Severity.ERROR for each in found)
    if options.format == "json":
        data = [each.to_json() for each in in_order(found)]
        print_json({"schema": "tosdsl.gate.check/1", "digest": made.digest, "diagnostics": data})
        return WRONG if wrong else OK
    print_diagnostics(in_order(found), texts)
    if not wrong:
        rows = sum(len(each) for each in made.compiled.registers.values())
        registers = len(made.compiled.registers)
        facts = len(made.plan.facts)
        print_line(
            f"{options.file}: facts with a source: {facts}; registers: {registers}, rows: {rows:,}"
        )
        print_line(f"policies {', '.join(plan.active)}, digest {made.digest}")
        unwritten = None if plan.log is None else unwritable(plan.log, plan.home)
        if unwritten is not None:  # it may be served on another machine
            comes = (
                "nothing passes the gate" if plan.log and plan.log.must else "the gate does not start"
            )
            print_line(f"On this machine {comes}: {unwritten.message}")
    return WRONG if wrong else OK


def _facts(options: argparse.Namespace) -> int:
    from tosdsl.gate.checking import checked
    from tosdsl.gate.deciding import loaded
    from tosdsl.gate.reading import read_plan
    from tosdsl.gate.told import rows

    plan, sources = read_plan(options.file)
    policies = loaded(plan, plan.active)
    made, problems = checked(plan, policies)
    _raise_errors(problems, {**policies.sources, **sources})
    found = list(rows(made, policies, _day(options, made)))
    if options.format == "json":
        data = [
            {
                "fact": row.fact,
                "matters": row.matters,
                "judged": row.judged,
                "question": row.question,
                "sources": [{"from": name, "trust": trust} for name, trust in row.sources],
            }
            for row in found
        ]
        print_json({"schema": "tosdsl.gate.facts/1", "facts": data})
        return OK
    widths = [max((len(row.fact) for row in found), default=0), 9]
    for row in found:
        named = ", ".join(f"{name} ({trust})" for name, trust in row.sources) or "unknown"
        matters = "decides" if row.matters else "no matter"
        print_line(f"{row.fact:<{widths[0]}}  {matters:<{widths[1]}}  {named}")
    return OK


def _raise_errors(problems: Iterable[Diagnostic], sources: dict[str, str]) -> None:
    wrong = [each for each in problems if each.severity is Severity.ERROR]
    if wrong:
        raise PolicyError(tuple(in_order(wrong)), sources)


def _serve(options: argparse.Namespace) -> int:
    from tosdsl.gate.server.serving import serve

    serve(
        options.file,
        options.host,
        options.port,
        key_file=options.key_file,
        no_key=options.no_key,
        cert=options.cert,
        cert_key=options.cert_key,
        client_ca=options.client_ca,
        grpc=options.grpc,
        bundle_keys=options.bundle_key,
    )
    return OK


def _replay(options: argparse.Namespace) -> int:
    from tosdsl.gate.log import read_lines
    from tosdsl.gate.replaying import replay

    policies = load(*options.policy)
    try:
        with open(options.log, "rb") as stream:
            report = replay(read_lines(stream), policies)
    except OSError as error:
        problem = error.strerror or str(error)
        raise PolicyError((mistake("TOS6002", None, name=options.log, problem=problem),), {}) from None
    if options.format == "json":
        print_json(report.to_json())
    else:
        _print_report(report)
    if report.counts:
        return FORBIDDEN
    return WRONG if report.hashed else OK


def _explain(options: argparse.Namespace) -> int:
    from tosdsl.decision.text import decision_lines
    from tosdsl.gate.deciding import digest_of
    from tosdsl.gate.log import Torn, read_lines
    from tosdsl.gate.replaying import decided_again

    wanted = options.id.removeprefix("urn:uuid:")
    try:
        with open(options.log, "rb") as stream:
            lines = (each for each in read_lines(stream) if not isinstance(each, Torn))
            line = next((each for each in lines if each.get("id") == wanted), None)
    except OSError as error:
        problem = error.strerror or str(error)
        raise PolicyError((mistake("TOS6002", None, name=options.log, problem=problem),), {}) from None
    if line is None:
        raise PolicyError((mistake("TOS8021", None, log=options.log, id=wanted),), {})
    policies = load(*options.policy)
    decision, hashed = decided_again(line, policies)
    print_lines(decision_lines(decision))
    was = line["outcome"].replace("_", " ")
    print_line("")
    print_line(f"In the log, at {line['at']}: {was}, answered {line['status']}.")
    if "why" in line:
        print_line(f"The gate decided nothing: {line['why']}")
    if str(line["digest"]).partition("+")[0] != digest_of(policies):
        print_line("These are other texts than those that decided then.")
    if hashed:
        names = ", ".join(hashed)
        print_line(
            f"Hidden by hashes, and unknown here: {names}. To log them, name them in `log.values`."
        )
    asked = {need.fact for need in decision.needs}
    hidden = any(need == each or need.startswith(f"{each}.") for need in asked for each in hashed)
    return WRONG if hidden else OK


def _print_report(report: Report) -> None:
    import json

    changed = sum(report.counts.values())
    print_line(f"{report.decided:,} decided anew: {report.same:,} alike, {changed:,} otherwise")
    if report.hashed:
        hidden = ", ".join(sorted(report.hidden))
        print_line(f"{report.hashed:,} not decided: facts that matter are logged as hashes")
        print_line(f"  To decide the next ones again, write `values: [{hidden}]` under `log`.")
    if report.without:
        print_line(f"{report.without:,} had no verdict")
    if report.torn:
        print_line(f"no whole line: {', '.join(map(str, report.torn[:20]))}")
    for warning, number in report.warned.items():
        print_line(f"{number:,} permitted with a warning, so that the gate stays closed: {warning}")
    for each in sorted(report.counts, key=lambda one: -report.counts[one]):
        print_line("")
        print_line(
            f"{report.counts[each]:,} × {each.before} → {each.after}, by {', '.join(each.clauses)}"
        )
        example = report.examples[each]
        print_line(f"  such as {example['id']}, on {example['as_of']}")
        print_line(f"  {json.dumps(example['facts'], ensure_ascii=False)}")


_COMMANDS = {
    "explain": _explain,
    "replay": _replay,
    "init": _init,
    "check": _check,
    "facts": _facts,
    "serve": _serve,
}
