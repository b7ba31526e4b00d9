"""The permission table as a page of the documentation, printed from the data that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.access import LEAST_INHERITED_ROLE, Permission, Role, allows, may_act_on, may_grant
from core.groups import Kind
from core.groups.labels import labels_of

Rule = Callable[[Role, Role], bool]


def permissions_page() -> str:
    """docs/permissions.md."""
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield "# Who may do what"
    yield ""
    yield "Printed by `python -m bot permissions` from the data that decides."
    yield ""
    yield from _table("", list(Role), _permission_rows())
    yield ""
    yield (
        f"Rights flow downward: {LEAST_INHERITED_ROLE.value} and above count in every group below"
        " theirs, lower roles only in their own group. Who left, was removed or is banned has no"
        " role. A system admin, named in the settings, acts as an owner everywhere."
    )
    yield ""
    yield "## Who may act on whom"
    yield ""
    yield "Change the role of, remove, ban or put out of the room a member whose role is:"
    yield ""
    yield from _table("acting", list(Role), _rank_rows(may_act_on))
    yield ""
    yield "Hand out the role, by invite, change of role or undo:"
    yield ""
    yield from _table("acting", list(Role), _rank_rows(may_grant))
    yield ""
    yield (
        "Changing roles and removing takes the right in the first table as well. A role inherited"
        " from above protects like one of one's own. The last owner of a group can't leave, step"
        " down, be removed or be banned; handing the group over takes the receiver's own tap."
    )
    yield ""
    yield "## The words for roles"
    yield ""
    yield (
        "The names in the head are understood in every group, beside the group's own. A member is"
        " shown by the word that their role was given by."
    )
    yield ""
    yield from _table("group", list(Role), _label_rows())


def _permission_rows() -> Iterator[list[str]]:
    for permission in Permission:
        yield [permission.value, *(_mark(allows(role, permission)) for role in Role)]


def _rank_rows(may: Rule) -> Iterator[list[str]]:
    for actor in Role:
        if allows(actor, Permission.CHANGE_ROLE):
            yield [actor.value, *(_mark(may(actor, role)) for role in Role)]


def _label_rows() -> Iterator[list[str]]:
    for kind in Kind:
        yield [kind.value, *(", ".join(_words(kind, role)) for role in Role)]


def _words(kind: Kind, role: Role) -> list[str]:
    return labels_of(kind, role) or [role.value]


def _table(corner: str, roles: list[Role], rows: Iterator[list[str]]) -> Iterator[str]:
    yield _row([corner, *(role.value for role in roles)])
    yield _row(["---", *(":-:" for _ in roles)])
    yield from map(_row, rows)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _mark(yes: bool) -> str:
    return "✓" if yes else "–"
