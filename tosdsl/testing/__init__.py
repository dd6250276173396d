"""Scenarios run, and what helps to test policies.

``scenarios``   runs a policy's own scenarios
``reports``     the results as text lines, JSON, JUnit XML
``strategies``  Hypothesis strategies for policies and facts (imports hypothesis)
"""
