"""Taking a document in: its text, its figures as candidates for the record, and what has changed."""
