"""Ways to guests: by their account, else by the number or e-mail address on the list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from core.chats.reconciliations import ACCOUNT_NOTE
from core.deliveries.reach import first_rungs
from core.guests import Guest
from core.invites.texting import TEXTED_BY, is_sayable
from core.invites.whom import EMAIL
from core.mail.mailboxes import Attitude, Mailbox
from core.mail.mailing import is_mail_set_up
from core.people import Identity
from core.platform_notes import recall

Way = tuple[str, str]
# One of these has to be approved before somebody who never wrote to us can be written to.
TEMPLATES = (("usher_rsvp", ("event", "when", "place", "link")), ("usher_news", ("text",)))


@dataclass(frozen=True, slots=True)
class Ways:
    """`places` are (channel, address), each once; `lost` the guests whom none of them reaches."""

    places: list[Way] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)


def ways_to(
    session: Session,
    event_id: int,
    *conditions: ColumnElement[bool],
    there: Collection[int] = frozenset(),
) -> Ways:
    """How the guests who meet the conditions are written to; who is `there`, in a room that is told
    anyway, is not. For a child without a way of their own it is their household's.
    """
    known = _Known(session, event_id, there)
    rows = known.rows(*conditions)
    ways = known.ways(rows)
    alone = [row for row in rows if not ways[row.id] and row.person_id not in there]
    family = known.of_households({row.household_id for row in alone if row.household_id})
    for row in alone:
        ways[row.id] = family.get(row.household_id, [])
    places = dict.fromkeys(way for row in rows for way in ways[row.id])
    return Ways(list(places), [row.id for row in alone if row.household_id not in family])


def has_numbers(session: Session, event_id: int) -> bool:
    """Whether some guest of the event stands on the list with a phone number."""
    query = select(Guest.id).where(Guest.event_id == event_id, Guest.phone_key.is_not(None))
    return session.scalar(query.limit(1)) is not None


class _Known:
    """What is known of an event's guests and their addresses, asked for once."""

    def __init__(self, session: Session, event_id: int, there: Collection[int]) -> None:
        self._session = session
        self._event_id = event_id
        self._there = there
        self._texts = _can_text(session)
        self._mails = is_mail_set_up(session)

    def rows(self, *conditions: ColumnElement[bool]) -> Sequence[Any]:
        columns = Guest.id, Guest.person_id, Guest.household_id, Guest.phone, Guest.email
        here = Guest.event_id == self._event_id, Guest.removed_at.is_(None)
        return self._session.execute(
            select(*columns).where(*here, *conditions).order_by(Guest.id)
        ).all()

    def ways(self, rows: Sequence[Any]) -> dict[int, list[Way]]:
        """By guest; none for who is there."""
        people = {row.person_id for row in rows} - {None} - set(self._there)
        accounts: dict[int, list[Way]] = {}
        for one in first_rungs(self._session, people):
            accounts.setdefault(one.person_id, []).append((one.platform, one.address))
        shut = self._shut()
        return {
            row.id: []
            if row.person_id in self._there
            else accounts.get(row.person_id) or self._written(row, shut)
            for row in rows
        }

    def of_households(self, ids: set[int]) -> dict[int, list[Way]]:
        """The ways of the first of each household who has any; none where that one is there."""
        found: dict[int, list[Way]] = {}
        rows = self.rows(Guest.household_id.in_(ids)) if ids else []
        ways = self.ways(rows)
        for row in rows:
            if row.household_id not in found and (ways[row.id] or row.person_id in self._there):
                found[row.household_id] = ways[row.id]
        return found

    def _written(self, row: Any, shut: set[Way]) -> list[Way]:
        if self._texts and row.phone and (TEXTED_BY, row.phone) not in shut:
            return [(TEXTED_BY, row.phone)]
        if self._mails and row.email and (EMAIL, row.email) not in shut:
            return [(EMAIL, row.email)]
        return []

    def _shut(self) -> set[Way]:
        """Addresses on the list of which we know that nothing is to be sent there."""
        at_number = and_(Identity.platform == TEXTED_BY, Identity.address == Guest.phone)
        gone = Identity.stopped_at.is_not(None) | Identity.unreachable_reason.is_not(None)
        numbers = select(Guest.phone).join(Identity, at_number).where(gone)
        mails = select(Guest.email).join(Mailbox, Mailbox.address == Guest.email)
        closed = mails.where(Mailbox.attitude != Attitude.OPEN)
        return {*self._of_event(TEXTED_BY, numbers), *self._of_event(EMAIL, closed)}

    def _of_event(self, channel: str, query: Any) -> Iterable[Way]:
        found = self._session.scalars(query.where(Guest.event_id == self._event_id))
        return [(channel, address) for address in found]


def _can_text(session: Session) -> bool:
    known = recall(session, platform=TEXTED_BY, name=ACCOUNT_NOTE) is not None
    return known and is_sayable(session, TEMPLATES)
