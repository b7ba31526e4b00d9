"""/outbox: messages that wait or went wrong, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.command import Button, Call, Command, Reply
from bot.commands.outbox_all import retry_list
from bot.commands.outbox_scope import of_scope, scope, title_of
from bot.commands.outbox_words import TITLES, kind_word
from bot.commands.paging import cursor_of, turning_buttons
from bot.reasons import in_words
from bot.texts import BLANK, Text, Value, Verbatim, lines, say
from core.access import Permission
from core.deliveries import DeliveryStatus
from core.deliveries.redrive import cancel_delivery, retry_delivery
from core.deliveries.trail import Entry, View, count_trail, list_trail
from core.errors import Invalid

USAGE = "[waiting|uncertain|failed|dead|unread|skipped]"


def outbox(call: Call) -> Reply:
    """The counts; one of the lists; or a deed for one message or for all of a list."""
    words = [word.casefold() for word in call.arguments.words]
    match words:
        case []:
            return _overview(call)
        case [view] if view in set(View):
            return _list(call, View(view))
        case ["all", view] if view in set(View):
            return retry_list(call, View(view))
        case [deed, number] if deed in DEEDS and _is_number(number):
            return DEEDS[deed](call, int(number))
        case _:
            raise Invalid("missing", usage=Verbatim("/outbox dead"))


def _overview(call: Call) -> Reply:
    group = scope(call)
    counts = count_trail(call.session, call.actor, group=group)
    shown = [view for view, count in counts.items() if count]
    if not shown:
        return Reply(
            lines(title_of(group), say("Nothing waits, and nothing went wrong.")),
            replaces=True,
        )
    buttons = [(Button(TITLES[view], f"/outbox {view}{of_scope(group)}"),) for view in shown]
    return Reply(
        lines(
            title_of(group),
            *(say("{list}: {count}", list=TITLES[view], count=counts[view]) for view in shown),
        ),
        tuple(buttons),
        replaces=True,
    )


def _list(call: Call, view: View) -> Reply:
    group = scope(call)
    page = list_trail(
        call.session, call.actor, group=group, view=view, cursor=cursor_of(call.arguments)
    )
    if not page.rows:
        return Reply(
            say("{list}: nothing. /outbox shows the rest.", list=TITLES[view]), replaces=True
        )
    here = f"/outbox {view}{of_scope(group)}"
    entries = [
        lines(BLANK, _describe(number, row, call.now)) for number, row in enumerate(page.rows, 1)
    ]
    buttons = [_buttons(number, view, row) for number, row in enumerate(page.rows, 1)]
    every = (Button(say("Retry all"), f"/outbox all {view}{of_scope(group)}"),)
    return Reply(
        lines(title_of(group), say("{list}:", list=TITLES[view]), *entries),
        (
            *(row for row in buttons if row),
            *((every,) if view not in (View.WAITING, View.SKIPPED) else ()),
            *turning_buttons(page, here),
        ),
        replaces=True,
    )


def _describe(number: int, row: Entry, now: datetime) -> Text:
    fields: dict[str, Value] = {
        "number": number,
        "kind": kind_word(row.kind),
        "age": age(now - row.since),
        "reason": in_words(row.reason),
    }
    if not row.channel:
        return say("{number}. {kind}, {age} old: {reason}", **fields)
    return say("{number}. {kind} to {whom}, {age} old: {reason}", whom=_whom(row), **fields)


def _whom(row: Entry) -> Value:
    return row.room or row.person or say("somebody")


def _buttons(number: int, view: View, row: Entry) -> tuple[Button, ...]:
    cancel = Button(say("Cancel {number}", number=number), f"/outbox cancel {row.id}")
    if view is View.WAITING:
        return (cancel,) if row.status == DeliveryStatus.PENDING else ()
    if view in (View.UNREAD, View.SKIPPED):
        return ()
    return (Button(say("Retry {number}", number=number), f"/outbox retry {row.id}"), cancel)


def _retry(call: Call, delivery_id: int) -> Reply:
    before = retry_delivery(call.session, call.actor, delivery_id=delivery_id, now=call.now)
    again = None
    if before is DeliveryStatus.UNCERTAIN:
        again = say("If it had arrived after all, it comes twice now.")
    return Reply(lines(say("It is tried again now. /outbox shows what comes of it."), again))


def _cancel(call: Call, delivery_id: int) -> Reply:
    cancel_delivery(call.session, call.actor, delivery_id=delivery_id, now=call.now)
    return Reply(say("That message is called off. /outbox shows the rest."))


def age(span: timedelta) -> timedelta:
    """In whole days, hours or minutes: nobody needs it to the second."""
    seconds = max(0.0, span.total_seconds())
    step = next((length for length in (86_400, 3_600, 60) if seconds >= 2 * length), 60)
    return timedelta(seconds=step * max(1, round(seconds / step)))


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 18


DEEDS: dict[str, Callable[[Call, int], Reply]] = {"retry": _retry, "cancel": _cancel}

COMMANDS = (
    Command(
        "outbox",
        say("messages that wait or went wrong"),
        outbox,
        usage=USAGE,
        permission=Permission.TEND_OUTBOX,
    ),
)
