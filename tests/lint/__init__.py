"""What the linter finds, and what it must not."""
