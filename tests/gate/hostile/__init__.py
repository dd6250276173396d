"""Requests with something hostile in them, put to a gate that runs: none is answered with more than the
same request without it."""
