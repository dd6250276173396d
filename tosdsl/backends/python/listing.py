"""Generated code as it is printed: with the clauses that it is made of, and where they stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tosdsl.backends.python.indexed import Bodies
from tosdsl.backends.python.module import Engine, Generated
from tosdsl.base.visible import visible
from tosdsl.trees import rules as r

_MARK = re.compile(r"^( *)'@clause (\d+)'$", re.MULTILINE)


def listing(rules: r.Rules, generated: Generated, engine: Engine) -> str:
    """The module; of one that looks clauses up, the bodies that they share as well."""
    tree = ast.parse(generated.text)
    docstring = f"{ast.get_docstring(tree)}\n\nMade of:\n{_table(rules)}\n"
    docstring = docstring.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    body = "\n".join(
        ast.unparse(each) + "\n" * isinstance(each, ast.FunctionDef) for each in tree.body[1:]
    )
    if "BODIES" in generated.given:  # clauses are looked up, and judged by what they share
        return f'"""{docstring}"""\n{body}\n' + "".join(_bodies(rules, engine))
    lines = {clause.span.line: number for number, clause in reversed(list(enumerate(rules.clauses)))}
    copy = ast.parse(generated.text)
    for one, placed in zip(copy.body, generated.tree.body, strict=True):
        _mark(one, placed, lines, None)
    text = ast.unparse(ast.Module(copy.body[1:], []))
    text = _MARK.sub(lambda found: f"{found[1]}# {_clause(rules.clauses[int(found[2])])}", text)
    return f'"""{docstring}"""\n{text}\n'


def _clause(clause: r.Clause) -> str:
    """Its id, and where it stands."""
    where = f", {_place(clause)}" if clause.span.file else ""
    return f"{clause.id}{where}"


def _place(clause: r.Clause) -> str:
    """Nothing in a file's name ends the comment or the line that the place stands in."""
    return f"{visible(clause.span.file)}:{clause.span.line}"


def _table(rules: r.Rules) -> str:
    words = [f"{each.modality} {each.id}" for each in rules.clauses]
    width = max(map(len, words), default=0)
    places = [_place(each) for each in rules.clauses]
    return "\n".join(f"    {word:{width}}  {place}" for word, place in zip(words, places, strict=True))


def _mark(one: ast.AST, placed: ast.AST, lines: dict[int, int], around: int | None) -> None:
    """Puts a mark before each statement that comes from another clause than what is around it."""
    for name, value in ast.iter_fields(placed):
        if not (isinstance(value, list) and value and isinstance(value[0], ast.stmt)):
            if isinstance(value, list):
                for mine, its in zip(getattr(one, name), value, strict=True):
                    if isinstance(its, ast.AST):
                        _mark(mine, its, lines, around)
            continue
        made: list[ast.stmt] = []
        inside = around
        for mine, its in zip(getattr(one, name), value, strict=True):
            clause = lines.get(its.lineno, inside)
            if clause is not None and clause != inside:
                made.append(ast.Expr(ast.Constant(f"@clause {clause}")))
                inside = clause
            _mark(mine, its, lines, inside)
            made.append(mine)
        setattr(one, name, made)


def _bodies(rules: r.Rules, engine: Engine) -> Iterator[str]:
    """The function of each shape, with the clauses that share it."""
    shapes: dict[r.Formula, list[r.Clause]] = {}
    for clause in rules.clauses:
        shapes.setdefault(clause.force.shape, []).append(clause)
    bodies = Bodies(rules, engine)
    for number, (shape, clauses) in enumerate(shapes.items(), 1):
        module = bodies.module(shape, ())
        yield f"\n\n# Shape {number}, of {len(clauses)}; `c[3:]` is what each of them compares with:\n"
        for clause in clauses[:20]:
            constants = ", ".join(map(_constant, clause.force.constants))
            yield f"#   {_clause(clause)}: {constants or 'nothing'}\n"
        if len(clauses) > 20:
            yield f"#   and {len(clauses) - 20} more\n"
        if module is None:
            yield "# Too large for one tree: it is judged part by part.\n"
        else:
            made = (each for each in module.tree.body[1:] if not isinstance(each, ast.ImportFrom))
            yield from (f"{ast.unparse(each)}\n" for each in made)


def _constant(value: object) -> str:
    if isinstance(value, frozenset):
        return f"{{{', '.join(map(str, sorted(value)))}}}"
    return str(value)
