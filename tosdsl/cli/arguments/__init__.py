"""The arguments of each command. Only those of the command that is run are made: all of them take
longer than many an answer.
"""

from tosdsl.cli.arguments.serving import SERVING
from tosdsl.cli.arguments.tables import TABLES
from tosdsl.cli.arguments.texts import TEXTS
from tosdsl.cli.arguments.uses import USES

ORDER = (
    "check",
    "replay",
    "provenance",
    "test",
    "coverage",
    "ask",
    "compare",
    "mcp",
    "lsp",
    "studio",
    "mutate",
    "fmt",
    "schema",
    "diff",
    "audit",
    "invent",
    "lint",
    "policies",
    "facts",
    "interview",
    "new",
    "compile",
    "gate",
    "bundle",
    "explain",
)
"""In which help lists them."""

_ALL = {each.name: each for each in (*USES, *TEXTS, *TABLES, *SERVING)}
COMMANDS = {name: _ALL[name] for name in ORDER}
