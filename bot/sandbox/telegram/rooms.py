"""Rooms: who comes, goes, leads, and what Telegram reports of it."""

from typing import Any

from bot.sandbox.telegram import view, wire
from bot.sandbox.telegram.chats import STATUSES, Chat, Member
from bot.sandbox.telegram.links import InviteLink
from bot.sandbox.telegram.people import User
from bot.sandbox.telegram.rights import checked_rights
from bot.sandbox.telegram.state import State


class Rooms(State):
    """Verbs about people and membership."""

    def add_person(
        self,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str = "en",
        label: str | None = None,
    ) -> User:
        """A new account with a phone; it has not pressed Start."""
        if not first_name.strip():
            raise ValueError("A person needs a first name.")
        if username and any(one.username == username for one in self.people.values()):
            raise ValueError(f"The username @{username} is taken.")
        user_id = self.next_person_id()
        one = User(user_id, first_name, last_name, username, language_code, label)
        self.people[user_id] = one
        self.show_person(one)
        return one

    def add_room(
        self, title: str, *, owner_id: int, kind: str = "supergroup", with_bot: bool = False
    ) -> Chat:
        """A new group owned by a person; `with_bot` lets the owner add the bot at once."""
        if kind not in ("group", "supergroup"):
            raise ValueError("A room is of the kind group or supergroup.")
        if not title.strip():
            raise ValueError("A room needs a title.")
        owner = self.person(owner_id)
        room = Chat(self.next_room_id(kind), kind, title)
        room.members[owner.id] = Member(owner.id, "creator")
        self.rooms[room.id] = room
        self.show_chat(room)
        self.post(room.id, owner.id, service={f"{kind}_chat_created": True})
        if with_bot:
            self.set_bot_status(room.id, "member", by=owner.id)
        return room

    def live_room(self, chat_id: int) -> Chat:
        """A room that people can still write in; `ValueError` after its migration."""
        room = self.room(chat_id)
        if room.migrated_to is not None:
            raise ValueError(f"This group became the supergroup {room.migrated_to}.")
        return room

    def add_member(
        self,
        chat_id: int,
        user_id: int,
        status: str = "member",
        *,
        by: int | None = None,
        rights: dict[str, bool] | None = None,
    ) -> Member:
        """Somebody comes in, or an administrator is made or unmade; `by` defaults to the owner."""
        room, one = self.live_room(chat_id), self.person(user_id)
        if status not in ("member", "administrator", "restricted"):
            raise ValueError("A member's status is member, administrator or restricted.")
        actor = self._owner(room) if by is None else by
        came = not room.member(one.id).inside
        new = Member(one.id, status, self._rights_for(status, rights))
        self.change_member(room, new, by=actor)
        if came:
            self.post(room.id, actor, service={"new_chat_members": [one.id]})
        return new

    def _rights_for(self, status: str, rights: dict[str, bool] | None) -> dict[str, bool]:
        if status == "administrator":
            return checked_rights(rights)
        return dict(rights or {})

    def _owner(self, room: Chat) -> int:
        return next(
            (one.user_id for one in room.members.values() if one.status == "creator"),
            self.bot.id,
        )

    def remove_member(self, chat_id: int, user_id: int, *, by: int | None = None) -> None:
        """Somebody goes: by themselves unless `by` says who removed them."""
        self._part(chat_id, user_id, Member(user_id, "left"), by)

    def ban_member(
        self, chat_id: int, user_id: int, *, by: int | None = None, until: int = 0
    ) -> None:
        """Somebody is thrown out and can't come back by a link; by the owner by default."""
        room = self.live_room(chat_id)
        actor = self._owner(room) if by is None else by
        self._part(chat_id, user_id, Member(user_id, "kicked", until=until), actor)

    def _part(self, chat_id: int, user_id: int, new: Member, by: int | None) -> None:
        room, one = self.live_room(chat_id), self.person(user_id)
        old = room.member(one.id)
        alone = by in (None, one.id) and new.status == "left"
        if old.status == "creator" and not alone:
            raise ValueError("The owner of a group can't be removed.")
        if not old.inside and new.status == "left":
            raise ValueError(f"{one.name} is not in {room.title}.")
        actor = one.id if by is None else by
        if old.inside:
            self.post(room.id, actor, service={"left_chat_member": one.id})
        self.change_member(room, new, by=actor)

    def set_bot_status(
        self,
        chat_id: int,
        status: str,
        rights: dict[str, bool] | None = None,
        by: int | None = None,
    ) -> Member:
        """Add, promote, demote, restrict or throw out the bot; `by` defaults to the owner."""
        room = self.live_room(chat_id)
        if status not in STATUSES - {"creator"}:
            raise ValueError(f"The bot can't be {status}.")
        actor = self._owner(room) if by is None else by
        came = not room.member(self.bot.id).inside
        new = Member(self.bot.id, status, self._rights_for(status, rights))
        self.change_member(room, new, by=actor)
        if came and new.inside:
            self.post(room.id, actor, service={"new_chat_members": [self.bot.id]})
        return new

    def change_member(
        self,
        room: Chat,
        new: Member,
        *,
        by: int,
        link: InviteLink | None = None,
        direct: bool = False,
    ) -> None:
        """Record a standing and report it: `direct` is a join request without a link."""
        old = room.member(new.user_id)
        if old == new:
            return
        room.members[new.user_id] = new
        if not new.inside:
            room.members[new.user_id] = room.members.pop(new.user_id)
        self._report(room, old, new, by, link, direct=direct)
        self.show_chat(room)
        if new.user_id in self.people:
            menu = view.commands_of(self, new.user_id, room.id)
            self.changes.publish("commands", commands=menu)

    def _report(
        self,
        room: Chat,
        old: Member,
        new: Member,
        by: int,
        link: InviteLink | None,
        *,
        direct: bool,
    ) -> None:
        mine = new.user_id == self.bot.id
        if not mine and not room.member(self.bot.id).leads:
            return
        update: dict[str, Any] = {
            "chat": wire.chat(self, room.id),
            "from": wire.user(self.account(by)),
            "date": int(self.now()),
            "old_chat_member": wire.member(self, old),
            "new_chat_member": wire.member(self, new),
        }
        if link is not None:
            update["invite_link"] = wire.invite_link(self, link)
        if direct:
            update["via_join_request"] = True
        self.updates.push("my_chat_member" if mine else "chat_member", update)

    def migrate(self, chat_id: int) -> Chat:
        """Turn a basic group into a supergroup, which has a new id."""
        old = self.live_room(chat_id)
        if old.type != "group":
            raise ValueError("Only a basic group can become a supergroup.")
        new = Chat(self.next_room_id("supergroup"), "supergroup", old.title, dict(old.members))
        self.rooms[new.id] = new
        self.post(old.id, self._owner(old), service={"migrate_to_chat_id": new.id})
        self.post(new.id, self._owner(old), service={"migrate_from_chat_id": old.id})
        old.migrated_to = new.id
        self.show_chat(old)
        self.show_chat(new)
        return new
