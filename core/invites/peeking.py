"""Peeking: what an invite offers, told to whoever has its link and has not said who they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from core.access import is_archived
from core.errors import Conflict, NotFound
from core.invites import Invite, InviteStatus, InviteToken
from core.invites.adopting import why_void
from core.invites.bindings import kind_of
from core.invites.guesses import SUSPECT_AFTER, count_recent, miss
from core.invites.whom import EMAIL
from core.tokens import digest, is_token

_BY_TOKEN = (
    select(Invite)
    .options(joinedload(Invite.group, innerjoin=True), joinedload(Invite.inviter, innerjoin=True))
    .join(InviteToken, InviteToken.invite_id == Invite.id)
    .where(InviteToken.digest == bindparam("digest"))
)


def peek_invite(
    session: Session,
    *,
    token: str,
    guesser: str,
    system_admins: frozenset[str] = frozenset(),
    now: datetime,
) -> Invite:
    """The invite with its group and inviter. Changes nothing, whoever looks and however often.

    `guesser` is where the question comes from, such as `address:192.0.2.7`. Raises NotFound for
    what opens nothing, Conflict for an invite that is over, Limited for guessing; whoever missed
    often is told NotFound of both.
    """
    misses = count_recent(session, guesser, now=now)
    invite = session.scalar(_BY_TOKEN, {"digest": digest(token)}) if is_token(token) else None
    over = None if invite is None else _why_over(session, invite, system_admins, now)
    if invite is None or (over is not None and misses >= SUSPECT_AFTER):
        raise NotFound("invite_unknown", aftermath=miss(guesser, now=now))
    if over is not None:
        raise Conflict(
            over,
            inviter=invite.inviter.name,
            group=invite.group.name,
            invite=invite.public_id,
            group_id=invite.group_id,
        )
    return invite


def is_provable_by_email(invite: Invite) -> bool:
    """Whether somebody of whom an e-mail address alone is known may be whom it is for."""
    return not invite.is_direct or kind_of(invite) == EMAIL


def _why_over(
    session: Session, invite: Invite, system_admins: frozenset[str], now: datetime
) -> str | None:
    """Why the invite lets nobody in, as the code of a refusal, or None."""
    if (status := invite.status(now)) is not InviteStatus.PENDING:
        return f"invite_{status.value}"
    if is_archived(session, invite.group_id):
        return "invite_archived"
    return why_void(session, invite, system_admins)
