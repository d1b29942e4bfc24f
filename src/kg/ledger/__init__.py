"""Tables to claims to quads: the compiler; only here is known how a claim looks in RDF."""
