"""What the nodes of a program are for, in the order in which they are printed.

A role has a name (``force[competing_models]``) and stands under a heading: its clause, and the place
of that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import define, evolve, field

from tosdsl.base.node import frozen
from tosdsl.base.span import Span
from tosdsl.base.visible import visible
from tosdsl.trees import core
from tosdsl.trees import norms as n
from tosdsl.trees.uses import quoted

FUNCTION, CONDITION, PART, WHOLE = 0, 1, 2, 3
"""How much a role says of its clause: a condition in it, a part of what it comes to, what it comes to.
A definition with parameters is none of these, and its node is the number of its function."""


@frozen
class Role:
    """``weight`` is one of those above. A ``WHOLE`` is printed even where its node has another name."""

    heading: str
    name: str
    node: core.Index
    weight: int


def roles(program: core.Program) -> list[Role]:
    """The roles of all nodes, with all functions. A role's node is made of nodes of earlier roles, of
    those that have none, and of earlier functions."""
    return list(_Roles(program, functions(program)).all())


def functions(program: core.Program) -> list[str]:
    """The names of functions; those that share one are numbered."""
    return list(_numbered(visible(each.name) for each in program.functions))


def _numbered(names: Iterable[str]) -> Iterator[str]:
    met: Counter[str] = Counter()
    for name in names:
        met[name] += 1
        yield name if met[name] == 1 else f"{name}~{met[name]}"


def place(span: Span) -> str:
    """Where something is written, to be put behind its name; empty if it is nowhere."""
    return f", {visible(span.file)}:{span.line}" if span.file else ""


def clause(kind: str, name: str, at: str | None, span: Span) -> str:
    """A heading: ``forbid competing_models at "2(e)", terms.tos:26``."""
    where = f" at {quoted(at)}" if at else ""
    return f"{kind} {name}{where}{place(span)}"


@define
class _Roles:
    program: core.Program
    functions: list[str]
    _labels: list[str] = field(init=False)
    """Of each document, its id; numbered, if it came in more than once."""

    def __attrs_post_init__(self) -> None:
        documents = self.program.linked.documents
        self._labels = list(_numbered(visible(each.policy.id) for each in documents))

    def _called(self, index: int, name: str) -> str:
        """A clause: by its own name if there is one document, by its full id if there are several."""
        if not name:
            return self._labels[index]
        return name if len(self._labels) == 1 else f"{self._labels[index]}#{name}"

    def all(self) -> Iterator[Role]:
        met: dict[str, list[core.Index]] = {}
        for each in self._each():
            nodes = met.setdefault(each.name, [])  # an exception stands under each clause that it is of
            if each.node not in nodes:
                nodes.append(each.node)
                yield each if len(nodes) == 1 else evolve(each, name=f"{each.name}~{len(nodes)}")
        yield Role("the whole question", "possible", self.program.possible, WHOLE)

    def _each(self) -> Iterator[Role]:
        documents = self.program.linked.documents
        for index, document in enumerate(documents):
            for definition in document.policy.definitions:
                yield from self._definition(index, definition)
            for number, route in enumerate(document.policy.routes):
                heading = clause("governed by", visible(route.policy), route.at, route.span)
                name = f"elsewhere[{self._called(index, '')} {number + 1}]"
                yield Role(heading, name, self.program.routes[index, number], CONDITION)
            for number, item in enumerate(document.policy.incorporations):
                if item.when is not None:
                    heading = clause("incorporate", visible(item.policy), item.at, item.span)
                    name = f"incorporated[{self._called(index, '')} {number + 1}]"
                    yield Role(heading, name, self.program.incorporated[index, number], CONDITION)
        sections = {
            (index, section.id): section
            for index, document in enumerate(documents)
            for section in document.policy.root.walk()
        }
        for table in self.program.tables:
            yield from self._scopes(table, sections)
        norms = {(index, norm.id): norm for (index, _), norm in self.program.linked.norms()}
        for key in self.program.norms:
            yield from self._norm(key, norms[key])
        for table in self.program.tables:
            yield from self._table(table, sections)

    def _definition(self, index: int, definition: n.Definition) -> Iterator[Role]:
        name = self._called(index, definition.name)
        heading = clause("define", name, definition.at, definition.span)
        if definition.parameters:
            number = self.program.called[index, definition.name]
            yield Role(heading, self.functions[number], number, FUNCTION)
            return
        excepted = self.program.excepted.get((index, definition.name), ())
        yield from self._exceptions(index, definition.exceptions, excepted)
        if definition.duty is not None:  # nobody wrote it, and its name has spaces
            heading, name = clause("state", name, None, definition.span), f"state[{name}]"
        yield Role(heading, name, self.program.values[index, definition.name], WHOLE)

    def _heading(self, table: core.SectionNodes, section: n.Section) -> str:
        document = self.program.linked.documents[table.document]
        if table.section:
            name = self._called(table.document, table.section)
            return clause("section", name, section.at, section.span)
        name = self._labels[table.document]
        version = f"@{visible(document.policy.version)}" if document.policy.version else ""
        force = "" if self.program.in_force[table.document] else ", not in force"
        return f"document {name}{version}{force}{place(document.policy.span)}"

    def _scopes(self, table: core.SectionNodes, sections: dict[n.NormKey, n.Section]) -> Iterator[Role]:
        name = self._called(table.document, table.section)
        heading = self._heading(table, sections[table.document, table.section])
        yield Role(heading, f"scope[{name}]", table.scope, PART)
        yield Role(heading, f"within[{name}]", table.whole, PART)
        for each in table.sections:
            yield from self._scopes(each, sections)

    def _table(self, table: core.SectionNodes, sections: dict[n.NormKey, n.Section]) -> Iterator[Role]:
        for each in table.sections:
            yield from self._table(each, sections)
        name = self._called(table.document, table.section)
        heading = self._heading(table, sections[table.document, table.section])
        yield Role(heading, f"verdicts[{name}]", table.verdicts, WHOLE)

    def _exceptions(
        self,
        index: int,
        written: Iterable[n.ExceptionNode],
        nodes: Iterable[core.ExceptionNodes],
    ) -> Iterator[Role]:
        for each, found in zip(written, nodes, strict=True):
            yield from self._exceptions(index, each.exceptions, found.exceptions)
            name = self._called(index, each.id)
            heading = clause("except", name, each.at, each.span)
            yield from self._conditions(heading, name, found.when, found.provisos)
            yield Role(heading, f"force[{name}]", found.force, WHOLE)

    def _conditions(
        self, heading: str, name: str, when: core.Index, provisos: tuple[core.Index, ...]
    ) -> Iterator[Role]:
        yield Role(heading, f"when[{name}]", when, CONDITION)
        for number, each in enumerate(provisos, 1):
            yield Role(heading, f"provided[{name} {number}]", each, CONDITION)

    def _norm(self, key: n.NormKey, norm: n.Norm) -> Iterator[Role]:
        index, nodes = key[0], self.program.norms[key]
        yield from self._exceptions(index, norm.exceptions, nodes.exceptions)
        name = self._called(*key)
        heading = clause(norm.modality, name, norm.at, norm.span)
        for other, node in nodes.above:
            yield Role(heading, f"binds[{self._called(*other)}]", node, PART)
        yield from self._conditions(heading, name, nodes.when, nodes.provisos)
        yield Role(heading, f"defeated[{name}]", nodes.defeated, PART)
        yield Role(heading, f"force[{name}]", nodes.force, WHOLE)
        duty = self.program.duties.get(key)
        if duty is not None:
            yield Role(heading, f"done[{name}]", duty.done, CONDITION)
            if duty.due is not None:
                yield Role(heading, f"due[{name}]", duty.due, PART)
                yield Role(heading, f"late[{name}]", duty.late, PART)
            yield Role(heading, f"state[{name}]", duty.state, WHOLE)
