"""The domain's own words as people read them: roles, kinds of group, how an invite stands."""

from __future__ import annotations

from bot.texts import Text, say
from core.access import Permission, Role
from core.chats import Loss
from core.groups import Kind
from core.groups.labels import SYSTEM_ADMIN, shown_label
from core.guests import GuestStatus
from core.invites import InviteStatus

ROLES: dict[Role, Text] = {
    Role.OWNER: say("owner"),
    Role.ADMIN: say("admin"),
    Role.EDITOR: say("editor"),
    Role.MEMBER: say("member"),
    Role.VIEWER: say("viewer"),
}

# The kinds' own words for roles; the canonical ones stand in ROLES.
LABELS: dict[str, Text] = {
    "group_admin": say("group admin"),
    "teacher": say("teacher"),
    "student": say("student"),
    "coach": say("coach"),
    "manager": say("manager"),
    "parent": say("parent"),
    "player": say("player"),
    SYSTEM_ADMIN: say("system admin"),
}

KINDS: dict[Kind, Text] = {
    Kind.ORG: say("organisation"),
    Kind.TEAM: say("team"),
    Kind.BAND: say("band"),
    Kind.EVENT: say("event"),
    Kind.CLASS: say("class"),
}

INVITE_STATUSES: dict[InviteStatus, Text] = {
    InviteStatus.PENDING: say("pending"),
    InviteStatus.ACCEPTED: say("accepted"),
    InviteStatus.DECLINED: say("declined"),
    InviteStatus.EXPIRED: say("expired"),
    InviteStatus.REVOKED: say("revoked"),
    InviteStatus.USED_UP: say("used up"),
}

# Why somebody declined, by the code of a button; whatever else they say stands as it is.
REASONS: dict[str, Text] = {
    "busy": say("no time"),
    "later": say("maybe later"),
    "mistaken": say("you mean somebody else"),
}

RSVP: dict[GuestStatus, Text] = {
    GuestStatus.INVITED: say("invited"),
    GuestStatus.CONFIRMED: say("yes"),
    GuestStatus.DECLINED: say("no"),
    GuestStatus.MAYBE: say("maybe"),
    GuestStatus.WAITLISTED: say("on the waitlist"),
}

LOSSES: dict[Loss, Text] = {
    Loss.REMOVED: say("I am no longer in it"),
    Loss.MUTED: say("I may not write there"),
    Loss.RIGHTS: say("I may not invite people there"),
}

PERMISSIONS: dict[Permission, Text] = {
    Permission.VIEW: say("see this group"),
    Permission.LIST_MEMBERS: say("see the members"),
    Permission.LEAVE: say("leave the group"),
    Permission.INVITE: say("invite people"),
    Permission.LIST_INVITES: say("see the invites"),
    Permission.REVOKE_INVITE: say("revoke invites"),
    Permission.BIND_CHAT: say("tie a chat to the group"),
    Permission.FIND_PEOPLE: say("look for people"),
    Permission.CHANGE_ROLE: say("change roles"),
    Permission.REMOVE_MEMBER: say("remove members"),
    Permission.TRANSFER: say("hand the group over"),
    Permission.ARRANGE: say("arrange the groups below it"),
    Permission.RENAME: say("rename it"),
    Permission.MOVE: say("move it"),
    Permission.ARCHIVE: say("archive it"),
    Permission.RESTORE: say("restore it"),
    Permission.DELETE: say("delete it"),
    Permission.ANSWER_REQUESTS: say("answer requests to join"),
    Permission.TEND_ROOMS: say("compare the rooms with the members"),
    Permission.TEND_OUTBOX: say("see to undelivered messages"),
    Permission.READ_LOG: say("read the log"),
    Permission.SET_DEFAULTS: say("choose its language and time zone"),
    Permission.SET_WEBHOOKS: say("have its events posted elsewhere"),
    Permission.LIST_GUESTS: say("see the event's guests"),
    Permission.EDIT_GUESTS: say("change the event's guests"),
    Permission.BROADCAST: say("write to many people"),
    Permission.CHOOSE_LOOK: say("choose what its e-mails look like"),
    Permission.EDIT_EVENT: say("change the event"),
    Permission.SEE_ROSTER: say("see the roster"),
    Permission.KEEP_ROSTER: say("keep the roster and its contracts"),
}


def role_word(kind: Kind, role: Role, label: str | None = None) -> Text:
    """The role in the words of such a group."""
    return LABELS.get(shown_label(kind, role, label)) or ROLES[role]
