"""Everything of Usher that talks to the outside, and the wiring."""
