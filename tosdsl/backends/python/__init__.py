"""Rules as Python: decision trees, an index for many clauses, keys of decisions."""
