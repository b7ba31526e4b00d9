"""Facts that Usher records and tells: one class each, so that what is written can be read back."""

from core.facts.deaths import DeathCause, DeliveriesDied
from core.facts.fact import KINDS, Fact, UnreadableFact, read_fact
from core.facts.groups import GroupArchived, GroupMoved, GroupRestored
from core.facts.invites import (
    ClaimRaised,
    InviteDeclined,
    InviteEnding,
    InviteExpired,
    InviteFact,
    InviteRevoked,
    PersonInvited,
    StrangerOpened,
)
from core.facts.members import (
    ExpulsionFailed,
    MemberChanged,
    MemberExpelled,
    MemberJoined,
    TransferAnswered,
    TransferOffered,
)
from core.facts.people import PersonLinked
from core.facts.requests import (
    RequestAnswered,
    RequestDecided,
    RequestFact,
    RequestMade,
    RequestQuestioned,
    RequestSettled,
    RequestWaits,
)
from core.facts.rooms import (
    RoomBanLifted,
    RoomLinkEnded,
    RoomLinkFailed,
    RoomLinkMade,
    RoomLinkMisused,
    RoomLinkWanted,
    RoomLost,
    RoomNeedsRights,
    RoomOffered,
    RoomsReconciled,
)

__all__ = [
    "KINDS",
    "ClaimRaised",
    "DeathCause",
    "DeliveriesDied",
    "ExpulsionFailed",
    "Fact",
    "GroupArchived",
    "GroupMoved",
    "GroupRestored",
    "InviteDeclined",
    "InviteEnding",
    "InviteExpired",
    "InviteFact",
    "InviteRevoked",
    "MemberChanged",
    "MemberExpelled",
    "MemberJoined",
    "PersonInvited",
    "PersonLinked",
    "RequestAnswered",
    "RequestDecided",
    "RequestFact",
    "RequestMade",
    "RequestQuestioned",
    "RequestSettled",
    "RequestWaits",
    "RoomBanLifted",
    "RoomLinkEnded",
    "RoomLinkFailed",
    "RoomLinkMade",
    "RoomLinkMisused",
    "RoomLinkWanted",
    "RoomLost",
    "RoomNeedsRights",
    "RoomOffered",
    "RoomsReconciled",
    "StrangerOpened",
    "TransferAnswered",
    "TransferOffered",
    "UnreadableFact",
    "read_fact",
]
