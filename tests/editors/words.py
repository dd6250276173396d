"""The words of the language as editors colour them, made of the grammar.

``python -m tests.editors.words`` writes the lists of Visual Studio Code, Neovim, Emacs and the studio.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.conftest import ROOT
from tosdsl.syntax.prebuilt import grammar

EDITORS = ROOT / "editors"


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


DECLARING = _set(
    "policy vocabulary use type fact party define section forbid permit require exception except "
    "scenario property enforcement incorporate prevails yields governed reading interpretation"
)
"""Words before the name of something that a line declares or names as a whole."""

OPERATORS = _set(
    "and or not in is if then else some every satisfies all any includes overlaps where for count sum "
    "highest earliest latest lowest rounded starts ends contains with word ignoring case"
)

VALUES = _set("yes no true false none permitted forbidden undetermined not_applicable")
"""Values, and verdicts."""

_TERMINAL = re.compile(r'^[A-Z_]+(?:\.[0-9])?: (?:"([a-z]+)"|/(.*)/)$', re.MULTILINE)
_PATTERN_WORD = re.compile(r"(?<![\\A-Za-z\[-])[a-z][a-z_]+")
_LOOKAHEAD = re.compile(r"\(\?[!=](?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")


def words() -> frozenset[str]:
    """Every word of the language."""
    found: set[str] = set()
    for literal, pattern in _TERMINAL.findall(grammar()):
        if literal:
            found.add(literal)
        else:
            bare = re.sub(r"\[[^]]*\]|\\b", " ", _LOOKAHEAD.sub(" ", pattern))
            found |= set(_PATTERN_WORD.findall(bare))
    return frozenset(found)


def others() -> frozenset[str]:
    """Words that are none of the above."""
    return words() - DECLARING - OPERATORS - VALUES


def any_of(several: frozenset[str]) -> str:
    return "|".join(sorted(several))


def textmate() -> dict[str, Any]:
    """The grammar of Visual Studio Code."""
    before, after = r"(?<![\w.])", r"(?![\w.])"

    def matched(pattern: str, name: str) -> dict[str, Any]:
        return {"match": pattern, "name": f"{name}.tos"}

    return {
        "scopeName": "source.tos",
        "name": "tosdsl",
        "patterns": [
            matched("#.*$", "comment.line.number-sign"),
            {
                **matched('"(?:[^"\\\\]|\\\\.)*"', "string.quoted.double"),
                "captures": {
                    "0": {"patterns": [{"match": r"\\.", "name": "constant.character.escape"}]}
                },
            },
            {
                "match": rf"^\s*({any_of(DECLARING)})\s+([A-Za-z_][\w.]*)",
                "captures": {
                    "1": {"name": "keyword.declaration.tos"},
                    "2": {"name": "entity.name.function.tos"},
                },
            },
            matched(r"\b\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?\b", "constant.numeric.date"),
            matched(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?:\s+[A-Z]{3}\b)?", "constant.numeric"),
            matched(f"{before}(?:{any_of(VALUES)}){after}", "constant.language"),
            matched(f"{before}(?:{any_of(OPERATORS)}){after}", "keyword.operator.word"),
            matched(f"{before}(?:{any_of(DECLARING | others())}){after}", "keyword.control"),
        ],
    }


def vim() -> str:
    """The syntax file of Neovim and Vim."""

    def listed(group: str, several: frozenset[str]) -> str:
        joined = r"\|".join(sorted(several))  # as keywords, some would be options of the command
        return rf'syntax match {group} "\<\%({joined}\)\>"'

    return "\n".join(
        [
            '" Made of the grammar by `python -m tests.editors.words`.',
            "if exists('b:current_syntax') | finish | endif",
            "syntax iskeyword @,48-57,_",
            listed("tosDeclaration", DECLARING),
            listed("tosOperator", OPERATORS),
            listed("tosValue", VALUES),
            listed("tosKeyword", others()),
            r'syntax match tosNumber "\<\d[0-9_.-]*\>"',
            r'syntax region tosString start=+"+ skip=+\\.+ end=+"+ oneline',
            'syntax match tosComment "#.*$" contains=@Spell',
            "highlight default link tosDeclaration Statement",
            "highlight default link tosOperator Operator",
            "highlight default link tosValue Constant",
            "highlight default link tosKeyword Keyword",
            "highlight default link tosNumber Number",
            "highlight default link tosString String",
            "highlight default link tosComment Comment",
            "let b:current_syntax = 'tos'",
            "",
        ]
    )


def emacs() -> str:
    """The lists of words of Emacs."""

    def listed(name: str, several: frozenset[str]) -> str:
        quoted = " ".join(f'"{each}"' for each in sorted(several))
        return f"(defconst tos-words-{name}\n  '({quoted}))\n"

    head = ";;; tos-words.el --- words of tosdsl  -*- lexical-binding: t -*-\n"
    head += ";; Made of the grammar by `python -m tests.editors.words`.\n;;; Code:\n"
    lists = [
        listed("declaring", DECLARING),
        listed("operators", OPERATORS),
        listed("values", VALUES),
        listed("others", others()),
    ]
    return head + "".join(lists) + "(provide 'tos-words)\n;;; tos-words.el ends here\n"


def codemirror() -> str:
    """The lists of words of the studio."""
    head = "// Made of the grammar by `python -m tests.editors.words`.\n"
    classes = {"DECLARING": DECLARING, "OPERATORS": OPERATORS, "VALUES": VALUES, "OTHERS": others()}
    return head + "".join(
        f"export const {name} = new Set({json.dumps(sorted(several))});\n"
        for name, several in classes.items()
    )


def files() -> dict[str, str]:
    """Each file that is made, by its place below ``editors/``."""
    shown = json.dumps(textmate(), indent=2) + "\n"
    return {
        "vscode/syntaxes/tos.tmLanguage.json": shown,
        "neovim/syntax/tos.vim": vim(),
        "emacs/tos-words.el": emacs(),
        "../studio/src/words.js": codemirror(),
    }


def main() -> None:
    for place, text in files().items():
        (EDITORS / place).parent.mkdir(parents=True, exist_ok=True)
        (EDITORS / place).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
