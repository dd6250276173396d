"""What was worked out once is not worked out again: a cache on disk, safe to share and safe to lose.

``place``     where the cache is, and whether it may be trusted
``store``     files there: written whole or not at all, read only if nobody else could have written them
``image``     one entry: named sections of plain data, each read when it is asked for
``manifest``  what a load read, so that the entry holds only while all of it is unchanged
``codec``     trees as plain data; with ``nodes`` and ``lazy``, which import attrs and are loaded last

INVARIANT: nothing here raises because of what is on the disk. A cache that cannot be used is a miss.
"""
