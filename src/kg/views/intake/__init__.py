"""Taking a document in: its text, its figures as candidates for the record, what changed."""
