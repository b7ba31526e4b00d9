"""Facts that Usher records and tells: one class each, so that what is written can be read back."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.model import Payload


class Fact(BaseModel):
    """Something that happened. Holds ids only: names are looked up when it is told.

    `bulk`: it goes to a crowd, so what somebody waits for overtakes it.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    event_type: ClassVar[str]
    bulk: ClassVar[bool] = False
    group_id: int

    @property
    def subject(self) -> str | None:
        """What several facts in a row are about, so that what was told of it can be found again."""
        return None


class MemberJoined(Fact):
    """Somebody became a member, by accepting an invite, or because an admin let them in."""

    event_type = "member.joined"
    person_id: int
    invite_id: int | None


class RequestFact(Fact):
    """Something about a request to join; `request` is its public id."""

    request: str

    @property
    def subject(self) -> str:
        return self.request


class RequestMade(RequestFact):
    """Somebody knocked at a room's door, and an admin has to decide."""

    event_type = "request.made"


class RequestWaits(RequestFact):
    """Nobody has decided for a day."""

    event_type = "request.waits"


class RequestQuestioned(RequestFact):
    """An admin wants to know more from who asked."""

    event_type = "request.questioned"
    by_id: int


class RequestAnswered(RequestFact):
    """Who asked has told more about themselves."""

    event_type = "request.answered"


class RequestDecided(RequestFact):
    """The platform is to open the door, or to turn them away."""

    event_type = "request.decided"
    let_in: bool


class RequestSettled(RequestFact):
    """Nothing is left to decide, whoever did it: what admins were shown of it is out of date."""

    event_type = "request.settled"


class RoomLost(Fact):
    """We were removed from a room, or lost what we need there."""

    event_type = "room.lost"
    chat_id: int


class RoomNeedsRights(Fact):
    """Somebody tied a room to their group in which we lack rights."""

    event_type = "room.needs_rights"
    chat_id: int
    person_id: int


class RoomOffered(Fact):
    """An admin asks a member to come into the room as well."""

    event_type = "room.offered"
    chat_id: int
    person_id: int


class RoomsReconciled(Fact):
    """A platform's rooms were compared with somebody's groups, as they had asked."""

    event_type = "rooms.reconciled"
    person_id: int
    asked_id: int


class PersonInvited(Fact):
    """Somebody was invited by name, and gets the invite in private."""

    event_type = "person.invited"
    invite_id: int
    person_id: int


class InviteFact(Fact):
    """Something about an invite as a whole."""

    invite_id: int


class StrangerOpened(InviteFact):
    """Somebody opened an invite that is bound to somebody else, and was refused."""

    event_type = "invite.opened_by_other"
    person_id: int


class ClaimRaised(InviteFact):
    """Somebody opened an invite for an e-mail address: the inviter says whether it is them."""

    event_type = "invite.claimed"
    person_id: int


class InviteRevoked(InviteFact):
    """Somebody took an invite back: its links open nothing any more."""

    event_type = "invite.revoked"


class InviteExpired(InviteFact):
    """An invite ran out with uses left."""

    event_type = "invite.expired"


class InviteEnding(InviteFact):
    """An invite that was open for long runs out within a day."""

    event_type = "invite.ending"


class MemberChanged(Fact):
    """Somebody got another role, was removed, or was taken back, by somebody else."""

    event_type = "member.changed"
    person_id: int
    by_id: int


class MemberExpelled(Fact):
    """Somebody who is no longer a member is to leave the group's rooms, with `ban` for good."""

    event_type = "member.expelled"
    person_id: int
    ban: bool
    by_id: int | None = None


class ExpulsionFailed(Fact):
    """The platform would not put somebody out of a room: who ordered it should know."""

    event_type = "member.still_in_room"
    person_id: int
    by_id: int
    chat_id: int
    ban: bool


class GroupMoved(Fact):
    """The group stands elsewhere, by which some have more rights in it and some fewer."""

    event_type = "group.moved"
    by_id: int
    parent_id: int | None
    gaining: list[int]
    losing: list[int]


class GroupArchived(Fact):
    """Nothing changes in the group any more, because it or one above it was archived."""

    event_type = "group.archived"


class GroupRestored(Fact):
    """It was taken out of the archive, or one above it was."""

    event_type = "group.restored"


class RoomBanLifted(Fact):
    """Somebody whom Usher had banned from the group's rooms may come back into them."""

    event_type = "member.readmitted"
    person_id: int


class TransferOffered(Fact):
    """An owner offered the group to somebody."""

    event_type = "transfer.offered"
    transfer_id: int


class TransferAnswered(Fact):
    """Who was offered the group has said yes or no."""

    event_type = "transfer.answered"
    transfer_id: int


class DeathCause(BaseModel):
    """Messages given up for one reason; `channel` is empty where there was nothing to send yet."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    channel: str
    reason: str
    count: int


class DeliveriesDied(Fact):
    """Messages of the group, or with `everywhere` of several groups, were given up."""

    event_type = "deliveries.died"
    person_ids: list[int]
    causes: list[DeathCause]
    everywhere: bool

    @property
    def subject(self) -> str:
        return "deaths:all" if self.everywhere else f"deaths:{self.group_id}"


class PersonLinked(Fact):
    """Two accounts became one person: the other accounts than the one that said so hear of it."""

    event_type = "person.linked"
    group_id: None = None  # type: ignore[assignment]  # it happens to a person, in no group
    merge_id: int
    identity_ids: list[int]


FACTS: dict[str, type[Fact]] = {
    fact.event_type: fact
    for fact in (
        MemberJoined,
        MemberChanged,
        MemberExpelled,
        RoomBanLifted,
        TransferOffered,
        TransferAnswered,
        RequestMade,
        RequestWaits,
        RequestQuestioned,
        RequestAnswered,
        RequestDecided,
        RequestSettled,
        RoomLost,
        RoomNeedsRights,
        RoomOffered,
        RoomsReconciled,
        PersonInvited,
        StrangerOpened,
        ClaimRaised,
        DeliveriesDied,
        InviteRevoked,
        InviteExpired,
        InviteEnding,
        PersonLinked,
        ExpulsionFailed,
        GroupMoved,
        GroupArchived,
        GroupRestored,
    )
}


class UnreadableFact(Exception):
    """The stored event is of a kind that this version does not know, or its payload is corrupt."""


def read_fact(event_type: str, payload: Payload) -> Fact:
    """The fact as it was recorded. Raises UnreadableFact."""
    kind = FACTS.get(event_type)
    if kind is None:
        raise UnreadableFact(f"unknown event type {event_type!r}")
    try:
        return kind.model_validate(payload)
    except ValidationError as error:
        raise UnreadableFact(
            f"unreadable payload: {error.error_count()} fields are wrong"
        ) from error
