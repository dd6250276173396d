"""The nouns: every tree of the engine, each immutable, none with behaviour of its own.

``surface``     the text as written
``vocabulary``  types and facts, resolved
``facts``       a description of a use
``norms``       provisions, resolved and typed, exceptions kept
``versions``    which version of a document the days of a question choose
``wording``     a typed condition, back as text
``walk``        what an expression reads
``findings``    what the meaning finds in a question

Nothing here imports a pass.
"""
