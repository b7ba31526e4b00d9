"""Links that people open: deep links to the bot, invite links, requests to join."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.telegram import wire
from bot.sandbox.telegram.chats import Chat, Member
from bot.sandbox.telegram.keyboards import Keyboards
from bot.sandbox.telegram.links import InviteLink, JoinRequest, new_link_url
from bot.sandbox.telegram.people import User
from bot.sandbox.telegram.talk import START_PAYLOAD

Opened = dict[str, Any]


class Invitations(Keyboards):
    """Verbs about links."""

    def add_link(self, chat_id: int, creator_id: int, **terms: Any) -> InviteLink:
        """A new invite link of an administrator; `terms` as in InviteLink."""
        room = self.live_room(chat_id)
        link = InviteLink(new_link_url(), chat_id, creator_id, **terms)
        room.links[link.url] = link
        self.show_chat(room)
        return link

    def open_link(self, user_id: int, url: str) -> Opened:
        """A person opens a t.me address: `opened` says what came of it, `reason` why not."""
        one = self.person(user_id)
        parts = urlsplit(url if "://" in url else f"https://{url}")
        if parts.hostname not in ("t.me", "telegram.me"):
            raise ValueError("Only t.me links open in Telegram.")
        path = parts.path.strip("/")
        if path.startswith(("+", "joinchat/")):
            return self._open_invite(
                one, f"https://t.me/+{path.removeprefix('joinchat/').lstrip('+')}"
            )
        if path.lower() == (self.bot.username or "").lower():
            return self._open_bot(one, parts.query)
        return {"opened": "refused", "chat_id": None, "reason": "There is nobody at this address."}

    def _open_bot(self, one: User, query: str) -> Opened:
        payload = parse_qs(query, keep_blank_values=True).get("start", [""])[0]
        if payload and not START_PAYLOAD.fullmatch(payload):
            return {"opened": "refused", "chat_id": one.id, "reason": "This link is not valid."}
        self.press_start(one.id, payload or None)
        return {"opened": "private", "chat_id": one.id}

    def _open_invite(self, one: User, url: str) -> Opened:
        link = next((r.links[url] for r in self.rooms.values() if url in r.links), None)
        if link is None:
            return {"opened": "refused", "chat_id": None, "reason": "This link does not exist."}
        room = self.room(link.chat_id)
        reason = link.refusal(self.now()) or self._stranger_only(room, one)
        if reason is not None:
            return {"opened": "refused", "chat_id": room.id, "reason": reason}
        if link.creates_join_request:
            self.request_to_join(room, one, link)
            return {"opened": "requested", "chat_id": room.id}
        link.used += 1
        self.let_in(room, one.id, by=one.id, link=link)
        return {"opened": "joined", "chat_id": room.id}

    def _stranger_only(self, room: Chat, one: User) -> str | None:
        standing = room.member(one.id)
        if standing.inside:
            return f"{one.name} is already in {room.title}."
        banned = standing.status == "kicked" and not 0 < standing.until <= self.now()
        return f"{one.name} is banned from {room.title}." if banned else None

    def let_in(
        self, room: Chat, user_id: int, *, by: int, link: InviteLink | None, direct: bool = False
    ) -> None:
        """Make somebody a member, with the service message that everybody sees."""
        room.requests.pop(user_id, None)
        self.change_member(room, Member(user_id, "member"), by=by, link=link, direct=direct)
        self.post(room.id, user_id, service={"new_chat_members": [user_id]})

    def request_to_join(self, room: Chat, one: User, link: InviteLink | None) -> None:
        """Put somebody before the door; administrators that may invite hear of it."""
        room.requests[one.id] = JoinRequest(one.id, self.now(), link)
        self.show_chat(room)
        if not room.member(self.bot.id).may("can_invite_users"):
            return
        update = {
            "chat": wire.chat(self, room.id),
            "from": wire.user(one),
            "user_chat_id": one.id,
            "date": int(self.now()),
        }
        if link is not None:
            update["invite_link"] = wire.invite_link(self, link)
        self.updates.push("chat_join_request", update)
