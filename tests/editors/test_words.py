"""The words that editors colour are those of the grammar."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.editors import words as w
from tosdsl.syntax.prebuilt import grammar


@pytest.mark.parametrize("place", sorted(w.files()))
def test_each_list_is_that_of_the_grammar(place: str) -> None:
    written = (w.EDITORS / place).read_text(encoding="utf-8")
    assert written == w.files()[place], "run python -m tests.editors.words"


def test_each_word_of_the_grammar_is_in_one_class() -> None:
    classes = [w.DECLARING, w.OPERATORS, w.VALUES, w.others()]
    assert sum(map(len, classes)) == len(w.words())
    assert frozenset().union(*classes) == w.words()
    literals = set(re.findall(r'^[A-Z_]+: "([a-z]+)"$', grammar(), re.MULTILINE))
    assert literals <= w.words()
    assert {"optional", "some", "defeated", "with", "compliant", "hour", "billion"} <= w.words()


def test_the_shipped_policies_use_no_word_that_is_not_coloured() -> None:
    """What begins a line and is no word of the language is a name that the text declares."""
    known, unknown = w.words(), set()
    for file in (ROOT / "policies").rglob("*.tos"):
        for line in file.read_text(encoding="utf-8").split("\n"):
            first = re.match(r"(?:    )?([a-z]+) [a-zA-Z_]+ (?:is one of|has|as|at \")", line)
            if first and first[1] not in known:
                unknown.add(first[1])
    assert unknown == set()


def _matching(line: str) -> dict[str, str]:
    """What the patterns of Visual Studio Code make of a line: the name of what each word is."""
    found: dict[str, str] = {}
    at = 0
    while at < len(line):
        best: tuple[int, int, re.Match[str], dict[str, object]] | None = None
        for number, each in enumerate(w.textmate()["patterns"]):
            match = re.compile(each["match"]).search(line, at)
            if match and match[0] and (best is None or (match.start(), number) < best[:2]):
                best = match.start(), number, match, each
        if best is None:
            break
        match, each = best[2], best[3]
        if "name" in each:
            found[match[0]] = str(each["name"])
        else:
            captures = each["captures"]
            assert isinstance(captures, dict)
            found |= {match[int(key)]: value["name"] for key, value in captures.items()}
        at = match.end()
    return found


def test_the_patterns_tell_words_from_names() -> None:
    line = '    forbid resale at "4.2 when"  # when sold'
    assert _matching(line) == {
        "forbid": "keyword.declaration.tos",
        "resale": "entity.name.function.tos",
        "at": "keyword.control.tos",
        '"4.2 when"': "string.quoted.double.tos",
        "# when sold": "comment.line.number-sign.tos",
    }
    line = "    when user.age < 18 and not paid in {a, none} by 2025-01-31"
    found = _matching(line)
    assert found["when"] == "keyword.control.tos"
    assert (found["and"], found["not"]) == ("keyword.operator.word.tos",) * 2
    assert found["none"] == "constant.language.tos"
    assert (found["18"], found["2025-01-31"]) == (
        "constant.numeric.tos",
        "constant.numeric.date.tos",
    )
    assert "user" not in found
    assert "age" not in found


def test_the_extension_names_files_and_commands_that_exist() -> None:
    folder = w.EDITORS / "vscode"
    package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    offered = package["contributes"]
    places = [each["configuration"] for each in offered["languages"]]
    places += [each["path"] for each in offered["grammars"]]
    for place in places:
        json.loads((folder / place).read_text(encoding="utf-8"))
    source = Path(folder, "src", "extension.ts").read_text(encoding="utf-8")
    here = re.search(r"HERE = \[(.*)\]", source)
    assert here is not None
    names = {each["command"] for each in offered["commands"]}
    assert names == {f"tosdsl.here.{each}" for each in json.loads(f"[{here[1]}]")} | {"tosdsl.restart"}
    version = re.search(
        r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M
    )
    assert version is not None
    assert package["version"] == version[1]
