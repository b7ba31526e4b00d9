"""The emulated GroupMe as a whole, with the verbs of its people."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.groupme.errors import Refusal
from bot.sandbox.groupme.state import State, new_share_token
from bot.sandbox.groupme.things import Account, Bot, DirectMessage, Group, Membership, Post
from bot.sandbox.telegram.changes import Changes

LONGEST_TEXT = 1000


class World(State):
    """Starts with a group that the coach made, in which the club's account is an admin.

    People's verbs raise ValueError with a sentence for what an app would not let them do.
    """

    def __init__(self, now: Callable[[], float], changes: Changes, era: int = 0) -> None:
        super().__init__(now, changes, era)
        self._bot_url: str | None = None
        self.furnish()

    def furnish(self) -> None:
        """Dana's Tigers, with Erin in it; Frank is outside."""
        dana, erin, _frank = (self.add_account(name) for name in ("Dana", "Erin", "Frank"))
        tigers = self.add_group("Tigers", dana.id)
        self.put_in(tigers, self.club, "admin")
        self.put_in(tigers, erin)
        if self._bot_url is not None:
            self.add_bot(tigers.id, self._bot_url)

    def settle_bot(self, callback_url: str) -> None:
        """The coach's group has a bot that calls back there, after a reset too."""
        self._bot_url = callback_url
        self.add_bot(self.find_group("Tigers").id, callback_url)

    def reset(self) -> None:
        """Back to the first world."""
        self.open_to_apps, self.announces = False, True
        self.clear()
        self.furnish()

    def write(self, user_id: str, group_id: str, text: str) -> Post:
        """Somebody writes into a group."""
        group = self.groups[group_id]
        if user_id not in group.members:
            raise ValueError(f"{self.account(user_id).name} is not in {group.name}.")
        return self.say(group, user_id, _typed(text))

    def write_to_club(self, user_id: str, text: str) -> DirectMessage:
        """Somebody writes to the club's account in private."""
        return self.write_directly(user_id, self.club.id, _typed(text))

    def join(self, user_id: str, group_id: str) -> Membership:
        """Somebody opens the group's share link."""
        group, account = self.groups[group_id], self.account(user_id)
        if group.share_token is None:
            raise ValueError(f"{group.name} is not shared by link.")
        if user_id in group.members:
            return group.members[user_id]
        member = self.put_in(group, account)
        who = {"id": int(account.id), "nickname": account.name}
        self.announce(
            group, f"{account.name} has joined the group", "membership.announce.joined", user=who
        )
        return member

    def leave(self, user_id: str, group_id: str) -> None:
        """Somebody leaves a group."""
        group = self.groups[group_id]
        if user_id == group.creator_id:
            raise ValueError("Who made a group cannot leave it.")
        gone = self.put_out(group, user_id)
        who = {"id": int(user_id), "nickname": gone.nickname}
        text = f"{gone.nickname} has left the group."
        self.announce(group, text, "membership.notifications.exited", removed_user=who)

    def share(self, group_id: str, *, on: bool = True) -> Group:
        """An admin turns the share link on or off."""
        group = self.groups[group_id]
        group.share_token = new_share_token() if on else None
        self.show(group)
        return group

    def add_bot(self, group_id: str, callback_url: str, name: str = "Usher") -> Bot:
        """Somebody adds a bot on GroupMe's page for developers."""
        group = self.group(group_id)
        bot = Bot(f"{int(self.next_id()):026x}", group.id, name, callback_url)
        self.bots[bot.bot_id] = bot
        self.show(group)
        return bot

    def block(self, user_id: str) -> Account:
        """Somebody no longer wants to hear of the club's account."""
        account = self.account(user_id)
        account.blocks = True
        return account

    def find_group(self, name: str) -> Group:
        """The first group of that name."""
        return next(group for group in self.groups.values() if group.name == name)

    def find_account(self, name: str) -> Account:
        """The first account of that name."""
        return next(account for account in self.accounts.values() if account.name == name)

    def posts(self, group_id: str) -> list[Post]:
        """What is in a group, oldest first."""
        return list(self.groups[group_id].posts)

    def letters(self, user_id: str) -> list[DirectMessage]:
        """What somebody and the club's account wrote to each other, oldest first."""
        return [one for one in self.direct if user_id in (one.sender_id, one.recipient_id)]


def check_text(text: object, attachments: object) -> str | None:
    """The text of a call. Raises Refusal: GroupMe takes at most 1000 characters."""
    if text is None and attachments:
        return None
    if not isinstance(text, str) or not text.strip():
        raise Refusal(400, "Text is required")
    if len(text) > LONGEST_TEXT:
        raise Refusal(400, "Text is too long (maximum is 1000 characters)")
    return text


def _typed(text: str) -> str:
    typed = text.strip()
    if not typed or len(typed) > LONGEST_TEXT:
        raise ValueError("A message has 1 to 1000 characters.")
    return typed
