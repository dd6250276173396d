"""Every door against the real program: ``python -m tests.gate.doors`` prints the table."""
