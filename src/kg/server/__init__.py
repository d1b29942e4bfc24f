"""The endpoint over HTTP: SPARQL, updates, graphs, and the processes behind."""
