"""/invites: how the group's invites stand, with what can be done about each."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.invite_cards import asks_first, expiry
from bot.commands.paging import cursor_of, turning_buttons
from bot.commands.target import target_group
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say
from bot.words import INVITE_STATUSES, role_word
from core.access import Permission
from core.errors import Invalid
from core.groups import Group
from core.invites import Invite, InviteStatus
from core.invites.lists import list_invites
from core.pages import Page

# The filter that a button of a list carries, so that the list comes back as it was.
LIST = "list"
ALL = "all"


def invites(call: Call) -> Reply:
    """Ten a page, newest first. Never a link."""
    return show_list(call, target_group(call), call.arguments.text())


def show_list(call: Call, group: Group, wanted: str) -> Reply:
    """The page that the line asks for, of the invites that stand as `wanted` says."""
    status = _status(wanted)
    page = list_invites(
        call.session,
        call.actor,
        group=group,
        status=status,
        cursor=cursor_of(call.arguments),
        now=call.now,
    )
    again = f"/invites {status.value if status else ''}".rstrip() + f" group={group.id}"
    if not page.rows:
        return Reply(
            _nothing(page, group), turning_buttons(page, again), replaces=call.incoming.pressed
        )
    title = say("<b>Invites to {group}</b>", group=group.name)
    rows = [_row(number, row, group, call) for number, row in enumerate(page.rows, 1)]
    buttons = [_buttons(number, row, call, status) for number, row in enumerate(page.rows, 1)]
    return Reply(
        lines(title, *rows),
        (*filter(None, buttons), *turning_buttons(page, again)),
        replaces=True,
    )


def _nothing(page: Page[Invite], group: Group) -> Text:
    if page.next or page.previous:
        return say(
            "There are none among these invites to {group}. Turn the page.", group=group.name
        )
    return say("There are no such invites in {group}. /invite makes one.", group=group.name)


def _status(name: str) -> InviteStatus | None:
    wanted = name.casefold().replace(" ", "_")
    if wanted in ("", ALL):
        return None
    if wanted not in set(InviteStatus):
        raise Invalid("no_such_status", status=name)
    return InviteStatus(wanted)


def _row(number: int, invite: Invite, group: Group, call: Call) -> Prose:
    most: Text | int = invite.max_uses or say("any number")
    inviter = invite.inviter.name
    meant = invite.invitee.name if invite.invitee else invite.meant_for
    return lines(
        BLANK,
        say(
            "{number}. <code>{invite}</code> – {role}, <b>{status}</b>, used {uses} of {most}",
            number=number,
            invite=Verbatim(invite.public_id),
            role=role_word(group.kind, invite.role, invite.label),
            status=INVITE_STATUSES[invite.status(call.now)],
            uses=invite.uses,
            most=most,
        ),
        say("Label: {label}", label=invite.title) if invite.title and not meant else None,
        say("for {invitee}, by {inviter}", invitee=meant, inviter=inviter)
        if meant
        else say("by {inviter}", inviter=inviter),
        asks_first(invite),
        expiry(invite),
        say("Note: {note}", note=invite.note) if invite.note else None,
    )


def _buttons(
    number: int, invite: Invite, call: Call, status: InviteStatus | None
) -> tuple[Button, ...]:
    code = invite.public_id
    resend = Button(say("{number}: Resend", number=number), f"/resend {code}")
    match invite.status(call.now):
        case InviteStatus.EXPIRED:
            return (resend,)
        case InviteStatus.PENDING:
            here = f"{LIST}={status.value if status else ALL}{_position(call)}"
            return (
                resend,
                Button(say("{number}: Link and QR", number=number), f"/qr {code}"),
                Button(say("{number}: Revoke", number=number), f"/revoke {code} {here}"),
            )
        case _:
            return ()


def _position(call: Call) -> str:
    cursor = cursor_of(call.arguments)
    if cursor is None:
        return ""
    return f" before={cursor.id}" if cursor.back else f" after={cursor.id}"


COMMANDS = (
    Command(
        "invites",
        say("the group's invites and how they stand"),
        invites,
        usage="[status]",
        permission=Permission.LIST_INVITES,
    ),
)
