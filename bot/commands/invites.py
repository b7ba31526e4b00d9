"""/invite, /invites, /revoke: offering a place in a group, seeing what is open, taking it back."""

from __future__ import annotations

from bot.command import Button, Call, Command, Picture, Reply
from bot.commands.offers import read_offer
from bot.commands.paging import cursor_of, turning_buttons
from bot.commands.target import target_group
from bot.qr import qr_png
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say
from bot.words import INVITE_STATUSES, role_word
from core.access import Permission
from core.errors import Invalid
from core.groups import Group
from core.invites import (
    UNLIMITED,
    Invite,
    InviteStatus,
    Offer,
    create_invite,
    list_invites,
    revoke_invite,
)

INVITE_USAGE = '[@who] [role=member] [ttl=72h] [uses=1] [note="…"]'


def invite(call: Call) -> Reply:
    """A link and its QR code. It is told this once: only its digest is kept."""
    group = target_group(call)
    offer = read_offer(call, group)
    made, token = create_invite(call.session, call.actor, group=group, offer=offer, now=call.now)
    link = Verbatim(call.outside.invite_link(token))
    return Reply(
        lines(
            _opening(group, offer),
            say("{link}", link=link),
            BLANK,
            say("Role: {role}", role=role_word(group.kind, made.role, made.label)),
            _uses_left(made),
            _expiry(made),
            say("Take it back: <code>/revoke {invite}</code>", invite=Verbatim(made.public_id)),
        ),
        picture=Picture(qr_png(link.text), say("Scan to join {group}", group=group.name)),
    )


def invites(call: Call) -> Reply:
    """Ten a page, newest first. Never a link."""
    return _list(call, target_group(call), _status(call.arguments.text()))


def _list(call: Call, group: Group, status: InviteStatus | None) -> Reply:
    page = list_invites(
        call.session,
        call.actor,
        group=group,
        status=status,
        cursor=cursor_of(call.arguments),
        now=call.now,
    )
    if not page.rows:
        return Reply(
            say("There are no such invites in {group}. /invite makes one.", group=group.name)
        )
    title = say("<b>Invites to {group}</b>", group=group.name)
    rows = [_row(row, group, call) for row in page.rows]
    again = f"/invites {status.value if status else ''}".rstrip() + f" group={group.id}"
    return Reply(
        lines(title, *rows),
        (*_revoke_buttons(page.rows, call), *turning_buttons(page, again)),
        replaces=True,
    )


def revoke(call: Call) -> Reply:
    """At once, with all its links. Those who joined by it stay."""
    public_id = call.arguments.text()
    if not public_id:
        raise Invalid("missing", usage=Verbatim("/revoke inv_…"))
    revoked, changed = revoke_invite(call.session, call.actor, public_id=public_id, now=call.now)
    code = Verbatim(revoked.public_id)
    if call.incoming.pressed:  # the list that the button stands in shows how it is now
        return _list(call, revoked.group, None)
    if not changed:
        return Reply(say("{invite} was revoked before. Nobody can use it.", invite=code))
    return Reply(
        say(
            "{invite} is revoked: its link opens nothing any more. /invite makes another.",
            invite=code,
        )
    )


def _status(name: str) -> InviteStatus | None:
    wanted = name.casefold().replace(" ", "_")
    if wanted and wanted not in set(InviteStatus):
        raise Invalid("no_such_status", status=name)
    return InviteStatus(wanted) if wanted else None


def _opening(group: Group, offer: Offer) -> Text:
    if offer.invitee is None:
        return say("Here is the invite to <b>{group}</b>. Hand it on:", group=group.name)
    return say(
        "Here is the invite to <b>{group}</b>, for {invitee} alone. Hand it on:",
        group=group.name,
        invitee=offer.invitee.name,
    )


def _uses_left(invite: Invite) -> Text:
    if invite.max_uses == UNLIMITED:
        return say("Uses: any number")
    return say("Uses: {count}", count=invite.max_uses)


def _expiry(invite: Invite) -> Text:
    if invite.expires_at is None:
        return say("Expires: never")
    return say("Expires: {time}", time=invite.expires_at)


def _row(invite: Invite, group: Group, call: Call) -> Prose:
    most: Text | int = invite.max_uses or say("any number")
    return lines(
        BLANK,
        say(
            "<code>{invite}</code> – {role}, <b>{status}</b>, used {uses} of {most}",
            invite=Verbatim(invite.public_id),
            role=role_word(group.kind, invite.role, invite.label),
            status=INVITE_STATUSES[invite.status(call.now)],
            uses=invite.uses,
            most=most,
        ),
        say("by {inviter}", inviter=invite.inviter.name),
        _expiry(invite),
        say("Note: {note}", note=invite.note) if invite.note else None,
    )


def _revoke_buttons(invites: list[Invite], call: Call) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        (
            Button(
                say("Revoke {invite}", invite=Verbatim(row.public_id)), f"/revoke {row.public_id}"
            ),
        )
        for row in invites
        if row.status(call.now) is InviteStatus.PENDING
    )


COMMANDS = (
    Command(
        "invite",
        say("make an invite link"),
        invite,
        usage=INVITE_USAGE,
        permission=Permission.INVITE,
        options=frozenset({"role", "ttl", "uses", "note"}),
    ),
    Command(
        "invites",
        say("the group's invites and how they stand"),
        invites,
        usage="[status]",
        permission=Permission.LIST_INVITES,
    ),
    Command(
        "revoke",
        say("take an invite back"),
        revoke,
        usage="inv_…",
        permission=Permission.REVOKE_INVITE,
    ),
)
