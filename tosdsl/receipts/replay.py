"""Receipts decided again: the same bytes, or what differs.

The texts of a receipt, and no others, are read together as they were when it was written: a document
that has got newer versions since is asked about in those that there were.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from tosdsl.base import limits
from tosdsl.base.growing import growing
from tosdsl.base.node import frozen
from tosdsl.base.span import NOWHERE
from tosdsl.diagnostics.model import Severity, mistake
from tosdsl.errors import FactError, PolicyError, ReceiptError
from tosdsl.facade import PolicySet
from tosdsl.facts.data import from_exact
from tosdsl.library.files import Head, Layer, Memory
from tosdsl.library.listing import SUFFIXES
from tosdsl.library.search import Search
from tosdsl.pipeline import Compilation
from tosdsl.receipts.canonical import canonical, digest_of
from tosdsl.receipts.find import HERE, Texts
from tosdsl.receipts.model import Receipt
from tosdsl.receipts.write import Writer, engine
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees.facts import Use
from tosdsl.trees.quantities import is_instant, read_instant

_MISSING = object()


@frozen
class Difference:
    """A value that comes out otherwise; ``was`` and ``now`` are JSON, empty where there is none."""

    path: str
    was: str
    now: str


@frozen
class Replay:
    """What came of deciding again.

    ``again`` is the receipt that this version writes. ``differences`` are between the two; of another
    version of the program, ``added`` are keys of decisions that the older one did not know, and they
    are no differences.
    """

    receipt: Receipt
    again: Receipt
    differences: tuple[Difference, ...]
    added: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing differs. Of one version of the program: whether the bytes are the same."""
        return not self.differences


def replay(receipt: Receipt, *places: str | Path, git: bool = True) -> Replay:
    """Decide again what a receipt says.

    Its texts are looked for, by their digests, in ``places`` (files and folders; the folder at hand if
    none is named), in what is installed, and, with ``git``, in the history of the repositories of the
    places. Raises ReceiptError where a text is nowhere, or the texts no longer make a question of it.
    """
    return Replays(Texts(places or HERE, git)).of(receipt)


@define
class Replays:
    """Replays receipts, and keeps the policies of those that have the same texts."""

    texts: Texts
    _kept: dict[str, Writer] = field(init=False, factory=dict)

    def of(self, receipt: Receipt) -> Replay:
        """See ``replay``."""
        content = receipt.content
        part = content.get("part", [])
        asked = digest_of(canonical([content["asked"], content["documents"], part]))
        writer = self._kept.get(asked)
        if writer is None:
            if len(self._kept) >= limits.MAX_RECEIPT_TEXTS:
                self._kept.pop(next(iter(self._kept)))
            writer = self._kept[asked] = Writer(_about(self._policies(content), part))
        try:
            use = Use.from_json(from_exact(content["use"]), writer.policies)
            use = _as_said(evolve(use, warnings=tuple(content["remarks"])), content["decision"])
            again = writer.written(use, mapping=content["mapping"])
        except FactError as error:
            raise _no_question(error.diagnostics[0].message) from None
        except (ValueError, RecursionError):
            raise _no_question("its facts hold what nobody has written") from None
        return _compared(receipt, again)

    def _policies(self, content: Mapping[str, Any]) -> PolicySet:
        documents: Sequence[Mapping[str, Any]] = content["documents"]
        wanted = {
            text["digest"]: (text["literate"], document["id"], document["version"])
            for document in reversed(documents)
            for text in document["texts"]
        }
        found = self.texts.find(wanted)
        for digest, (_, id_, version) in wanted.items():
            if digest not in found:
                name = f"{id_}@{version}" if version else id_
                raise ReceiptError((mistake("TOS4062", None, name=name, digest=digest),), {})
        ordered = dict.fromkeys(text["digest"] for each in documents for text in each["texts"])
        named = {
            f"{number:05} {digest}{SUFFIXES[wanted[digest][0]]}": found[digest]
            for number, digest in enumerate(ordered)
        }
        with growing():
            return _together(named, documents, content["asked"])


def _about(policies: PolicySet, parts: Iterable[str]) -> PolicySet:
    """The clause or section that was asked about by itself."""
    try:
        for part in parts:
            policies = policies.about(part)
    except PolicyError as error:
        raise _no_question(error.diagnostics[0].message) from None
    return policies


def _together(
    texts: Mapping[str, str], documents: Sequence[Mapping[str, Any]], asked: Iterable[Sequence[int]]
) -> PolicySet:
    """The policies of a receipt, of its texts alone."""
    keys = [_Key(each["id"], each["version"], each["recorded"]) for each in documents]
    remarks = {key: tuple(each["remarks"]) for key, each in zip(keys, documents, strict=True)}
    search = _Recorded({name: Memory(text) for name, text in texts.items()})
    search.keys = frozenset(remarks)
    work = _Again(search)
    work.remarks = remarks
    histories: list[n.History] = []
    for group in asked:
        found = {_key(each): each for each in work.versions(keys[group[0]].id, None, NOWHERE)}
        histories.append(tuple(found[keys[at]] for at in group if keys[at] in found))
        if len(histories[-1]) < len(group):
            _refuse(work)
            raise _no_question(f"they hold no policy {keys[group[0]].id} of that version")
    choices = work.choices(histories, scenarios=False)
    _refuse(work)
    return PolicySet(choices, work.sources, (), work.digested)


def _as_said(use: Use, decision: Mapping[str, Any]) -> Use:
    """The use with its readings in the order in which they were given, which the decision has:
    canonical JSON has them by name."""
    names = _names(decision.get("readings"))
    order = {
        each.name: at
        for each in use.readings
        # One that is tried with each way to read the texts has these behind its name.
        for at in [at for at, name in enumerate(names) if _is_of(name, each.name)][:1]
    }
    if len(order) != len(use.readings):
        return use
    return evolve(use, readings=tuple(sorted(use.readings, key=lambda each: order[each.name])))


def _is_of(told: str, name: str) -> bool:
    return told == name or told.startswith(f"{name}, ")


def _names(readings: Any) -> list[str]:
    several = readings if isinstance(readings, list) else []
    return [
        each["name"] for each in several if isinstance(each, dict) and type(each.get("name")) is str
    ]


def _refuse(work: Compilation) -> None:
    """Raises ReceiptError where the texts are wrong by what is read of them today."""
    wrong = [each for each in work.diagnostics() if each.severity is Severity.ERROR]
    if wrong:
        raise _no_question(wrong[0].message)


def _no_question(problem: str) -> ReceiptError:
    return ReceiptError((mistake("TOS4063", None, problem=problem.removesuffix(".")),), {})


@frozen
class _Key:
    """What tells the versions of all documents of a receipt apart."""

    id: str
    version: str | None
    recorded: str | None


def _key(policy: n.Policy) -> _Key:
    return _Key(policy.id, policy.version, str(policy.recorded) if policy.recorded else None)


@define(slots=False)
class _Recorded(Search):
    """Knows the texts of a receipt, and of the policies in them those that took part."""

    keys: frozenset[_Key] = field(init=False, default=frozenset())

    @cached_property
    def _installed(self) -> list[Layer]:
        return []

    def heads(self, kind: str, id_: str) -> Sequence[Head]:
        """Those of policies that took part; a version with an escape in it is told apart later."""
        found = super().heads(kind, id_)
        return found if kind != "policy" else [each for each in found if self._took_part(each)]

    def _took_part(self, head: Head) -> bool:
        if "\\" in (head.version or ""):
            return True
        said = head.recorded or None
        moment = read_instant(said) if said and is_instant(said) else None  # in whichever way written
        return _Key(head.id, head.version, str(moment) if moment else said) in self.keys

    def replaced(self, kind: str, id_: str) -> None:
        """What they were in the place of, the receipt says."""


@define(slots=False)
class _Again(Compilation):
    """Makes policies of texts, with the remarks that there were on where the texts stood."""

    remarks: Mapping[_Key, tuple[str, ...]] = field(init=False, factory=dict)

    def _elaborate(self, unit: s.Policy, file: str, lost: frozenset[str]) -> n.Policy:
        key = (file, unit.name.text, unit.name.span.line)
        if key not in self._policies:
            made = super()._elaborate(unit, file, lost)
            self._policies[key] = evolve(made, in_place_of=self.remarks.get(_key(made), ()))
        return self._policies[key]


# --- what differs -----------------------------------------------------------------------------------


def _compared(receipt: Receipt, again: Receipt) -> Replay:
    if receipt == again:
        return Replay(receipt, again, ())
    old = {key: value for key, value in receipt.content.items() if key not in {"id", "engine"}}
    new = {key: value for key, value in again.content.items() if key not in {"id", "engine"}}
    found = list(_differences("", old, new))
    if receipt.content["engine"] == engine():
        return Replay(receipt, again, tuple(found))
    added = tuple(each.path for each in found if not each.was)
    return Replay(receipt, again, tuple(each for each in found if each.was), added)


def _differences(path: str, old: Any, new: Any) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            inner = f"{path}.{key}" if path else key
            yield from _differences(inner, old.get(key, _MISSING), new.get(key, _MISSING))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for at, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(f"{path}[{at}]", one, other)
    elif _json(old) != _json(new):  # of Python, 1 is True
        yield Difference(path, _json(old), _json(new))


def _json(value: Any) -> str:
    return "" if value is _MISSING else json.dumps(value, ensure_ascii=False, sort_keys=True)
