"""Operations on single values, as the language means them: comparison, arithmetic, the calendar, texts,
totals of lists. They know no facts and no expressions; whatever evaluates conditions uses them.

None is unknown. ``none`` (``ABSENT``) is known: it is equal to itself alone, every other comparison
with it is false, and whatever is worked out of it is ``none`` again.
"""
