"""Where facts are kept between requests: registers (rows by key) and counters (integers by subject)."""
