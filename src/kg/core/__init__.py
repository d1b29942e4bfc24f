"""What every layer shares: errors, names, plain values, settings. Imports no RDF library."""
