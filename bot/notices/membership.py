"""What people hear about their own membership, and what is done about it in the rooms."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.command import Button
from bot.notices.notice import Deed, Notice, RoomBan
from bot.texts import lines, say
from bot.words import role_word
from core.access import Member, MemberState
from core.facts import (
    Fact,
    MemberChanged,
    MemberExpelled,
    RoomBanLifted,
    TransferAnswered,
    TransferOffered,
)
from core.groups import Group
from core.members import find_member
from core.members.changes import latest_change
from core.members.transfers import TransferState, get_transfer
from core.people import Identity, Person


def membership(session: Session, fact: Fact) -> Notice | None:
    """Tells a person how they stand now, whatever happened in between."""
    assert isinstance(fact, MemberChanged)
    member = find_member(session, person_id=fact.person_id, group_id=fact.group_id)
    if member is None or _left_by_themselves(session, member):
        return None
    group = session.get_one(Group, fact.group_id)
    by = session.get_one(Person, fact.by_id).name
    if member.state is MemberState.ACTIVE:
        role = role_word(group.kind, member.role, member.label)
        return Notice(
            lines(
                say("You are now {role} in <b>{group}</b>.", role=role, group=group.name),
                say("{person} has changed that. /help shows what you can do.", person=by),
            )
        )
    return Notice(
        lines(
            say("You are no longer in <b>{group}</b>.", group=group.name),
            say("If that is a mistake, speak to {person}.", person=by),
        )
    )


def _left_by_themselves(session: Session, member: Member) -> bool:
    """Who was written off has left as well, by somebody else's doing."""
    last = latest_change(session, member)
    return member.state is MemberState.LEFT and (last is None or not last.is_as_left(member))


def transfer_offer(session: Session, fact: Fact) -> Notice | None:
    """Asks whom the group is offered to, while the offer is open."""
    assert isinstance(fact, TransferOffered)
    offer = get_transfer(session, fact.transfer_id)
    if offer.state is not TransferState.OPEN:
        return None
    return Notice(
        lines(
            say(
                "{person} wants to hand <b>{group}</b> over to you.",
                person=offer.giver.name,
                group=offer.group.name,
            ),
            say("As its owner you decide who does what there."),
            say("Open until: {time}", time=offer.expires_at),
        ),
        (
            (
                Button(say("Accept"), f"/transfer take={offer.public_id}"),
                Button(say("Decline"), f"/transfer refuse={offer.public_id}"),
            ),
        ),
    )


def transfer_answer(session: Session, fact: Fact) -> Notice | None:
    """Tells the giver what came of it."""
    assert isinstance(fact, TransferAnswered)
    offer = get_transfer(session, fact.transfer_id)
    fields = {"person": offer.receiver.name, "group": offer.group.name}
    if offer.state is TransferState.TAKEN:
        return Notice(say("{person} has taken over <b>{group}</b>.", **fields))
    return Notice(say("{person} has declined {group}. You stay its owner.", **fields))


def expulsion(session: Session, fact: Fact) -> RoomBan | None:
    """Puts them out of the room, unless they are a member again by now."""
    assert isinstance(fact, MemberExpelled)
    deed = Deed.BAN if fact.ban else Deed.KICK
    return _room_ban(session, deed, fact.person_id, fact.group_id, overtaken=MemberState.ACTIVE)


def readmission(session: Session, fact: Fact) -> RoomBan | None:
    """Lifts the room's ban, unless they are banned again by now."""
    assert isinstance(fact, RoomBanLifted)
    return _room_ban(
        session, Deed.UNBAN, fact.person_id, fact.group_id, overtaken=MemberState.BANNED
    )


def _room_ban(
    session: Session, deed: Deed, person_id: int, group_id: int, *, overtaken: MemberState
) -> RoomBan | None:
    member = find_member(session, person_id=person_id, group_id=group_id)
    if member is None or member.state is overtaken:
        return None
    known = select(Identity.platform, Identity.address).where(Identity.person_id == person_id)
    people = tuple((row.platform, row.address) for row in session.execute(known))
    return RoomBan(deed, people) if people else None
