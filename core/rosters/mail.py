"""A roster by e-mail: an admin has it sent to an address that they showed to be their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import Conflict
from core.facts.mail import RosterAsked
from core.groups import Group, below
from core.invites.whom import EMAIL
from core.mail.mailing import is_mail_set_up
from core.outbox import record
from core.people import list_identities
from core.rosters.players import Guardian, Player, list_guardians

Line = tuple[Player, list[Guardian]]


def own_addresses(session: Session, person_id: int) -> list[str]:
    """The e-mail addresses that are proven to be theirs and take our mail."""
    known = list_identities(session, person_id)
    return [one.address for one in known if one.platform == EMAIL and one.reachable]


def mail_roster(session: Session, actor: Actor, *, group: Group, now: datetime) -> str:
    """Have the roster of the group and all below it sent to the actor; the address.

    Raises NotFound, Forbidden, Conflict where no address of theirs is known or no e-mail is sent.
    """
    require(session, actor, Permission.KEEP_ROSTER, group)
    addresses = own_addresses(session, actor.person.id)
    if not is_mail_set_up(session):
        raise Conflict("no_mail_here")
    if not addresses:
        raise Conflict("no_own_email")
    record(session, RosterAsked(group_id=group.id, person_id=actor.person.id), now=now)
    note(session, actor, action="roster.mailed", group=group, now=now)
    return addresses[0]


def roster_lines(session: Session, group_id: int) -> Sequence[Line]:
    """Every player of the group and of all below it, by name, with their guardians."""
    query = select(Player).where(Player.group_id.in_(below(group_id)))
    players = list(
        session.scalars(query.options(joinedload(Player.group)).order_by(Player.name_key))
    )
    guardians = list_guardians(session, [one.id for one in players])
    return [(one, guardians[one.id]) for one in players]
