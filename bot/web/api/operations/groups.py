"""Groups: founding, reading, changing and deleting them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.catalogues import available_locales
from bot.web.api.operation import Asked, operation
from bot.web.api.shapes import ById, Given, Items, Number, Taken, Turn, Words
from core.access import Permission, Role, require
from core.groups import Group, Kind, get_group, hold_still
from core.groups.closing import archive_group, delete_group, plan_deletion, restore_group
from core.groups.tree import create_group, move_group, plan_move, rename_group
from core.members.footholds import page_footholds
from core.people.preferences import choose_language, choose_zone

TAG = "Groups"


class GroupShown(Given):
    """A group as who asks sees it; `role` is theirs in it."""

    id: Number
    kind: Kind
    name: str
    slug: str
    parent_id: Number | None
    role: Role
    locale: str | None
    timezone: str | None
    created_at: datetime
    archived_at: datetime | None


class NewGroup(Taken):
    name: Words
    kind: Kind = Kind.TEAM
    parent_id: Number | None = None


class GroupChange(Taken):
    """What is left out stays as it is. `parent_id` null makes it a root."""

    name: Words | None = None
    parent_id: Number | None = None
    locale: Words | None = None
    timezone: Words | None = None
    archived: Annotated[bool | None, Field(description="Read-only until it is false again.")] = None


def show_group(group: Group, role: Role) -> GroupShown:
    return GroupShown(
        id=group.id,
        kind=group.kind,
        name=group.name,
        slug=group.slug,
        parent_id=group.parent_id,
        role=role,
        locale=group.locale,
        timezone=group.timezone,
        created_at=group.created_at,
        archived_at=group.archived_at,
    )


@operation("GET", "/groups", "The groups that you stand in", tag=TAG)
def list_groups(asked: Asked, query: Turn) -> Items[GroupShown]:
    """Your own groups and those that you run from above, oldest first."""
    found, following = page_footholds(
        asked.session, asked.me, after=query.cursor or 0, size=query.limit
    )
    shown = [show_group(row.group, Role(row.role)) for row in found]
    return Items[GroupShown](items=shown, next_cursor=following)


@operation("POST", "/groups", "Found a group", tag=TAG, status=201, permission=Permission.ARRANGE)
def found_group(asked: Asked, body: NewGroup) -> GroupShown:
    """You become its owner. Only a group under another one needs a permission, there."""
    parent = get_group(asked.session, body.parent_id) if body.parent_id is not None else None
    group = create_group(
        asked.session, asked.me, kind=body.kind, name=body.name, parent=parent, now=asked.now
    )
    return show_group(group, Role.OWNER)


@operation("GET", "/groups/{id}", "One group", tag=TAG, permission=Permission.VIEW, tagged=True)
def read_group(asked: Asked, path: ById) -> GroupShown:
    group = get_group(asked.session, path.id)
    return show_group(group, require(asked.session, asked.me, Permission.VIEW, group))


@operation(
    "PATCH",
    "/groups/{id}",
    "Rename, move, archive, or choose the language and zone",
    tag=TAG,
    permission=Permission.RENAME,
    tagged=True,
)
def change_group(asked: Asked, path: ById, body: GroupChange) -> GroupShown:
    """All of it or, where one part is refused, none. Moving takes the right to move the group,
    and to arrange what stands below the groups that it leaves and comes to.
    """
    session, actor, now = asked.session, asked.me, asked.now
    group = get_group(session, path.id)
    role = require(session, actor, Permission.VIEW, group)
    hold_still(session, group)
    asked.check_unchanged(show_group(group, role))
    if body.archived is False and group.archived_at is not None:
        restore_group(session, actor, group=group, now=now)
    if body.name is not None:
        rename_group(session, actor, group=group, name=body.name, now=now)
    if "parent_id" in body.model_fields_set:
        parent = get_group(session, body.parent_id) if body.parent_id is not None else None
        move_group(
            session, actor, move=plan_move(session, actor, group=group, parent=parent), now=now
        )
    if body.locale is not None:
        choose_language(
            session, actor, code=body.locale, available=available_locales(), group=group, now=now
        )
    if body.timezone is not None:
        choose_zone(session, actor, name=body.timezone, group=group, now=now)
    if body.archived and group.archived_at is None:
        archive_group(session, actor, group=group, now=now)
    return show_group(group, require(session, actor, Permission.VIEW, group))


@operation(
    "DELETE", "/groups/{id}", "Delete a group for good", tag=TAG, permission=Permission.DELETE
)
def remove_group(asked: Asked, path: ById) -> None:
    """With all that stands below it, its members and invites. To keep those: archive it."""
    group = get_group(asked.session, path.id)
    remains = plan_deletion(asked.session, asked.me, group=group, now=asked.now)
    delete_group(asked.session, asked.me, remains=remains, now=asked.now)


OPERATIONS = (list_groups, found_group, read_group, change_group, remove_group)
