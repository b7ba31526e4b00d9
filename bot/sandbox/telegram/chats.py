"""Groups, supergroups, and who belongs to them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.telegram.links import InviteLink, JoinRequest

IN_CHAT = {"creator", "administrator", "member"}
STATUSES = IN_CHAT | {"restricted", "left", "kicked"}


@dataclass(frozen=True)
class Member:
    """One account's standing in one chat; `until` is in Unix seconds, 0 for ever."""

    user_id: int
    status: str
    rights: dict[str, bool] = field(default_factory=dict)
    until: int = 0

    @property
    def inside(self) -> bool:
        """Whether the account sees the chat: a restricted one says so itself."""
        return self.status in IN_CHAT or (
            self.status == "restricted" and self.rights.get("is_member", True)
        )

    @property
    def leads(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        """Whether an administrator's `right` is held; the creator holds all of them."""
        if self.status == "creator":
            return True
        return self.status == "administrator" and self.rights.get(right, False)


@dataclass
class Chat:
    """A room; `migrated_to` is set on a basic group that became a supergroup."""

    id: int
    type: str
    title: str
    members: dict[int, Member] = field(default_factory=dict)
    links: dict[str, "InviteLink"] = field(default_factory=dict)
    requests: dict[int, "JoinRequest"] = field(default_factory=dict)
    migrated_to: int | None = None
    last_message_id: int = 0

    def member(self, user_id: int) -> Member:
        """The standing of an account; `left` for those who were never here."""
        return self.members.get(user_id) or Member(user_id, "left")

    @property
    def label(self) -> str:
        """What error texts call it."""
        return "supergroup chat" if self.type == "supergroup" else "group chat"

    def present(self) -> list[Member]:
        """Those who are in the chat now, in the order they came."""
        return [member for member in self.members.values() if member.inside]
