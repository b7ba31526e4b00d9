"""Telegram: its people, chats and messages, and the Bot API over them."""
