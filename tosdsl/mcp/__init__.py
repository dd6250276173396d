"""The policies as tools for assistants and agents, by the Model Context Protocol.

None of them changes anything. ``tools`` has what each tool answers, without the protocol; ``server`` is
the one door to its SDK.
"""
