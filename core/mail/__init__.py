"""E-mail: what it looks like, who wants it, who got it, and what came back."""
