"""Own IRIs and what machines look for: page or data, nanopublications, descriptions."""
