"""Provisions to formulas: what is left of a document when its structure is worked in.

``tests``  conditions to formulas
``rules``  documents to rules
``narrow`` documents without the clauses that cannot matter to a use
"""
