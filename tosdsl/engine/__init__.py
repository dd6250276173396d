"""From a question to its answer: the documents that answer, their program, its findings, the
decision.

``answers``      about one choice of documents; ``alternatives``: where it is open which version governs
``many``         the same where clauses are so many that they are looked up first
``completions``  what every way to fill in the unknown facts agrees on (with ``open``, ``diagrams`` and
                 ``joined``)
``ladder``       the open rungs of an enforcement ladder
``steps``        what a question costs, told before it is answered
``conditions``   conditions by themselves; ``opaque``: those without a test in the code of verdicts
``alike``        the decisions that are kept, by all that they hang on
``plans``, ``dated``, ``memo``, ``owner``  the functions that a program calls, and what they keep
``counts``       how often the slower ways were taken
"""
