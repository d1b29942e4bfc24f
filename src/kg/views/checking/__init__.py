"""Checking a text against the record: a verdict on each figure, with the claims behind it."""
