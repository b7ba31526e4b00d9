"""What /invite is told to offer, read from its arguments."""

from __future__ import annotations

from bot.command import Call
from core.access import Role
from core.errors import Invalid
from core.finding import find_acquaintance, get_findable
from core.groups import Group
from core.invites import DEFAULT_TTL, Offer
from core.labels import read_role
from core.people import Person


def read_offer(call: Call, group: Group) -> Offer:
    """Raises Invalid for what can't be read, NotFound for somebody who is not known."""
    arguments = call.arguments
    word = arguments.option("role")
    role, label = read_role(group.kind, word) if word else (Role.MEMBER, None)
    uses = arguments.number("uses", default=1)
    assert uses is not None
    return Offer(
        role=role,
        label=label,
        ttl=arguments.span("ttl", default=DEFAULT_TTL),
        max_uses=uses,
        note=arguments.option("note"),
        invitee=_invitee(call, group),
    )


def _invitee(call: Call, group: Group) -> Person | None:
    who = call.arguments.words
    person_id = call.arguments.number("person")
    if person_id is not None:
        return get_findable(call.session, call.actor, group=group, person_id=person_id)
    if len(who) > 1:
        raise Invalid("who_is_many")
    return find_acquaintance(call.session, call.actor, username=who[0]) if who else None
