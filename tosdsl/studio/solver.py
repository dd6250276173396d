"""z3 for the page, as pip gives it for Pyodide: an archive that the page loads when it is needed.

The version stands in ``studio/package.json``, with the Python and the platform that Pyodide is.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from tosdsl.errors import PolicyError

_LIBRARY = "z3/lib/libz3.so"
"""The wheel has it twice, and headers that no Python reads."""

LICENCE = """\
Copyright (c) Microsoft Corporation. All rights reserved.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense,
and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT.
IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def wheel(source: Path, workshop: Path, run: Callable[[list[str], Path], None]) -> Path | None:
    """The wheel, kept in the workshop; None where pip cannot give it: the page does without.

    ``run`` runs a command in a folder, and raises PolicyError if that fails.
    """
    pins = json.loads((source / "package.json").read_text(encoding="utf-8"))["solver"]
    folder = workshop / "solver"
    found = sorted(folder.glob("*.whl"))
    if found:
        return found[0]
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--only-binary", ":all:", "--implementation", "cp"]
    command += ["--python-version", pins["python"], "--abi", f"cp{pins['python'].replace('.', '')}"]
    command += [
        "--platform",
        pins["platform"],
        "--dest",
        str(folder),
        f"z3-solver=={pins['z3-solver']}",
    ]
    try:
        run(command, workshop)
    except PolicyError:
        return None
    return next(iter(sorted(folder.glob("*.whl"))), None)


def write(found: Path, target: Path) -> None:
    """What the page needs of the wheel, as an archive that comes out the same each time."""
    with zipfile.ZipFile(found) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(given.namelist()):
            if name == _LIBRARY or (name.startswith("z3/") and name.endswith(".py")):
                made.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), given.read(name))
