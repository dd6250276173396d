"""Texts that are edited again and again: what was made of them before is taken where it is the same.

``memory``   ``Workspace``: in a running process, item by item, whatever the edit was
``mending``  ``mend``: from the cache on disk, where a few clauses were edited inside
``blocks``   cuts a text into its clauses and what is around them, for ``mending``
``code``     the code of verdicts, of which the clauses that have changed are filed anew

The answer is that of a load of the texts as they are, places and mistakes included.
"""
