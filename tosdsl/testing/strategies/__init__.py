"""Hypothesis strategies for those who test with policies. They generate uses; texts are given.

``uses``   uses of given policies, and days, for tests of the programs that ask them
``aimed``  uses that fit a condition, for the search for one that breaks a property
``near``   values next to those that conditions compare with
"""
