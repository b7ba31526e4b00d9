"""Every operation, in the order of the document; a new noun is added only here."""

from bot.web.api.operation import Operation
from bot.web.api.operations import (
    audit,
    broadcasts,
    bulk_invites,
    events,
    groups,
    guest_lists,
    guests,
    invite_links,
    invites,
    members,
    outbox,
    players,
)

OPERATIONS: tuple[Operation, ...] = (
    *groups.OPERATIONS,
    *members.OPERATIONS,
    *invites.OPERATIONS,
    *bulk_invites.OPERATIONS,
    *invite_links.OPERATIONS,
    *events.OPERATIONS,
    *guests.OPERATIONS,
    *guest_lists.OPERATIONS,
    *broadcasts.OPERATIONS,
    *players.OPERATIONS,
    *outbox.OPERATIONS,
    *audit.OPERATIONS,
)
