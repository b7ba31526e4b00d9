"""Cards: what can be tapped, as messages that are drawn anew."""
