"""/transfer: handing a group over, which takes the receiver's own tap."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.target import target_group
from bot.commands.who import meant_member
from bot.texts import BLANK, lines, say
from bot.words import role_word
from core.access import Permission, Role
from core.members import Reach, reach_of
from core.members.transfers import (
    Transfer,
    offer_transfer,
    refuse_transfer,
    take_transfer,
    withdraw_transfer,
)

USAGE = "who"


def transfer(call: Call) -> Reply:
    """Offers the group, or answers such an offer by the button it came with."""
    options = call.arguments.option
    if (taken := options("take")) is not None:
        return _take(call, taken)
    if (refused := options("refuse")) is not None:
        return _refuse(call, refused)
    if (withdrawn := options("withdraw")) is not None:
        return _withdraw(call, withdrawn)
    return _offer(call)


def answer_row(offer: Transfer) -> tuple[Button, ...]:
    """Yes and no, for whom the group is offered to."""
    return (
        Button(say("Accept"), f"/transfer take={offer.public_id}"),
        Button(say("Decline"), f"/transfer refuse={offer.public_id}"),
    )


def _offer(call: Call) -> Reply:
    group = target_group(call)
    member = meant_member(
        call,
        group,
        permission=Permission.TRANSFER,
        words=call.arguments.words,
        again="/transfer",
    )
    name = member.person.name
    offer = offer_transfer(
        call.session, call.actor, group=group, person_id=member.person_id, now=call.now
    )
    in_room = call.incoming.room.place is Place.ROOM
    written = reach_of(call.session, [member.person_id])[member.person_id] is Reach.OPEN
    back = (Button(say("Take the offer back"), f"/transfer withdraw={offer.public_id}"),)
    return Reply(
        lines(
            say("{person} is offered <b>{group}</b>.", person=name, group=group.name),
            say(
                "As soon as they accept, they are its owner and you step down to {role}.",
                role=role_word(group.kind, Role.ADMIN),
            ),
            say("Open until: {time}", time=offer.expires_at),
            BLANK if not (written or in_room) else None,
            None
            if written or in_room
            else say(
                "I can't write to {person}: type <code>/transfer</code> in the group's room, where"
                " they can tap.",
                person=name,
            ),
        ),
        (answer_row(offer), back) if in_room else (back,),
        replaces=True,
    )


def _take(call: Call, public_id: str) -> Reply:
    offer = take_transfer(call.session, call.actor, public_id=public_id, now=call.now)
    return Reply(
        lines(
            say(
                "{person} is now an owner of <b>{group}</b>.",
                person=offer.receiver.name,
                group=offer.group.name,
            ),
            say("See who is in: /members"),
        ),
        replaces=True,
    )


def _refuse(call: Call, public_id: str) -> Reply:
    offer = refuse_transfer(call.session, call.actor, public_id=public_id, now=call.now)
    return Reply(
        say(
            "{person} has declined {group}. Nothing has changed.",
            person=offer.receiver.name,
            group=offer.group.name,
        ),
        replaces=True,
    )


def _withdraw(call: Call, public_id: str) -> Reply:
    offer = withdraw_transfer(call.session, call.actor, public_id=public_id, now=call.now)
    return Reply(
        say(
            "The offer of {group} to {person} is taken back. Nothing has changed.",
            person=offer.receiver.name,
            group=offer.group.name,
        ),
        replaces=True,
    )


COMMANDS = (
    Command(
        "transfer",
        say("hand the group over to a member"),
        transfer,
        usage=USAGE,
        permission=Permission.TRANSFER,
    ),
)
