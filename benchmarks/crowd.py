"""Generated policies as texts in the languages of other engines, and by hand.

Each ``write`` makes a text from the clauses as data; it is not timed. Each ``load`` makes of that text
what can be asked; it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks import generated as g
from benchmarks.generated import Clause, Constants, Form

_RANKS = frozenset({"<", "<=", ">", ">="})

Ask = Callable[[Mapping[str, Any]], object]

Part = tuple[Form, Constants]


def parts(clause: Clause) -> tuple[list[Part], Part, Part | None, Part | None]:
    """The conditions of a clause, its exception, the proviso of that and the exception to it."""
    shape, constants = clause.shape, iter(clause.constants)
    conditions = [(form, next(constants)) for form in shape.conditions]
    exception = (shape.exception, next(constants))
    proviso = (shape.proviso, next(constants)) if shape.proviso else None
    nested = (shape.nested, next(constants)) if shape.nested else None
    return conditions, exception, proviso, nested


def _texts(words: Sequence[Any]) -> str:
    return json.dumps(list(words))


# --- by hand --------------------------------------------------------------------------------------


def hand_written(clauses: Sequence[Clause]) -> str:
    """A Python module: a function for each shape, and a table from activity and product to calls.

    Each function reads facts straight and knows the answer if they are there; where one is not, it
    leaves the matter to its twin, which knows that an unknown condition can be the one that fails.
    """
    numbers: dict[object, int] = {}
    for clause in clauses:
        numbers.setdefault(clause.shape, len(numbers))
    shown: set[object] = set()
    lines: list[str] = []
    for clause in clauses:
        if clause.shape not in shown:
            shown.add(clause.shape)
            lines += _function(numbers[clause.shape], clause)
    lines.append("TABLE = {")
    rows: dict[tuple[str, str], list[str]] = {}
    for clause in clauses:
        constants = tuple(value for group in clause.constants for value in group)
        row = f"(shape_{numbers[clause.shape]}, {constants!r})"
        rows.setdefault((clause.activity, clause.product), []).append(row)
    lines += [f"    {pair!r}: ({', '.join(row)},)," for pair, row in rows.items()]
    return "\n".join([*lines, "}", "", _ASK])


_ASK = '''
def verdict(facts):
    """Activity and product are always known here; without them every row would have to be tried."""
    certain = True
    for shape, constants in TABLE.get((facts["activity"], facts["product"]), ()):
        force = shape(facts, constants)
        if force:
            return "forbidden"
        if force is None:
            certain = False
    return "permitted" if certain else "undetermined"
'''


def _tests(clause: Clause) -> Iterator[tuple[str, str]]:
    """Each condition's fact, and a test of ``v``, which is its value, in the order of the constants."""
    at = 0
    conditions, *rest = parts(clause)
    for part in [*conditions, *(each for each in rest if each)]:
        (fact, operator), constants = part
        keys = [f"k[{at + index}]" for index in range(len(constants))]
        at += len(constants)
        tests = {
            "": "v",
            "not": "not v",
            "is": "v == {0}",
            "is not": "v != {0}",
            "in": "(v == {0} or v == {1})",
            "not in": "(v != {0} and v != {1})",
            "includes": "{0} in v",
            "overlaps": "({0} in v or {1} in v)",
        }
        yield fact, tests.get(operator, f"v {operator} {{0}}").format(*keys)


def _function(number: int, clause: Clause) -> list[str]:
    """A shape as two functions: one for facts that are there, one for what may not be."""
    found = list(_tests(clause))
    count = len(clause.shape.conditions)
    read = [test.replace("v", f'f["{fact}"]') if "v" in test else test for fact, test in found]
    conditions, excepting = read[:count], _excepting(clause, read[count:])
    lines = [
        f"def shape_{number}(f, k):",
        "    try:",
        f"        return {' and '.join(conditions)} and not ({excepting})",
        "    except KeyError:",
        f"        return shape_{number}_with_gaps(f, k)",
        "",
        f"def shape_{number}_with_gaps(f, k):",
        "    certain = True",
    ]
    for fact, test in found[:count]:
        lines += [
            f'    v = f.get("{fact}")',
            "    if v is None:",
            "        certain = False",
            f"    elif not ({test}):",
            "        return False",
        ]
    names = ["leave", "proviso", "revoked"]
    if not clause.shape.proviso:
        names.remove("proviso")
    for name, (fact, test) in zip(names, found[count:], strict=False):
        lines += [f'    v = f.get("{fact}")', f"    {name} = None if v is None else bool({test})"]
    if clause.shape.nested:
        lines.append("    revoked = None if revoked is None else not revoked")
    kept = names[: 1 + bool(clause.shape.proviso) + bool(clause.shape.nested)]
    lines += [
        f"    if {' and '.join(f'{name} is True' for name in kept)}:",
        "        return False",
        f"    if not ({' or '.join(f'{name} is False' for name in kept)}):",
        "        certain = False",
        "    return True if certain else None",
        "",
    ]
    return lines


def _excepting(clause: Clause, read: Sequence[str]) -> str:
    """The force of the exception, of the tests of its parts."""
    leave, *others = read
    made = leave
    if clause.shape.proviso:
        made += f" and {others.pop(0)}"
    if clause.shape.nested:
        made += f" and not ({others.pop(0)})"
    return made


def load_module(code: Any) -> Ask:
    """What a module's code defines as ``verdict``."""
    names: dict[str, Any] = {}
    exec(code, names)  # the text is made above
    ask: Ask = names["verdict"]
    return ask


def load_hand(text: str) -> Ask:
    return load_module(compile(text, "<by hand>", "exec"))


# --- zen: one decision table ----------------------------------------------------------------------


def zen_expression(form: Form, constants: Constants, value: str | None = None) -> str:
    """A condition as zen writes it, on a fact or on what ``value`` stands for."""
    fact, operator = form
    subject = value or fact
    if operator in {"", "not"}:
        return f"{operator} {subject}".strip()
    if operator in {"in", "not in"}:
        return f"{subject} {operator} {_texts(constants)}"
    if operator == "includes":
        return f'"{constants[0]}" in {subject}'
    if operator == "overlaps":
        return f"some({subject}, # in {_texts(constants)})"
    signs = {"is": "==", "is not": "!="}
    return f"{subject} {signs.get(operator, operator)} {json.dumps(constants[0])}"


def _zen_cell(form: Form, constants: Constants) -> str:
    """A condition as the cell of its fact's column."""
    _, operator = form
    if operator in {"", "not"}:
        return "false" if operator else "true"
    if operator == "is":
        return json.dumps(constants[0])
    if operator in _RANKS:
        return f"{operator} {constants[0]}"
    return zen_expression(form, constants, "$")


def zen_table(clauses: Sequence[Clause]) -> str:
    """A row for each clause: activity and product first, the exception as an expression in the last."""
    columns = ("activity", "product", "region", *g.FLAGS, "users", "purposes", "parties")
    inputs = [{"id": fact, "name": fact, "field": fact} for fact in columns]
    rules = []
    for clause in clauses:
        conditions, exception, proviso, nested = parts(clause)
        made = zen_expression(*exception)
        if proviso:
            made += f" and {zen_expression(*proviso)}"
        if nested:
            made += f" and not ({zen_expression(*nested)})"
        cells = {fact: _zen_cell((fact, op), constants) for (fact, op), constants in conditions}
        rules.append(
            {
                "_id": f"c{clause.number}",
                "activity": json.dumps(clause.activity),
                "product": json.dumps(clause.product),
                **cells,
                "unless": f"not ({made})",
                "forbidden": "true",
            }
        )
    content = {
        "hitPolicy": "first",
        "inputs": [*inputs, {"id": "unless", "name": "unless"}],
        "outputs": [{"id": "forbidden", "name": "forbidden", "field": "forbidden"}],
        "rules": [{**dict.fromkeys((*columns, "unless"), ""), **rule} for rule in rules],
    }
    nodes: list[dict[str, Any]] = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def load_zen(text: str) -> Ask:
    """Through a loader that gives compiled content, which is far faster than a decision object."""
    import zen

    content = zen.ZenDecisionContent(text)
    evaluate = zen.ZenEngine({"loader": lambda key: content}).evaluate
    return lambda facts: evaluate("terms", facts)


# --- OPA: a rule for each clause ------------------------------------------------------------------


def _rego_condition(form: Form, constants: Constants) -> str:
    fact, operator = form
    subject = f"input.{fact}"
    if operator in {"", "not"}:
        return f"{subject} == {'false' if operator else 'true'}"
    if operator in {"in", "not in"}:
        return f"{'not ' if operator != 'in' else ''}{subject} in {_rego_set(constants)}"
    if operator == "includes":
        return f'"{constants[0]}" in {subject}'
    if operator == "overlaps":
        return f"some one_of_{fact} in {subject}; one_of_{fact} in {_rego_set(constants)}"
    signs = {"is": "==", "is not": "!="}
    return f"{subject} {signs.get(operator, operator)} {json.dumps(constants[0])}"


def _rego_set(constants: Constants) -> str:
    return "{" + _texts(constants)[1:-1] + "}"


def rego(clauses: Sequence[Clause]) -> str:
    """A rule for each clause, indexed by the engine on activity and product; one for each exception."""
    lines = ["package terms", "", "default forbid := false", ""]
    for clause in clauses:
        conditions, exception, proviso, nested = parts(clause)
        body = [
            f'input.activity == "{clause.activity}"',
            f'input.product == "{clause.product}"',
            *(_rego_condition(*each) for each in conditions),
            f"not leave_{clause.number}",
        ]
        leave = [_rego_condition(*each) for each in (exception, proviso) if each]
        if nested:
            leave.append(f"not revoked_{clause.number}")
            lines.append(f"revoked_{clause.number} if {{ {_rego_condition(*nested)} }}")
        lines.append(f"leave_{clause.number} if {{ {'; '.join(leave)} }}")
        lines.append(f"forbid if {{ {'; '.join(body)} }}")
    return "\n".join(lines) + "\n"


def load_opa(text: str) -> Ask:
    from opa_bindings import OpaEngine

    engine = OpaEngine()
    engine.add_policy("terms.rego", text)
    evaluate = engine.eval_document
    return lambda facts: evaluate("terms.forbid", facts)


# --- Cedar: a policy for each clause --------------------------------------------------------------


def _cedar_condition(form: Form, constants: Constants) -> str:
    fact, operator = form
    subject = f"context.{fact}"
    if operator in {"", "not"}:
        return f"{'!' if operator else ''}{subject}"
    if operator in {"in", "not in"}:
        return f"{'!' if operator != 'in' else ''}{_texts(constants)}.contains({subject})"
    if operator == "includes":
        return f'{subject}.contains("{constants[0]}")'
    if operator == "overlaps":
        return f"{subject}.containsAny({_texts(constants)})"
    signs = {"is": "==", "is not": "!="}
    return f"{subject} {signs.get(operator, operator)} {json.dumps(constants[0])}"


def cedar(clauses: Sequence[Clause]) -> str:
    """A policy for each clause, its activity the action and its product the resource."""
    lines = ["permit(principal, action, resource);"]
    for clause in clauses:
        conditions, exception, proviso, nested = parts(clause)
        leave = [_cedar_condition(*each) for each in (exception, proviso) if each]
        if nested:
            leave.append(f"!({_cedar_condition(*nested)})")
        body = [*(_cedar_condition(*each) for each in conditions), f"!({' && '.join(leave)})"]
        head = (
            f'principal, action == Action::"{clause.activity}", resource == Product::"{clause.product}"'
        )
        lines.append(f"forbid({head}) when {{ {' && '.join(body)} }};")
    return "\n".join(lines)


def load_cedar(text: str) -> Ask:
    import cedarpy

    policies = cedarpy.PolicySet.from_str(text)
    entities = cedarpy.Entities.from_json_str("[]")

    def ask(facts: Mapping[str, Any]) -> object:
        request = {
            "principal": 'User::"u"',
            "action": f'Action::"{facts["activity"]}"',
            "resource": f'Product::"{facts["product"]}"',
            "context": facts,
        }
        return cedarpy.is_authorized(request, policies, entities)

    return ask
