"""Text to surface tree and back. The only package that knows lark.

``source``   comments, tabs, top-level items: what happens before a token exists
``layout``   indentation into tokens
``build``    the parser's reductions into nodes
``mistakes`` a parser's refusal into a diagnostic, with a way to read on
``parser``   ``parse(text) -> Parsed``; never raises on what a text holds
``format``   ``format_file(tree, comments) -> text``, the one canonical layout
``markdown`` the same for the blocks of a Markdown file
"""

from tosdsl.syntax.parser import Parsed, parse

__all__ = ["Parsed", "parse"]
