"""Versions of the record: what changed between two of them, and the releases that name them."""
