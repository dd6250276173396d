"""The meaning, written to be read beside the language's description. Slow, short, obvious.

``truth``     Kleene's three-valued logic
``evaluate``  a condition or value under facts
              (``calendar``: days counted; ``lists``: sums and stretches; ``texts``: tests on text)
``scope``     where a norm stands, and whether it counts there
``force``     which norms and exceptions have force
``verdict``   the sections' tables and their completions
``duties``    the states of obligations
``needs``     the unknown facts that can still change the verdict
              (``fold`` and ``residual``: what is left once the known ones are filled in)
``ladder``    which rungs of an enforcement ladder are open, under several kinds of evidence
``decide``    all of it, as ``trees.findings``

Every fast path is held to this package. It imports trees and limits, and nothing else.
"""
