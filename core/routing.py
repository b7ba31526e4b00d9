"""Who hears of which fact, and by which channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.access import Role
from core.awaited import list_awaited
from core.chats import Chat, list_chats
from core.deliveries import list_told_where
from core.expulsion import find_rooms
from core.facts import (
    ClaimRaised,
    DeliveriesDied,
    ExpulsionFailed,
    Fact,
    GroupArchived,
    GroupMoved,
    GroupRestored,
    InviteEnding,
    InviteExpired,
    InviteFact,
    InviteRevoked,
    MemberChanged,
    MemberExpelled,
    MemberJoined,
    PersonInvited,
    PersonLinked,
    RequestAnswered,
    RequestDecided,
    RequestFact,
    RequestMade,
    RequestQuestioned,
    RequestSettled,
    RequestWaits,
    RoomBanLifted,
    RoomLost,
    RoomNeedsRights,
    RoomOffered,
    RoomsReconciled,
    StrangerOpened,
    TransferAnswered,
    TransferOffered,
)
from core.fanning import Destination, Fanning, Route
from core.invites import Invite
from core.members import list_leaders
from core.people import Identity
from core.reach import HAND_OVER, INVITE, first_rungs
from core.requests import find_request
from core.transfers import get_transfer


def _rooms(kind: str) -> Route:
    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        for chat in list_chats(session, fact.group_id):
            yield _in_room(chat, kind)

    return route


def _in_room(chat: Chat, kind: str) -> Destination:
    held = f"we can't speak in this room: {chat.lost_reason}" if chat.is_silent else None
    return Destination(chat.platform, chat.address, kind, held)


def _person(kind: str, person_of: Callable[[Fact], int]) -> Route:
    """Wherever the person can be written to in private."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        return _private(session, [person_of(fact)], kind)

    return route


def _leaders(kind: str, least: Role) -> Route:
    """The group's own people of that rank who can be reached, else those of the groups above."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        return _lead(session, fact.group_id, kind, least)

    return route


def _rooms_with(kind: str) -> Route:
    """The rooms of the group on platforms where the person is known."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, MemberExpelled | RoomBanLifted)
        for chat in find_rooms(session, person_id=fact.person_id, group_id=fact.group_id):
            yield _in_room(chat, kind)

    return route


def _receiver(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, TransferOffered)
    offer = get_transfer(session, fact.transfer_id)
    return _private(session, [offer.receiver_id], "transfer_offer")


def _giver(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, TransferAnswered)
    offer = get_transfer(session, fact.transfer_id)
    return _private(session, [offer.giver_id], "transfer_answer")


def _inviter(kind: str) -> Route:
    """Who made the invite that the fact is about."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, InviteFact)
        invite = session.get(Invite, fact.invite_id)
        return _private(session, [invite.inviter_id], kind) if invite else []

    return route


def _lead(session: Session, group_id: int, kind: str, least: Role) -> list[Destination]:
    own, above = list_leaders(session, group_id, least=least)
    return _private(session, own, kind) or _private(session, above, kind)


def _private(session: Session, person_ids: Iterable[int], kind: str) -> list[Destination]:
    rungs = first_rungs(session, person_ids)
    return [Destination(one.platform, one.address, kind) for one in rungs]


def _deciders(session: Session, fact: Fact) -> Iterable[Destination]:
    """Admins are asked in private. Where none can be reached the room is asked: its buttons obey
    admins only, whoever sees them.
    """
    assert isinstance(fact, RequestFact)
    request = find_request(session, fact.request)
    if request is None:
        return []
    asked = _lead(session, fact.group_id, "request_card", Role.ADMIN)
    return asked or [_in_room(request.chat, "request_card")]


def _door(session: Session, fact: Fact) -> Iterable[Destination]:
    """The room itself, where the platform is to act."""
    assert isinstance(fact, RequestFact)
    request = find_request(session, fact.request)
    return [_in_room(request.chat, "admission")] if request else []


def _requester(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, RequestFact)
    request = find_request(session, fact.request)
    if request is None:
        return []
    return [Destination(request.chat.platform, request.reply_address, "request_question")]


def _cards(session: Session, fact: Fact) -> Iterable[Destination]:
    """Everybody who was shown the request, so that nobody decides what is decided."""
    assert isinstance(fact, RequestFact)
    told = list_told_where(session, subject=fact.request, kind="request_card")
    return [Destination(channel, address, "request_settled") for channel, address in told]


def _mourners(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, DeliveriesDied)
    return _private(session, fact.person_ids, "deaths")


def _invitee(session: Session, fact: Fact) -> Iterable[Destination]:
    """Who was invited; if they can't be reached by now, who is to hand the invite over."""
    assert isinstance(fact, PersonInvited)
    inviter_id = session.get_one(Invite, fact.invite_id).inviter_id
    invitee = _private(session, [fact.person_id], INVITE)
    return invitee or _private(session, [inviter_id], HAND_OVER)


def _awaited(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, InviteFact)
    return _private(session, list_awaited(session, fact.invite_id), "invite_ending")


def _movers(kind: str, people_of: Callable[[GroupMoved], list[int]]) -> Route:
    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, GroupMoved)
        return _private(session, people_of(fact), kind)

    return route


def _orderer(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, ExpulsionFailed)
    return _private(session, [fact.by_id], "expulsion_failed")


def _other_accounts(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, PersonLinked)
    known = (session.get(Identity, id_) for id_ in fact.identity_ids)
    for one in known:
        if one is not None and one.reachable:
            yield Destination(one.platform, one.address, "account_linked")


def _whom(fact: Fact) -> int:
    assert isinstance(fact, MemberChanged | RoomNeedsRights | RoomOffered | RoomsReconciled)
    return fact.person_id


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    MemberJoined: (_rooms("welcome"),),
    MemberChanged: (_person("membership", _whom),),
    MemberExpelled: (_rooms_with("expulsion"),),
    RoomBanLifted: (_rooms_with("readmission"),),
    TransferOffered: (_receiver,),
    TransferAnswered: (_giver,),
    RequestMade: (_deciders,),
    RequestWaits: (_deciders,),
    RequestAnswered: (_deciders,),
    RequestQuestioned: (_requester,),
    RequestDecided: (_door,),
    RequestSettled: (_cards,),
    RoomLost: (_leaders("room_lost", Role.OWNER),),
    RoomNeedsRights: (_person("room_needs_rights", _whom),),
    RoomOffered: (_person("room_offer", _whom),),
    RoomsReconciled: (_person("rooms_reconciled", _whom),),
    StrangerOpened: (_inviter("stranger_opened"),),
    ClaimRaised: (_inviter("claim_raised"),),
    PersonInvited: (_invitee,),
    DeliveriesDied: (_mourners,),
    InviteRevoked: (),
    InviteExpired: (_inviter("invite_expired"),),
    InviteEnding: (_awaited,),
    ExpulsionFailed: (_orderer,),
    GroupMoved: (
        _movers("move_gain", lambda fact: fact.gaining),
        _movers("move_loss", lambda fact: fact.losing),
    ),
    GroupArchived: (_rooms("archived"),),
    GroupRestored: (_rooms("restored"),),
    PersonLinked: (_other_accounts,),
}


def fan_out(
    session: Session, *, now: datetime, limit: int, spacing: Mapping[str, timedelta] | None = None
) -> int:
    """Turn waiting facts into deliveries; how many facts. `spacing` is for what goes to crowds."""
    return Fanning(ROUTES, now, spacing or {}).work_off(session, limit=limit)
