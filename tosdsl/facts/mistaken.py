"""What is given as a fact, and is worked out: a definition, a clause, a section.

In: mistakes of a use, and the policies that it is for. Out: the same mistakes; of a name that is no
fact and is declared in a policy, it is said what it is and which facts it is made of. INVARIANT: what
was an error is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.vocabulary import DAY_OF_USE, MOMENT_OF_USE
from tosdsl.trees.walk import paths, reads

_AS_OF = "Say it as `as_of`, beside `facts`; on the command line, `--as-of`."
_MOST = 6
"""Facts that one sentence names."""


def no_facts(problems: Iterable[Diagnostic], choices: n.Choices | None) -> list[Diagnostic]:
    """The mistakes, with what a name is that is no fact."""
    found = list(problems)
    if choices is None or not any(each.code == "TOS4002" for each in found):
        return found
    return [_named(each, choices) or each for each in found]


def _policies(choices: n.Choices) -> Iterator[n.Policy]:
    """Those asked about, the newest version first, and then all that come in."""
    for versions in choices.asked:
        yield from reversed(versions)
    for linked in choices.linked.values():
        yield from (document.policy for document in linked.documents)


def _named(problem: Diagnostic, choices: n.Choices) -> Diagnostic | None:
    if problem.code != "TOS4002":
        return None
    name = problem.path or ""
    if name in {DAY_OF_USE, MOMENT_OF_USE}:
        words = {"what": f"the {name.split()[0]} that the question is about", "mend": _AS_OF}
        return mistake("TOS4040", problem.span, None, path=name, **words)
    for each in choices.vocabulary.interpretations:
        if name in {each.name, each.path}:
            words = {"name": each.name, "first": each.readings[0]}
            return mistake("TOS4082", problem.span, None, path=name, **words)
    for policy in _policies(choices):
        what = _what(policy, name)
        if what is not None:
            kind, exprs = what
            known = reads((*policy.vocabulary.definitions, *policy.definitions))
            read = {path for expr in exprs for path in paths(expr, known)}
            facts = sorted(read - {DAY_OF_USE})
            words = {"what": f"{kind} of `{policy.id}`", "mend": _mend(facts)}
            return mistake("TOS4040", problem.span, None, path=name, **words)
    return None


def _what(policy: n.Policy, name: str) -> tuple[str, list[ex.Expr]] | None:
    """What the name stands for in the policy, and the conditions that it is made of."""
    for definition in (*policy.definitions, *policy.vocabulary.definitions):
        if definition.name == name:
            return "a definition", [definition.body]
    for section in policy.root.walk():
        if section.id == name and section is not policy.root:
            return "a section", [section.scope] if section.scope else []
    for norm in policy.root.all_norms():
        if norm.id == name:
            return "a clause", [*([norm.when] if norm.when else []), *norm.provisos]
        for node in _exceptions(norm.exceptions):
            if node.id == name:
                return "an exception", [node.when, *node.provisos]
    return None


def _exceptions(several: Iterable[n.ExceptionNode]) -> Iterator[n.ExceptionNode]:
    for each in several:
        yield each
        yield from _exceptions(each.exceptions)


def _mend(facts: list[str]) -> str:
    if not facts:
        return "No fact decides it, so there is nothing to give: leave it out."
    shown = ", ".join(f"`{fact}`" for fact in facts[:_MOST])
    more = f" and {len(facts) - _MOST} more" if len(facts) > _MOST else ""
    return f"It is worked out: give the facts that it is made of instead, {shown}{more}."
