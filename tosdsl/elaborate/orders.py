"""The order among clauses: `subject to` and `notwithstanding`, as one text says them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from attrs import define, field

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, enough, mistake
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s


@define
class Orders:
    """Which clauses of a policy prevail over which, or give way to them."""

    policy: str
    kinds: Mapping[str, str]
    """What each id of the policy names."""
    lost: Set[str]
    problems: list[Diagnostic]
    made: list[n.Precedence] = field(factory=list)
    asked: dict[str, str | None] = field(factory=dict)
    """Of what is being made, the ids that it is ordered against, and what they name."""

    def note(self, item: s.Norm) -> None:
        """What a clause says of its order."""
        for target in item.subject_to:
            self._note(item.name.text, target, False)
        for target in item.notwithstanding:
            if item.modality == "require":
                self._report("TOS3016", target.span, name=item.name.text)
            else:
                self._note(item.name.text, target, True)

    def _note(self, norm: str, target: s.Target, wins: bool) -> None:
        if isinstance(target, s.EverythingElse) and self.kinds.get(norm) == "obligation":
            self._report("TOS3016", target.span, name=norm)
            return
        if isinstance(target, s.EverythingElse):
            made = n.Target(None, None, None, span=target.span)
            self.made.append(n.Precedence(norm, made, wins, span=target.span))
            return
        made = n.Target(target.policy, target.version, target.clause, span=target.span)
        if target.policy in {None, self.policy} and not self._local_target(norm, target):
            return
        self.made.append(n.Precedence(norm, made, wins, span=target.span))

    def _local_target(self, norm: str, target: s.Ref) -> bool:
        name = target.clause or ""
        kind = self.asked[name] = self.kinds.get(name)
        if kind is None:
            if self.lost.isdisjoint(name.split(".")):
                clauses = ("section", *n.NOUNS.values())
                near = (name, [key for key, value in self.kinds.items() if value in clauses])
                self._report(
                    "TOS3001",
                    target.span,
                    near,
                    kind="clause or section",
                    name=name,
                    policy=self.policy,
                )
            return False
        if name == norm:
            self._report("TOS3011", target.span, name=name)
            return False
        own = self.kinds.get(norm)
        if kind == "exception":
            self._report("TOS3017", target.span, name=name, instead=self._its_clause(norm, name))
            return False
        if kind == "definition" or (kind == "obligation" and own != "permission"):
            self._report(
                "TOS3013",
                target.span,
                name=name,
                actual=f"a{'n' if kind == 'obligation' else ''} {kind}",
                wanted="a clause or a section",
            )
            return False
        if self.kinds.get(norm) == "obligation" and kind == "prohibition":
            self._report("TOS3016", target.span, name=norm)
            return False
        if kind == self.kinds.get(norm):
            self._report("TOS3005", target.span, first=norm, second=name, modality=kind)
            return False
        return True

    def _its_clause(self, norm: str, exception: str) -> str:
        """The clause of an exception, if a clause such as this can be ordered against it."""
        clause = exception
        while self.kinds.get(clause) == "exception":
            clause = clause.rpartition(".")[0]
        rivals = {n.NOUNS[each] for each in n.RIVALS}
        if {self.kinds.get(norm), self.kinds.get(clause)} != rivals:
            return ""
        return f"; or name the clause itself, `{clause}`"

    def _report(self, code: str, span: Span, near: Any = None, **words: object) -> None:
        self.problems.append(mistake(code, span, None if enough(self.problems) else near, **words))
