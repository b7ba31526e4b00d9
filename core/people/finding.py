"""Finding people known to Usher who are not in a group, among those whom the asker may know."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import LEAST_INHERITED_ROLE, Actor, Member, MemberState, Permission, Role, require
from core.errors import Invalid, NotFound
from core.groups import MAX_DEPTH, Group
from core.pages import Cursor, Page, turn_to
from core.people import Identity, Person, Sender
from core.people.name_words import few_bearers, is_called, words_of
from core.people.selves import is_somebody

PAGE_SIZE = 10
FEW_GROUPS = 100
RUNNING = tuple(role for role in Role if role.rank >= LEAST_INHERITED_ROLE.rank)


def find_people(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    text: str,
    about: Sender | None = None,
    cursor: Cursor | None = None,
    size: int = PAGE_SIZE,
) -> Page[Person]:
    """People of the groups that the actor administers, or of groups below those, who are not in
    this one: `size` a page, by the beginnings of their names, or without `text` the one whose
    account `about` is. Others look like nobody.

    Raises Forbidden, NotFound, or Invalid for a text without a letter or digit.
    """
    require(session, actor, Permission.FIND_PEOPLE, group)
    if not words_of(text) and (text or about is None):
        raise Invalid("find_whom")
    inside = exists().where(
        Member.person_id == Person.id,
        Member.group_id == group.id,
        Member.state == MemberState.ACTIVE,
    )
    query = select(Person).where(*is_called(text), is_somebody(), ~inside)
    if not actor.system_admin:
        query = query.where(is_known_to(actor))
    if about is not None and not text:
        query = query.where(_has_account(about))
    else:
        query = _narrow(session, actor, query, text)
    return turn_to(
        session, query, key=Person.id, id_of=lambda row: row.id, cursor=cursor, size=size
    )


def get_findable(session: Session, actor: Actor, *, group: Group, person_id: int) -> Person:
    """Somebody whom `find_people` could have shown: a number gives no right to reach strangers.

    Raises Forbidden, NotFound.
    """
    require(session, actor, Permission.FIND_PEOPLE, group)
    query = select(Person).where(Person.id == person_id, is_somebody())
    if not actor.system_admin:
        query = query.where(is_known_to(actor))
    person = session.scalar(query)
    if person is None:
        raise NotFound("who_unknown")
    return person


def _administered(actor: Actor) -> Select[int]:
    run = select(Member.group_id).where(
        Member.person_id == actor.person.id,
        Member.state == MemberState.ACTIVE,
        Member.role.in_(RUNNING),
    )
    limit = actor.scope.groups if actor.scope is not None else None
    return run if limit is None else run.where(Member.group_id.in_(limit))


def is_known_to(actor: Actor) -> ColumnElement[bool]:
    """That the Person is in a group that the actor administers, directly or from above.

    Looks upward from the few groups of one person: downward there may be thousands.
    """
    theirs = aliased(Member)
    line = [aliased(Group) for _ in range(MAX_DEPTH + 1)]
    query = select(theirs.id).join(line[0], line[0].id == theirs.group_id)
    for below, above in pairwise(line):
        query = query.outerjoin(above, above.id == below.parent_id)
    mine = _administered(actor)
    return (
        query.where(
            theirs.person_id == Person.id,
            theirs.state == MemberState.ACTIVE,
            or_(*(group.id.in_(mine) for group in line)),
        )
        .correlate(Person)
        .exists()
    )


def _has_account(sender: Sender) -> ColumnElement[bool]:
    return exists().where(
        Identity.person_id == Person.id,
        Identity.platform == sender.platform,
        Identity.address == sender.address,
    )


def _narrow(session: Session, actor: Actor, query: Select[Person], text: str) -> Select[Person]:
    """Look only at the bearers of a rare name, or at the people of a small realm.

    What is left is a common name in a large realm, of which a page is found at once.
    """
    few = few_bearers(session, text)
    if few is None and not actor.system_admin:
        few = few_people(session, actor)
    return query if few is None else query.where(Person.id.in_(few))


def few_people(session: Session, actor: Actor) -> Select[int] | None:
    """Who is in the groups that the actor runs, if these are no more than FEW_GROUPS."""
    groups = level = set(session.scalars(_administered(actor).limit(FEW_GROUPS + 1)))
    while level and len(groups) <= FEW_GROUPS:
        below = select(Group.id).where(Group.parent_id.in_(level)).limit(FEW_GROUPS + 1)
        level = set(session.scalars(below)) - groups
        groups |= level
    if len(groups) > FEW_GROUPS:
        return None
    return select(Member.person_id).where(
        Member.group_id.in_(groups), Member.state == MemberState.ACTIVE
    )
