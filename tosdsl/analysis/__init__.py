"""Questions about all uses at once: is there one with …? The smallest, or a proof that there is none.

``engine``  ``Analysis.find``: witness, proof, or unknown; ``equal`` for two wholes
``sides``   what can be claimed of one whole: forces, conditions, verdicts
``claims``  claims, and how they are put together
``axes``    the finitely many ways in which a leaf comes out; ``values`` the values that stand for them
``tables``  sets of worlds as integers, for claims over few axes
``search``  the same over many
``smt``     the one door to a solver, where conditions are no tests of leaves; ``terms`` its terms
"""
