"""Members: who is in, as what, and who could be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.web.api.operation import Asked, operation
from bot.web.api.shapes import ById, Given, Items, Number, Taken, Turn, Words
from core.access import Permission, Role, require
from core.errors import NotFound
from core.groups import get_group
from core.groups.labels import read_role
from core.members import (
    Listed,
    Reach,
    find_active,
    leave_group,
    list_members,
    lock_members,
    reach_of,
)
from core.members.changes import change_role, remove_member
from core.pages import Cursor
from core.people import Person
from core.people.finding import find_people

TAG = "Members"


class MemberShown(Given):
    """`label` is the group's own word that the role was given by; `reach` whether Usher can write
    to them: `open`, `silent` until they write first, or `lost`.
    """

    person_id: Number
    name: str
    role: Role
    label: str | None
    joined_at: datetime
    reach: Reach


class PersonShown(Given):
    person_id: Number
    name: str
    reach: Reach


class InMember(ById):
    person_id: Number = Field(description="The number of the person.")


class MemberQuery(Turn):
    q: Words = Field("", description="Only those whose names begin like this.")


class PersonQuery(Turn):
    q: Words = Field(description="The beginnings of a name.")


class MemberChange(Taken):
    role: Words = Field(description="Canonical, or a word of the group's own such as `coach`.")


class Leaving(Taken):
    ban: Annotated[bool, Field(description="Keep them from coming back, too.")] = False


@operation(
    "GET",
    "/groups/{id}/members",
    "Who is in the group",
    tag=TAG,
    permission=Permission.LIST_MEMBERS,
)
def list_members_of_group(asked: Asked, path: ById, query: MemberQuery) -> Items[MemberShown]:
    """In the order of joining."""
    page = list_members(
        asked.session,
        asked.me,
        group=get_group(asked.session, path.id),
        text=query.q,
        cursor=Cursor(query.cursor) if query.cursor is not None else None,
        size=query.limit,
    )
    following = page.next.id if page.next else None
    return Items[MemberShown](items=_show(asked, page.rows), next_cursor=following)


@operation(
    "GET",
    "/groups/{id}/members/{person_id}",
    "One member",
    tag=TAG,
    permission=Permission.LIST_MEMBERS,
    tagged=True,
)
def read_member(asked: Asked, path: InMember) -> MemberShown:
    group = get_group(asked.session, path.id)
    require(asked.session, asked.me, Permission.LIST_MEMBERS, group)
    return _show_one(asked, path)


@operation(
    "PATCH",
    "/groups/{id}/members/{person_id}",
    "Give a member another role",
    tag=TAG,
    permission=Permission.CHANGE_ROLE,
    tagged=True,
)
def change_member(asked: Asked, path: InMember, body: MemberChange) -> MemberShown:
    """Nobody gives a role at or above their own, owners aside, nor acts on who stands as high."""
    group = get_group(asked.session, path.id)
    lock_members(asked.session, group)
    require(asked.session, asked.me, Permission.CHANGE_ROLE, group)
    asked.check_unchanged(_show_one(asked, path))
    role, label = read_role(group.kind, body.role)
    change_role(
        asked.session,
        asked.me,
        group=group,
        person_id=path.person_id,
        role=role,
        label=label,
        now=asked.now,
    )
    return _show_one(asked, path)


@operation(
    "DELETE",
    "/groups/{id}/members/{person_id}",
    "Remove a member, or leave",
    tag=TAG,
    permission=Permission.REMOVE_MEMBER,
)
def end_member(asked: Asked, path: InMember, query: Leaving) -> None:
    """Of yourself it is leaving, which any member may."""
    group = get_group(asked.session, path.id)
    if path.person_id == asked.me.person.id:
        return leave_group(asked.session, asked.me, group=group, now=asked.now)
    remove_member(
        asked.session,
        asked.me,
        group=group,
        person_id=path.person_id,
        ban=query.ban,
        now=asked.now,
    )
    return None


@operation(
    "GET",
    "/groups/{id}/non-members",
    "People known to you who are not in the group",
    tag=TAG,
    permission=Permission.FIND_PEOPLE,
)
def list_non_members(asked: Asked, path: ById, query: PersonQuery) -> Items[PersonShown]:
    """Of the groups that you run, and of groups below those. Others look like nobody."""
    page = find_people(
        asked.session,
        asked.me,
        group=get_group(asked.session, path.id),
        text=query.q,
        cursor=Cursor(query.cursor) if query.cursor is not None else None,
        size=query.limit,
    )
    reach = reach_of(asked.session, [row.id for row in page.rows])
    shown = [_show_person(row, reach[row.id]) for row in page.rows]
    return Items[PersonShown](items=shown, next_cursor=page.next.id if page.next else None)


def _show_one(asked: Asked, path: InMember) -> MemberShown:
    member = find_active(asked.session, person_id=path.person_id, group_id=path.id)
    if member is None:
        raise NotFound("who_not_here", group=get_group(asked.session, path.id).name)
    return _show(asked, [Listed.of(member)])[0]


def _show(asked: Asked, members: Sequence[Listed]) -> list[MemberShown]:
    reach = reach_of(asked.session, [row.person_id for row in members])
    return [
        MemberShown(
            person_id=row.person_id,
            name=row.name,
            role=row.role,
            label=row.label,
            joined_at=row.joined_at,
            reach=reach[row.person_id],
        )
        for row in members
    ]


def _show_person(person: Person, reach: Reach) -> PersonShown:
    return PersonShown(person_id=person.id, name=person.name, reach=reach)


OPERATIONS = (
    list_members_of_group,
    read_member,
    change_member,
    end_member,
    list_non_members,
)
