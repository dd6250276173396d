"""Why a text cannot be read, and what its writer probably meant. No sound text needs a rule of these.

``stumble``     where the parser stopped, and what comes of it
``recover``     a parser's refusal into a diagnostic, with a way to read on
``tokens``      a token that cannot stand where it is: which rule is asked first
``characters``  a character that begins no token
``expected``    what can stand at a place, in words
``misplaced``, ``conditional``                  lines at the wrong depth, conditions where none can stand
``slips``, ``phrases``                          words of other languages, phrases of contracts
``amounts``, ``dates``, ``names``, ``members``, ``brackets``   what is written another way elsewhere
``deadlines``, ``extremes``                     what cannot be written yet
"""
