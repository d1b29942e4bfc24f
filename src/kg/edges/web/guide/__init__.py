"""`/guide`: the documents of the repository, as pages."""
