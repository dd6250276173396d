"""The layout's laws on any tree: it reads back, a second pass changes nothing, no comment is lost."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.generators import surface_files
from tosdsl.syntax.format import format_file
from tosdsl.syntax.parser import parse
from tosdsl.trees import surface as s

SAMPLE = """\
vocabulary ai_services
    "Facts about using an AI provider's service to build models."

type Purpose is one of
    generate  "produce new content"
    classify  "assign labels to data"
    categorize
    organize  "arrange or index data, embeddings among it"

type Model has
    purpose: Purpose                     "What is the model primarily intended for?"
    competes_with: list of party judged  "Whose products does the model compete with?"
    distributed: boolean                 "Is it distributed to third parties?"
    commercially_available: boolean      "Can third parties get it commercially?"
    base_offered_by: party               "Whose fine-tuning service does it start from, if any?"

fact activities: list of Activity  "Which steps of building the model is the output used in?"
fact output_of: list of party      "Whose services produced the output that is used?"
fact model: Model


policy openai.business_terms
    title "OpenAI Business Terms"
    provider openai
    version "2023-11-14"
    effective from 2023-11-14 until 2025-05-30
    recorded 2024-01-10
    source "https://openai.com/policies/business-terms"
    default permit

use ai_services

define development as
    activities overlaps {train, evaluate, distill, fine_tune}

section restrictions at "2"

    forbid competing_models at "2(e)"
        "Using output to develop AI models that compete with the provider."
        when all of
            output_of includes provider
            development
            model.competes_with includes provider
        except classifiers at "2(e)(i)"
            "Models that primarily sort data, kept in house."
            when model.purpose in {classify, categorize, organize}
            provided not model.distributed
            provided not model.commercially_available
        except fine_tuning at "2(e)(ii)"
            when activities includes fine_tune and model.base_offered_by is provider

scenario "an in-house ticket classifier"
    given
        activities: [train]
        output_of: [openai]
        model.purpose: classify
        model.competes_with: [openai]
        model.distributed: no
        model.commercially_available: no
    expect permitted
    expect competing_models defeated by classifiers
"""

LENIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def formatted(text: str) -> str:
    parsed = parse(text)
    return format_file(parsed.file, parsed.comments)


def comments_of(text: str) -> Counter[str]:
    return Counter(comment.text for comment in parse(text).comments)


@st.composite
def with_comments(draw: st.DrawFn, text: str) -> str:
    """The text with comments at ends of lines and on lines of their own, and blank lines."""
    lines: list[str] = []
    words = st.sampled_from(["#", "# first", "# second", '# "quoted', "## and or # not"])
    for line in [*text.rstrip("\n").split("\n"), ""]:
        for kind in draw(st.lists(st.sampled_from(["blank", "own"]), max_size=2)):
            own = " " * draw(st.integers(0, 14)) + draw(words)
            lines.append(own if kind == "own" else "")
        if line and draw(st.integers(0, 3)) == 0:
            line += " " * draw(st.integers(1, 3)) + draw(words)
        lines.append(line)
    return "\n".join(lines)


@LENIENT
@given(surface_files())
def test_what_is_written_reads_back(tree: s.File) -> None:
    parsed = parse(format_file(tree))
    assert parsed.file == tree
    assert [found.message for found in parsed.diagnostics if tree.units] == []


@LENIENT
@given(surface_files())
def test_a_second_pass_changes_nothing(tree: s.File) -> None:
    text = format_file(tree)
    assert formatted(text) == text


@LENIENT
@given(surface_files())
def test_a_text_has_no_loose_ends(tree: s.File) -> None:
    text = format_file(tree)
    assert all(line == line.rstrip(" ") for line in text.split("\n"))
    assert text == "" or (text.endswith("\n") and not text.endswith("\n\n"))


@LENIENT
@given(st.data(), st.integers(10, 200))
def test_comments_are_kept(data: st.DataObject, width: int) -> None:
    tree = data.draw(surface_files())
    with patch("tosdsl.syntax.lines.WIDTH", width):  # so that lines are joined, and lines broken
        other = format_file(tree)
    text = data.draw(with_comments(other))
    assert parse(text).file == tree
    once = formatted(text)
    assert parse(once).file == tree
    assert comments_of(once) == comments_of(text)
    assert formatted(once) == once


def test_the_sample_of_the_language_is_laid_out_already() -> None:
    assert formatted(SAMPLE) == SAMPLE


@LENIENT
@given(st.data())
def test_comments_in_the_sample_are_kept(data: st.DataObject) -> None:
    text = data.draw(with_comments(SAMPLE))
    once = formatted(text)
    assert parse(once).file == parse(SAMPLE).file
    assert comments_of(once) == comments_of(text)
    assert formatted(once) == once
