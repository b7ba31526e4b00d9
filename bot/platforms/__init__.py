"""Where people talk to Usher, one folder each: what came in <-> Incoming, Reply -> API."""
