"""Comments in a text that is laid out: where each goes."""

from __future__ import annotations

from textwrap import dedent

from tosdsl.syntax.format import format_file
from tosdsl.syntax.parser import parse


def check(written: str, laid_out: str) -> None:
    """The comments of the text are laid out so, and stay so."""
    for text in (dedent(written), dedent(laid_out)):
        parsed = parse(text)
        assert [found.message for found in parsed.diagnostics] == []
        assert format_file(parsed.file, parsed.comments) == dedent(laid_out)


def test_comments_stay_where_they_are() -> None:
    text = """\
    # The licence of this text.

    policy p  # the first line
        # of the header
        default permit

    # about rows
    use a
    use b  # beside

    # a second group
    use c

    forbid f
        # above the description
        "What."  # beside it
        # below it
        when all of  # opener
            x
            # end of the list
        # end of the clause

    # between items
    scenario "s"
        # before the facts
        given  # opener
            # first of the facts
            a: 1
            # last of the facts
        expect permitted

    # the end
    """
    check(text, text)


def test_comments_beside_lines_that_are_joined_come_apart() -> None:
    check(
        """\
        policy p
        forbid f
            when a  # first
                and b  # second
            provided c
        """,
        """\
        policy p

        forbid f
            when a and b  # first
            # second
            provided c
        """,
    )
