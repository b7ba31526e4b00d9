"""The room greets who has joined."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.notices.notice import Notice, Template
from bot.texts import lines, say
from core.access import MemberState
from core.facts import Fact, MemberJoined
from core.groups import Group
from core.members import find_member
from core.people import Person
from core.unlinked import unlinked


def welcome(session: Session, fact: Fact) -> Notice | None:
    """The room greets who has joined, unless they are gone again by now."""
    assert isinstance(fact, MemberJoined)
    member = find_member(session, person_id=fact.person_id, group_id=fact.group_id)
    if member is None or member.state is not MemberState.ACTIVE:
        return None
    person = session.get_one(Person, fact.person_id)
    group = session.get_one(Group, fact.group_id)
    names = {"person": unlinked(person.name), "group": group.name}
    return Notice(
        lines(say("Welcome {person} to <b>{group}</b>!", **names), say("Say hello.")),
        template=Template("usher_welcome", names),
    )
