"""/remove: that somebody goes, and may or may not come back."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.quoting import quoted
from bot.commands.target import target_group
from bot.commands.undoing import undo_row
from bot.commands.who import meant_member
from bot.texts import Prose, lines, say
from core.access import Member, MemberState, Permission
from core.chats.expulsion import expel_from_rooms, find_rooms
from core.errors import Invalid
from core.groups import Group
from core.members.changes import MemberChange, Sanction, lift_ban, remove_member
from core.people import Person

USAGE = "who [ban/unban]"
BAN, UNBAN = "ban", "unban"
FORMER = (MemberState.LEFT, MemberState.REMOVED, MemberState.BANNED)


def remove(call: Call) -> Reply:
    """Out of the group; then, if one likes, out of its rooms too."""
    group = target_group(call)
    *who, last = call.arguments.words or ("",)
    mode = last.casefold()
    words = tuple(who) if mode in (BAN, UNBAN) else call.arguments.words
    sanction = call.arguments.option("room")
    member = meant_member(
        call,
        group,
        permission=Permission.REMOVE_MEMBER,
        words=words,
        again=_again(mode, sanction),
        states=_states(call, mode),
    )
    if sanction is not None:
        return _expel(call, group, member, sanction)
    if mode == UNBAN:
        return _lift(call, group, member)
    change = remove_member(
        call.session,
        call.actor,
        group=group,
        person_id=member.person_id,
        ban=mode == BAN,
        now=call.now,
    )
    return _removed(call, group, member.person, change)


def _again(mode: str, sanction: str | None) -> str:
    """The same about whoever is chosen."""
    if sanction is not None:
        return f"/remove room={quoted(sanction)}"
    return f"/remove {mode}" if mode in (BAN, UNBAN) else "/remove"


def _states(call: Call, mode: str) -> tuple[MemberState, ...]:
    """Among whom one is looked for: somebody who has gone can still be banned or put out."""
    if call.arguments.option("room") is not None:
        return FORMER
    if mode == UNBAN:
        return (MemberState.BANNED,)
    return (*FORMER, MemberState.ACTIVE) if mode == BAN else (MemberState.ACTIVE,)


def _removed(call: Call, group: Group, person: Person, change: MemberChange) -> Reply:
    told = (
        say("{person} is banned from <b>{group}</b>.", person=person.name, group=group.name)
        if change.new_state is MemberState.BANNED
        else say(
            "{person} is no longer in <b>{group}</b>. An invite brings them back.",
            person=person.name,
            group=group.name,
        )
    )
    if not find_rooms(call.session, person_id=person.id, group_id=group.id):
        return Reply(told, (undo_row(change),), replaces=True)
    again = f"/remove person={person.id} group={group.id} room="
    room_row = (
        Button(say("Put out of the room too"), f"{again}{Sanction.KICK.value}"),
        Button(say("Ban from the room too"), f"{again}{Sanction.BAN.value}"),
    )
    hint = say("They can still read the group's room.")
    return Reply(lines(told, hint), (room_row, undo_row(change)), replaces=True)


def _expel(call: Call, group: Group, member: Member, word: str) -> Reply:
    if word not in set(Sanction):
        raise Invalid("missing", usage="/remove who room=kick")
    expel_from_rooms(
        call.session,
        call.actor,
        group=group,
        person_id=member.person_id,
        sanction=Sanction(word),
        now=call.now,
    )
    fields = {"person": member.person.name, "group": group.name}
    told: Prose = say("I put {person} out of the room of {group}.", **fields)
    if word == Sanction.BAN:
        told = say("I ban {person} from the room of {group}.", **fields)
    return Reply(lines(told, say("That takes an administrator's right to ban users there.")))


def _lift(call: Call, group: Group, member: Member) -> Reply:
    change = lift_ban(
        call.session, call.actor, group=group, person_id=member.person_id, now=call.now
    )
    return Reply(
        say(
            "{person} is no longer banned from {group}. A new invite lets them in.",
            person=member.person.name,
            group=group.name,
        ),
        (undo_row(change),),
        replaces=True,
    )


COMMANDS = (
    Command(
        "remove",
        say("remove a member"),
        remove,
        usage=USAGE,
        permission=Permission.REMOVE_MEMBER,
        options=frozenset({"room"}),
    ),
)
