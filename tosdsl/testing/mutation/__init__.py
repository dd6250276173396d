"""Mutation of policies: small changes of the law, and which of them the scenarios notice."""
