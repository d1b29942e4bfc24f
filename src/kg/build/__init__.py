"""From triples to a checked snapshot."""
