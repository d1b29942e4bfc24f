"""Answers to queries as pages show them: rows in words, a picture of relations, ready questions."""
