"""Annotated walks over the graph: read from files, and held against the record."""
