"""Who answers a query: the store, its processes, another engine."""
