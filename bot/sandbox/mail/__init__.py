"""An emulated mail server: takes messages by SMTP, and keeps them to be looked at."""
