"""The meaning, written to be read beside the language's description. Slow, short, obvious.

``truth``     Kleene's three-valued logic
``evaluate``  a condition or value under facts
``force``     which norms and exceptions have force
``verdict``   the sections' tables and their completions
``needs``     the unknown facts that can still change the verdict
``decide``    all of it, as ``trees.findings``

Every fast path is held to this package. It imports trees and nothing else.
"""
