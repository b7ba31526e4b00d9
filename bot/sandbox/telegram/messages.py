"""Messages, button presses and what the bot answers to them."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram.formatting import safe_html

Entity = dict[str, Any]


@dataclass
class Message:
    """One message of one chat. `date` and `edit_date` are in Unix seconds."""

    message_id: int
    chat_id: int
    from_id: int
    date: int
    sender_chat_id: int | None = None
    edit_date: int | None = None
    text: str | None = None
    entities: list[Entity] = field(default_factory=list)
    caption: str | None = None
    caption_entities: list[Entity] = field(default_factory=list)
    photo_id: str | None = None
    document_id: str | None = None
    reply_markup: dict[str, Any] | None = None
    reply_to: int | None = None
    forward_origin: dict[str, Any] | None = None
    service: dict[str, Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    inline_id: str | None = None

    @property
    def html(self) -> str | None:
        """The text as HTML that is safe to put into a page."""
        return None if self.text is None else safe_html(self.text, self.entities)

    @property
    def caption_html(self) -> str | None:
        """The caption as HTML that is safe to put into a page."""
        return None if self.caption is None else safe_html(self.caption, self.caption_entities)

    def buttons(self) -> list[dict[str, Any]]:
        """Its inline buttons, row after row."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]


@dataclass(frozen=True)
class Answer:
    """What the bot said to one press of a button."""

    callback_query_id: str
    text: str | None
    show_alert: bool
    url: str | None


@dataclass
class Press:
    """One press of an inline button; `answer` comes once, or never."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    date: float
    answer: Answer | None = None
