"""What the page says of an example is what the studio shows. Here the studio is asked in Python."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from tests.docs.blocks import ROOT, Block, documents
from tests.website.judge import differs
from tosdsl.studio.answers import Studio
from website.examples import Example, examples

STUDIO = Studio()


@cache
def blocks_of_the_book() -> list[tuple[str, Block, tuple[Example, ...]]]:
    """Every block of every page, with what can be tried of it."""
    return [
        (name, block, several)
        for name in (str(page.relative_to(ROOT)) for page in documents())
        for block, several in examples(name, (ROOT / name).read_text(encoding="utf-8"))
    ]


def every_example() -> list[Example]:
    return [each for _, _, several in blocks_of_the_book() for each in several]


def asked(name: str, **request: Any) -> Any:
    answer = json.loads(STUDIO.answer(name, json.dumps(request)))
    assert "ok" in answer, answer
    return answer["ok"]


def shown(example: Example) -> dict[str, Any]:
    """What the studio shows of an example, in the shape in which ``drive.mjs`` tells it."""
    draft = example.state.get("t")
    source = example.state["d"] if draft is None else {"text": draft["text"], "name": draft["name"]}
    match example.view:
        case "write":
            found = asked("check", source=source)
            lint = asked("look over", source=source)["findings"] if example.lint else []
            return {
                "codes": [each["code"] for each in found["diagnostics"]],
                "scenarios": [[each["title"], each["held"]] for each in found["scenarios"]],
                "lint": [each["code"] for each in lint],
            }
        case "ask":
            return {
                "verdict": asked("ask", source=source, use=example.state["u"])["decision"]["verdict"]
            }
        case _:
            (document,) = asked("document", source=source)
            return {"clauses": [each["id"] for each in document["rows"] if each["kind"] == "clause"]}


def test_every_block_of_policy_text_can_be_tried() -> None:
    missing = [
        f"{page}:{block.line}"
        for page, block, several in blocks_of_the_book()
        if block.language == "tos" and not several
    ]
    assert missing == []
    assert len(every_example()) > 480


def test_what_a_page_says_of_its_examples_is_what_the_studio_shows() -> None:
    wrong = [
        f"{each.page}:{each.line}: {why}"
        for each in every_example()
        for why in differs(each, shown(each))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("```tos file=a.tos\npolicy a.b\n    default permt\n```\n", "shows TOS"),
        (
            "```tos under=docs/language/base.tos says=TOS3010\nforbid x\n    when paid\n```\n",
            "says TOS3010",
        ),
        (
            '```tos under=docs/language/base.tos\nscenario "s"\n    expect forbidden\n```\n',
            "does not hold",
        ),
    ],
)
def test_a_page_that_says_something_else_is_seen(text: str, why: str) -> None:
    ((_, (example,)),) = examples("docs/a.md", text)
    assert any(why in each for each in differs(example, shown(example)))


def test_a_changed_text_is_the_one_that_the_page_has_by_then() -> None:
    text = (
        "```tos file=a.tos\nvocabulary v\n\nfact a: boolean\n```\n"
        "```tos file=b.tos\npolicy p\n    default permit\n\nuse v\n```\n"
        '```diff file=b.tos\n     default permit\n+    version "2"\n```\n'
    )
    last = [several[0] for _, several in examples("docs/a.md", text)][-1]
    assert last.text is not None
    assert 'default permit\n    version "2"\n\nuse v\n\n\nvocabulary v\n' in last.text
    assert "version" not in last.state["t"]["base"]


def test_lines_that_do_not_stand_there_are_told() -> None:
    text = "```tos file=a.tos\nvocabulary v\n```\n```diff file=a.tos\n-vocabulary w\n```\n"
    with pytest.raises(ValueError, match="stand 0 times"):
        list(examples("docs/a.md", text))
