"""The canonical layout, case by case: what is written, and how it is laid out."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tosdsl.syntax.format import format_file
from tosdsl.syntax.lines import format_expression
from tosdsl.syntax.parser import parse
from tosdsl.trees import surface as s


def check(written: str, laid_out: str) -> None:
    """The text reads without a mistake, is laid out so, and stays so."""
    parsed = parse(dedent(written))
    assert [found.message for found in parsed.diagnostics] == []
    text = format_file(parsed.file, parsed.comments)
    assert text == dedent(laid_out)
    again = parse(text)
    assert again.file == parsed.file
    assert format_file(again.file, again.comments) == text


def test_header_lines_have_one_order() -> None:
    check(
        """\
        policy p
          default permit
          version "1"
          "What it is."
          effective  from 2023-11-14   until 2025-05-30
          provider openai
          title "T"
          source "s"
          recorded 2024-01-10
        """,
        """\
        policy p
            "What it is."
            title "T"
            provider openai
            version "1"
            effective from 2023-11-14 until 2025-05-30
            recorded 2024-01-10
            source "s"
            default permit
        """,
    )


def test_items_are_one_line_apart_rows_are_not_and_units_two() -> None:
    check(
        """\
        vocabulary v
        use a
        use b
        type T has
            a: boolean
        policy p
        incorporate q at "1"
            "Flow-down."
        incorporate q@2023-11-14#clause
        prevails over q
        define d as x
        """,
        """\
        vocabulary v

        use a
        use b

        type T has
            a: boolean


        policy p

        incorporate q at "1"
            "Flow-down."
        incorporate q@2023-11-14#clause

        prevails over q

        define d as
            x
        """,
    )


def test_texts_beside_lines_stand_in_a_column() -> None:
    check(
        """\
        vocabulary v
        fact a: boolean "A?"
        fact bcd: list of party judged "B?"
        fact a_name_that_is_longer_than_anyone_would_like: boolean "C?"
        fact without_a_question: integer
        """,
        """\
        vocabulary v

        fact a: boolean                 "A?"
        fact bcd: list of party judged  "B?"
        fact a_name_that_is_longer_than_anyone_would_like: boolean  "C?"
        fact without_a_question: integer
        """,
    )


def test_a_clause_and_its_parts_have_one_order() -> None:
    check(
        """\
        policy p
        section a at "1"
            forbid f at "1(a)"
                except g
                notwithstanding s
                subject to c, everything else
                provided
                    y
                when
                    all of
                        x
                        none of
                            y
                            z
                "What."
                except h at "1(b)"
                    provided x
                    when z
            exception g
                when w
            default forbid
            applies when x
        """,
        """\
        policy p

        section a at "1"
            applies when x
            default forbid

            forbid f at "1(a)"
                "What."
                when all of
                    x
                    none of
                        y
                        z
                provided y
                subject to c, everything else
                notwithstanding s
                except g
                except h at "1(b)"
                    when z
                    provided x

            exception g
                when w
        """,
    )


@pytest.mark.parametrize(
    ("written", "laid_out"),
    [
        ("define d as all of\n    x\n    y", "define d as all of\n    x\n    y"),
        ("define d as x", "define d as\n    x"),
        ('define d as\n  "What."\n  all of\n    x', 'define d as\n    "What."\n    all of\n        x'),
        ('define d as "text"', 'define d as "text"'),
    ],
)
def test_a_definition_has_its_body_below(written: str, laid_out: str) -> None:
    check(f"policy p\n{written}\n", f"policy p\n\n{laid_out}\n")


def test_a_long_condition_breaks_before_and_and_or() -> None:
    check(
        """\
        policy p
        forbid f
            when the_first_of_the_conditions is one
             and (the_second is two or the_third is 3) and the_last and the_very_last
        """,
        """\
        policy p

        forbid f
            when the_first_of_the_conditions is one
                and (the_second is two or the_third is 3)
                and the_last
                and the_very_last
        """,
    )


def test_a_long_list_breaks_after_a_comma_and_targets_say_their_word_again() -> None:
    check(
        """\
        policy p
        forbid f
            when activity in {
                the_first_activity, the_second_activity, the_third_activity, the_fourth_activity
            }
            subject to the_first_permission, the_second_permission, the_third_permission
            subject to the_fourth_permission, last
        """,
        """\
        policy p

        forbid f
            when activity in {the_first_activity, the_second_activity, the_third_activity,
                the_fourth_activity}
            subject to the_first_permission, the_second_permission, the_third_permission
            subject to the_fourth_permission, last
        """,
    )


@pytest.mark.parametrize(
    "condition",
    [
        "not a is b",
        "not (a and b)",
        "(not a) is b",
        "a and (b or c) and (d and e)",
        "(a is b) is not (c in {d, e})",
        "not not a",
        '"say \\"x\\" \\\\ \\n" is t',
        "n >= 10_000 and n < -1_234_567 and n is not 9999",
        "d > 2024-01-01 and yes is x",
        "(all is x)",
    ],
)
def test_brackets_stand_only_where_they_are_needed(condition: str) -> None:
    check(
        f"policy p\nforbid f\n    when ({condition})\n", f"policy p\n\nforbid f\n    when {condition}\n"
    )


def test_a_word_of_the_language_can_begin_a_line() -> None:
    lines = (
        "    when all of\n        any of\n            a\n        default is b\n        provider is c\n"
    )
    check(f"policy p\nforbid f\n{lines}", f"policy p\n\nforbid f\n{lines}")
    define = 'define d as\n    "What it means."\n    provider is c\n'
    check(f"policy p\n{define}", f"policy p\n\n{define}")


def test_a_block_inside_a_line_is_refused() -> None:
    with pytest.raises(ValueError, match="all of"):
        format_expression(s.Not(s.Block("all", (s.Name("a"),))))
