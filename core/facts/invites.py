"""What is recorded of invites."""

from __future__ import annotations

from core.facts.fact import Fact


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


class InviteDeclined(InviteFact):
    """Somebody said no to an invite, or told why they had."""

    event_type = "invite.declined"
    person_id: int


class InviteEnding(InviteFact):
    """An invite that was open for long runs out within a day."""

    event_type = "invite.ending"
