"""The site: its pages, its links, and the examples that the studio opens with."""
