"""What is recorded for e-mail alone."""

from __future__ import annotations

from core.facts.fact import Fact
from core.facts.invites import InviteFact


class InviteMailed(InviteFact):
    """Somebody of whom an e-mail address alone is known gets their invite there."""

    event_type = "invite.mailed"


class RosterAsked(Fact):
    """An admin wants the roster as a file."""

    event_type = "roster.asked"
    person_id: int
