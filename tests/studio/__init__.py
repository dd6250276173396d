"""The studio: what it answers, and the page itself in a browser."""
