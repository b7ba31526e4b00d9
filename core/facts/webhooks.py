"""What is recorded of webhooks."""

from __future__ import annotations

from core.facts.fact import Fact


class WebhookEnded(Fact):
    """A webhook failed for days, or said that it is gone, and was switched off."""

    event_type = "webhook.ended"
    webhook: str
    gone: bool
