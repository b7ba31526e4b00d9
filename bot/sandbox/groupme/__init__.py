"""GroupMe, emulated: API v3 as far as it is described, its callbacks, and its people."""
