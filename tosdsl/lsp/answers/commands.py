"""What a lens or a person runs: each gives a text to be shown, and the same as data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from attrs import frozen

from tosdsl.analysis.diff import diff
from tosdsl.analysis.report import diff_lines
from tosdsl.base.visible import visible_lines
from tosdsl.decision.text import decision_lines
from tosdsl.errors import TosdslError
from tosdsl.language.data import coverage_data, decision_data, difference_data, scenarios_data
from tosdsl.language.tested import sets_of
from tosdsl.lint.deciding import deciding
from tosdsl.lsp.answers.finding import RefusedError
from tosdsl.lsp.answers.verdicts import mark, verdict
from tosdsl.lsp.desk import Desk, Look
from tosdsl.lsp.documents import Documents, View
from tosdsl.testing.coverage.measure import measure
from tosdsl.testing.coverage.report import lines as coverage_lines


@frozen
class Shown:
    """``language`` is what ``text`` is written in: ``text`` or ``tos``."""

    title: str
    text: str
    data: Mapping[str, Any]
    language: str = "text"

    def to_json(self) -> dict[str, Any]:
        """JSON-ready data."""
        return {
            "title": self.title,
            "text": visible_lines(self.text),
            "language": self.language,
            "data": dict(self.data),
        }


def run(look: Look, title: str | None) -> Shown:
    """One scenario of a text, or all of them. Raises RefusedError."""
    _sound(look)
    results = look.tested.results
    if title is not None:
        results = tuple(each for each in results if each.title == title)
    if not results:
        raise RefusedError(
            f"There is no scenario {title!r}." if title else "There is no scenario here."
        )
    lines = []
    for each in results:
        lines.append(f"{mark(each)} {each.title}: {verdict(each)}")
        lines += [f"    expected {one.expected}, came {one.actual}" for one in each.failures]
        lines += [f"    {each.message}"] if each.message else []
    held = sum(each.held for each in results)
    lines.append(f"{held} of {len(results)} hold")
    return Shown(title or "Scenarios", "\n".join(lines), scenarios_data(results))


def why(look: Look, title: str) -> Shown:
    """The decision on a scenario's use, explained. Raises RefusedError."""
    _sound(look)
    found = look.tested.of(title)
    if found is None:
        raise RefusedError(f"There is no scenario {title!r}.")
    test = found[1]
    decision = test.policies.decide_use(test.use)
    text = "\n".join(line.plain for line in decision_lines(decision))
    return Shown(title, text, decision_data(decision))


def reached(look: Look, id_: str) -> Shown:
    """The scenarios that reach a clause or an exception, by its full id."""
    _sound(look)
    owner, _, name = id_.partition("#")
    found = [
        each
        for symbol, titles in look.tested.reached.items()
        for each in titles
        if (symbol.owner, symbol.name) == (owner, name)
    ]
    text = "\n".join(found) if found else "No scenario reaches it."
    return Shown(name, text, {"scenarios": found})


def use(look: Look, id_: str) -> Shown:
    """A scenario in which a clause is in force or an exception decides. Raises RefusedError."""
    policies = _sound(look)
    linked = policies.alternatives(None, None)[0]
    try:
        found = deciding(linked, id_)
    except KeyError:
        raise RefusedError(f"There is no clause `{id_}` in the newest version.") from None
    if found is None:
        raise RefusedError(f"No use was found that shows `{id_}`; `tosdsl lint` says more.")
    data = {"facts": dict(found.facts), "verdict": found.verdict, "scenario": found.scenario}
    return Shown(id_.partition("#")[2], found.scenario, data, "tos")


def coverage(look: Look) -> Shown:
    """What the scenarios have shown of the documents of a text."""
    _sound(look)
    found = measure(sets_of(look.checked))
    text = "\n".join(line.plain for line in coverage_lines(found))
    return Shown("Coverage of law", text, coverage_data(found))


def changes(desk: Desk, look: Look) -> Shown:
    """What the text as it is in the editor changes against its file. Raises RefusedError."""
    new = _sound(look)
    saved = View(
        {name: each for name, each in look.view.texts.items() if name != look.name},
        look.view.folders,
        look.view.number,
        look.view.encoding,
    )
    before = Desk().look(saved, look.name).checked.policies
    if before is None:
        raise RefusedError("The file as it was saved has a mistake, or there is none.")
    try:
        found = diff(before.at(None, None), new.at(None, None))
    except (TosdslError, ValueError) as error:
        raise RefusedError(str(error)) from None
    names = ("as saved", "as written here")
    text = "\n".join(line.plain for line in diff_lines(found, found.facts, names))
    return Shown("What changes", text, difference_data(found, names))


def status(documents: Documents) -> Shown:
    """What the server has: its version, and each open text by its length and digest."""
    several = []
    for name, text in documents.view.texts.items():
        raw = text.raw.encode("utf-8", "surrogatepass")
        several.append(
            {
                "uri": documents.uri(name),
                "version": documents.versions.get(name),
                "bytes": len(raw),
                "sha256": hashlib.sha256(raw).hexdigest(),
            }
        )
    data = {"version": version("tosdsl"), "texts": several}
    lines = [f"{each['uri']}: {each['bytes']} bytes, sha256:{each['sha256']}" for each in several]
    head = f"tosdsl {data['version']}, columns in {documents.view.encoding}"
    return Shown("State of the server", "\n".join([head, *lines]), data)


def _sound(look: Look) -> Any:
    """The policies of a text. Raises RefusedError where it has a mistake."""
    if look.checked.policies is None:
        if not look.checked.diagnostics:
            raise RefusedError("There is no policy in this text, so there is nothing to ask.")
        raise RefusedError("The text, or one that it reads, has a mistake: mend that first.")
    return look.checked.policies
