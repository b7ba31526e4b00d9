"""Invites: making, listing, counting, revoking and sending them again."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from bot.web.api.operation import Asked, operation
from bot.web.api.operations.invite_shapes import (
    Asks,
    ByPublicId,
    InviteItems,
    InviteMade,
    Offered,
    show_invite,
    show_made,
)
from bot.web.api.shapes import ById, Number, Turn, Words
from core.access import Permission, require
from core.errors import Conflict
from core.groups import get_group
from core.invites import MOST_USES, InviteStatus, create_invite
from core.invites.counts import count_invites_of
from core.invites.direct import Outcome, Result, invite_person
from core.invites.lists import list_invites
from core.invites.resending import resend_invite
from core.invites.revoking import revoke_invite
from core.invites.whom import Whom, read_whom
from core.pages import Cursor

TAG = "Invites"
# In whose usernames `@dana` is looked for.
USERNAMES = "telegram"


class NewInvite(Offered):
    """Without `to` and `person_id` a link for anybody, which may be used `uses` times; 0 is any
    number. With one of them an invite for that person alone.
    """

    uses: int = Field(1, ge=0, le=MOST_USES)
    title: Words | None = Field(None, description="What you call it in lists.")
    asks: Asks = False
    to: Words | None = Field(None, description="A @username, e-mail address, phone number or name.")
    person_id: Number | None = Field(None, description="Somebody among your non-members.")


class InviteQuery(Turn):
    status: InviteStatus | None = Field(None, description="Only those that stand like this.")


@operation(
    "GET",
    "/groups/{id}/invites",
    "The group's invites",
    tag=TAG,
    permission=Permission.LIST_INVITES,
)
def list_invites_of_group(asked: Asked, path: ById, query: InviteQuery) -> InviteItems:
    """Newest first. With a `status` a page may hold fewer, or none, and still have a next one."""
    group = get_group(asked.session, path.id)
    page = list_invites(
        asked.session,
        asked.me,
        group=group,
        status=query.status,
        cursor=Cursor(query.cursor) if query.cursor is not None else None,
        size=query.limit,
        now=asked.now,
    )
    total, pending = count_invites_of(asked.session, asked.me, group=group, now=asked.now)
    return InviteItems(
        items=[show_invite(row, asked.now) for row in page.rows],
        next_cursor=page.next.id if page.next else None,
        total=total,
        pending=pending,
    )


@operation(
    "POST",
    "/groups/{id}/invites",
    "Invite somebody, or make a link",
    tag=TAG,
    status=201,
    permission=Permission.INVITE,
)
def make_invite(asked: Asked, path: ById, body: NewInvite) -> InviteMade:
    """Whom you may know and Usher may write to hears of it at once. For anybody else there is a
    link to hand over, which opens for them alone.
    """
    group = get_group(asked.session, path.id)
    require(asked.session, asked.me, Permission.INVITE, group)
    offer = replace(body.read(group), max_uses=body.uses, title=body.title, asks=body.asks)
    whom = _whom(asked, body)
    if whom is None:
        invite, token = create_invite(
            asked.session, asked.me, group=group, offer=offer, now=asked.now
        )
        return show_made(asked, invite, token, sent=False)
    result = invite_person(
        asked.session, asked.me, group=group, whom=whom, offer=offer, now=asked.now
    )
    return _made(asked, result)


@operation(
    "DELETE",
    "/invites/{id}",
    "Revoke an invite",
    tag=TAG,
    permission=Permission.REVOKE_INVITE,
)
def end_invite(asked: Asked, path: ByPublicId) -> None:
    """All its links open nothing from now on. Who joined by it stays."""
    revoke_invite(asked.session, asked.me, public_id=path.id, now=asked.now)


@operation(
    "POST",
    "/invites/{id}/resend",
    "Send an invite again",
    tag=TAG,
    permission=Permission.INVITE,
)
def send_invite_again(asked: Asked, path: ByPublicId) -> InviteMade:
    """With a new link and its lifetime from the start; older links of it work too."""
    done = resend_invite(asked.session, asked.me, public_id=path.id, now=asked.now)
    return show_made(asked, done.invite, done.token, sent=done.told)


def _whom(asked: Asked, body: NewInvite) -> Whom | None:
    if body.person_id is not None:
        return Whom("", person_id=body.person_id)
    if body.to is not None:
        return read_whom(body.to, platform=USERNAMES, region=asked.defaults.region)
    return None


def _made(asked: Asked, result: Result) -> InviteMade:
    match result.outcome:
        case Outcome.MEMBER:
            raise Conflict("invitee_is_member", person=result.name)
        case Outcome.BANNED:
            raise Conflict("invitee_is_banned", person=result.name)
        case Outcome.UNSURE:
            raise Conflict("invitee_unsure", who=result.whom.said)
        case Outcome.INVITED:
            assert result.invite is not None
            raise Conflict("invitee_is_invited", person=result.name, invite=result.invite.public_id)
    assert result.invite is not None
    sent = result.outcome is Outcome.SENT
    return show_made(asked, result.invite, result.token, sent=sent)


OPERATIONS = (list_invites_of_group, make_invite, end_invite, send_invite_again)
