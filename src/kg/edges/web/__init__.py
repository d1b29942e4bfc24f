"""HTTP: routes, templates and static files over the views; translates only."""
