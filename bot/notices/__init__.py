"""Notice: what a recorded fact sounds like to somebody it is told to; rendered when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from bot.notices import membership
from bot.notices.forms import Act as Act
from bot.notices.forms import Notice as Notice
from bot.texts import lines, say
from core.access import MemberState
from core.facts import Fact, MemberJoined
from core.groups import Group
from core.members import find_member
from core.people import Person


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


NOTICES: Mapping[str, Callable[[Session, Fact], Notice | Act | None]] = {
    "welcome": welcome,
    "membership": membership.membership,
    "transfer_offer": membership.transfer_offer,
    "transfer_answer": membership.transfer_answer,
    "expulsion": membership.expulsion,
    "readmission": membership.readmission,
}


def render(session: Session, kind: str, fact: Fact) -> Notice | Act | None:
    """The notice or act, or None when there is nothing left to tell.

    Raises LookupError for a kind that this version does not know.
    """
    return NOTICES[kind](session, fact)
