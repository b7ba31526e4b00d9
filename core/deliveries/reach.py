"""Reach: by which channel somebody hears in private, and which takes over when one refuses."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from core.database import announce
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.claims import Claim
from core.facts import PersonInvited, read_fact
from core.invites import Invite
from core.model import insert_new
from core.outbox import TOPIC
from core.people import Identity, find_identity, list_reachable

# The first by which somebody can be reached is theirs; what is not named here comes after.
LADDER = ("telegram", "whatsapp", "email")
# What stands in for an invite that could not be shown: whoever made it is to hand over a link.
INVITE, HAND_OVER = "invite_card", "hand_over"


def first_rungs(session: Session, person_ids: Iterable[int]) -> list[Identity]:
    """Where these people are written to: at all their addresses on the first of their channels."""
    return first_of(list_reachable(session, person_ids))


def first_of(identities: Iterable[Identity]) -> list[Identity]:
    """Of these the ones on the first channel of each person."""
    every = list(identities)
    first: dict[int, int] = {}
    for one in every:
        first[one.person_id] = min(_rung(one), first.get(one.person_id, _rung(one)))
    return [one for one in every if _rung(one) == first[one.person_id]]


def fall_back(session: Session, claim: Claim, *, channels: Collection[str], now: datetime) -> bool:
    """The address refused for good: the person's next channel among `channels` takes the message
    over. Where there is none, the inviter hears that an invite has to be handed over. Whether
    anything takes over.
    """
    refused = find_identity(session, platform=claim.channel, address=claim.address)
    if refused is None:
        return False
    others = [one for one in list_reachable(session, [refused.person_id]) if one != refused]
    usable = sorted((one for one in others if one.platform in channels), key=_rung)
    if any(_take_over(session, claim, one, claim.kind, now) for one in usable):
        return True
    return not usable and _ask_inviter(session, claim, now)


def _rung(identity: Identity) -> int:
    known = identity.platform in LADDER
    return LADDER.index(identity.platform) if known else len(LADDER)


def _ask_inviter(session: Session, claim: Claim, now: datetime) -> bool:
    fact = read_fact(claim.event.event_type, claim.event.payload)
    if claim.kind != INVITE or not isinstance(fact, PersonInvited):
        return False
    inviter_id = session.get_one(Invite, fact.invite_id).inviter_id
    rungs = first_rungs(session, [inviter_id])
    return sum(_take_over(session, claim, one, HAND_OVER, now) for one in rungs) > 0


def _take_over(session: Session, claim: Claim, to: Identity, kind: str, now: datetime) -> bool:
    return hand_to(session, claim, (to.platform, to.address), kind=kind, now=now)


def hand_to(
    session: Session, claim: Claim, way: tuple[str, str], *, kind: str, now: datetime
) -> bool:
    """The message goes to that (channel, address) instead; whether it was not told there before."""
    row = {
        "outbox_id": session.get_one(Delivery, claim.id).outbox_id,
        "channel": way[0],
        "address": way[1],
        "kind": kind,
        "status": DeliveryStatus.PENDING,
        "lane": claim.lane,
        "attempts": 0,
        "lost_claims": 0,
        "due_at": now,
    }
    new = insert_new(session, Delivery, [row], key=("outbox_id", "channel", "address"))
    announce(session, TOPIC)
    return bool(new)
