"""What a webhook is told of a fact: what happened, where and to whom, by the ids that REST uses."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.notices.notice import Notice, Post
from bot.texts import Verbatim, lines, say
from core.deliveries import when_happened
from core.deliveries.claims import Claim
from core.facts import Fact, read_fact
from core.facts.webhooks import WebhookEnded
from core.groups import Group
from core.invites import Invite
from core.people import Person
from core.webhooks import find_webhook

KIND = "event_post"
PEOPLE = {"person_id": "person", "by_id": "by"}


def event_post(session: Session, claim: Claim) -> Post | None:
    """None for a webhook that was removed or switched off meanwhile. Raises UnreadableFact."""
    public_id, _, event = claim.address.partition(":")
    webhook = find_webhook(session, public_id)
    if webhook is None or webhook.ended_at is not None:
        return None
    fact = read_fact(claim.event.event_type, claim.event.payload)
    body = {
        "type": event,
        "timestamp": when_happened(session, claim.id).isoformat(),
        "data": _describe(session, fact),
    }
    failing = webhook.failing_since is not None
    # The delivery's id stays the same however often it is tried: receivers know repeats by it.
    return Post(f"msg_{claim.id}", public_id, webhook.url, body, failing)


def webhook_ended(session: Session, fact: Fact) -> Notice | None:
    """With the way back; nothing when somebody has taken it already."""
    assert isinstance(fact, WebhookEnded)
    webhook = find_webhook(session, fact.webhook)
    if webhook is None or webhook.ended_at is None:
        return None
    name, group = Verbatim(webhook.public_id), webhook.group.name
    if fact.gone:
        told = say(
            "The webhook {webhook} of {group} says that it is gone.", webhook=name, group=group
        )
    else:
        told = say(
            "Nothing has reached the webhook {webhook} of {group} for days.",
            webhook=name,
            group=group,
        )
    return Notice(
        lines(
            told,
            say("I have switched it off. What it missed is not posted again."),
            say("Switch it on: <code>/webhook on {webhook}</code>", webhook=name),
        )
    )


def _describe(session: Session, fact: Fact) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in fact.model_dump().items():
        if name == "group_id":
            told["group"] = _named(session.get(Group, value), value)
        elif name in PEOPLE and value is not None:
            told[PEOPLE[name]] = _named(session.get(Person, value), value)
        elif name == "invite_id":
            invite = session.get(Invite, value) if value is not None else None
            told["invite"] = invite.public_id if invite is not None else None
        elif isinstance(value, str | int | float | bool):
            told[name] = value
    return told


def _named(found: Group | Person | None, id_: int) -> dict[str, Any]:
    return {"id": id_, "name": found.name if found is not None else None}
