"""Names and types: surface trees to vocabularies and norms, and documents to a linked whole.

``vocabulary``   types, facts, parties
``expressions``  conditions and values, typed
``policy``       one document's provisions
``scenarios``    what scenarios give and expect
``properties``   what properties suppose and expect
``link``         several documents: incorporation, and which norm prevails over which

Nothing here raises on what a text says: mistakes come back as diagnostics.
"""
