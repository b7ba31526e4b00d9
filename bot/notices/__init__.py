"""Notice: what a recorded fact sounds like to somebody it is told to; rendered when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from bot.notices import (
    accounts,
    changes,
    invites,
    lifecycle,
    membership,
    reconciled,
    requests,
    rooms,
)
from bot.notices.deaths import deaths
from bot.notices.notice import Admission, Deed, Notice, Rewrite, RoomBan, Telling
from bot.texts import lines, say
from core.access import MemberState
from core.facts import Fact, MemberJoined
from core.groups import Group
from core.members import find_member
from core.people import Person

__all__ = ["Admission", "Deed", "Notice", "Rewrite", "RoomBan", "Telling", "render"]


def welcome(session: Session, fact: Fact) -> Notice | None:
    """The room greets who has joined, unless they are gone again by now."""
    assert isinstance(fact, MemberJoined)
    member = find_member(session, person_id=fact.person_id, group_id=fact.group_id)
    if member is None or member.state is not MemberState.ACTIVE:
        return None
    person = session.get_one(Person, fact.person_id)
    group = session.get_one(Group, fact.group_id)
    return Notice(
        lines(
            say("Welcome {person} to <b>{group}</b>!", person=person.name, group=group.name),
            say("Say hello."),
        )
    )


NOTICES: Mapping[str, Callable[[Session, Fact], Telling | None]] = {
    "welcome": welcome,
    "membership": membership.membership,
    "transfer_offer": membership.transfer_offer,
    "transfer_answer": membership.transfer_answer,
    "expulsion": membership.expulsion,
    "readmission": membership.readmission,
    "request_card": requests.request_card,
    "request_settled": requests.request_settled,
    "request_question": requests.request_question,
    "admission": requests.admission,
    "room_lost": rooms.room_lost,
    "room_needs_rights": rooms.room_needs_rights,
    "room_offer": rooms.room_offer,
    "rooms_reconciled": reconciled.reconciled,
    "invite_card": invites.invite_card,
    "stranger_opened": invites.stranger_opened,
    "claim_raised": invites.claim_raised,
    "hand_over": invites.hand_over,
    "deaths": deaths,
    "invite_ending": lifecycle.invite_ending,
    "invite_expired": lifecycle.invite_expired,
    "account_linked": accounts.account_linked,
    "expulsion_failed": changes.expulsion_failed,
    "move_gain": changes.move_gain,
    "move_loss": changes.move_loss,
    "archived": changes.archived,
    "restored": changes.restored,
}


def render(session: Session, kind: str, fact: Fact) -> Telling | None:
    """What is told or done, or None when there is nothing left to tell.

    Raises LookupError for a kind that this version does not know.
    """
    return NOTICES[kind](session, fact)
