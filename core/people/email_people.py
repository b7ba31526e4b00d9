"""Who somebody is that has shown an e-mail address to be theirs, also without any chat account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.invites.whom import EMAIL
from core.mail.mailboxes import mark_proven
from core.names import display_name
from core.people import Identity, Person, find_identity, list_identities
from core.people.proofs import Proof, keep_proof
from core.people.selves import current_self


def meet_by_email(session: Session, *, address: str, name: str | None, now: datetime) -> Person:
    """The person of the address, made where there is none; it is proven to be theirs from now on.

    `address` is in the form of `read_email`, and who calls has seen the proof. Who only said that
    it was theirs, and is known by other accounts too, is not who proved it now.
    """
    person = _holder(session, address) or _met_by_it_alone(session, address)
    person = person or _new(session, address, name, now)
    keep_proof(session, kind=EMAIL, address=address, person_id=person.id, now=now)
    mark_proven(session, address=address, now=now)
    identity = find_identity(session, platform=EMAIL, address=address)
    if identity is None:
        identity = Identity(platform=EMAIL, address=address, person=person, created_at=now)
        session.add(identity)
    identity.person, identity.reachable, identity.unreachable_reason = person, True, None
    session.flush()
    return person


def _holder(session: Session, address: str) -> Person | None:
    proven = select(Proof.person_id).where(Proof.kind == EMAIL, Proof.address == address)
    person_id = session.scalar(proven)
    person = current_self(session, person_id) if person_id is not None else None
    return person if person is not None and person.erased_at is None else None


def _met_by_it_alone(session: Session, address: str) -> Person | None:
    identity = find_identity(session, platform=EMAIL, address=address)
    if identity is None:
        return None
    known = list_identities(session, identity.person_id)
    return identity.person if all(one.platform == EMAIL for one in known) else None


def _new(session: Session, address: str, name: str | None, now: datetime) -> Person:
    shown = display_name(name or "", fallback=address.partition("@")[0])
    person = Person(name=shown, created_at=now)
    session.add(person)
    session.flush()
    return person
