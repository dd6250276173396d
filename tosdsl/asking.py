"""A question put to policies: what a program gives is read as a use and checked.

    facts, days, assertions, readings -> facts -> Use

The facade imports this with the first question that needs the trees. Raises FactError.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict, evolve

from tosdsl.diagnostics.model import Diagnostic, Severity, in_order, mistake
from tosdsl.diagnostics.render import sentences
from tosdsl.errors import FactError
from tosdsl.facts.data import as_written, data_of
from tosdsl.facts.document import read_json, read_text, too_large, with_line_feeds
from tosdsl.facts.given import from_python
from tosdsl.facts.interpreted import told_apart
from tosdsl.facts.limited import Limited, Uncounted
from tosdsl.facts.mistaken import no_facts
from tosdsl.facts.use import read_parts, read_use
from tosdsl.library.files import decoded
from tosdsl.trees.facts import Entries, Node, Use
from tosdsl.trees.moments import Moment, day_of
from tosdsl.trees.norms import Choices, Document, Linked, Policy
from tosdsl.trees.standings import Standing, TooOpen, standings, what_is_open
from tosdsl.trees.versions import chosen, in_force
from tosdsl.trees.vocabulary import Vocabulary

if TYPE_CHECKING:
    from tosdsl.facts.typed import Typed


def open_which(several: Sequence[Linked], as_of: date | None, known_at: date | None) -> Diagnostic:
    """That it is open which versions govern: the first document in which two choices differ."""
    open_ = what_is_open([(each, in_force(each, as_of, known_at)) for each in several], as_of, known_at)
    documents = {each.policy.id: each.policy for one in several for each in one.documents}
    for name in open_.by_hour:
        return mistake("TOS4141", documents[name].span, None, name=name, day=as_of)
    for name in open_.by_recording:
        said = {"name": name, "moment": known_at, "day": day_of(known_at)}
        return mistake("TOS4142", documents[name].span, None, **said)
    pairs = [*zip(several[0].documents, several[1].documents, strict=False)]
    found, second = next((a, b.policy) for a, b in pairs if a.policy is not b.policy)
    first = found.policy
    versions = [each.version or "(none)" for each in (first, second)]
    words = {"name": first.id, "first": versions[0], "second": versions[1]}
    words["how"] = _one_of(found, second)
    return mistake("TOS6025", first.span, None, **words)


def may_answer(
    choices: Choices, as_of: date | None, known_at: date | None, *, timed: bool
) -> Sequence[Standing]:
    """What may answer then, as choices of versions, each with which documents are in force. ``timed``
    says whether a version begins or ends at a moment. Raises FactError where that is too much."""
    if not timed and not isinstance(known_at, Moment):
        day, linked = day_of(as_of), choices.linked
        keys = chosen(choices.histories, day, known_at)
        return [(key, in_force(linked[key], day, known_at)) for key in keys]
    try:
        return standings(choices, as_of, known_at)
    except TooOpen as met:
        raise _too_open(met, as_of, known_at) from None


def _too_open(open_: TooOpen, as_of: date | None, known_at: date | None) -> FactError:
    """That there are more choices of versions than a question is put to."""
    names = " and ".join(f"`{each}`" for each in [*dict.fromkeys(open_.ids)][:3])
    said = " and ".join(
        f"`{word}: {day_of(each)}`"
        for word, each in (("as_of", as_of), ("known_at", known_at))
        if isinstance(each, Moment)
    )
    return FactError((mistake("TOS4140", None, names=names, said=said or "`as_of` at a moment"),), {})


def _one_of(found: Document, second: Policy) -> str:
    """How to name one of two versions: as that which comes in, or by its file if it has one here."""
    first = found.policy
    named = next((each for each in (first, second) if each.version), first)
    if len(found.path) > 1:
        return f"Name one of them, `incorporate {named.name}`"
    if not Path(first.span.file).is_file():
        return f"Ask about one of them, `{named.name}`"
    if first.span.file != second.span.file:
        return f"Ask about the file of one of them, `{first.span.file}`"
    return "Put each into a file of its own and ask about one"


def use_said(choices: Choices, facts: object, typed: Typed | None = None, **more: object) -> Use:
    """A use of what a program says in a question; see ``PolicySet.decide``. ``typed`` is the compiled
    reading: what it takes is right, and is not gone through."""
    return use_of(choices.vocabulary, _given(facts, **more), choices, typed)


def _given(
    facts: object,
    *,
    as_of: object = None,
    known_at: object = None,
    use: object = None,
    assertions: object = (),
    standard: object = "confirmed",
    readings: object = None,
    assume: object = None,
    reading: object = None,
) -> dict[str, object]:
    """The parts of a use by the keys of a facts document."""
    return {
        "facts": facts,
        "as_of": as_of,
        "known_at": known_at,
        "use": use,
        "assertions": assertions,
        "standard": standard,
        "readings": readings,
        "assume": assume,
        "reading": reading,
    }


def use_of(
    vocabulary: Vocabulary,
    given: Mapping[str, object],
    choices: Choices | None = None,
    typed: Typed | None = None,
) -> Use:
    """A use of what a program gives, by key as in a document; every part of it is checked.

    ``choices`` tells what a name is that is no fact, ``typed`` which parts are right.
    """
    problems: list[Diagnostic] = []
    try:
        nodes = _nodes(given, problems, typed)
    except Uncounted:
        nodes = _nodes(given, problems, None)
    read = {key: node for key, node in nodes.items() if node is not None}
    use = read_parts(read, vocabulary, problems)
    odd = _checked(no_facts(problems, choices), {})
    return evolve(use, warnings=tuple(map(sentences, odd)))


def _nodes(
    given: Mapping[str, object], problems: list[Diagnostic], typed: Typed | None
) -> dict[str, Node | None]:
    problems.clear()
    limited = Limited()
    right = {} if typed is None else {"facts": typed.right}
    return {
        key: from_python(value, problems, key, limited, right.get(key)) for key, value in given.items()
    }


def checked_again(vocabulary: Vocabulary, use: Use) -> Use:
    """A use that was read before or that a program has made, checked as what a program gives is."""
    facts, read = told_apart(use.facts)
    given: dict[str, Any] = {
        "facts": facts,
        "as_of": use.as_of,
        "known_at": use.known_at,
        "use": use.title,
        "assertions": [asdict(each, recurse=False) for each in use.assertions],
        "standard": use.standard,
        "readings": {each.name: each.facts for each in use.readings},
        "assume": use.assumed or None,
        "reading": read or None,
    }
    checked = use_of(vocabulary, given)
    checked = evolve(checked, unknown=use.unknown)
    return evolve(checked, warnings=tuple(dict.fromkeys((*use.warnings, *checked.warnings))))


def read_document(choices: Choices, text: str | bytes, file: str) -> tuple[Use, tuple[Diagnostic, ...]]:
    """A use from a YAML or JSON document (bytes are UTF-8), with warnings."""
    problems: list[Diagnostic] = []
    if isinstance(text, bytes):
        text = _decoded(text, file, problems)
    text = with_line_feeds(text)
    root = read_text(text, file, problems)
    if root is None:
        _checked(problems, {file: text})
        root = Entries(())  # an empty document
    use = read_use(root, choices.vocabulary, problems)
    odd = _checked(no_facts(problems, choices), {file: text})
    return evolve(use, warnings=tuple(map(sentences, odd))), odd


def document_of(text: str | bytes, file: str) -> tuple[Node, Mapping[str, str]]:
    """The nodes of a YAML or JSON document, which no vocabulary has read, and its text by its name."""
    problems: list[Diagnostic] = []
    if isinstance(text, bytes):
        text = _decoded(text, file, problems)
    text = with_line_feeds(text)
    root = read_text(text, file, problems)
    _checked(problems, {file: text})
    return root or Entries(()), {file: text}


def read_bytes(choices: Choices, data: bytes, file: str, typed: Typed | None = None) -> Use:
    """A use from a document that has to be JSON, read by JSON's rules alone. ``typed`` as in
    ``use_said``."""
    return _read_json(choices.vocabulary, choices, data, file, typed)


def use_to_json(use: Use, policies: Any = None) -> dict[str, Any]:
    """The facts document of a use as JSON-ready data; see ``Use.to_json``."""
    problems: list[Diagnostic] = []
    made = data_of(use, None if policies is None else _words_of(policies)[0], problems)
    _checked(problems, {})
    return made


def use_from_json(data: object, policies: Any) -> Use:
    """The use that a facts document in JSON describes; see ``Use.from_json``."""
    vocabulary, choices = _words_of(policies)
    if isinstance(data, str | bytes):
        return _read_json(vocabulary, choices, data, "<facts>")
    problems: list[Diagnostic] = []
    node = from_python(data, problems)
    use = read_use(None if node is None else as_written(node), vocabulary, problems)
    odd = _checked(no_facts(problems, choices), {})
    return evolve(use, warnings=tuple(map(sentences, odd)))


def _words_of(policies: Any) -> tuple[Vocabulary, Choices | None]:
    """The vocabulary of policies, and what tells a name there that is no fact."""
    if isinstance(policies, Vocabulary):
        return policies, None
    return policies.vocabulary, policies.choices


def _read_json(
    vocabulary: Vocabulary,
    choices: Choices | None,
    data: str | bytes,
    file: str,
    typed: Typed | None = None,
) -> Use:
    problems: list[Diagnostic] = []
    text = with_line_feeds(_decoded(data, file, problems) if isinstance(data, bytes) else data)
    root = read_json(text, file, problems, None if typed is None else typed.document)
    use = Use() if root is None else read_use(root, vocabulary, problems)
    odd = _checked(no_facts(problems, choices), {file: text})
    return evolve(use, warnings=tuple(map(sentences, odd)))


def _decoded(data: bytes, file: str, problems: list[Diagnostic]) -> str:
    """A document's text; it is not looked into if it is too large."""
    text = None if too_large(len(data), file, problems) else decoded(data, file, problems)
    _checked(problems, {})
    return text or ""


def _checked(problems: list[Diagnostic], sources: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise FactError(tuple(in_order(problems)), sources)
    return tuple(problems)
