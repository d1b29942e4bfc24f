"""Deciding on the candidates of an inbox: a journal of decisions, and the rows that come of it."""
