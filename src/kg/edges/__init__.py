"""Command line and HTTP: they translate and decide nothing."""
