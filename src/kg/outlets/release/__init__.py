"""A release of the record: a bundle of files that is the same for the same commit, byte by byte."""
