"""Why a text cannot be read, and what its writer probably meant. No sound text needs a rule of these.

``stumble``     where the parser stopped, and what comes of it
``recover``     a parser's refusal into a diagnostic, with a way to read on
``tokens``      a token that cannot stand where it is: which rule is asked first
``characters``  a character that begins no token
``expected``    what can stand at a place, in words
``misplaced``   lines at the wrong depth; ``conditional``: conditions where none can stand
``slips``       words of other languages; ``phrases``: those of contracts
``amounts``     what is written another way elsewhere; so ``dates``, ``names``, ``members``,
                and ``brackets``
``deadlines``   what cannot be written yet; also ``extremes``
"""
