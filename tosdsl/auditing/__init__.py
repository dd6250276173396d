"""Tables of uses: every row is judged where the data are, and what that needs."""
