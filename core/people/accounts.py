"""Account: somebody who is known on one platform by a number and by an id of their own, one of
which may be missing from what they send.

The number is what we write to. The id stays with the account when the number is handed out again,
so a number that comes with another id than before belongs to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.contacts.phones import key_of
from core.database import attempt
from core.errors import Conflict, CoreError
from core.guests.selves import lock_shared_events
from core.invites.waiting import prove_phone
from core.members import lock_owned
from core.people import Identity, Person, Sender, find_identity, recognise
from core.people.erasures import check_not_leaving
from core.people.merges import merge_people
from core.people.selves import lock_people

BY_NUMBER = "written to by number"


def is_number(address: str) -> bool:
    return address.startswith("+")


def known_address(session: Session, *, platform: str, alias: str) -> str:
    """Where we write to who came without a number: the number that we know of them, or the id."""
    known = find_identity(session, platform=platform, address=alias)
    others = _addresses(session, platform, known.person_id) if known else []
    return next((one.address for one in others if is_number(one.address)), alias)


def is_settled(session: Session, *, sender: Sender, alias: str | None) -> bool:
    """Whether nothing is new in what the platform says of who is speaking."""
    main = find_identity(session, platform=sender.platform, address=sender.address)
    if main is None or alias in (None, sender.address):
        return main is not None
    other = find_identity(session, platform=sender.platform, address=alias or "")
    return other is not None and other.person_id == main.person_id


def settle_account(session: Session, *, sender: Sender, alias: str | None, now: datetime) -> None:
    """Take in that the platform says: this number and this id are one account. The number is
    proven by it to be the sender's, and so are the invites that wait for it.
    """
    if alias is not None and alias != sender.address:
        main = _meet(session, sender, alias, now)
        _add_alias(session, main, alias, now)
    else:
        main = recognise(session, sender=sender, now=now)
        session.flush()
    if is_number(sender.address):
        actor = Actor(main.person, via=sender.platform)
        prove_phone(session, actor, number=key_of(sender.address), now=now)


def _meet(session: Session, sender: Sender, alias: str, now: datetime) -> Identity:
    """The identity of the number, on the person whose id it is."""
    main = find_identity(session, platform=sender.platform, address=sender.address)
    other = find_identity(session, platform=sender.platform, address=alias)
    if main is None and other is not None:
        main = Identity(
            person=other.person, platform=sender.platform, address=sender.address, created_at=now
        )
        session.add(main)
    elif main is not None and _changed_hands(session, main, alias):
        _hand_out(session, main, other, sender, now)
    elif main is not None and other is not None and main.person_id != other.person_id:
        _unite(session, main.person, other.person, now)
    main = recognise(session, sender=sender, now=now)
    session.flush()
    return main


def _add_alias(session: Session, main: Identity, alias: str, now: datetime) -> None:
    other = find_identity(session, platform=main.platform, address=alias)
    if other is None:
        other = Identity(person=main.person, platform=main.platform, address=alias, created_at=now)
        session.add(other)
    other.person = main.person
    other.reachable, other.unreachable_reason = False, BY_NUMBER
    session.flush()


def _changed_hands(session: Session, main: Identity, alias: str) -> bool:
    others = _addresses(session, main.platform, main.person_id)
    ids = {one.address for one in others if not is_number(one.address)}
    return bool(ids) and alias not in ids


def _hand_out(
    session: Session, main: Identity, other: Identity | None, sender: Sender, now: datetime
) -> None:
    """The number goes to who has it now; all else stays with who had it."""
    main.person = other.person if other else Person(name=sender.name, created_at=now)
    main.username, main.heard_at, main.stopped_at = None, None, None
    session.flush()


def _unite(session: Session, one: Person, other: Person, now: datetime) -> None:
    """They turn out to be one person; where that can't be, they stay two."""
    kept, gone = sorted((one, other), key=lambda person: person.id)

    def unit() -> None:
        lock_owned(session, {kept.id, gone.id})
        lock_shared_events(session, {kept.id, gone.id})
        people = lock_people(session, {kept.id, gone.id})
        if any(person.merged_into_id or person.erased_at for person in people.values()):
            raise Conflict("link_overtaken")
        check_not_leaving(session, people)
        actor = Actor(kept, via="usher")
        merge_people(session, actor, kept=people[kept.id], gone=people[gone.id], now=now)

    try:
        attempt(session, unit)
    except CoreError:
        return


def _addresses(session: Session, platform: str, person_id: int) -> Iterable[Identity]:
    own = Identity.person_id == person_id, Identity.platform == platform
    return list(session.scalars(select(Identity).where(*own).order_by(Identity.id)))
