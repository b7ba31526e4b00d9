"""What is told by e-mail alone, to people of whom no chat is known."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.cards.invites import describe, open_until
from bot.notices.notice import Notice
from bot.texts import lines, say
from bot.words import role_word
from core.access import MemberState, is_archived
from core.facts import Fact, MemberJoined
from core.facts.invites import InviteFact
from core.groups import Group
from core.invites import Invite, InviteState
from core.mail.mailing import address_of
from core.members import find_member
from core.people import Person


def invite(session: Session, fact: Fact) -> Notice | None:
    """The offer with a link of its own, while it stands and nobody has taken it up."""
    found = _waiting(session, fact)
    if found is None:
        return None
    group, inviter = (
        session.get_one(Group, found.group_id),
        session.get_one(Person, found.inviter_id),
    )
    names = {"inviter": inviter.name, "group": group.name}
    return Notice(
        describe(found, group, inviter, warning=None, unasked=True),
        subject=say("{inviter} invites you to {group}", **names),
        invite_id=found.id,
    )


def reminder(session: Session, fact: Fact) -> Notice | None:
    """A day is left."""
    found = _waiting(session, fact)
    if found is None or found.expires_at is None or is_archived(session, found.group_id):
        return None
    group, inviter = (
        session.get_one(Group, found.group_id),
        session.get_one(Person, found.inviter_id),
    )
    names = {"inviter": inviter.name, "group": group.name}
    return Notice(
        lines(
            say("The invite to <b>{group}</b> from {inviter} waits for your answer.", **names),
            open_until(found),
        ),
        subject=say("Your invite to {group} is about to end", group=group.name),
        invite_id=found.id,
    )


def registration(session: Session, fact: Fact) -> Notice | None:
    """Who joined has it in writing, unless they are gone again by now."""
    assert isinstance(fact, MemberJoined)
    member = find_member(session, person_id=fact.person_id, group_id=fact.group_id)
    if member is None or member.state is not MemberState.ACTIVE:
        return None
    group = session.get_one(Group, fact.group_id)
    return Notice(
        lines(
            say("You are in <b>{group}</b>.", group=group.name),
            say("Your role: {role}", role=role_word(group.kind, member.role, member.label)),
            say("News of it come to this address."),
        ),
        subject=say("You are in {group}", group=group.name),
    )


def _waiting(session: Session, fact: Fact) -> Invite | None:
    assert isinstance(fact, InviteFact)
    found = session.get(Invite, fact.invite_id)
    if found is None or found.state is not InviteState.OPEN or found.uses:
        return None
    return found if address_of(found) else None
