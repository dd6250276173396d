"""The studio as a folder of static files: the page, the engine, and the Python that runs it.

npm gives Pyodide, CodeMirror and esbuild, and pip gives z3, in the versions of ``studio/package.json``.
The engine is this program as it is installed, with attrs and lark as they are installed: nothing of it
is fetched.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, PackagePath, distribution, version
from pathlib import Path
from typing import Any

from attrs import frozen

from tosdsl.base.shipped import shipped
from tosdsl.cache import place
from tosdsl.cache.place import program
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.studio import reading, solver
from tosdsl.studio.desk import Desk

MARK = "studio.json"
"""The file by which a folder is known to hold a studio, and nothing that somebody would miss."""

_SOLVER = "solver.bin"
"""z3, which the page loads when a question needs it; a visit does not fetch it."""

_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
_LEFT_OUT = frozenset({"auditing", "cli", "gate", "lsp", "mcp", "receipts", "reference"})
"""Packages of ours that the page has no use for."""
_AREA = 3
"""Parts of a path in tzdata down to the area of a zone."""
_NOT_IMPORTED = (
    "_pyrepl",
    "bdb",
    "compileall",
    "doctest",
    "ftplib",
    "idlelib",
    "imaplib",
    "mailbox",
    "modulefinder",
    "multiprocessing",
    "optparse",
    "pdb",
    "pickletools",
    "plistlib",
    "profile",
    "pstats",
    "pydoc",
    "pydoc_data",
    "smtplib",
    "symtable",
    "trace",
    "turtledemo",
    "unittest",
    "wave",
    "wsgiref",
    "xmlrpc",
)
"""Parts of the standard library that nothing in the page imports."""
_SECONDS = 600
_LINE = 300
"""Characters of a line that somebody may have written; what is longer is a program's."""


@frozen
class Built:
    """``bytes`` and ``compressed`` are the sizes of what a visit fetches, as files are and as servers
    send them. ``solver``: whether z3 is there as well."""

    folder: Path
    files: int
    bytes: int
    compressed: int
    solver: bool


def build(folder: Path) -> Built:
    """Make a studio of the folder. It may be new, be empty, or hold a studio, which gives way.

    Raises PolicyError if it holds something else, without npm, or if npm cannot do its part.
    """
    _refuse_others(folder)
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise PolicyError((mistake("TOS6040", None),), {})
    source = _source()
    with _workshop(source) as workshop:
        _install(npm, source, workshop)
        try:
            with tempfile.TemporaryDirectory(dir=_parent(folder)) as made:
                _write(source, workshop, Path(made))
                _put(Path(made), folder)
        except OSError as error:
            problem = error.strerror or str(error)
            raise PolicyError(
                (mistake("TOS6010", None, name=str(folder), problem=problem),), {}
            ) from None
    files = [each for each in sorted(folder.rglob("*")) if each.is_file() and each.name != _SOLVER]
    sizes = [(each.stat().st_size, len(gzip.compress(each.read_bytes(), 6))) for each in files]
    one, two = (sum(several) for several in zip(*sizes, strict=True))
    return Built(folder, len(files), one, two, (folder / _SOLVER).is_file())


def state() -> bytes:
    """What a studio is built of: another one is built where it has changed."""
    made = hashlib.sha256(program())
    for root in (_source(), Path(str(shipped("policies", "policies")))):
        for file in sorted(each for each in root.rglob("*") if each.is_file()):
            if "node_modules" not in file.parts:
                made.update(file.read_bytes())
    return made.digest()


def _source() -> Path:
    return Path(str(shipped("studio", "studio")))


def _refuse_others(folder: Path) -> None:
    if folder.exists() and not (folder.is_dir() and _may_give_way(folder)):
        words = {"why": "it holds something else than a studio", "then": ", or an empty folder"}
        raise PolicyError((mistake("TOS6023", None, None, name=str(folder), **words),), {})


def _may_give_way(folder: Path) -> bool:
    return (folder / MARK).is_file() or not any(folder.iterdir())


def _parent(folder: Path) -> Path:
    parent = folder.resolve().parent
    parent.mkdir(parents=True, exist_ok=True)
    return parent


def _put(made: Path, folder: Path) -> None:
    if folder.exists():
        for each in folder.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    folder.mkdir(exist_ok=True)
    for each in made.iterdir():
        shutil.move(each, folder / each.name)


# --- what npm gives ---------------------------------------------------------------------------------


@contextmanager
def _workshop(source: Path) -> Iterator[Path]:
    """A folder for what npm installs: kept in the cache for the next time, if there is one."""
    kept = kept_folder("packages", (source / "package.json").read_bytes())
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def kept_folder(kind: str, content: bytes) -> Path | None:
    """A folder of the cache for something of this content; None if there is no cache."""
    cache, owner = place.folder(), place.user()
    if cache is None or owner is None or not place.make(cache, owner):
        return None
    found = Path(cache) / f"studio-{kind}-{hashlib.sha256(content).hexdigest()[:16]}"
    if not place.make(str(found), owner) or not place.private(found.stat(), owner):
        return None
    return found


def _install(npm: str, source: Path, workshop: Path) -> None:
    done = workshop / "installed"
    if done.exists():
        return
    shutil.copy(source / "package.json", workshop / "package.json")
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--loglevel=error")
    _run([npm, "install", *quiet], workshop)
    done.touch()


def _run(command: list[str], folder: Path, **more: str) -> None:
    try:
        ran = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(command, str(error)) from None
    if ran.returncode != 0:
        lines = [each.strip() for each in ran.stdout.splitlines() if 0 < len(each.strip()) <= _LINE]
        told = [each for each in lines if "rror" in each] or lines
        raise _failed(command, "; ".join(told[:3]) or f"exit status {ran.returncode}")


def _failed(command: list[str], problem: str) -> PolicyError:
    what = " ".join((Path(command[0]).stem, *(Path(each).name for each in command[1:2])))
    return PolicyError((mistake("TOS6041", None, what=what, problem=problem.rstrip(".")),), {})


# --- the files ----------------------------------------------------------------------------------------


def _write(source: Path, workshop: Path, made: Path) -> None:
    modules, pages = workshop / "node_modules", source / "src"
    for name in ("index.html", "icon.svg", "manifest.webmanifest"):
        shutil.copyfile(pages / name, made / name)
    node = shutil.which("node") or "node"
    esbuild = [node, str(modules / "esbuild" / "bin" / "esbuild")]
    options = ["--bundle", "--format=esm", "--minify", "--target=es2022", "--log-level=error"]
    entries = [str(pages / name) for name in ("main.js", "worker.js", "style.css")]
    found = solver.wheel(source, workshop, _run)
    outside = ["--external:./pyodide/pyodide.mjs", "--legal-comments=none"]
    outside += [f"--define:SOLVER={json.dumps(found is not None)}"]
    _run([*esbuild, *entries, *options, *outside, f"--outdir={made}"], pages, NODE_PATH=str(modules))
    (made / "pyodide").mkdir()
    for name in _PYODIDE:
        shutil.copyfile(modules / "pyodide" / name, made / "pyodide" / name)
    lock = json.loads((modules / "pyodide" / "pyodide-lock.json").read_bytes())
    lock["packages"] = {}  # none is fetched
    (made / "pyodide" / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    compile_ = [node, str(source / "compile.mjs"), str(modules / "pyodide")]
    _run([*compile_, str(made / "pyodide" / "python_stdlib.zip"), "deflated", *_NOT_IMPORTED], made)
    archive = made / "archive.zip"
    _engine(archive)
    _pack(compile_, archive, made / "engine.bin")
    if found is not None:
        solver.write(found, archive)
        _pack(compile_, archive, made / _SOLVER)
    library = json.dumps(reading.library(Desk()), ensure_ascii=False)
    (made / "library.json").write_text(library, encoding="utf-8")
    licences = _licences(modules)
    if found is not None:
        licences += f"\n\n## {'-'.join(found.name.split('-')[:2])}: MIT\n\n{solver.LICENCE}"
    (made / "licences.txt").write_text(licences, encoding="utf-8")
    files = sorted(each.relative_to(made).as_posix() for each in made.rglob("*") if each.is_file())
    digest = hashlib.sha256(b"".join((made / each).read_bytes() for each in files)).hexdigest()[:16]
    service = (pages / "service.js").read_text(encoding="utf-8")
    listed = json.dumps(["./", *(f"./{one}" for one in files if one not in ("index.html", _SOLVER))])
    service = service.replace("@VERSION@", digest).replace('"@FILES@"', listed)
    (made / "service.js").write_text(service, encoding="utf-8")
    about = {"version": version("tosdsl"), "digest": digest}
    (made / MARK).write_text(json.dumps(about) + "\n", encoding="utf-8")


def _pack(compile_: list[str], archive: Path, target: Path) -> None:
    """An archive with its modules compiled, pressed as a whole: that is smaller."""
    _run([*compile_, str(archive), "stored"], archive.parent)
    target.write_bytes(gzip.compress(archive.read_bytes(), 9, mtime=0))
    archive.unlink()


def _engine(target: Path) -> None:
    """This program, and what it needs, as one archive to be put on Python's path. Its times are all
    one, so that the same program makes the same bytes."""
    package = Path(__file__).parent.parent
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:

        def put(name: str, content: bytes) -> None:
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=9)

        for file in sorted(package.rglob("*.py")):
            name = file.relative_to(package)
            if name.parts[0] not in _LEFT_OUT and "_shipped" not in name.parts:
                put(f"tosdsl/{name.as_posix()}", file.read_bytes())
        for kind in ("grammars", "policies"):
            root = Path(str(shipped(kind, kind)))
            for file in sorted(each for each in root.rglob("*") if each.is_file()):
                put(f"tosdsl/_shipped/{kind}/{file.relative_to(root).as_posix()}", file.read_bytes())
        put("tosdsl-0.dist-info/METADATA", _metadata("tosdsl"))
        for package_name in ("attrs", "lark"):
            for one in distribution(package_name).files or ():
                if one.suffix == ".py" and ".." not in one.parts and "__pyinstaller" not in one.parts:
                    put(one.as_posix(), Path(str(one.locate())).read_bytes())
            put(f"{package_name}-0.dist-info/METADATA", _metadata(package_name))
        for one in _zone_data():  # a browser has none that Python reads
            put(one.as_posix(), Path(str(one.locate())).read_bytes())


def _zone_data() -> list[PackagePath]:
    """The files of tzdata for names with area and place, which are all that a policy can say; none
    where it is not installed: then a named zone is refused in the browser."""
    try:
        files = distribution("tzdata").files or []
    except PackageNotFoundError:
        return []
    own = (each for each in files if each.parts[0] == "tzdata" and each.suffix != ".pyc")
    return sorted(
        each for each in own if len(each.parts) > _AREA or each.name in ("zones", "__init__.py")
    )


def _metadata(name: str) -> bytes:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version(name)}\n".encode()


def _licences(modules: Path) -> str:
    """What came from others, and on which terms."""
    texts: list[str] = ["tosdsl studio is under the Apache License 2.0. It contains works of others:\n"]
    for about in sorted(modules.glob("*/package.json")) + sorted(modules.glob("@*/*/package.json")):
        found: dict[str, Any] = json.loads(about.read_bytes())
        name = str(found.get("name", ""))
        if name.startswith(("esbuild", "@esbuild")):
            continue  # it makes the page, and is not in it
        named = [each for each in sorted(about.parent.iterdir()) if "licen" in each.name.lower()]
        text = named[0].read_text(encoding="utf-8") if named and named[0].is_file() else ""
        texts.append(f"## {name} {found.get('version')}: {found.get('license')}\n\n{text}")
    several = {"attrs": "MIT", "lark": "MIT"} | ({"tzdata": "Apache-2.0"} if _zone_data() else {})
    for name, licence in several.items():
        one = distribution(name)
        texts.append(f"## {name} {one.version}: {licence}\n")
        for each in one.files or ():
            if "licen" in each.name.lower() and each.suffix != ".py":
                texts.append(Path(str(each.locate())).read_text(encoding="utf-8"))
    return "\n\n".join(texts)
