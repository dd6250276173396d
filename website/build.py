"""The whole site, made in a folder of its own and then put where it is wanted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from tests.docs.blocks import ROOT
from tosdsl.studio import building
from website import library, navigation, reference
from website.examples import Example
from website.links import Broken, broken
from website.pages import Pages

HERE = Path(__file__).parent
MARK = "site.json"
"""The file by which a folder is known to hold a site, and nothing that somebody would miss."""

_SECONDS = 300


class SiteError(Exception):
    """The site cannot be built; the text says why, and what to do."""


@frozen
class Built:
    """``pages`` counts the pages of the site; ``tried`` are the examples that the studio opens with."""

    folder: Path
    pages: int
    tried: tuple[Example, ...]
    broken: tuple[Broken, ...]


def build(folder: Path, *, studio: bool = True) -> Built:
    """Make a site of the folder. It may be new, be empty, or hold a site, which gives way.

    Raises SiteError where it holds something else or zensical fails, PolicyError where the studio
    cannot be built.
    """
    if folder.exists() and not (folder / MARK).is_file() and any(folder.iterdir()):
        raise SiteError(f"{folder} holds something else than a site: name another folder.")
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        tried = prepared(work)
        _zensical(work)
        site = work / "site"
        (site / MARK).write_text(json.dumps({"examples": len(tried)}) + "\n", encoding="utf-8")
        if studio:
            building.build(site / "studio")
        wrong = tuple(broken(site))
        _put(site, folder)
    pages = sum(1 for each in folder.rglob("index.html") if "studio" not in each.parts)
    return Built(folder, pages, tuple(tried), wrong)


def prepared(work: Path) -> list[Example]:
    """Everything that zensical reads, in a folder. Returns the examples that can be tried."""
    pages = Pages(work / "pages")
    shelves = library.write(pages)
    modules = reference.write(pages)
    pages.write()
    pages.put("assets/site.css", (HERE / "site.css").read_text(encoding="utf-8"))
    nav = navigation.navigation(shelves, modules)
    text = (HERE / "zensical.toml").read_text(encoding="utf-8")
    (work / "zensical.toml").write_text(text.replace('"@NAV@"', _toml(nav)), encoding="utf-8")
    return pages.tried


def _toml(value: Any) -> str:
    """Lists, tables and texts as TOML has them in a line."""
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items()) + " }"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def _zensical(work: Path) -> None:
    command = [sys.executable, "-m", "zensical", "build", "-f", "zensical.toml"]
    ran = subprocess.run(
        command,
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=_SECONDS,
        check=False,
    )
    if ran.returncode != 0 or not (work / "site" / "index.html").is_file():
        raise SiteError(
            f"zensical did not build the site (exit status {ran.returncode}):\n{ran.stdout}"
        )


def _put(made: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in folder.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    for each in made.iterdir():
        shutil.move(each, folder / each.name)
