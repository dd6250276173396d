"""Questions that cells of single facts do not settle: arithmetic, facts compared, days, lists.

``door``     the one way in: claims to uses and proofs
``encoded``  parts and claims as terms
``models``   what the solver found, as facts
``terms``    conditions as terms
``values``   what a value is to the solver
``places``   how many items of a list suffice
"""
