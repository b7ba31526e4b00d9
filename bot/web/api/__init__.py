"""REST under /api/v1: an operation is data, as a command is; the core decides who may do what."""
