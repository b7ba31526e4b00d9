"""What Usher is fast at, measured beside its limits: `make bench`."""
