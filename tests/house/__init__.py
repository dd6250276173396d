"""The house itself: imports, codes, grammar, words, style, the wheel."""
