"""What goes wrong while a gate runs: ``python -m tests.gate.faults`` does it and prints what it saw."""
