"""What people hear in private of their own accounts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.command import Button
from bot.notices.notice import Notice
from bot.texts import lines, say
from core.facts import Fact, PersonLinked
from core.people import Person
from core.people.merges import Merge
from core.people.partings import UNDO_WITHIN


def account_linked(session: Session, fact: Fact) -> Notice | None:
    """The way back stands beside it, since the code may have been coaxed out of them."""
    assert isinstance(fact, PersonLinked)
    merge = session.get(Merge, fact.merge_id)
    if merge is None or merge.undone_at is not None:
        return None
    one, other = (session.get_one(Person, id_) for id_ in (merge.survivor_id, merge.merged_id))
    return Notice(
        lines(
            say(
                "Your code was said: <b>{one}</b> and <b>{other}</b> are one person now.",
                one=one.name,
                other=other.name,
            ),
            say(
                "Each account may do all that the other may. If that was not you, undo it, within"
                " {span}.",
                span=UNDO_WITHIN,
            ),
        ),
        ((Button(say("Undo it"), "/unlink yes"),),),
    )
