"""/drift: where the group's rooms and its roster differ, with a remedy for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.command import Button, Call, Command, Reply
from bot.commands.paging import cursor_of, turning_buttons
from bot.commands.target import target_group
from bot.commands.undoing import undo_row
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say, say_many
from bot.words import LOSSES, role_word
from core.access import Member, Permission
from core.chats import Chat
from core.chats.drift import (
    Drift,
    count_drift,
    ignore_stranger,
    invite_stranger,
    list_absentees,
    list_strangers,
    offer_room,
    write_off,
)
from core.chats.namesakes import Namesake, find_namesakes
from core.chats.occupants import Occupant
from core.chats.sweeps import sweep_now
from core.errors import Invalid


def drift(call: Call) -> Reply:
    """The counts; one of the two lists; a check at once; or a remedy for one person."""
    words = call.arguments.words
    if not words:
        return _overview(call)
    deed, *rest = words
    if deed.casefold() in VIEWS and not rest:
        return VIEWS[deed.casefold()](call)
    remedy = REMEDIES.get(deed.casefold())
    if remedy is None or len(rest) != 1 or not _is_number(rest[0]):
        raise Invalid("missing", usage=Verbatim("/drift check"))
    return remedy(call, int(rest[0]))


def _overview(call: Call) -> Reply:
    group = target_group(call)
    found = count_drift(call.session, call.actor, group=group)
    if not found.rooms:
        return Reply(
            say(
                "{group} has no room yet. Add me to your group chat and type /bind there.",
                group=group.name,
            )
        )
    again = f"group={group.id}"
    return Reply(
        lines(
            say("<b>Rooms and members of {group}</b>", group=group.name),
            *map(_room_line, found.rooms),
            BLANK,
            say("In a room, but no member: {count}", count=found.strangers),
            say("Member, but in no room: {count}", count=found.absentees),
            _unknown(found),
            _checked(found),
        ),
        (
            (
                Button(say("In a room only"), f"/drift in {again}"),
                Button(say("Member only"), f"/drift out {again}"),
            ),
            (Button(say("Check now"), f"/drift check {again}"),),
        ),
        replaces=True,
    )


def _strangers(call: Call) -> Reply:
    group = target_group(call)
    page = list_strangers(call.session, call.actor, group=group, cursor=cursor_of(call.arguments))
    if not page.rows:
        return Reply(
            say("Everybody in the rooms of {group} is a member. /drift", group=group.name),
            replaces=True,
        )
    title = say("<b>In a room of {group}, but no member</b>", group=group.name)
    buttons = [_stranger_buttons(row) for row in page.rows]
    names = [row.identity.person.name for row in page.rows]
    alike = find_namesakes(call.session, call.actor, group=group, names=names, now=call.now)
    return Reply(
        lines(title, *(_stranger_line(row, alike) for row in page.rows)),
        (*buttons, *turning_buttons(page, f"/drift in group={group.id}")),
        replaces=True,
    )


def _absentees(call: Call) -> Reply:
    group = target_group(call)
    page = list_absentees(call.session, call.actor, group=group, cursor=cursor_of(call.arguments))
    if not page.rows:
        return Reply(
            say("Every member of {group} I asked about is in a room. /drift", group=group.name),
            replaces=True,
        )
    title = say("<b>Member of {group}, but in no room</b>", group=group.name)
    buttons = [_absentee_buttons(row) for row in page.rows]
    return Reply(
        lines(title, *map(_absentee_line, page.rows)),
        (*buttons, *turning_buttons(page, f"/drift out group={group.id}")),
        replaces=True,
    )


def _check(call: Call) -> Reply:
    group = target_group(call)
    rooms = sweep_now(call.session, call.actor, group=group, now=call.now)
    if not rooms:
        return _overview(call)
    return Reply(
        lines(
            say("I am asking who is there, one by one. That takes a while."),
            say("See what came of it: /drift"),
        ),
        replaces=True,
    )


def _invite(call: Call, occupant_id: int) -> Reply:
    invite, token, told = invite_stranger(
        call.session, call.actor, occupant_id=occupant_id, now=call.now
    )
    link = Verbatim(call.outside.invite_link(token))
    if told:
        return Reply(say("I sent them the invite, with buttons to accept or decline."))
    return Reply(
        lines(
            say("I can’t write to them in private. Hand this invite on, it is for them alone:"),
            say("{link}", link=link),
            say("Take it back: <code>/revoke {invite}</code>", invite=Verbatim(invite.public_id)),
        )
    )


def _ignore(call: Call, occupant_id: int) -> Reply:
    occupant = ignore_stranger(call.session, call.actor, occupant_id=occupant_id, now=call.now)
    return Reply(
        say(
            "{person} may stay in {room} without being a member. /drift shows the others.",
            person=occupant.identity.person.name,
            room=occupant.chat.title,
        )
    )


def _offer(call: Call, member_id: int) -> Reply:
    member = offer_room(call.session, call.actor, member_id=member_id, now=call.now)
    return Reply(say("I showed {person} the way into the room.", person=member.person.name))


def _write_off(call: Call, member_id: int) -> Reply:
    member, change = write_off(call.session, call.actor, member_id=member_id, now=call.now)
    return Reply(
        say(
            "{person} is no longer a member of {group}. An invite brings them back: /invite",
            person=member.person.name,
            group=member.group.name,
        ),
        (undo_row(change),) if change else (),
    )


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 18


def _room_line(room: Chat) -> Text:
    if room.lost_reason is None:
        return say("• {room}", room=room.title)
    return say("• {room} – {loss}", room=room.title, loss=LOSSES[room.lost_reason])


def _unknown(found: Drift) -> Text | None:
    if not found.unknown:
        return None
    return say_many(
        "Not asked about yet: {count} member",
        "Not asked about yet: {count} members",
        found.unknown,
    )


def _checked(found: Drift) -> Text:
    if found.checked_at is None:
        return say("I have not asked about everybody yet.")
    return say("Last checked: {time}", time=found.checked_at)


def _stranger_line(row: Occupant, alike: Mapping[str, Namesake]) -> Prose:
    """A name alone proves nothing: who is called like somebody invited is only said to be so."""
    person = row.identity.person
    line = say("• {person} – in {room}", person=person.name, room=row.chat.title)
    invited = alike.get(person.name)
    if invited is None:
        return line
    return lines(
        line,
        say(
            "  perhaps {name}, who is invited: {invite}",
            name=invited.name,
            invite=Verbatim(invited.invite),
        ),
    )


def _stranger_buttons(row: Occupant) -> tuple[Button, ...]:
    name = row.identity.person.name
    return (
        Button(say("Invite {person}", person=name), f"/drift invite {row.id}"),
        Button(say("Leave as is"), f"/drift ignore {row.id}"),
    )


def _absentee_line(row: Member) -> Prose:
    role = role_word(row.group.kind, row.role, row.label)
    return say("• {person} – {role}", person=row.person.name, role=role)


def _absentee_buttons(row: Member) -> tuple[Button, ...]:
    return (
        Button(say("Ask {person} in", person=row.person.name), f"/drift offer {row.id}"),
        Button(say("Write off"), f"/drift writeoff {row.id}"),
    )


VIEWS: dict[str, Callable[[Call], Reply]] = {
    "in": _strangers,
    "out": _absentees,
    "check": _check,
}
REMEDIES: dict[str, Callable[[Call, int], Reply]] = {
    "invite": _invite,
    "ignore": _ignore,
    "offer": _offer,
    "writeoff": _write_off,
}

COMMANDS = (
    Command(
        "drift",
        say("where the rooms and the members differ"),
        drift,
        usage="[check]",
        permission=Permission.TEND_ROOMS,
    ),
)
