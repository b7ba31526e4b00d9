"""Every operation, in the order of the document; a new noun is added only here."""

from bot.web.api.operation import Operation
from bot.web.api.operations import groups, invite_links, invites, members

OPERATIONS: tuple[Operation, ...] = (
    *groups.OPERATIONS,
    *members.OPERATIONS,
    *invites.OPERATIONS,
    *invite_links.OPERATIONS,
)
