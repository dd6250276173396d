"""What each tool answers: JSON-ready data and a text. Raises TosdslError.

A tool knows the documents that it was started with, by their ids, and opens no file: what stands in a
request names nothing on this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import evolve, frozen

from tosdsl.analysis.ask import ask
from tosdsl.analysis.ask_report import ask_json, ask_lines, presumed_by, presuming_lines
from tosdsl.comparing.compare import compared
from tosdsl.comparing.report import as_json, lines
from tosdsl.decision.text import Line, compliance_lines
from tosdsl.diagnostics.model import Diagnostic, Severity, mistake
from tosdsl.elaborate.types import article
from tosdsl.errors import FactError
from tosdsl.facade import PolicySet
from tosdsl.facts.data import as_written
from tosdsl.facts.evidence import weigh
from tosdsl.facts.given import from_python
from tosdsl.facts.schema import schema_of
from tosdsl.facts.use import read_parts
from tosdsl.trees.facts import Use
from tosdsl.trees.norms import Policy
from tosdsl.trees.versions import governs
from tosdsl.trees.vocabulary import Leaf, Vocabulary


@frozen
class Answer:
    """What a tool says, as data and in words."""

    data: Mapping[str, Any]
    text: str


@frozen
class Tool:
    """A tool. ``properties`` are JSON Schemas of its arguments, of which ``required`` must be there."""

    name: str
    title: str
    description: str
    properties: Mapping[str, Any]
    required: tuple[str, ...]
    answer: Callable[[Mapping[str, Any]], Answer]

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""
        return {
            "type": "object",
            "properties": dict(self.properties),
            "required": list(self.required),
            "additionalProperties": False,
        }


_DOCUMENT = {"type": "string", "description": "The id of a document, as `documents` lists them."}
_USE: Mapping[str, Any] = {
    "facts": {
        "type": "object",
        "description": "Names and values, nested or with dotted names; `facts` lists those there are. "
        "What is not known is left out: it is asked for, and never taken for false.",
    },
    "as_of": {
        "type": "string",
        "description": "The day of the use (2024-01-31), or its moment with the zone "
        "(2024-01-31T10:00Z); the day chooses the version. Without it, the newest.",
    },
    "known_at": {
        "type": "string",
        "description": "The day up to which the asker could read, or the moment with its zone.",
    },
    "assertions": {
        "type": "array",
        "items": {"type": "object"},
        "description": "Facts in dispute: "
        "{fact, value, status: alleged or confirmed, source, said_on, said_by}.",
    },
    "standard": {
        "enum": ["confirmed", "alleged"],
        "description": "What counts of the assertions: what is confirmed, or also what is alleged.",
    },
    "readings": {
        "type": "object",
        "description": "Ways to judge: each name with the judged facts as it has them.",
    },
    "reading": {
        "type": "object",
        "description": "How texts are read: each interpretation with one of its readings. What is left "
        "out is tried each way where it matters.",
    },
    "use": {"type": "string", "description": "A title for the use."},
}
_DAYS = {key: _USE[key] for key in ("as_of", "known_at")}


class Tools:
    """The tools on some documents, each a set of all its versions. Safe to share between threads."""

    def __init__(self, documents: Sequence[PolicySet]) -> None:
        self._documents = {each.choices.asked[0][0].id: each for each in documents}
        self.all = {each.name: each for each in self._made()}

    def _made(self) -> Sequence[Tool]:
        one = {"document": _DOCUMENT, **_USE}
        asked = ("document", "facts")
        return (
            Tool(
                "documents",
                "Which documents there are",
                "The documents that can be asked about, with their versions and the days of these.",
                {"as_of": _USE["as_of"]},
                (),
                self.documents,
            ),
            Tool(
                "facts",
                "Which facts a document needs",
                "The facts that a document knows: types, questions, and which of them can matter.",
                {"document": _DOCUMENT, **_DAYS},
                ("document",),
                self.facts,
            ),
            Tool(
                "check",
                "Judge a use by a document",
                "Whether a use is permitted, forbidden, not applicable or undetermined: by which "
                "clauses, under which conditions and duties, and which facts would still settle it.",
                one,
                asked,
                self.check,
            ),
            Tool(
                "explain",
                "Judge a use, and say why",
                "The same as `check`, with the whole explanation as a tree: what each clause, "
                "exception and condition came to, and by which facts.",
                one,
                asked,
                self.explain,
            ),
            Tool(
                "ask",
                "What would settle a use",
                "The fewest facts that would settle the verdict, and the nearest permitted uses.",
                {key: value for key, value in one.items() if key != "readings"},
                asked,
                self.ask,
            ),
            Tool(
                "compare",
                "One use against several documents",
                "What each document that governs on that day says of one use. Each is told the facts "
                "that it knows. Without `documents`, all are asked.",
                {"documents": {"type": "array", "items": _DOCUMENT}, **_USE},
                ("facts",),
                self.compare,
            ),
        )

    def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        """The answer of a tool. Raises TosdslError, whatever the arguments are."""
        tool = self.all.get(name)
        if tool is None:
            raise _refused(mistake("TOS4070", None, (name, self.all), name=name))
        for key in arguments:
            if key not in tool.properties:
                near = (key, tool.properties)
                raise _refused(mistake("TOS4071", None, near, tool=name, argument=key))
        for key in tool.required:
            if arguments.get(key) is None:
                raise _refused(mistake("TOS4072", None, tool=name, argument=key))
        return tool.answer(arguments)

    # --- one document ---------------------------------------------------------------------------------

    def documents(self, arguments: Mapping[str, Any]) -> Answer:
        """Every document, with its versions, and whether one governs on the day."""
        as_of, _ = _days(arguments)
        several = [self._described(each, as_of) for each in self._documents.values()]
        words = [_document_words(each) for each in several]
        return Answer({"schema": "tosdsl.documents/1", "documents": several}, "\n".join(words))

    def _described(self, policies: PolicySet, as_of: date | None) -> dict[str, Any]:
        (history,) = policies.choices.asked
        newest = history[-1]
        return {
            "id": newest.id,
            "title": newest.title,
            "provider": newest.provider,
            "source": newest.source,
            "in_force": any(governs(each, as_of, None) for each in history),
            "versions": [_version(each) for each in history],
        }

    def facts(self, arguments: Mapping[str, Any]) -> Answer:
        """The facts of one document, and its JSON Schema."""
        policies = self._document(arguments)
        as_of, known_at = _days(arguments)
        nothing = Use(as_of=as_of, known_at=known_at)
        needs = {need.fact for need in policies.decide_use(nothing).needs}
        id_ = policies.choices.asked[0][0].id
        leaves = [
            {
                "fact": leaf.path,
                "type": str(leaf.type),
                "question": leaf.question,
                "judged": leaf.judged,
                "matters": leaf.path in needs,
            }
            for leaf in policies.vocabulary.leaves()
        ]
        words = [_fact_words(each) for each in policies.vocabulary.leaves() if each.path in needs]
        rest = len(leaves) - len(words)
        told = [f"Facts that can matter to {id_}:", *words]
        told += [f"{rest} more facts are known to its vocabulary, and cannot matter."] if rest else []
        schema = schema_of(policies.vocabulary, [id_])
        data = {"schema": "tosdsl.facts/1", "document": id_, "facts": leaves, "use_schema": schema}
        return Answer(data, "\n".join(told))

    def check(self, arguments: Mapping[str, Any]) -> Answer:
        """The decision, without its explanation as data."""
        policies = self._document(arguments)
        decision = policies.decide_use(_use(policies, arguments))
        return Answer(decision.to_json(explain=False), decision.explain())

    def explain(self, arguments: Mapping[str, Any]) -> Answer:
        """The decision, with its explanation."""
        policies = self._document(arguments)
        decision = policies.decide_use(_use(policies, arguments))
        return Answer(decision.to_json(), decision.explain())

    def ask(self, arguments: Mapping[str, Any]) -> Answer:
        """What the use hangs on."""
        policies = self._document(arguments)
        use = _use(policies, arguments)
        presumed = presumed_by(policies.predicates.presuming_on(use.as_of, use.known_at), use)
        use = evolve(use, unknown=use.unknown | presumed.keys())
        found = ask(policies.at(use.as_of, use.known_at), weigh(evolve(use, readings=())))
        kinds = {leaf.path: leaf.type for leaf in policies.vocabulary.leaves()}
        verdict, *rest = ask_lines(found, kinds)
        compliance = compliance_lines(policies.decide_use(use))
        told = [verdict, *compliance, *presuming_lines(presumed, False), *rest]
        return Answer(ask_json(found, kinds, presumed), _words(told))

    # --- several --------------------------------------------------------------------------------------

    def compare(self, arguments: Mapping[str, Any]) -> Answer:
        """One use against several documents."""
        names = arguments.get("documents")
        if names is not None and not (isinstance(names, list) and names):
            raise _refused(mistake("TOS4072", None, tool="compare", argument="documents"))
        ids = dict.fromkeys(self._documents if names is None else map(self._id, names))
        problems: list[Diagnostic] = []
        node = from_python(_said(arguments), problems)
        if node is None:
            raise FactError(tuple(problems), {})
        found = compared(as_written(node), {}, [self._documents[each] for each in ids], {})
        return Answer(as_json(found), _words(lines(found)))

    def _document(self, arguments: Mapping[str, Any]) -> PolicySet:
        return self._documents[self._id(arguments["document"])]

    def _id(self, name: object) -> str:
        if isinstance(name, str) and name in self._documents:
            return name
        word = name if isinstance(name, str) else f"<{type(name).__name__}>"
        raise _refused(mistake("TOS4073", None, (word, self._documents), name=word))


def _refused(problem: Diagnostic) -> FactError:
    return FactError((problem,), {})


def _said(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The facts document that the arguments make."""
    return {key: arguments[key] for key in _USE if arguments.get(key) is not None}


def _use(policies: PolicySet, arguments: Mapping[str, Any]) -> Use:
    return Use.from_json(_said(arguments), policies)


def _days(arguments: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """The days among the arguments, read as those of a use are."""
    problems: list[Diagnostic] = []
    given = {key: from_python(arguments[key], problems, key) for key in _DAYS if key in arguments}
    read = {key: node for key, node in given.items() if node is not None}
    use = read_parts(read, Vocabulary(""), problems)
    wrong = tuple(each for each in problems if each.severity is Severity.ERROR)
    if wrong:
        raise FactError(wrong, {})
    return use.as_of, use.known_at


def _words(told: Any) -> str:
    several: Sequence[Line] = list(told)
    return "\n".join(line.plain for line in several)


def _version(policy: Policy) -> dict[str, Any]:
    days = {
        "from": policy.effective_from,
        "until": policy.effective_until,
        "recorded": policy.recorded,
    }
    said = {key: str(day) if day else None for key, day in days.items()}
    return {"version": policy.version, **said, "digest": policy.digest}


def _fact_words(leaf: Leaf) -> str:
    judged = ", judged" if leaf.judged else ""
    return f"{leaf.path}: {article(leaf.type)}{judged}. {leaf.question}".rstrip()


def _document_words(each: Mapping[str, Any]) -> str:
    versions = ", ".join(one["version"] or "without a version" for one in each["versions"])
    state = "" if each["in_force"] else "; not in force on that day"
    title = f"{each['title']} " if each["title"] else ""
    return f"{each['id']}: {title}({versions}){state}"
