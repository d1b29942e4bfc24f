"""Deciding on an inbox in the browser: /review, on this machine alone and only where asked for."""
