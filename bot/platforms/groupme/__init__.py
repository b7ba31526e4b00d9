"""GroupMe as a place where people talk to Usher: callbacks, direct messages, comings and goings."""
