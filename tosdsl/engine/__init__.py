"""From a question to its answer: the documents that answer, their program, its findings, the
decision."""
