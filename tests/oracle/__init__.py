"""A second way to every answer: the reference evaluator, and a decision made of its findings by itself.

Generated code and the decisions of the program are held to it. Nothing here is shipped.
"""
