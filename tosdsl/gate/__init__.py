"""The gate: a request comes in at a door, and a verdict on the use that it describes comes out.

    gate.yaml -> reading -> plan -> compiled -> deciding: Request -> Outcome -> a door's answer

It is a decision point. It forwards nothing, identifies nobody and enforces nothing itself. INVARIANT:
whatever fails (a source, a register, the log, the program), the outcome is a refusal.
"""
