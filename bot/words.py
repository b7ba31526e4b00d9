"""The domain's own words as people read them: roles, kinds of group, how an invite stands."""

from __future__ import annotations

from bot.texts import Text, say
from core.access import Permission, Role
from core.groups import Kind
from core.invites import InviteStatus

ROLES: dict[Role, Text] = {
    Role.OWNER: say("owner"),
    Role.ADMIN: say("admin"),
    Role.EDITOR: say("editor"),
    Role.MEMBER: say("member"),
    Role.VIEWER: say("viewer"),
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

PERMISSIONS: dict[Permission, Text] = {
    Permission.VIEW: say("see this group"),
    Permission.LIST_MEMBERS: say("see the members"),
    Permission.LEAVE: say("leave the group"),
    Permission.INVITE: say("invite people"),
    Permission.LIST_INVITES: say("see the invites"),
    Permission.REVOKE_INVITE: say("revoke invites"),
    Permission.BIND_CHAT: say("tie a chat to the group"),
}
