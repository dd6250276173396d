"""The command line: one module a command, ``main`` that knows them, ``terminal`` that prints."""
