"""What is recorded for phone numbers alone."""

from __future__ import annotations

from core.facts.invites import InviteFact


class InviteTexted(InviteFact):
    """Somebody of whom a phone number alone is known gets their invite there."""

    event_type = "invite.texted"
