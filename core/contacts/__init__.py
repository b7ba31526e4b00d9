"""People as lists and chats write them down: phone numbers, e-mail addresses, files."""
