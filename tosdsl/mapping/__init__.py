"""Which column, field or header is which fact: a mapping, read and checked."""
