"""The meaning, written to be read beside the language's description. Slow, short, obvious.

``evaluate``  a condition or value under facts
              (``lists``: sums and stretches; ``limited``: values that grew past a limit)
``scope``     where a norm stands, and whether it counts there
``force``     which norms and exceptions have force
``verdict``   the sections' tables and their completions
``duties``    the states of obligations
``completions``  what every way to fill in the unknown facts agrees on, and which facts matter
              (``fold`` and ``residual``: what is left once the known ones are filled in;
              ``representatives``: which values it takes)
``ladder``    which rungs of an enforcement ladder are open, under several kinds of evidence
``decide``    all of it, as ``trees.findings``

Every fast path is held to this package. Only tests import it. It imports trees,
``base``, and the operations on single values.
"""
