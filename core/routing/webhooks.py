"""Which facts are posted to webhooks, and what admins hear of those that were switched off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from core.access import Role
from core.deliveries.fanning import Destination, Route
from core.facts.fact import Fact
from core.facts.members import MemberJoined
from core.facts.public import EVENTS
from core.facts.webhooks import WebhookEnded
from core.routing.ways import leaders
from core.webhooks import CHANNEL, list_listening

ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    WebhookEnded: (leaders("webhook_ended", Role.ADMIN),),
}


def with_webhooks(
    routes: Mapping[type[Fact], tuple[Route, ...]],
) -> dict[type[Fact], tuple[Route, ...]]:
    """The routes, with one more for every fact that may be told outside."""
    return {
        fact: (*ways, _webhooks) if fact.event_type in EVENTS else ways
        for fact, ways in routes.items()
    }


def _webhooks(session: Session, fact: Fact) -> Iterable[Destination]:
    for webhook in list_listening(session, fact.group_id):
        for event in _events(fact):
            if webhook.wants(event):
                yield Destination(CHANNEL, f"{webhook.public_id}:{event}", "event_post")


def _events(fact: Fact) -> Iterable[str]:
    yield fact.event_type
    if isinstance(fact, MemberJoined) and fact.invite_id is not None:
        yield "invite.accepted"
