"""Files that a command writes and that nobody has lost anything by."""

from __future__ import annotations

from pathlib import Path

from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError


def write_new(name: str, text: str) -> None:
    """A file that was not there before: scenarios are mostly asked for beside the policy that they are
    of, and its name is soon written by mistake. Raises PolicyError."""
    try:
        with Path(name).open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise PolicyError((mistake("TOS6023", None, name=name),), {}) from None
    except OSError as error:
        problem = error.strerror or str(error)
        raise PolicyError((mistake("TOS6010", None, name=name, problem=problem),), {}) from None
