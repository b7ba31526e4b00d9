"""The emulated WhatsApp as a whole, with the verbs of its people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.telegram.changes import Changes
from bot.sandbox.whatsapp import wire
from bot.sandbox.whatsapp.errors import Refusal
from bot.sandbox.whatsapp.limits import Limits
from bot.sandbox.whatsapp.templates import FIRST, fill
from bot.sandbox.whatsapp.things import Account, Message, Template

PHONE_ID, BUSINESS_ID = "100000000000001", "200000000000002"
SHOWN_NUMBER, SHOWN_NAME = "+1 202-555-0100", "Usher club"
FIRST_NUMBER = 12025550101
WINDOW_S = 24 * 3600
FIRST_ID = 800_000


class World:
    """`now` gives Unix seconds. `told` is called with what a webhook posts. `quiet`: no statuses
    come by themselves. `is_limited`: Meta's limits are kept to. People's verbs raise
    ValueError for what an app would not let them do.
    """

    def __init__(
        self,
        now: Callable[[], float],
        changes: Changes,
        era: int = 0,
        is_limited: Callable[[], bool] = lambda: False,
    ) -> None:
        self.now = now
        self.limits = Limits(now, is_limited)
        self.changes = changes
        self.told: Callable[[dict[str, Any]], None] | None = None
        self.quiet = False
        self._last_id = FIRST_ID + era
        self.reset()

    def reset(self) -> None:
        """Back to the first world: Dana, Erin and Frank, of whom nobody has written yet."""
        self.limits.reset()
        self.accounts: dict[str, Account] = {}
        self.messages: list[Message] = []
        self.templates: list[Template] = list(FIRST)
        self.files: dict[str, tuple[str, bytes]] = {}
        for name in ("Dana", "Erin", "Frank"):
            self.add_account(name)

    def add_account(self, name: str, number: str | None = None) -> Account:
        """Somebody with WhatsApp; `number` in digits."""
        given = number or str(FIRST_NUMBER + len(self.accounts))
        account = Account(given, name, f"US.{self.next_id()}{given}")
        self.accounts[given] = account
        self.show(account)
        return account

    def next_id(self) -> str:
        """Never given before."""
        self._last_id += 1
        return str(self._last_id)

    def find(self, name: str) -> Account:
        """The first of that name."""
        return next(one for one in self.accounts.values() if one.name == name)

    def account(self, number: str) -> Account:
        """Raises ValueError."""
        if number not in self.accounts:
            raise ValueError("Nobody has that number.")
        return self.accounts[number]

    def write(self, number: str, text: str) -> Message:
        """Somebody writes to the business, which opens the window."""
        typed = text.strip()
        if not 0 < len(typed) <= 4096:
            raise ValueError("A message has 1 to 4096 characters.")
        return self.hear(number, "text", {"text": {"body": typed}}, {"text": typed})

    def tap(self, number: str, message_id: str, answer: str) -> Message:
        """Somebody taps a button below a message, or a row of its list."""
        message = next((one for one in self.messages if one.id == message_id), None)
        buttons = message.shown.get("buttons", []) if message else []
        found = next((one for one in buttons if one["id"] == answer), None)
        if message is None or found is None:
            raise ValueError("There is no such button.")
        context = {"context": {"from": SHOWN_NUMBER, "id": message.id}}
        shown = {"text": found["title"]}
        if found["kind"] == "button":
            payload = {"payload": found["id"], "text": found["title"]}
            return self.hear(number, "button", {"button": payload, **context}, shown)
        kind = found["kind"]
        reply = {"type": kind, kind: {"id": found["id"], "title": found["title"]}}
        return self.hear(number, "interactive", {"interactive": reply, **context}, shown)

    def hear(
        self, number: str, kind: str, content: dict[str, Any], shown: dict[str, Any]
    ) -> Message:
        """A message of theirs, of any type, which a webhook tells."""
        account = self.account(number)
        account.wrote_at = self.now()
        self.limits.heard()
        message = self._add(account, kind, content, shown, from_business=False)
        contacts = [wire.contact(account)]
        self._tell(contacts=contacts, messages=[wire.said(message, account)])
        return message

    def deliver(self, account: Account, kind: str, body: Mapping[str, Any]) -> Message:
        """What the business sends. Raises Refusal."""
        shown = self._seen(kind, body[kind])
        if kind != "template" and not self.is_open(account):
            raise Refusal(131047, "More than 24 hours have passed since the customer last replied")
        self.limits.take(account.number)
        content = {kind: body[kind]}
        message = self._add(account, kind, content, shown, from_business=True)
        message.opaque = body.get("biz_opaque_callback_data")
        return message

    def progress(self, message: Message) -> None:
        """What becomes of a message by itself."""
        if self.quiet:
            return
        if self.accounts[message.number].gone:
            self.report(message, "failed", Refusal(131026, "Message undeliverable."))
            return
        self.report(message, "sent")
        self.report(message, "delivered")

    def report(self, message: Message, kind: str, failure: Refusal | None = None) -> None:
        """A status is told."""
        message.status = kind
        of = self.accounts[message.number]
        self._tell(statuses=[wire.status(message, kind, int(self.now()), of, failure)])
        self.changes.publish("whatsapp_message", **wire.shown_message(message))

    def read(self, number: str) -> int:
        """Somebody opens the chat: what came is read; how many messages."""
        unread = [one for one in self.sent_to(number) if one.status in ("sent", "delivered")]
        for message in unread:
            self.report(message, "read")
        return len(unread)

    def is_open(self, account: Account) -> bool:
        """Whether they wrote within the last 24 hours."""
        return account.wrote_at is not None and self.now() - account.wrote_at < WINDOW_S

    def sent_to(self, number: str) -> list[Message]:
        """What the business sent there, oldest first."""
        return [one for one in self.messages if one.number == number and one.from_business]

    def show(self, account: Account) -> None:
        self.changes.publish("whatsapp_account", **wire.shown_account(account))

    def _seen(self, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """What the person sees of it."""
        if kind == "template":
            return fill(self.templates, content)
        if kind == "interactive":
            return _interactive(content)
        if kind == "text":
            return {"text": content["body"]}
        if kind == "location":
            return {"text": "\n".join(_place_words(content))}
        name = str(content.get("filename") or "")
        seen = {"text": str(content.get("caption") or ""), "file": name}
        return {**seen, "picture": str(content["id"]) if kind == "image" else ""}

    def _add(
        self,
        account: Account,
        kind: str,
        content: dict[str, Any],
        shown: dict[str, Any],
        *,
        from_business: bool,
    ) -> Message:
        number = f"wamid.SANDBOX{self.next_id():0>48}"
        at = int(self.now())
        message = Message(number, account.number, from_business, kind, content, at, shown=shown)
        self.messages.append(message)
        self.changes.publish("whatsapp_message", **wire.shown_message(message))
        return message

    def _tell(self, **value: Any) -> None:
        if self.told is not None:
            self.told(wire.envelope(BUSINESS_ID, PHONE_ID, SHOWN_NUMBER, **value))


def _place_words(content: Mapping[str, Any]) -> list[str]:
    degrees = f"{content['latitude']}, {content['longitude']}"
    return ["📍", *(str(content[name]) for name in ("name", "address") if name in content), degrees]


def _interactive(content: Mapping[str, Any]) -> dict[str, Any]:
    action = content["action"]
    if content["type"] == "button":
        replies = [one["reply"] for one in action["buttons"]]
        kind, title = "button_reply", ""
    else:
        replies = [row for section in action["sections"] for row in section["rows"]]
        kind, title = "list_reply", action["button"]
    buttons = [{"id": one["id"], "title": one["title"], "kind": kind} for one in replies]
    return {"text": content["body"]["text"], "buttons": buttons, "list": title}
