"""Who may do what: roles, permissions, the table between them, and the one `require`.

A Member row is what grants a role, so it stands here, below every verb that asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.database.prepared import Prepared
from core.errors import Conflict, Forbidden, NotFound
from core.groups import IN_ARCHIVE, Group, line_of
from core.model import Base, Id, Moment, choice
from core.people import Person


class Role(StrEnum):
    """What somebody is in a group, highest first."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    MEMBER = "member"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        return -list(Role).index(self)


class Permission(StrEnum):
    """What may be done in a group."""

    VIEW = "view the group"
    LIST_MEMBERS = "list the members"
    LEAVE = "leave the group"
    INVITE = "invite people"
    LIST_INVITES = "list the invites"
    REVOKE_INVITE = "revoke an invite"
    BIND_CHAT = "tie a chat to the group"
    FIND_PEOPLE = "find people of one's other groups"
    CHANGE_ROLE = "change a role"
    REMOVE_MEMBER = "remove a member"
    TRANSFER = "hand the group over"
    ARRANGE = "arrange the groups below"
    RENAME = "rename the group"
    MOVE = "move the group"
    ARCHIVE = "archive the group"
    RESTORE = "restore the group"
    DELETE = "delete the group"
    ANSWER_REQUESTS = "answer requests to join"
    TEND_ROOMS = "compare the rooms with the members"
    TEND_OUTBOX = "see to undelivered messages"
    READ_LOG = "read the group's log"
    SET_DEFAULTS = "choose the group's language and time zone"
    SET_WEBHOOKS = "have the group's events posted elsewhere"
    LIST_GUESTS = "see the guests of an event"
    EDIT_GUESTS = "change the guests of an event"
    BROADCAST = "write to many people"
    CHOOSE_LOOK = "choose what the group's e-mails look like"
    EDIT_EVENT = "change an event"
    SEE_ROSTER = "see the roster"
    KEEP_ROSTER = "keep the roster and its contracts"


LEAST_ROLE: Mapping[Permission, Role] = {
    Permission.VIEW: Role.VIEWER,
    Permission.LEAVE: Role.VIEWER,
    Permission.LIST_MEMBERS: Role.MEMBER,
    Permission.INVITE: Role.ADMIN,
    Permission.LIST_INVITES: Role.ADMIN,
    Permission.REVOKE_INVITE: Role.ADMIN,
    Permission.BIND_CHAT: Role.ADMIN,
    Permission.FIND_PEOPLE: Role.ADMIN,
    Permission.CHANGE_ROLE: Role.ADMIN,
    Permission.REMOVE_MEMBER: Role.ADMIN,
    Permission.TRANSFER: Role.OWNER,
    Permission.ARRANGE: Role.ADMIN,
    Permission.RENAME: Role.ADMIN,
    # A move hands out roles: who stands above the new place becomes admin or owner here.
    Permission.MOVE: Role.OWNER,
    Permission.ARCHIVE: Role.ADMIN,
    Permission.RESTORE: Role.ADMIN,
    Permission.DELETE: Role.OWNER,
    Permission.ANSWER_REQUESTS: Role.ADMIN,
    Permission.TEND_ROOMS: Role.ADMIN,
    Permission.TEND_OUTBOX: Role.ADMIN,
    Permission.READ_LOG: Role.ADMIN,
    Permission.SET_DEFAULTS: Role.ADMIN,
    Permission.SET_WEBHOOKS: Role.ADMIN,
    Permission.LIST_GUESTS: Role.VIEWER,
    Permission.EDIT_GUESTS: Role.EDITOR,
    # Of an event its own setting counts.
    Permission.BROADCAST: Role.EDITOR,
    Permission.CHOOSE_LOOK: Role.ADMIN,
    Permission.EDIT_EVENT: Role.ADMIN,
    Permission.SEE_ROSTER: Role.ADMIN,
    Permission.KEEP_ROSTER: Role.ADMIN,
}
# What changes nothing in the group, and the ways out of an archived one. All else must wait.
OPEN_IN_ARCHIVE = frozenset(
    {
        Permission.VIEW,
        Permission.LIST_MEMBERS,
        Permission.LIST_INVITES,
        Permission.FIND_PEOPLE,
        Permission.READ_LOG,
        Permission.LIST_GUESTS,
        Permission.SEE_ROSTER,
        Permission.LEAVE,
        Permission.RESTORE,
        Permission.DELETE,
    }
)
# A head of school runs each class; a teacher of one class sees nothing of another.
LEAST_INHERITED_ROLE = Role.ADMIN
INHERITED_ROLES = tuple(role for role in Role if role.rank >= LEAST_INHERITED_ROLE.rank)
LABEL_LIMIT = 16


class MemberState(StrEnum):
    ACTIVE = "active"
    LEFT = "left"
    REMOVED = "removed"
    BANNED = "banned"


class Origin(StrEnum):
    """By what somebody came into a group."""

    FOUNDER = "founder"
    INVITE = "invite"
    REQUEST = "request"


class Member(Base):
    """A person in a group with one role. The row stays when they leave.

    `label` is the word they were given the role by, where the role has several in this kind of
    group: a parent and a player are both members of a team. `origin` is by what they came in the
    last time; of those from before it was kept it is not known.
    """

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("person_id", "group_id"),
        Index(None, "group_id", "state", "id"),
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    label: Mapped[str | None] = mapped_column(String(LABEL_LIMIT))
    state: Mapped[MemberState] = mapped_column(choice(MemberState, "state"))
    joined_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    origin: Mapped[Origin | None] = mapped_column(choice(Origin, "origin"))

    person: Mapped[Person] = relationship(lazy="raise", innerjoin=True)
    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)

    @property
    def is_active(self) -> bool:
        return self.state is MemberState.ACTIVE


@dataclass(frozen=True, slots=True)
class Scope:
    """What a key for programs is limited to: some groups with all below them, some permissions.
    None is no limit. Whatever it says, its owner's rights of today are the most that it opens.
    """

    groups: frozenset[int] | None = None
    permissions: frozenset[Permission] | None = None

    def permits(self, permission: Permission) -> bool:
        return self.permissions is None or permission in self.permissions

    def may_hand_out(self, role: Role) -> bool:
        """Nobody gets from a key what the key itself may not do, but for what any member may."""
        gained = (one for one in Permission if allows(role, one) and not allows(Role.MEMBER, one))
        return all(self.permits(one) for one in gained)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and by which front end. `system_admins` are the `platform:id` of all of them, and
    `system_admin` whether the actor is one: by today's settings, never from data. `address` is the
    network address that they come from, where the front end knows one. With a `scope` they act by
    a limited key, never as a system admin.
    """

    person: Person
    via: str
    system_admins: frozenset[str] = frozenset()
    system_admin: bool = False
    address: str | None = None
    scope: Scope | None = None

    @property
    def guessers(self) -> tuple[str, ...]:
        """As whom their wrong codes are counted: see `core.invites.guesses`."""
        person = f"person:{self.person.id}"
        return (person,) if self.address is None else (person, f"address:{self.address}")


# Built once, as the recursion costs more to put together than to run.
_ROLES_ABOVE = Prepared(
    select(Member.group_id, Member.role).where(
        Member.person_id == bindparam("person_id"),
        Member.state == MemberState.ACTIVE,
        Member.group_id.in_(line_of(bindparam("group_id"))),
    )
)
_ARCHIVED = Prepared(IN_ARCHIVE)


def allows(role: Role | None, permission: Permission) -> bool:
    return role is not None and role.rank >= LEAST_ROLE[permission].rank


def role_in(session: Session, person_id: int, group_id: int) -> Role | None:
    """The person's highest role in the group, their own there or one inherited from above.

    One query at any depth.
    """
    rows = _ROLES_ABOVE.rows(session, {"person_id": person_id, "group_id": group_id})
    counted = (role for at, role in rows if at == group_id or role in INHERITED_ROLES)
    return max(counted, key=lambda role: role.rank, default=None)


def standing(session: Session, actor: Actor, group: Group) -> Role | None:
    """The role that the actor acts with here: a system admin acts as an owner everywhere, and
    outside of a key's groups there is none.
    """
    if not is_in_scope(session, actor.scope, group):
        return None
    if actor.system_admin:
        return Role.OWNER
    return role_in(session, actor.person.id, group.id)


def require(session: Session, actor: Actor, permission: Permission, group: Group) -> Role:
    """The actor's role, or a refusal.

    Raises NotFound to somebody who has no role here, so that a stranger learns nothing, not even
    that the group exists; Forbidden to somebody whose role is too low; Conflict for a change in an
    archived group. Two queries at most, at any depth.
    """
    role = standing(session, actor, group)
    if role is None:
        raise NotFound("group_unknown")
    if not allows(role, permission):
        raise Forbidden(
            "not_allowed",
            permission=permission,
            least=LEAST_ROLE[permission],
            group=group.name,
        )
    if actor.scope is not None and not actor.scope.permits(permission):
        raise Forbidden("key_too_narrow", permission=permission, group=group.name)
    if permission not in OPEN_IN_ARCHIVE and is_archived(session, group.id):
        raise Conflict("group_archived", group=group.name)
    return role


def require_unlimited(actor: Actor) -> None:
    """For what belongs to no group. Raises Forbidden for a limited key."""
    if actor.scope is not None:
        raise Forbidden("key_is_limited")


def is_archived(session: Session, group_id: int) -> bool:
    """Whether the group is archived, by itself or with one that it stands under. One query."""
    return _ARCHIVED.scalar(session, {"group_id": group_id}) is not None


def may_grant(granter: Role | None, role: Role) -> bool:
    """Nobody grants at or above their own rank, owners aside."""
    return granter is Role.OWNER or (granter is not None and granter.rank > role.rank)


def require_grant(
    session: Session, actor: Actor, role: Role, group: Group, *, label: str | None = None
) -> None:
    """Raises Forbidden when the actor may not hand out `role`, called `label`, in this group."""
    if actor.scope is not None and not actor.scope.may_hand_out(role):
        raise Forbidden("key_hands_out_less", role=role, label=label, kind=group.kind)
    if not may_grant(standing(session, actor, group), role):
        raise Forbidden(
            "role_above_yours", role=role, label=label, kind=group.kind, group=group.name
        )


def may_act_on(own: Role, target: Role) -> bool:
    """Nobody changes or removes somebody at or above their own rank, owners aside."""
    return own is Role.OWNER or own.rank > target.rank


def rank_of(session: Session, member: Member) -> Role:
    """The role that counts when somebody acts on this member: what they inherit from above
    protects them too, and somebody who is no longer in is as high as they last were.
    """
    present = role_in(session, member.person_id, member.group_id)
    return max(filter(None, (present, member.role)), key=lambda role: role.rank)


def is_in_scope(session: Session, scope: Scope | None, group: Group) -> bool:
    """Whether a key of that scope opens the group at all."""
    groups = scope.groups if scope is not None else None
    return groups is None or not groups.isdisjoint(session.scalars(line_of(group.id)))
