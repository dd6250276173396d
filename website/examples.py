"""Which examples of the book can be tried, with what the studio is opened with and what it must show.

In: a page as Markdown. Out: for each of its blocks the links into the studio. Nothing is run here: what
a block stands for follows from its info string (``tests/docs/README.md``), so what the page says of it
is stated apart from what the studio will say.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from attrs import evolve, frozen

from tests.docs.blocks import ROOT, Block, below, blocks, patched
from tosdsl.errors import TosdslError
from tosdsl.facade import PolicySet, load, loads
from tosdsl.library.files import heads_of
from tosdsl.library.search import shipped_use
from tosdsl.studio.desk import key_of
from tosdsl.studio.filled import as_form
from tosdsl.syntax.markdown import format_text
from tosdsl.syntax.parser import parse

_LINT = "TOS7"
"""How the codes of what only the linter looks for begin."""

_VERDICTS = {
    "PERMITTED": "permitted",
    "FORBIDDEN": "forbidden",
    "UNDETERMINED": "undetermined",
    "NOT APPLICABLE": "not_applicable",
}
_TOLD = re.compile(rf"^({'|'.join(_VERDICTS)})\b")
_PRINTED = re.compile(r"^(?:error|warning|note)\[(TOS\d{4})\] (\S+?):\d+:\d+$", re.MULTILINE)
_RUN = re.compile(r"^ +([✓✗]) (.+?)(?:  \S+:\d+)?$", re.MULTILINE)
_FAILED = re.compile(r"^  The scenario “(.+?)” of `[^`]+` does not hold", re.MULTILINE)
"""What a gate says of a scenario of its policies."""
_SEVERAL = {"TOS6003", "TOS6011"}
"""Mistakes of several files together: a text by itself has none."""
_NEEDS = re.compile(r"^\s*(?:use|incorporate|governed by|prevails over) +([a-z_][\w.]*)", re.MULTILINE)


@frozen
class Example:
    """An example that the studio opens with; ``state`` is what stands in the link.

    The rest is what the page says of it: ``codes`` while one writes, ``lint`` when it is looked over,
    ``runs`` of its scenarios (whether each holds; all do where the page runs none), and ``verdict`` of
    the use.
    """

    page: str
    line: int
    state: Mapping[str, Any]
    codes: frozenset[str] = frozenset()
    lint: frozenset[str] = frozenset()
    runs: Mapping[str, bool] | None = None
    verdict: str | None = None

    @property
    def fragment(self) -> str:
        """The state as the studio reads it behind ``#`` (``studio/src/state.js``)."""
        packer = zlib.compressobj(9, wbits=-15)
        written = json.dumps(self.state, ensure_ascii=False, separators=(",", ":")).encode()
        small = packer.compress(written) + packer.flush()
        return "#1" + base64.urlsafe_b64encode(small).decode().rstrip("=")

    @property
    def text(self) -> str | None:
        """The policy text that is opened, if it is a draft."""
        draft = self.state.get("t")
        return None if draft is None else str(draft["text"])

    @property
    def view(self) -> str:
        return str(self.state["v"])


@frozen
class _Told:
    """What the page has said so far. ``files`` are those that its blocks have written."""

    page: str
    code: str
    files: Mapping[str, str]
    blocks: tuple[Block, ...] = ()

    def named(self, name: str) -> str:
        """A file of the page, or else of the checkout: several pages may stand on one."""
        return self.files[name] if name in self.files else (ROOT / name).read_text(encoding="utf-8")


@frozen
class _Written:
    """What a block made of a file, if it wrote one; ``before`` is what a ``diff`` changed, so that the
    studio can show what that changes."""

    name: str | None
    after: str
    before: str | None


def examples(page: str, text: str) -> Iterator[tuple[Block, tuple[Example, ...]]]:
    """Every block of a page, with what can be tried of it. ``page`` is its path in the checkout."""
    match = re.match(r"# (TOS\d{4}): ", text)
    several = [*blocks(text)]
    told = _Told(page, match[1] if match else "", {}, tuple(several))
    of_a_text = told.code if _is_of_a_text(several) else ""
    for at, block in enumerate(several):
        name, after = _after(told, block)
        for each in _laid_out(told, block):
            told = evolve(told, files={**told.files, each: _formatted(told.files[each], each)})
        before = told.named(name) if name is not None and block.language == "diff" else None
        if name is not None:
            told = evolve(told, files={**told.files, name: after})
        written = _Written(name, after, before)
        yield block, tuple(_tried(told, block, written, of_a_text, several[at + 1 :]))


def _is_of_a_text(several: list[Block]) -> bool:
    """Whether the mistake of the page stands in a policy text, and not in a use, a program or a
    command."""
    return {each.language for each in several if "example" in each.attributes} <= {"tos", "markdown"}


def _laid_out(told: _Told, block: Block) -> list[str]:
    """The files that ``tosdsl fmt`` writes in this block."""
    commands = [command.split() for command, _ in _commands(block)] if block.language == "sh" else []
    return [
        words[2]
        for words in commands
        if words[:2] == ["tosdsl", "fmt"] and len(words) == 3 and words[2] in told.files
    ]


def _formatted(text: str, name: str) -> str:
    return format_text(text, parse(text, name), name)


def is_policy(name: str) -> bool:
    """Whether a file holds policy text."""
    return name.endswith((".tos", ".tos.md"))


def _after(told: _Told, block: Block) -> tuple[str | None, str]:
    """The file that a block writes, and what it then holds."""
    says = block.attributes
    for stage in ("example", "instead"):
        if stage in says and told.code and block.language != "sh":
            name = says[stage] or {"tos": "terms.tos", "yaml": "use.yaml", "json": "use.json"}.get(
                block.language, ""
            )
            if stage == "instead":
                name = name or next(iter(told.files), "")
            if block.language != "diff":
                return name or None, block.body
            return (name, _patched(told.files[name], block)) if name in told.files else (None, "")
    if "file" in says:
        if block.language == "diff":
            return says["file"], _patched(told.named(says["file"]), block)
        return says["file"], block.body
    if "append" in says:
        return says["append"], below(told.named(says["append"]), block.body)
    return None, ""


def _tried(
    told: _Told, block: Block, written: _Written, code: str, rest: list[Block]
) -> Iterator[Example]:
    says, name = block.attributes, written.name
    if block.language == "sh":
        yield from _asked(told, block)
    elif "output" in says:
        yield from _asked_with(told, block, says["output"], block.body)
    elif "excerpt" in says:
        yield from _read(told, block)
    elif "under" in says:
        text = below(told.named(says["under"]), block.body)
        stated = frozenset(filter(None, says.get("says", "").split(",")))
        yield Example(told.page, block.line, state=_draft(told, says["under"], text), codes=stated)
    elif name is not None and (is_policy(name) or block.language == "tos"):
        said, runs = _shown(name, rest)
        if "example" in says and code:
            alone = sum("example" in each.attributes for each in told.blocks) == 1
            said = {code} if alone else _placed(told, name)
            if says.get("without") == "zones":  # which the studio brings along
                said = set()
        lint = frozenset(each for each in said if each.startswith(_LINT))
        state = _draft(told, name, written.after, written.before)
        codes = frozenset(said) - lint
        yield Example(told.page, block.line, state, codes=codes, lint=lint, runs=runs)


def _patched(text: str, block: Block) -> str:
    """Raises ValueError if the lines do not stand there once: the text is not the one that is meant."""
    changed, old = patched(text, block)
    if text.count(old) != 1:
        raise ValueError(f"line {block.line}: these lines stand {text.count(old)} times:\n{old}")
    return changed


def _placed(told: _Told, name: str) -> set[str]:
    """The codes that the page places in a file, among several."""
    says = "".join(each.body for each in told.blocks if "says" in each.attributes)
    return {code for code, file in _PRINTED.findall(says) if file == name} - _SEVERAL


def _shown(name: str, rest: list[Block]) -> tuple[set[str], dict[str, bool] | None]:
    """The codes and the runs of scenarios that the page shows of a text before it changes again. Of a
    text that changes before it is run, nothing is said of its scenarios."""
    codes, runs = set[str](), dict[str, bool]()
    for each in rest:
        if name in (each.attributes.get("file"), each.attributes.get("append")):
            return codes, runs
        for command, output in _commands(each) if each.language == "sh" else ():
            words = command.split()
            if name in words and words[0] not in ("tosdsl", "git"):
                return codes, runs or None  # it is another text from here on
            if words[:2] in (["tosdsl", "check"], ["tosdsl", "test"]):
                codes |= {code for code, file in _PRINTED.findall(output) if file == name}
            if words[:2] == ["tosdsl", "test"]:
                runs = {title: mark == "✓" for mark, title in _RUN.findall(output)} | runs
            runs |= dict.fromkeys(_FAILED.findall(output), False)
    return codes, runs or None


# --- what the studio is opened with ------------------------------------------------------------------


def _draft(told: _Told, name: str, text: str, base: str | None = None) -> dict[str, Any]:
    """Write, with the text; what it uses of other files of the page stands below it."""
    literate = name.endswith(".md")
    whole = _whole(told, name, text, literate)
    draft: dict[str, Any] = {"text": whole, "name": "terms.tos.md" if literate else "terms.tos"}
    if base is None:
        draft["same"] = True
    else:
        draft["base"] = _whole(told, name, base, literate)
    return {"v": "write", "d": "draft", "t": draft}


def _whole(told: _Told, name: str, text: str, literate: bool) -> str:
    """A text that can be read by itself: the studio has one text, and a page may have several files."""
    heads = heads_of(text, name)
    others = {
        head.id: each
        for file, each in told.files.items()
        if is_policy(file) and file != name
        for head in heads_of(each, file)
    }
    if heads and all(each.kind == "vocabulary" for each in heads):
        # Nothing reads a vocabulary by itself: a policy that uses it stands below.
        reader = f"\n\npolicy reads_it\n    default permit\n\nuse {heads[0].id}\n"
        return text.rstrip("\n") + "\n" + reader
    have = {each.id for each in heads}
    waiting, added = [text], dict[str, None]()
    while waiting:
        for id_ in _NEEDS.findall(waiting.pop()):
            if id_ not in have and id_ in others and others[id_] not in added:
                added[others[id_]] = None
                have |= {each.id for each in heads_of(others[id_], "terms.tos")}
                waiting.append(others[id_])
    for each in added:
        piece = f"```tos\n{each}```\n" if literate else f"\n{each}"
        text = f"{text.rstrip(chr(10))}\n\n{piece}"
    return text


def _read(told: _Told, block: Block) -> Iterator[Example]:
    """An excerpt of a shipped document opens that document, at its first clause that is shown; one of
    another text opens that, with what stands beside it."""
    file = ROOT / block.attributes["excerpt"]
    if not file.is_relative_to(ROOT / "policies"):
        beside = {each.name: each.read_text(encoding="utf-8") for each in file.parent.glob("*.tos")}
        state = _draft(evolve(told, files=beside), file.name, file.read_text(encoding="utf-8"))
        yield Example(told.page, block.line, state)
        return
    heads = heads_of(file.read_text(encoding="utf-8"), file.name)
    head = next((each for each in heads if each.kind == "policy"), None)
    if head is None:
        return
    clause = re.search(r"^ *(?:forbid|permit|require) (\w+)", block.body, re.MULTILINE)
    state = {
        "v": "read",
        "d": {"id": head.id, "version": head.version or "", "recorded": head.recorded or ""},
    }
    if clause is not None:
        state["c"] = clause[1]
    yield Example(told.page, block.line, state)


# --- uses ---------------------------------------------------------------------------------------------


def _commands(block: Block) -> Iterator[tuple[str, str]]:
    """The commands of a session, each with what stands below it."""
    for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def _asked(told: _Told, block: Block) -> Iterator[Example]:
    for command, output in _commands(block):
        yield from _asked_with(told, block, command, output)


def _asked_with(told: _Told, block: Block, command: str, output: str) -> Iterator[Example]:
    """``tosdsl check POLICY --facts USE`` with its verdict opens Ask, with the use filled in."""
    words = shlex.split(command.partition(" | ")[0])
    verdict = _TOLD.match(output)
    if verdict is None or len(words) != 5 or words[:2] != ["tosdsl", "check"] or words[3] != "--facts":
        return
    said = _use_text(told, words[4])
    found = None if said is None else _policies(told, words[2])
    if said is None or found is None:
        return
    doc, policies, draft = found
    try:
        use, wrong = policies.read_use(said)
    except TosdslError:
        return
    form, whole = as_form(policies, use)
    if wrong or not whole:
        return  # a link holds no readings
    state: dict[str, Any] = {"v": "ask", "d": doc, "u": form}
    if draft is not None:
        state["t"] = draft
    yield Example(told.page, block.line, state, verdict=_VERDICTS[verdict[1]])


def _use_text(told: _Told, name: str) -> str | None:
    if name in told.files:
        return told.files[name]
    path = shipped_use(name)
    return None if path is None else path.read_text(encoding="utf-8")


def _policies(told: _Told, name: str) -> tuple[Any, PolicySet, dict[str, Any] | None] | None:
    try:
        if name in told.files:
            draft = _draft(told, name, told.files[name])["t"]
            return "draft", loads(draft["text"]), draft
        policies = _shipped(name)
    except TosdslError:
        return None
    if policies is None:
        return None
    ((policy,),) = policies.choices.asked
    version, recorded = key_of(policy)
    return {"id": policy.id, "version": version, "recorded": recorded}, policies, None


@cache
def _shipped(name: str) -> PolicySet | None:
    """A document of the library that has one version: a link names one."""
    if "#" in name or "@" in name:
        return None
    policies = load(name)
    return policies if [len(each) for each in policies.choices.asked] == [1] else None
