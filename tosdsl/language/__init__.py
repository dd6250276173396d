"""What editors, the studio and the site ask about texts: texts in, plain data out, and no protocol.

``check``        what was understood of open buffers, and every mistake
``occurrences``  where each symbol stands, and how
``describe``     what there is to say of a symbol
``expected``     what may stand at a place of a text, broken or not
``edits``        the mends of mistakes as edits of the text
``known``        one use put to documents of several vocabularies
``data``         decisions, scenarios, coverage and differences in one shape each
``outline``      what a text holds, part by part
``tested``       what scenarios come to, and which clauses they reach
``everywhere``   a symbol in many texts, each read by itself, and what a new name of it would do

Each function is pure; a ``Workspace`` makes them faster and no other.
"""
