"""Provisions to formulas: what is left of a document when its structure is worked in.

``tests``  conditions to formulas
``rules``  documents to rules
``wide``   conditions to formulas, for analysis: more of them are tests, and documents share them
``nodes``  documents to the formulas of every provision and exception, for analysis
``narrow`` documents without the clauses that cannot matter to a use
"""
