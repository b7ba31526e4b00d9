"""Which e-mails somebody got, as those see it who tend to a group's messages."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from core.access import Actor
from core.deliveries import Delivery
from core.deliveries.trail import Entry, entry_of, of_groups, realm, require_trail
from core.groups import Group
from core.invites.whom import EMAIL
from core.pages import Cursor, Page, turn_to
from core.people import Identity, Person
from core.people.proofs import Proof
from core.people.selves import selves_of
from core.rosters.players import Guardian

PAGE_SIZE = 10


def list_mails(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    about: Person | None = None,
    address: str | None = None,
    cursor: Cursor | None = None,
) -> Page[Entry]:
    """E-mails about the group and all below it, newest first, ten a page: to everybody, to that
    person at all their addresses, or to one address. Raises NotFound, Forbidden.
    """
    require_trail(session, actor, group)
    query = select(Delivery).join(Delivery.event).options(contains_eager(Delivery.event))
    query = query.where(Delivery.channel == EMAIL, of_groups(realm(session, group)))
    if about is not None:
        query = query.where(Delivery.address.in_(_addresses(session, about)))
    if address is not None:
        query = query.where(Delivery.address == address)
    page = turn_to(
        session,
        query,
        key=Delivery.id,
        id_of=lambda row: row.id,
        cursor=cursor,
        size=PAGE_SIZE,
        newest_first=True,
    )
    return Page([entry_of(session, actor, row) for row in page.rows], page.previous, page.next)


def _addresses(session: Session, person: Person) -> set[str | None]:
    """Where they are known, whatever they or the club said."""
    selves = list(session.scalars(selves_of(person.id)))
    queries = (
        select(Identity.address).where(Identity.platform == EMAIL, Identity.person_id.in_(selves)),
        select(Proof.address).where(Proof.kind == EMAIL, Proof.person_id.in_(selves)),
        select(Guardian.email).where(Guardian.person_id.in_(selves)),
    )
    return {address for query in queries for address in session.scalars(query)}
