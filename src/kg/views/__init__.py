"""What a reader asks of a store, as plain values: questions, entities, conflicts, pictures."""
