"""E-mail: how a notice becomes a message, and how a server is talked to."""
