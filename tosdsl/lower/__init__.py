"""Norms to the core, and the core to formulas.

``core``     documents to one list of nodes, and what each node is for
``parts``    nodes of conditions to parts of a space of formulas
``tests``    the comparisons that are tests of one leaf, the atoms of formulas
``rules``    a program to rules, for verdicts
``nodes``    a program to the formulas of every norm and exception, for analysis
``unfolded`` nodes as expressions again
``narrow``   documents without the clauses that cannot matter to a use
"""
