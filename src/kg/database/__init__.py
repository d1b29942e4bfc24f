"""Stores that change: one process writes, states are published for readers."""
