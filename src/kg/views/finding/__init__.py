"""Finding what a reader means."""
