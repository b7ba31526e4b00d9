"""Emulations of the services outside Usher, spoken to over HTTP as to the real ones."""
