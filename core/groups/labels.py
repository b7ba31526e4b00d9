"""Labels: each kind of group's own words for the roles, accepted from people and shown to them.

| kind  | owner | admin       | editor  | member         | viewer |
|-------|-------|-------------|---------|----------------|--------|
| class | owner | group_admin | teacher | student        | viewer |
| team  | owner | coach       | manager | player, parent | viewer |

An organisation, a band and an event use the canonical names, which are understood everywhere. A
teacher is an editor and no admin, because the class has group_admin for that: each word then reads
back as itself.

Who was given their role by one of these words is shown by it, everybody else by the canonical name:
a bare invite may well bring a parent, who is not to be called a player.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.access import Role
from core.errors import Forbidden, Invalid
from core.groups import Kind

LABELS: Mapping[Kind, Mapping[str, Role]] = {
    Kind.CLASS: {"group_admin": Role.ADMIN, "teacher": Role.EDITOR, "student": Role.MEMBER},
    Kind.TEAM: {
        "coach": Role.ADMIN,
        "manager": Role.EDITOR,
        "player": Role.MEMBER,
        "parent": Role.MEMBER,
    },
}
# Whom the settings name: no role of any group, so it can be read but never handed out.
SYSTEM_ADMIN = "system_admin"


def read_role(kind: Kind, word: str) -> tuple[Role, str | None]:
    """The role that `word` means in such a group, and the label to keep if it is one of its own.

    Raises Invalid for no role, Forbidden for the one that only the settings can give.
    """
    wanted = word.strip().casefold().replace(" ", "_").replace("-", "_")
    if wanted == SYSTEM_ADMIN:
        raise Forbidden("system_admin_by_settings")
    labels = LABELS.get(kind, {})
    if wanted in labels:
        return labels[wanted], wanted
    if wanted in set(Role):
        return Role(wanted), None
    raise Invalid("no_such_role", role=word, known=known_words(kind))


def shown_label(kind: Kind, role: Role, label: str | None = None) -> str:
    """The word for `role` in such a group; `label` is the one that a member was given."""
    if label is not None and LABELS.get(kind, {}).get(label) is role:
        return label
    return role.value


def known_words(kind: Kind) -> str:
    """What such a group understands, highest role first: `owner, admin (coach), editor, …`."""
    return ", ".join(_with_labels(kind, role) for role in Role)


def labels_of(kind: Kind, role: Role) -> list[str]:
    """The group's own words for the role; none where only the canonical name is used."""
    return [word for word, meant in LABELS.get(kind, {}).items() if meant is role]


def _with_labels(kind: Kind, role: Role) -> str:
    own = labels_of(kind, role)
    return f"{role.value} ({', '.join(own)})" if own else role.value
