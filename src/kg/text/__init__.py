"""Plain text: names, periods and the grammar of printed figures; no RDF."""
