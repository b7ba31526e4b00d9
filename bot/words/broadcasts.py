"""Broadcasts in words: whom they go to, how far they are, and the letter itself."""

from __future__ import annotations

from bot.bars import bar
from bot.texts import BLANK, Lines, Prose, Text, Verbatim, lines, say, say_many
from bot.words import role_word
from bot.words.guests import STANDINGS
from core.access import Role
from core.broadcasts import Broadcast, BroadcastState
from core.broadcasts.audience import Audience, Reckoning
from core.broadcasts.report import Outcome
from core.deliveries import OPEN, DeliveryStatus
from core.groups import Group, Kind
from core.guests import GuestStatus

CHANNELS: dict[str, Text] = {
    "telegram": say("Telegram"),
    "whatsapp": say("WhatsApp"),
    "email": say("e-mail"),
    "groupme": say("GroupMe"),
}
STATUSES: dict[DeliveryStatus, Text] = {
    DeliveryStatus.PENDING: say("waits"),
    DeliveryStatus.SENDING: say("waits"),
    DeliveryStatus.SENT: say("sent"),
    DeliveryStatus.DELIVERED: say("delivered"),
    DeliveryStatus.READ: say("read"),
    DeliveryStatus.UNCERTAIN: say("perhaps arrived"),
    DeliveryStatus.FAILED: say("refused"),
    DeliveryStatus.DEAD: say("given up"),
    DeliveryStatus.CANCELLED: say("not sent"),
}
STATES: dict[BroadcastState, Text] = {
    BroadcastState.DRAFT: say("not sent yet"),
    BroadcastState.WAITING: say("goes out in a minute"),
    BroadcastState.EXPANDING: say("on its way"),
    BroadcastState.SENDING: say("on its way"),
    BroadcastState.DONE: say("done"),
    BroadcastState.CANCELLED: say("called back"),
}


def letter(text: str, *, group: str, author: str, fields: dict[str, str]) -> Lines:
    """The text as one of its readers sees it."""
    for name, value in fields.items():
        text = text.replace(f"{{{name}}}", value)
    head = say("<b>{group}</b> – {author} writes:", group=group, author=author)
    return lines(head, *(_line(row) for row in text.split("\n")))


def _line(row: str) -> Prose:
    """With its links, which an isolate would break."""
    return say("{line}", line=Verbatim(row)) if row.strip() else BLANK


def whom(group: Group, audience: Audience) -> Text:
    """The audience as it was understood."""
    if audience.retry_of is not None:
        return say("those whom an earlier broadcast did not reach, by another channel")
    if audience.role is not None:
        role = role_word(group.kind, Role(audience.role))
        told = say("whoever is {role} in {group}", role=role, group=group.name)
    elif group.kind is Kind.EVENT:
        told = say("guests of {event}", event=group.name)
    else:
        told = say("members of {group}", group=group.name)
    if audience.tree:
        told = say("{whom} and in the groups below", whom=told)
    if audience.status is not None:
        standing = STANDINGS[GuestStatus(audience.status)]
        told = say("{whom}, {standing}", whom=told, standing=standing)
    if audience.side is not None:
        told = say("{whom}, side {side}", whom=told, side=audience.side)
    return told


def reckoning(found: Reckoning) -> Prose:
    """`Goes to 23 people: 14 Telegram, 6 WhatsApp, 3 e-mail`, and who is lost."""
    goes = say_many("Goes to {count} person", "Goes to {count} people", found.reached)
    parts: Text | None = None
    for name, count in found.channels.items():
        part = say("{count} {channel}", count=count, channel=CHANNELS[name])
        parts = part if parts is None else say("{parts}, {part}", parts=parts, part=part)
    lost = say_many("{count} can't be reached", "{count} can't be reached", found.lost)
    return lines(
        say("{goes}: {parts}", goes=goes, parts=parts) if parts is not None else goes,
        lost if found.lost else None,
    )


def outcome(broadcast: Broadcast, found: Outcome) -> Prose:
    """A line for each way in which messages ended."""
    told = [
        say("{status}: {count}", status=STATUSES[status], count=count)
        for status in DeliveryStatus
        if status is not DeliveryStatus.SENDING and (count := _count(found, status))
    ]
    lost = say("could not be reached: {count}", count=found.lost) if found.lost else None
    name = broadcast.group.name
    return lines(
        say("To <b>{group}</b>: {state}", group=name, state=STATES[broadcast.state]),
        _why_stopped(broadcast),
        *told,
        lost,
    )


def _why_stopped(broadcast: Broadcast) -> Text | None:
    if broadcast.stopped is None:
        return None
    if broadcast.stopped == "group_archived":
        return say("It was stopped, since the group is archived.")
    return say("It was stopped, since you may not write to them any more.")


def progress(broadcast: Broadcast, found: Outcome) -> Prose:
    """How far it is: what has ended in one way or another, of all that it goes to."""
    ended = sum(found.statuses.values()) - found.count(*OPEN)
    name, of = broadcast.group.name, max(broadcast.reached, ended)
    return lines(
        say("To <b>{group}</b>: {state}", group=name, state=STATES[broadcast.state]),
        say("{bar} {ended} of {count}", bar=bar(ended, of), ended=ended, count=of),
    )


def _count(found: Outcome, status: DeliveryStatus) -> int:
    also = (DeliveryStatus.SENDING,) if status is DeliveryStatus.PENDING else ()
    return found.count(status, *also)
