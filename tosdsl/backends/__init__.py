"""What rules are made into: ``python`` and ``wire`` do not know each other, and no pass; what both
generate with is in ``code``."""
