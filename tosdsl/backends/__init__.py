"""What rules are made into: siblings that do not know each other, and no pass."""
