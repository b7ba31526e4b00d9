"""A person who is forgotten is taken out of the events' lists; that somebody was there is kept."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Delete, Update, delete, or_, select, update

from core.broadcasts import BroadcastRecipient
from core.guests import Guest, GuestStatus
from core.guests.changes import GuestChangeRow
from core.guests.imports import GuestImport
from core.guests.links import GuestLink
from core.invites.whom import EMAIL, PHONE


def forget_guests(
    person_ids: Collection[int], claims: Collection[str], *, name: str
) -> tuple[Update | Delete, ...]:
    """What empties their rows, also those that somebody else wrote down by a number or an address
    of theirs; they are called `name` from then on.
    """
    theirs = or_(
        Guest.person_id.in_(person_ids),
        Guest.phone_key.in_(_of_kind(PHONE, claims)),
        Guest.email.in_(_of_kind(EMAIL, claims)),
    )
    return (
        delete(GuestLink).where(GuestLink.guest_id.in_(select(Guest.id).where(theirs))),
        delete(GuestChangeRow).where(GuestChangeRow.guest_id.in_(select(Guest.id).where(theirs))),
        delete(BroadcastRecipient).where(
            or_(
                BroadcastRecipient.person_id.in_(person_ids),
                BroadcastRecipient.guest_id.in_(select(Guest.id).where(theirs)),
            )
        ),
        delete(GuestImport).where(GuestImport.author_id.in_(person_ids)),
        update(Guest).where(theirs).values(_blank(name)),
    )


def _of_kind(kind: str, claims: Collection[str]) -> list[str]:
    pairs = (claim.split(":", 1) for claim in claims)
    return [address for found, address in pairs if found == kind]


def _blank(name: str) -> dict[str, object]:
    texts = ("last_name", "phone", "phone_key", "email", "diet", "notes", "held_until")
    return {
        **dict.fromkeys(texts),
        "first_name": name,
        "name_key": "",
        "plus_one_names": [],
        "plus_ones": 0,
        "children": 0,
        "household_id": None,
        "status": GuestStatus.DECLINED,
    }
