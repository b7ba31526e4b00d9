"""Facts that Usher records and tells: one class each, so that what is written can be read back."""

from core.facts.broadcasts import BroadcastDone, BroadcastSent
from core.facts.codes import EmailCodeAsked
from core.facts.deaths import DeathCause, DeliveriesDied
from core.facts.fact import KINDS, Fact, UnreadableFact, read_fact
from core.facts.groups import GroupArchived, GroupMoved, GroupRestored
from core.facts.guests import GuestAnswered, ImportDone
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
from core.facts.mail import InviteMailed, RosterAsked
from core.facts.members import (
    ExpulsionFailed,
    MemberChanged,
    MemberExpelled,
    MemberJoined,
    TransferAnswered,
    TransferOffered,
)
from core.facts.people import PersonLinked
from core.facts.progress import ProgressBegun, ProgressMade
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
from core.facts.roster import (
    ContractSent,
    ContractSigned,
    LinkDue,
    PlayerFact,
    RosterImported,
    WelcomeAsked,
)
from core.facts.texting import InviteTexted
from core.facts.webhooks import WebhookEnded

__all__ = [
    "KINDS",
    "BroadcastDone",
    "BroadcastSent",
    "ClaimRaised",
    "ContractSent",
    "ContractSigned",
    "DeathCause",
    "DeliveriesDied",
    "EmailCodeAsked",
    "ExpulsionFailed",
    "Fact",
    "GroupArchived",
    "GroupMoved",
    "GroupRestored",
    "GuestAnswered",
    "ImportDone",
    "InviteDeclined",
    "InviteEnding",
    "InviteExpired",
    "InviteFact",
    "InviteMailed",
    "InviteRevoked",
    "InviteTexted",
    "LinkDue",
    "MemberChanged",
    "MemberExpelled",
    "MemberJoined",
    "PersonInvited",
    "PersonLinked",
    "PlayerFact",
    "ProgressBegun",
    "ProgressMade",
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
    "RosterAsked",
    "RosterImported",
    "StrangerOpened",
    "TransferAnswered",
    "TransferOffered",
    "UnreadableFact",
    "WebhookEnded",
    "WelcomeAsked",
    "read_fact",
]
