"""What the editor asks, answered from a look at a text; each function is given what it needs.

``places``     spans as ranges and locations
``problems``   mistakes, findings and failed scenarios as diagnostics, and quick fixes
``hover``      what there is to say of a name
``writing``    what may be written, and colours of names
``finding``    where things are declared and used, and by another name
``calls``      which clause defeats which
``layout``     outline, folding, links, the canonical layout
``verdicts``   what scenarios come to, beside the text
``commands``   what a lens or a person runs
"""
