"""Entities joined by accepted edges: paths, places, pictures."""
