"""What exists in the emulated GroupMe, and the one way a message comes into being."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from bot.sandbox.groupme import view
from bot.sandbox.groupme.errors import not_found
from bot.sandbox.groupme.things import SYSTEM, Account, Bot, DirectMessage, Group, Membership, Post
from bot.sandbox.telegram.changes import Changes

FIRST_ID = 700_000


class State:
    """Accounts, groups, messages. `now` gives Unix seconds; `era` shifts all numbering.

    `open_to_apps`: whether third parties may create groups and add members, as they once could.
    `announces`: whether comings and goings are told in the group.
    """

    def __init__(self, now: Callable[[], float], changes: Changes, era: int) -> None:
        self.now = now
        self.changes = changes
        self._last_id = FIRST_ID + era
        self.open_to_apps = False
        self.announces = True
        self.called: Callable[[Bot, Post], None] | None = None
        self.clear()

    def clear(self) -> None:
        """Forget everybody and everything."""
        self.accounts: dict[str, Account] = {}
        self.groups: dict[str, Group] = {}
        self.bots: dict[str, Bot] = {}
        self.direct: list[DirectMessage] = []
        self.results: dict[str, list[Membership]] = {}
        self.waits: dict[str, int] = {}
        self.pictures: dict[str, bytes] = {}
        self.club = self.add_account("Club account")

    def next_id(self) -> str:
        """Never given before, and always higher."""
        self._last_id += 1
        return str(self._last_id)

    def add_account(self, name: str) -> Account:
        account = Account(self.next_id(), name)
        self.accounts[account.id] = account
        self.changes.publish("groupme_account", **view.account(account))
        return account

    def account(self, user_id: str) -> Account:
        """Raises Refusal 404."""
        if user_id not in self.accounts:
            raise not_found()
        return self.accounts[user_id]

    def group(self, group_id: str) -> Group:
        """Raises Refusal 404."""
        if group_id not in self.groups:
            raise not_found()
        return self.groups[group_id]

    def add_group(self, name: str, creator_id: str, *, share: bool = False) -> Group:
        group = Group(self.next_id(), name, creator_id, int(self.now()))
        group.share_token = new_share_token() if share else None
        self.groups[group.id] = group
        self.put_in(group, self.account(creator_id), "admin", "owner")
        return group

    def put_in(self, group: Group, account: Account, *roles: str) -> Membership:
        """Somebody is in the group from now on. A second time changes nothing."""
        if account.id not in group.members:
            member = Membership(self.next_id(), account.id, account.name, [*roles, "user"])
            group.members[account.id] = member
            self.show(group)
        return group.members[account.id]

    def put_out(self, group: Group, user_id: str) -> Membership:
        """Raises Refusal 404."""
        if user_id not in group.members:
            raise not_found()
        member = group.members.pop(user_id)
        self.show(group)
        return member

    def say(
        self,
        group: Group,
        user_id: str,
        text: str | None,
        *,
        sender_type: str = "user",
        name: str = "",
        **content: Any,
    ) -> Post:
        """A new message: shown, and told to every bot of the group, its own posts included."""
        content.setdefault("source_guid", secrets.token_hex(16))
        member = group.members.get(user_id)
        shown = name or (member.nickname if member else self.account(user_id).name)
        post = Post(
            self.next_id(),
            group.id,
            user_id,
            sender_type,
            shown,
            text,
            int(self.now()),
            **content,
        )
        group.posts.append(post)
        self.changes.publish("groupme_post", **view.post(post))
        for bot in list(self.bots.values()):
            if self.called is not None and bot.group_id == group.id:
                self.called(bot, post)
        return post

    def announce(self, group: Group, text: str, kind: str, **data: Any) -> None:
        """A line of the system's own about who came or went, where the group has those."""
        if self.announces:
            event = {"type": kind, "data": data}
            self.say(group, SYSTEM, text, sender_type=SYSTEM, name="GroupMe", event=event)

    def write_directly(
        self,
        sender_id: str,
        recipient_id: str,
        text: str | None,
        source_guid: str = "",
        attachments: list[dict[str, Any]] | None = None,
    ) -> DirectMessage:
        sender = self.account(sender_id)
        message = DirectMessage(
            self.next_id(),
            sender_id,
            self.account(recipient_id).id,
            sender.name,
            text,
            int(self.now()),
            source_guid or secrets.token_hex(16),
            attachments or [],
        )
        self.direct.append(message)
        self.changes.publish("groupme_direct", **view.direct(message))
        return message

    def show(self, group: Group) -> None:
        """Tell the watchers about a group's members or link."""
        self.changes.publish("groupme_group", **view.group(self, group))


def new_share_token() -> str:
    return secrets.token_urlsafe(6)
