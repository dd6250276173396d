"""Receipts written: of policies, a use, and the decision on it. Raises FactError and ReceiptError."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from tosdsl import asking
from tosdsl.base.visible import visible
from tosdsl.decision.model import Decision
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.errors import FactError, ReceiptError
from tosdsl.facade import PolicySet
from tosdsl.facts.data import data_of
from tosdsl.library.literate import is_literate
from tosdsl.receipts.canonical import text_digest
from tosdsl.receipts.model import DIGEST, SCHEMA, Receipt, sealed
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use


def receipt(
    policies: PolicySet, use: Use, decision: Decision | None = None, *, mapping: str | None = None
) -> Receipt:
    """A receipt of the decision that ``policies`` give on ``use``.

    ``decision`` is what ``policies.decide_use(use)`` has given, where the caller has it already; it is
    taken at its word, and ``replay`` tells whether it was that. ``mapping`` is the digest
    (``sha256:…``) of what made the facts of a request, if anything did. Raises FactError for facts
    that are wrong or that no text can hold, and ReceiptError where a text of the policies is not known.
    """
    return Writer(policies).written(use, decision, mapping)


class Writer:
    """Writes receipts of decisions of one set of policies. Safe to share between threads."""

    def __init__(self, policies: PolicySet) -> None:
        self.policies = policies

    def written(
        self, use: Use, decision: Decision | None = None, mapping: str | None = None
    ) -> Receipt:
        """See ``receipt``."""
        if mapping is not None and DIGEST.fullmatch(mapping) is None:
            raise ValueError("`mapping` is no digest: give `sha256:` and 64 hexadecimal digits")
        checked = asking.checked_again(self.policies.vocabulary, use)
        problems: list[Diagnostic] = []
        said = data_of(checked, self.policies.vocabulary, problems, exact=True)
        if problems:
            raise FactError(tuple(problems), {})
        if decision is None:
            decision = self.policies.predicates.decide_use(checked)
        content = {
            "schema": SCHEMA,
            "engine": engine(),
            "asked": self._documents[1],
            "documents": self._documents[0],
            "mapping": mapping,
            "use": said,
            "remarks": list(checked.warnings),
            "decision": decision.to_json(explain=False),
        }
        if self.policies.parts_asked:
            content["part"] = list(self.policies.parts_asked)
        try:
            return sealed(content)
        except ValueError:  # a remark repeats the name of a file that is not UTF-8
            return sealed(_encodable(content))

    @cached_property
    def _documents(self) -> tuple[list[dict[str, Any]], list[list[int]]]:
        """Every version of each document that can take part, and those asked about, by number."""
        numbers: dict[tuple[Any, ...], int] = {}
        made: list[dict[str, Any]] = []
        for policy in _policies(self.policies.choices):
            if numbers.setdefault(_key(policy), len(made)) == len(made):
                made.append(self._document(policy))
        asked = [[numbers[_key(each)] for each in group] for group in self.policies.choices.asked]
        return made, asked

    def _document(self, policy: n.Policy) -> dict[str, Any]:
        files = self.policies.digested.get(policy.digest, ())
        sources = self.policies.sources
        if not files or any(file not in sources for file in files):
            raise ReceiptError((mistake("TOS4062", None, name=policy.name, digest=policy.digest),), {})
        texts = [
            {"digest": text_digest(sources[file]), "literate": is_literate(file)} for file in files
        ]
        return {
            "id": policy.id,
            "version": policy.version,
            "recorded": str(policy.recorded) if policy.recorded else None,
            "digest": policy.digest,
            "texts": texts,
            "remarks": list(policy.in_place_of),
        }


def _key(policy: n.Policy) -> tuple[Any, ...]:
    return policy.id, policy.version, policy.recorded, policy.digest


def _policies(choices: n.Choices) -> Iterator[n.Policy]:
    for history in (*choices.asked, *choices.histories):
        yield from history
    for linked in choices.linked.values():
        for document in linked.documents:
            yield document.policy


@cache
def engine() -> Mapping[str, str]:
    """What decides here."""
    from importlib.metadata import version  # slow to import

    return {"name": "tosdsl", "version": version("tosdsl")}


def _encodable(data: Any) -> Any:
    """The same, with bytes of a file's name that are not UTF-8 as text."""
    match data:
        case str():
            return "".join(visible(each) if "\ud800" <= each <= "\udfff" else each for each in data)
        case dict():
            return {_encodable(key): _encodable(value) for key, value in data.items()}
        case list():
            return [_encodable(value) for value in data]
        case _:
            return data
