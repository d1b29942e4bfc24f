"""What of the record stands in pages and messages of others: pictures, frames, schema.org."""
