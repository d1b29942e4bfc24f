"""Where quads live while running: build and derive, snapshots, the store port, checks."""
