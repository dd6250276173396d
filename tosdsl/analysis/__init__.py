"""Questions about all uses at once: is there one with …? The smallest, or a proof that there is none.

``engine``  ``Analysis.find``: witness, proof, or unknown; ``equal`` for two wholes
``sides``   what can be claimed of one whole: forces, conditions, verdicts
``claims``  claims, and how they are put together
``axes``    the finitely many ways in which a leaf comes out; ``values`` the values that stand for them
``tables``  sets of worlds as integers, for claims over few axes
``index``   which clauses of many a few known facts leave open
``search``  the same as tables, over many axes; ``sample`` many worlds that are looked at first
``ranges``  the values that come out like the one that is shown
``solver``  where conditions are no tests of leaves
``pairs``   what of one whole is what of another; ``diff`` the classes of change between them,
            ``changes`` what these are, ``besides`` what no use can tell, ``report`` all of it in words
``proving`` properties; ``ask`` what would settle one use
"""
