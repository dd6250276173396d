"""Receipts: a decision written down so that anybody can decide it again and see that it is the same.

    policies, a use -> write -> Receipt -> bytes -> model -> Receipt -> replay -> what differs

``find`` looks for the texts by their digests, ``provenance`` tells the same as W3C PROV.
"""
