"""One use, put to many documents, which may have other vocabularies.

``compare`` decides and gathers, ``report`` words it as text and JSON, ``html`` makes a page of it.
"""
