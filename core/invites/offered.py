"""What somebody was offered: the invite behind a code, and whether it lets them in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Member, MemberState, is_archived, require_unlimited
from core.errors import Conflict, CoreError, Forbidden, NotFound
from core.invites import Invite, InviteStatus, InviteToken
from core.invites.adopting import why_void
from core.invites.bindings import Claimant, check_bound
from core.invites.guesses import SUSPECT_AFTER, count_recent, miss
from core.invites.views import InviteView, remember_view
from core.tokens import digest, is_public_id, is_token

_ME: BindParameter[int] = bindparam("person_id")
_INVITE = (
    select(Invite)
    .options(joinedload(Invite.group, innerjoin=True), joinedload(Invite.inviter, innerjoin=True))
    .with_for_update(of=Invite)
)
_BY_TOKEN = _INVITE.join(InviteToken, InviteToken.invite_id == Invite.id).where(
    InviteToken.digest == bindparam("digest")
)
_BY_PUBLIC_ID = _INVITE.where(
    Invite.public_id == bindparam("public_id"),
    or_(
        Invite.invitee_id == _ME,
        Invite.id.in_(select(InviteView.invite_id).where(InviteView.person_id == _ME)),
    ),
)

# Somebody else's invite, which they have opened, may be asked about as well.
_SHOWN = _INVITE.where(
    Invite.public_id == bindparam("public_id"),
    or_(
        Invite.invitee_id == _ME,
        Invite.id.in_(select(InviteView.invite_id).where(InviteView.person_id == _ME)),
        Invite.id.in_(select(Claimant.invite_id).where(Claimant.person_id == _ME)),
    ),
)


def find_offered(session: Session, actor: Actor, *, code: str, now: datetime) -> Invite:
    """The invite that the code opens to the actor, locked, with its group and inviter.

    Raises NotFound for what opens nothing, Forbidden for what is somebody else's, Limited for
    guessing.
    """
    invite, misses = _look_up(session, actor, code, now)
    if misses >= SUSPECT_AFTER and invite.status(now) is not InviteStatus.PENDING:
        raise _unknown(actor, now)
    try:
        check_bound(session, actor, invite, now=now)
    except CoreError as error:  # they may ask for an invite of their own
        error.fields |= {"group": invite.group.name, "invite": invite.public_id}
        raise
    return invite


def find_shown(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Invite:
    """The invite that the actor was shown, or refused, before; locked. Raises NotFound, Limited."""
    code = public_id if is_public_id(public_id) else ""
    count_recent(session, *actor.guessers, now=now)
    who = {"public_id": code, "person_id": actor.person.id}
    invite = session.scalar(_SHOWN, who) or session.scalar(_SHOWN, who)
    if invite is None:
        raise _unknown(actor, now)
    return invite


def check_open(
    session: Session, actor: Actor, invite: Invite, member: Member | None, *, now: datetime
) -> None:
    """Raises Conflict, or Forbidden, with the reason why the invite does not let the actor in."""
    if member is not None and member.state is MemberState.BANNED:
        raise turned_away(actor, invite, "banned", now=now, kind=Forbidden)
    if invite.status(now) is not InviteStatus.PENDING:
        raise over(actor, invite, now=now)
    if is_archived(session, invite.group_id):
        raise turned_away(actor, invite, "invite_archived", now=now)
    if _predates_removal(invite, member):
        raise turned_away(actor, invite, "invite_outdated", now=now)
    if (reason := why_void(session, invite, actor.system_admins)) is not None:
        raise turned_away(actor, invite, reason, now=now)


def over(actor: Actor, invite: Invite, *, now: datetime) -> CoreError:
    """The refusal of an invite that is not pending."""
    return turned_away(actor, invite, f"invite_{invite.status(now).value}", now=now)


def turned_away(
    actor: Actor,
    invite: Invite,
    code: str,
    *,
    now: datetime,
    kind: Callable[..., CoreError] = Conflict,
) -> CoreError:
    """Who is refused has seen the invite, and so may ask for another by its public id."""
    invite_id, person_id = invite.id, actor.person.id

    def remember(session: Session) -> None:
        kept = session.get(Invite, invite_id)
        if kept is not None:  # it may have been made by what was undone
            remember_view(session, kept, person_id=person_id, now=now)

    return kind(
        code,
        aftermath=remember,
        inviter=invite.inviter.name,
        group=invite.group.name,
        invite=invite.public_id,
    )


def _look_up(session: Session, actor: Actor, code: str, now: datetime) -> tuple[Invite, int]:
    """The invite, and how often the actor has missed lately."""
    require_unlimited(actor)
    misses = count_recent(session, *actor.guessers, now=now)
    # PostgreSQL drops a row whose lock was waited for when its inviter changed meanwhile, by an
    # adoption or a merge: what is not there is looked for again.
    invite = _find(session, actor, code) or _find(session, actor, code)
    if invite is None:
        raise _unknown(actor, now)
    return invite, misses


def _unknown(actor: Actor, now: datetime) -> CoreError:
    return NotFound("invite_unknown", aftermath=miss(*actor.guessers, now=now))


def _find(session: Session, actor: Actor, code: str) -> Invite | None:
    if is_token(code):
        return session.scalar(_BY_TOKEN, {"digest": digest(code)})
    if is_public_id(code):
        return session.scalar(_BY_PUBLIC_ID, {"public_id": code, "person_id": actor.person.id})
    return None


def _predates_removal(invite: Invite, member: Member | None) -> bool:
    """Somebody who was removed does not come back by a link from before."""
    if member is None or member.state is not MemberState.REMOVED or member.ended_at is None:
        return False
    return invite.created_at <= member.ended_at
