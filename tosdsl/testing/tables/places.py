"""Which tables there are, and which policy file a table belongs to. Nothing is opened."""

from __future__ import annotations

import os

from tosdsl.library.listing import SUFFIXES as POLICIES

TABLES = (".cases.csv", ".cases.yaml")


def is_table(file: str) -> bool:
    return file.endswith(TABLES)


def tables_below(folder: str) -> list[str]:
    """Every table at or below a folder. Hidden ones and linked folders are left out."""
    found = []
    for above, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        name = above.removeprefix(os.curdir + os.sep) if folder == os.curdir else above
        name = "" if name == os.curdir else name
        found += [
            os.path.join(name, file)
            for file in sorted(files)
            if is_table(file) and not file.startswith(".")
        ]
    return found


def tables_beside(policy: str) -> list[str]:
    """The tables that belong to a policy file."""
    stem = next(
        policy.removesuffix(each)
        for each in sorted(POLICIES, key=len, reverse=True)
        if policy.endswith(each)
    )
    return [f"{stem}{each}" for each in TABLES if os.path.isfile(f"{stem}{each}")]


def policies_beside(table: str) -> list[str]:
    """The policy files that a table can belong to: one, if all is well."""
    stem = next(table.removesuffix(each) for each in TABLES if table.endswith(each))
    return [f"{stem}{each}" for each in POLICIES if os.path.isfile(f"{stem}{each}")]
