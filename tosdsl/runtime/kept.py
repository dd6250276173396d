"""Generated code as plain data, and the function again: what a cache keeps of an engine.

Needs neither the trees nor what made the code. What the code is given is described by words; whoever
restores it says what stands for those that are not data.
"""

from __future__ import annotations

from types import FunctionType

from tosdsl.base.verdict import Verdict
from tosdsl.runtime import checks

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing takes longer to import than the code to restore
    from collections.abc import Callable, Mapping
    from datetime import date
    from types import CodeType
    from typing import Any, Protocol

    from tosdsl.runtime.indexed import Body, Indexed

    class Answers(Protocol):
        """What stands for what is no data."""

        def odd(self, facts: Any) -> Any:
            """The answer where a fact has to be read with care."""

        def dated(self, facts: Any, as_of: date | None, known_at: date | None) -> Any:
            """The answer on other days."""

        def condition(self, number: int) -> Callable[[Any], bool | None]:
            """A condition beyond."""

        def other_party(self, name: str) -> bool:
            """Whether a name that is not declared may be a party's."""

        def body(self, number: int) -> Body:
            """A body that was not compiled when the code was kept."""


CHECKS = ("Odd", "as_int", "as_date", "as_list", "is_text", "are_texts")
"""What generated code calls the checks of ``checks``, in the order of ``_CHECKS``."""

_CHECKS = (checks.Odd, checks.whole, checks.day, checks.listed, checks.text, checks.texts)
_VERDICTS = {verdict.name: verdict for verdict in Verdict}


def restored(plain: Mapping[str, Any], answers: Answers) -> Callable[..., Any]:
    """``verdict(facts, as_of, known_at)``, of what ``backends.python.keeping`` has made plain."""
    indexed = None
    bodies: dict[str, Any] = {}
    if plain["index"] is not None:
        from tosdsl.runtime.indexed import Indexed

        bodies = _given(plain["body_names"], plain, answers, None) | plain["constants"]
        functions: list[Any] = []
        for at, code in enumerate(plain["bodies"]):
            functions.append(_body(at, code, bodies, functions, answers))
        verdicts = {verdict.value: verdict for verdict in Verdict}
        files, whole, tables, top, scopes, names = plain["index"]
        indexed = Indexed(files, functions, whole, tables, top, scopes, verdicts, names)
    space = _given(plain["names"], plain, answers, indexed)
    exec(plain["code"], space)
    made: Callable[..., Any] = space["verdict"]
    return made


def _given(
    names: tuple[str, ...], plain: Mapping[str, Any], answers: Answers, indexed: Indexed | None
) -> dict[str, Any]:
    """What the code is given, by the names that it has for it."""
    found: dict[str, Any] = {}
    for name in names:
        kind, _, number = name.rpartition("_")
        if name in CHECKS:
            found[name] = _CHECKS[CHECKS.index(name)]
        elif name in _VERDICTS:
            found[name] = _VERDICTS[name]
        elif name == "known_parties":
            found[name] = checks.Parties(plain["parties"], answers.other_party)
        elif name in {"odd", "dated"}:
            found[name] = getattr(answers, name)
        elif kind == "condition":
            found[name] = _later(answers, int(number))
        elif indexed is not None and kind == "FILE":
            paths, _, entries = indexed.files[int(number)]
            found[name] = entries if paths else entries[None]
        elif indexed is not None:
            found[name] = {
                "BODIES": indexed.bodies,
                "answer": indexed.answer,
                "open_clauses": indexed.open,
            }[name]
    return found


def _later(answers: Answers, number: int) -> Callable[[Any], bool | None]:
    return lambda facts: answers.condition(number)(facts)


def _body(
    at: int, code: CodeType | None, space: dict[str, Any], functions: list[Any], answers: Answers
) -> Body:
    if code is not None:
        return FunctionType(code, space)

    def first(facts: Any, entry: Any) -> bool | None:
        functions[at] = answers.body(at)
        made: bool | None = functions[at](facts, entry)
        return made

    return first
