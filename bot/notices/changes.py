"""What is told of changes to a group as a whole: moved, archived, restored."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.command import Button
from bot.notices.notice import Notice
from bot.texts import Text, lines, say
from core.access import is_archived
from core.chats import find_chat_by_id
from core.facts import (
    ExpulsionFailed,
    Fact,
    GroupArchived,
    GroupMoved,
    GroupRestored,
)
from core.groups import Group
from core.people import Person


def move_gain(session: Session, fact: Fact) -> Notice | None:
    """Who runs the group from above from now on hears of it, while it stands there."""
    assert isinstance(fact, GroupMoved)
    group = _still_there(session, fact)
    if group is None:
        return None
    return Notice(
        lines(
            _moved(session, fact, group), say("You have more rights in it now. /groups shows it.")
        ),
        ((Button(say("Members"), f"/members group={group.id}"),),),
    )


def move_loss(session: Session, fact: Fact) -> Notice | None:
    """Who ran it from above hears that this is over; where it stands now may not be theirs to
    know.
    """
    assert isinstance(fact, GroupMoved)
    group = _still_there(session, fact)
    if group is None:
        return None
    by = session.get_one(Person, fact.by_id).name
    return Notice(
        lines(
            say("{person} has moved <b>{group}</b>.", person=by, group=group.name),
            say("You have fewer rights in it now, or none. If that is a mistake, speak to them."),
        )
    )


def archived(session: Session, fact: Fact) -> Notice | None:
    """The room hears that nothing changes any more."""
    assert isinstance(fact, GroupArchived)
    if not is_archived(session, fact.group_id):
        return None
    group = session.get_one(Group, fact.group_id)
    return Notice(
        lines(
            say("<b>{group}</b> is archived: nothing in it changes.", group=group.name),
            say("Who is in stays in; /leave works. An admin can bring it back."),
        )
    )


def restored(session: Session, fact: Fact) -> Notice | None:
    """The room hears that all goes on."""
    assert isinstance(fact, GroupRestored)
    if is_archived(session, fact.group_id):
        return None
    group = session.get_one(Group, fact.group_id)
    return Notice(say("<b>{group}</b> is no longer archived: all goes on.", group=group.name))


def expulsion_failed(session: Session, fact: Fact) -> Notice | None:
    """Who ordered it hears that somebody is still in the room, and what to do."""
    assert isinstance(fact, ExpulsionFailed)
    chat = find_chat_by_id(session, fact.chat_id)
    if chat is None or chat.group_id != fact.group_id:
        return None
    person = session.get_one(Person, fact.person_id).name
    again = f"/remove person={fact.person_id} group={fact.group_id} room="
    sanction = "ban" if fact.ban else "kick"
    return Notice(
        lines(
            say("I could not put {person} out of <b>{room}</b>.", person=person, room=chat.title),
            say(
                "Make me an administrator there who may ban users and try again, or remove them"
                " there yourself."
            ),
        ),
        ((Button(say("Try again"), f"{again}{sanction}"),),),
    )


def _still_there(session: Session, fact: GroupMoved) -> Group | None:
    group = session.get_one(Group, fact.group_id)
    return group if group.parent_id == fact.parent_id else None


def _moved(session: Session, fact: GroupMoved, group: Group) -> Text:
    by = session.get_one(Person, fact.by_id).name
    if fact.parent_id is None:
        return say(
            "{person} has made <b>{group}</b> stand on its own.", person=by, group=group.name
        )
    parent = session.get_one(Group, fact.parent_id)
    return say(
        "{person} has moved <b>{group}</b> into {parent}.",
        person=by,
        group=group.name,
        parent=parent.name,
    )
