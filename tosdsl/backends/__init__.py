"""What the core is made into. Back ends know neither each other nor a pass.

``python``  functions of facts, and decision trees of rules
``wire``    types and keys for JSON as bytes
``sql``     one statement over a table of uses
``core``    the core as text
``code``    what ``python`` and ``wire`` generate with
"""
