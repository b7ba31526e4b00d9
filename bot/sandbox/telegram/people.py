"""Those who hold a phone in the emulated Telegram."""

from dataclasses import dataclass


@dataclass
class User:
    """A person, or a bot; `started` and `blocked` are about their chat with our bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "en"
    label: str | None = None
    is_bot: bool = False
    started: bool = False
    blocked: bool = False

    @property
    def name(self) -> str:
        """The full name as the apps show it."""
        return f"{self.first_name} {self.last_name or ''}".strip()


# Everybody who writes as the group itself shares this account (Bot API, Message.from).
GROUP_ANONYMOUS_BOT = User(
    1087968824, "Group", username="GroupAnonymousBot", language_code=None, is_bot=True
)
