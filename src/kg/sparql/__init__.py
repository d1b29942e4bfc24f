"""The text of queries and updates; the engine is asked only to parse."""
