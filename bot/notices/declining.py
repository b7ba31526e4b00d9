"""Who invited somebody hears that they declined, and why."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.notices.notice import Notice
from bot.texts import Text, lines, say
from bot.words import REASONS
from core.facts import Fact, InviteDeclined
from core.groups import get_group
from core.invites.views import find_view
from core.people import Person


def invite_declined(session: Session, fact: Fact) -> Notice | None:
    """That they declined, with the reason where they have given one by now."""
    assert isinstance(fact, InviteDeclined)
    view = find_view(session, invite_id=fact.invite_id, person_id=fact.person_id)
    if view is None:
        return None
    person = session.get_one(Person, fact.person_id)
    group = get_group(session, fact.group_id)
    declined = say(
        "{person} declined your invite to <b>{group}</b>.", person=person.name, group=group.name
    )
    return Notice(lines(declined, _because(view.reason)))


def _because(reason: str | None) -> Text | None:
    if reason is None:
        return None
    known = REASONS.get(reason)
    return say("Why: {reason}", reason=known) if known else say("Why: “{reason}”", reason=reason)
