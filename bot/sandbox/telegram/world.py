"""The emulated Telegram as a whole, with the verbs of its people."""

from collections.abc import Callable
from typing import TypeVar

from bot.sandbox.limits import Purse
from bot.sandbox.telegram import view
from bot.sandbox.telegram.doors import Doors
from bot.sandbox.telegram.inline import Inline, InlineQuery
from bot.sandbox.telegram.messages import Answer, Message, Press
from bot.sandbox.telegram.webhook import Webhook

T = TypeVar("T")


class World(Doors, Inline):
    """Starts with a coach, two parents and the team's room."""

    def __init__(self, token: str, now: Callable[[], float], era: int = 0) -> None:
        super().__init__(token, now, era)
        self.webhook: Webhook | None = None
        self.purse = Purse()
        self.furnish()

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Deliver by this one from now on, or by long polling."""
        if self.webhook is not None:
            self.webhook.close()
        self.webhook = webhook
        self.updates.webhook_active = webhook is not None

    def furnish(self) -> None:
        """Dana leads the Tigers room, where the bot may invite; Bob and Carol are outside."""
        dana = self.add_person("Dana", username="dana", label="coach")
        self.add_person("Bob", username="bob", label="parent")
        self.add_person("Carol", label="parent")
        room = self.add_room("Tigers room", owner_id=dana.id)
        rights = {"can_invite_users": True}
        self.set_bot_status(room.id, "administrator", rights, by=dana.id)

    def reset(self) -> None:
        """Back to the first world; the bot's settings and its numbering go on."""
        self.clear()
        self.updates.drop()
        self.furnish()
        self.changes.publish("reset")

    def messages(self, chat_id: int) -> list[Message]:
        """What is in a chat now, oldest first."""
        return list(self.logs.get(chat_id, {}).values())

    def answers(self, callback_query_id: str) -> list[Answer]:
        """What the bot answered to a tap: nothing yet, or one answer."""
        press = self.presses.get(callback_query_id)
        if press is None:
            raise ValueError(f"There was no tap with the id {callback_query_id}.")
        return [press.answer] if press.answer else []

    def settle(self, press: Press, answer: Answer) -> None:
        """The bot answers a tap."""
        press.answer = answer
        self.changes.publish("answer", **view.answer(press, answer))

    def offer(self, query: InlineQuery) -> None:
        """The bot answers somebody who typed its name."""
        self.changes.publish("offers", **view.offers(query))

    async def wait_for(self, predicate: Callable[[], T], timeout: float) -> T:
        """The first true value of `predicate`, asked again at every change.

        Raises `TimeoutError` after `timeout` seconds.
        """
        return await self.changes.wait_for(predicate, timeout)
