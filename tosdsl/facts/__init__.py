"""A description of a use: from a document or a mapping to typed, known facts.

``document``  YAML or JSON to nodes with places (PyYAML lives only here); ``given``: values of a program
``typed``     the same and typed in one go, of what is known to be right
``plain``     how generated code reads facts as they are given
``read``      nodes to facts, each by the type that the vocabulary gives it
``use``       a whole use: facts, days, assertions, readings
``evidence``  assertions weighed: the facts that count
``schema``    the JSON Schema of a vocabulary's facts
``data``      a use as JSON-ready data, and such data as nodes
"""
