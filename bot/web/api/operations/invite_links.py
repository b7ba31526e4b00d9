"""What whoever holds an invite's link can do with it."""

from __future__ import annotations

from bot.web.api.operation import Asked, operation
from bot.web.api.operations.invite_shapes import ByToken, InviteInfo, Joined
from core.access import role_in
from core.invites.peeking import peek_invite
from core.invites.redemptions import accept_invite

TAG = "Invites"


@operation("GET", "/invites/{token}/info", "What an invite offers", tag=TAG, public=True, over=True)
def read_invite_info(asked: Asked, path: ByToken) -> InviteInfo:
    """Changes nothing, whoever looks and however often. Guessing is slowed down."""
    invite = peek_invite(
        asked.session,
        token=path.token,
        guesser=f"address:{asked.address}",
        system_admins=asked.system_admins,
        now=asked.now,
    )
    return InviteInfo(
        group=invite.group.name,
        kind=invite.group.kind,
        role=invite.role,
        label=invite.label,
        inviter=invite.inviter.name,
        note=invite.note,
        expires_at=invite.expires_at,
        asks=invite.asks,
    )


@operation("POST", "/invites/{token}/accept", "Accept an invite", tag=TAG, over=True)
def accept_invite_by_token(asked: Asked, path: ByToken) -> Joined:
    """You join the group as what the invite offers, or ask its admins where the invite wants that.
    Who is in already uses nothing up.
    """
    answer = accept_invite(asked.session, asked.me, code=path.token, now=asked.now)
    group_id = answer.invite.group_id
    role = role_in(asked.session, asked.me.person.id, group_id)
    return Joined(
        group_id=group_id,
        role=role,
        already_member=answer.already_member,
        request=answer.request.public_id if answer.request is not None else None,
    )


OPERATIONS = (read_invite_info, accept_invite_by_token)
