"""The document that the page has at hand: a version of the library, or a text that is being written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import define, evolve, field

from tosdsl.base.growing import growing
from tosdsl.diagnostics.model import Severity, in_order, mistake
from tosdsl.errors import PolicyError
from tosdsl.facade import PolicySet, load
from tosdsl.language.check import Checked, check
from tosdsl.language.outline import Part, outline
from tosdsl.language.tested import Tested, tested
from tosdsl.trees import norms as n
from tosdsl.workspace.memory import Workspace

_MOST = 6
"""Documents that are kept as they were understood."""


@define(slots=False)
class Look:
    """A document as it was understood. ``name`` is the file that its text has in places."""

    name: str
    checked: Checked

    @property
    def text(self) -> str:
        """The text in which it stands."""
        return self.checked.sources[self.name]

    @property
    def policies(self) -> PolicySet:
        """What is asked. Raises PolicyError where a text is wrong, or holds no policy."""
        found = self.checked.policies
        if found is None:
            problems = [
                each for each in self.checked.diagnostics if each.severity is Severity.ERROR
            ] or [mistake("TOS6004", None, None, name="this text")]
            raise PolicyError(tuple(in_order(problems)), self.checked.sources)
        return found

    @cached_property
    def tested(self) -> Tested:
        """Its scenarios, run."""
        return tested(self.checked)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What its text holds."""
        return outline(self.checked.work.units_in(self.name), self.text)


@define
class Desk:
    """What was understood so far; what has not changed is not read again."""

    workspace: Workspace = field(factory=Workspace)
    _looks: dict[tuple[str, ...], Look] = field(factory=dict)
    _library: dict[str, PolicySet] = field(factory=dict)

    def look(self, source: Mapping[str, Any]) -> Look:
        """A source: ``text`` with a ``name``, or of the library ``id``, ``version``, ``recorded``.

        Raises PolicyError if the library has no such version.
        """
        text = source.get("text")
        if text is not None:
            key: tuple[str, ...] = ("text", source.get("name") or "terms.tos", text)
        else:
            key = ("id", source["id"], source.get("version") or "", source.get("recorded") or "")
        known = self._looks.pop(key, None)
        if known is None:
            known = self._written(key[1], text) if text is not None else self._shipped(*key[1:])
        self._looks[key] = known
        while len(self._looks) > _MOST:
            del self._looks[next(iter(self._looks))]
        return known

    def _written(self, name: str, text: str) -> Look:
        return Look(name, check({name: text}, [name], self.workspace))

    def _shipped(self, id_: str, version: str, recorded: str) -> Look:
        checked = check({}, [id_], self.workspace)
        said = [each for each in checked.roots if (version, recorded) == key_of(each)]
        if not said:
            words = {"name": id_, "version": version or "(none)"}
            known = ", ".join(each.version or "(none)" for each in checked.roots)
            raise PolicyError((mistake("TOS6005", None, None, **words, versions=known),), {})
        root = said[0]
        with growing():
            choices = checked.work.choices([(root,)])
        policies = PolicySet(choices, checked.sources, checked.diagnostics, checked.work.digested)
        return Look(root.span.file, evolve(checked, policies=policies, roots=(root,)))

    def document(self, id_: str) -> PolicySet:
        """A document of the library in all its versions. Raises PolicyError."""
        if id_ not in self._library:
            self._library[id_] = load(id_, workspace=self.workspace)
        return self._library[id_]


def key_of(policy: n.Policy) -> tuple[str, str]:
    """What tells the versions of a document apart."""
    return policy.version or "", str(policy.recorded) if policy.recorded else ""
