"""Questions that cells of single facts do not settle: arithmetic, facts compared, days, lists.

``door``     the one way in: claims to uses and proofs
``encoded``  parts and claims as terms
``models``   what the solver found, as facts
``terms``    conditions as terms, each made once
``leaves``   facts as terms
``amounts``  values that are written or worked out
``totals``   counts, sums and highest totals of lists
``values``   what a value is to the solver
``z3s``      what is used of z3
``places``   how many items of a list suffice
"""
