"""/drain: what waits for its next try is sent now; a tap says what came of it."""

from __future__ import annotations

import re

from bot.command import Button, Call, Command, Reply
from bot.commands.outbox_scope import of_scope, scope, title_of
from bot.texts import Text, Verbatim, lines, say, say_many
from core.access import Permission
from core.deliveries import DeliveryStatus
from core.deliveries.drain import Drained, count_since, drain
from core.errors import Invalid
from core.groups import Group

SPAN = re.compile(r"(\d{1,15})-(\d{1,15})")
GONE = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ)
OPEN = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
TROUBLED = (DeliveryStatus.UNCERTAIN, DeliveryStatus.FAILED, DeliveryStatus.DEAD)


def drain_now(call: Call) -> Reply:
    """Sends at once, or says what has become of an earlier drain's messages."""
    words = call.arguments.words
    if not words:
        return _drain(call)
    span = SPAN.fullmatch(words[0])
    if span is None or len(words) > 1:
        raise Invalid("missing", usage=Verbatim("/drain"))
    return _look(call, int(span[1]), int(span[2]))


def _drain(call: Call) -> Reply:
    group = scope(call)
    done = drain(call.session, call.actor, group=group, now=call.now)
    if not done.open and not done.facts:
        return Reply(lines(title_of(group), say("Nothing waits. /outbox shows what went wrong.")))
    return Reply(lines(title_of(group), *_sent_now(done)), _look_button(group, done))


def _sent_now(done: Drained) -> list[Text | None]:
    return [
        say_many(
            "{count} message is sent now, as fast as its platform allows.",
            "{count} messages are sent now, as fast as their platforms allow.",
            done.open,
        )
        if done.open
        else None,
        say("Not made into messages yet: {count}", count=done.facts) if done.facts else None,
    ]


def _look_button(group: Group | None, done: Drained) -> tuple[tuple[Button, ...], ...]:
    if not done.open:
        return ()
    line = f"/drain {done.first}-{done.last}{of_scope(group)}"
    return ((Button(say("What went?"), line),),)


def _look(call: Call, first: int, last: int) -> Reply:
    group = scope(call)
    found = count_since(call.session, call.actor, group=group, first=first, last=last)
    gone, still, wrong = (
        sum(found.get(status, 0) for status in statuses) for statuses in (GONE, OPEN, TROUBLED)
    )
    again = Button(say("Look again"), f"/drain {first}-{last}{of_scope(group)}")
    return Reply(
        lines(
            title_of(group),
            say("Sent: {count}", count=gone),
            say("Still waiting: {count}", count=still),
            say("Went wrong: {count}. /outbox tells why.", count=wrong) if wrong else None,
        ),
        ((again,),) if still else (),
        replaces=True,
    )


COMMANDS = (
    Command("drain", say("send what waits now"), drain_now, permission=Permission.TEND_OUTBOX),
)
