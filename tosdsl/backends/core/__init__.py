"""The core as text, for people: what ``tosdsl compile --to core`` prints."""
