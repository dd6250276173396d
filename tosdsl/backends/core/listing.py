"""The core as it is printed: definitions, each made of facts, literals and earlier definitions.

    core.Program -> lines

A node that has a role is called by it; one that several read and that has none is called ``n17``. What
only one definition reads is written out in it. A node is written out once, whoever reads it, but for
single words (``model.distributed``, ``not development``). Programs that are equal print alike, but for
the places of their clauses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from attrs import define, field

from tosdsl.backends.core.roles import CONDITION, FUNCTION, WHOLE, Role, functions, roles
from tosdsl.backends.core.words import ATOMS, Words
from tosdsl.base.visible import visible
from tosdsl.trees import core
from tosdsl.trees.rows import Row

_WIDTH = 100
_TEXT = re.compile(r'"(?:\\.|[^"\\])*"')
_BREAK = re.compile(r"(?<=[,;]) | (?=(?:and|or) )")
"""Where a long line may be broken: between conditions and between the parts of a list, in no text."""

_INLINE = ATOMS | {"not"}


def listing(program: core.Program) -> str:
    """The text, with a line end at its end."""
    return "\n".join(_Listing(program).lines()) + "\n"


def _is_table(node: core.Node) -> bool:
    """Whether a node is a table of the text, which is called by its name."""
    return (
        node[0] == "literal"
        and isinstance(node[1], tuple)
        and any(isinstance(each, Row) for each in node[1])
    )


@define
class _Listing:
    program: core.Program
    _roles: list[Role] = field(init=False)
    _words: Words = field(init=False)
    _uses: Counter[core.Index] = field(init=False)
    _printed: set[core.Index] = field(factory=set)
    _defined: set[int] = field(factory=set)
    """Functions that were printed."""
    _heading: str = ""

    def __attrs_post_init__(self) -> None:
        program = self.program
        self._roles = roles(program)
        self._uses = _uses(program)
        names = self._names()
        self._words = Words(program.body, names, (), names.__getitem__, functions(program))

    def _names(self) -> dict[core.Index, str]:
        """How nodes are called that are not written out where they are read.

        A node of several roles is called by that which says most, of the first clause that has it."""
        chosen: dict[core.Index, Role] = {}
        for role in self._roles:
            if role.weight == FUNCTION:
                continue
            best = chosen.get(role.node)
            if best is None or (best.heading == role.heading and best.weight < role.weight):
                chosen[role.node] = role
        body = self.program.body
        names: dict[core.Index, str] = {}
        for at, node in enumerate(body.nodes):
            if (node[0] in _INLINE and not _is_table(node)) or body.free[at]:
                continue
            known = chosen.get(at)
            if known is not None:
                alone = known.weight == CONDITION and self._uses[at] <= 1
                if not alone or (node[0] in {"and", "or"} and known.name.startswith("when")):
                    names[at] = known.name
            elif self._uses[at] != 1:
                names[at] = f"n{at}"
        return names

    # --- lines ------------------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        yield from self._head()
        for role in self._roles:
            yield from self._role(role)
        rest = [at for at in self._words.names if at not in self._printed]
        if rest:
            yield from self._under("read by nothing above")
            for at in rest:
                yield from self._node(at)

    def _head(self) -> Iterator[str]:
        documents = self.program.linked.documents
        count = len(self.program.body.nodes) + sum(
            len(each.body.nodes) for each in self.program.functions
        )
        asked = ", ".join(visible(each.policy.name) for each in documents)
        yield f"# The core of {asked}: {count:,} nodes."
        yield "# Each definition is made of facts, literals and definitions above it."
        facts = dict(_facts(self.program.body))
        for each in self.program.functions:
            facts |= dict(_facts(each.body))
        order = {leaf.path: at for at, leaf in enumerate(self.program.linked.vocabulary.leaves())}
        if facts:
            yield from self._under("facts")
            for path in sorted(facts, key=lambda path: (order.get(path, len(order)), path)):
                yield f"{path}: {facts[path]}"

    def _under(self, heading: str) -> Iterator[str]:
        if heading != self._heading:
            self._heading = heading
            yield ""
            yield f"# {heading}"

    def _role(self, role: Role) -> Iterator[str]:
        if role.weight == FUNCTION:
            yield from self._function(role)
            return
        name = self._words.names.get(role.node)
        if name == role.name:
            if role.node not in self._printed:
                yield from self._under(role.heading)
                yield from self._before(role.node)
                yield from self._node(role.node)
        elif role.weight == WHOLE or not (name or self._uses[role.node]):  # has another name, or none
            yield from self._under(role.heading)
            yield from self._before(role.node)
            yield from _definition(role.name, self._kind(role.node), self._words.called(role.node))

    def _node(self, at: core.Index) -> Iterator[str]:
        self._printed.add(at)
        yield from _definition(self._words.names[at], self._kind(at), self._words.of(at))

    def _kind(self, at: core.Index) -> str:
        kind, node = self.program.body.types[at], self.program.body.nodes[at]
        if kind is None:
            return {"state": "state", "table": "verdicts", "join": "verdicts"}.get(node[0], "")
        return str(kind)

    def _before(self, at: core.Index) -> Iterator[str]:
        """The lines of what a node refers to, as far as they are not printed."""
        for part in core.parts(self.program.body.nodes[at]):
            named = part in self._words.names
            if not (named and part in self._printed):
                yield from self._before(part)
            if named and part not in self._printed:
                yield from self._node(part)

    def _function(self, role: Role) -> Iterator[str]:
        """A definition with parameters. What several of its nodes read stands in lines of its own."""
        if role.node in self._defined:
            return
        self._defined.add(role.node)
        function = self.program.functions[role.node]
        block = function.body
        given = [visible(name) for name, _ in function.written.parameters]
        uses = Counter(part for node in block.nodes for part in core.parts(node))
        names = {
            at: f"n{at}"
            for at, node in enumerate(block.nodes)
            if not (node[0] in _INLINE or block.free[at] or uses[at] == 1 or at == function.result)
        }
        words = Words(block, names, given, self._words.called, self._words.functions)
        kinds = ", ".join(
            f"{name}: {kind}" for name, kind in zip(given, function.parameters, strict=True)
        )
        yield from self._under(role.heading)
        result = block.types[function.result]
        called = f"{role.name}({kinds})"
        if not names:
            yield from _definition(called, str(result), words.of(function.result))
            return
        yield f"{called}: {result} ="
        for at in names:
            for line in _definition(names[at], str(block.types[at]), words.of(at)):
                yield f"    {line}"
        yield from (f"    {line}" for line in _broken(words.of(function.result), ""))


def _facts(block: core.Block) -> Iterator[tuple[str, str]]:
    for node, kind in zip(block.nodes, block.types, strict=True):
        if node[0] == "fact":
            yield node[1], str(kind)


def _uses(program: core.Program) -> Counter[core.Index]:
    """How often each node is read by another."""
    found = Counter(part for node in program.body.nodes for part in core.parts(node))
    for function in program.functions:
        found.update(node[1] for node in function.body.nodes if node[0] == "outer")
    return found


def _definition(name: str, kind: str, text: str) -> Iterator[str]:
    """A definition: on one line, or broken where the line would be too long."""
    head = f"{name}: {kind}" if kind else name
    if len(head) + len(text) + 3 <= _WIDTH:
        yield f"{head} = {text}"
    else:
        yield head
        yield from _broken(text, "    = ")


def _broken(text: str, first: str) -> Iterator[str]:
    """A text on lines of no more than the width, as far as that is possible."""
    masked = _TEXT.sub(lambda found: "-" * len(found[0]), text)
    ends = [found.start() for found in _BREAK.finditer(masked)]
    line, start = first, 0
    for end in (*ends, len(text)):
        piece = text[start:end]
        if start and len(line) + len(piece) + 1 > _WIDTH:
            yield line
            line = " " * (len(first) or 4) + piece
        else:
            line = f"{line} {piece}" if start else line + piece
        start = end + 1
    yield line
