"""Pages and feeds of releases: what changed, what was withdrawn, what can be downloaded."""
