"""What invites look like to programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from bot.web.api.operation import Asked
from bot.web.api.shapes import Given, Items, Number, Taken, Words
from core.access import Role
from core.groups import Group, Kind
from core.groups.labels import read_role
from core.invites import DEFAULT_TTL, UNLIMITED, Invite, InviteStatus, Offer

PublicId = Annotated[str, Field(description="Such as `inv_kqwzrtnh`; it opens nothing alone.")]
Token = Annotated[str, Field(description="What an invite's link ends with. Told once.")]

Asks = Annotated[bool, Field(description="Whether an admin decides about whoever accepts.")]


class ByPublicId(Taken):
    id: PublicId


class ByToken(Taken):
    token: Token


class Offered(Taken):
    """`ttl_s` are seconds, null is for ever, which only an owner may offer."""

    role: Words = Field("member", description="Canonical, or a word of the group's own.")
    ttl_s: int | None = Field(int(DEFAULT_TTL.total_seconds()), ge=0, le=10**9)
    note: Words | None = Field(None, description="Shown to who opens the invite.")

    def read(self, group: Group) -> Offer:
        """Raises Invalid."""
        role, label = read_role(group.kind, self.role)
        ttl = timedelta(seconds=self.ttl_s) if self.ttl_s is not None else None
        return Offer(role=role, label=label, ttl=ttl, note=self.note)


class InviteShown(Given):
    """`max_uses` null is any number. `meant_for` is what the inviter wrote of somebody who has not
    shown yet that it is them. Never a token.
    """

    id: PublicId
    group_id: Number
    role: Role
    label: str | None
    status: InviteStatus
    uses: int
    max_uses: int | None
    inviter_id: Number
    invitee_id: Number | None
    meant_for: str | None
    title: str | None
    note: str | None
    created_at: datetime
    expires_at: datetime | None
    asks: Asks


class InviteMade(Given):
    """`token` and `link` are told this once, and only where they are to be handed over: null when
    the invite went to its person by itself.
    """

    invite: InviteShown
    sent: bool
    token: Token | None
    link: str | None


class InviteItems(Items[InviteShown]):
    """`total` and `pending` count the newest 10,000 of the group, whatever the page shows."""

    total: int
    pending: int


class InviteInfo(Given):
    """What an invite offers, to whoever has its link."""

    group: str
    kind: Kind
    role: Role
    label: str | None
    inviter: str
    note: str | None
    expires_at: datetime | None
    asks: Asks


class Joined(Given):
    """`role` is what you are in the group, null while its admins have to decide: then `request` is
    what they decide about. `already_member`: nothing was used up, you were in before.
    """

    group_id: Number
    role: Role | None
    already_member: bool
    request: str | None


def show_invite(invite: Invite, now: datetime) -> InviteShown:
    return InviteShown(
        id=invite.public_id,
        group_id=invite.group_id,
        role=invite.role,
        label=invite.label,
        status=invite.status(now),
        uses=invite.uses,
        max_uses=None if invite.max_uses == UNLIMITED else invite.max_uses,
        inviter_id=invite.inviter_id,
        invitee_id=invite.invitee_id,
        meant_for=invite.meant_for,
        title=invite.title,
        note=invite.note,
        created_at=invite.created_at,
        expires_at=invite.expires_at,
        asks=invite.asks,
    )


def show_made(asked: Asked, invite: Invite, token: str | None, *, sent: bool) -> InviteMade:
    return InviteMade(
        invite=show_invite(invite, asked.now),
        sent=sent,
        token=token,
        link=asked.link(token) if token is not None else None,
    )
