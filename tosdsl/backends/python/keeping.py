"""A module of verdicts as plain data, for ``runtime.kept`` to restore."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from tosdsl.backends.python.indexed import Bodies
from tosdsl.backends.python.module import Generated
from tosdsl.runtime.checks import Parties
from tosdsl.runtime.indexed import Indexed


def plain(
    generated: Generated, parties: Parties, indexed: Indexed | None, bodies: Bodies | None
) -> dict[str, Any]:
    """The data. Bodies that are not compiled yet are kept as the shapes that they are compiled of."""
    made: dict[str, Any] = {
        "code": generated.code,
        "names": tuple(generated.given),
        "parties": tuple(sorted(parties.plain)),
        "index": None,
    }
    if indexed is not None and bodies is not None:
        made |= {
            "index": (
                indexed.files,
                indexed.whole,
                indexed.tables,
                indexed.top,
                indexed.scopes,
                indexed.names,
            ),
            "bodies": [_code(each, bodies) for each in indexed.bodies],
            "shapes": list(bodies.known),
            "body_names": tuple(bodies.names.given),
            "constants": bodies.constants(),
        }
    return made


def _code(body: object, bodies: Bodies) -> object:
    """The code of a body that is a compiled function."""
    if isinstance(body, FunctionType) and bodies.has(body):
        return body.__code__
    return None
