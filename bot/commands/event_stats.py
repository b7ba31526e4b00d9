"""/stats: an event in numbers, in words and as a picture."""

from __future__ import annotations

from bot.charts import Bar, Chart
from bot.command import Button, Call, Command, Reply
from bot.commands.event_target import target_event
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say
from bot.words.guests import STANDINGS
from core.access import Permission
from core.events.counts import Count, look_at_count
from core.guests import GuestStatus
from core.guests.stats import EventStats, Tally

MOST_NAMED = 12
BARS = "▁▂▃▄▅▆▇█"


def stats(call: Call) -> Reply:
    """All together, by side, by household, by table, per inviter, and over time."""
    event = target_event(call)
    count = look_at_count(call.session, call.actor, event=event, now=call.now)
    found = count.stats
    name = event.group.name
    text = lines(
        say("<b>{event} in numbers</b>", event=name),
        _as_of(call, count),
        *_total(found),
        *_by(say("<b>By side</b>"), found.sides, say("no side")),
        *_homes(found),
        *_by(say("<b>By table</b>"), found.tables, say("no table")),
        *_by(say("<b>Added by</b>"), found.inviters, say("no longer known")),
        BLANK,
        _over_time(found),
    )
    button = Button(say("All guests"), f"/guests group={event.id}")
    picture = None if call.incoming.pressed else _chart(found)
    return Reply(text, ((button,),), picture=picture, replaces=True)


def _as_of(call: Call, count: Count) -> Text | None:
    """Of a long list, that these are not the numbers of now."""
    if count.at == call.now:
        return None
    return say("As of {time}; a list as long as this is counted once a minute.", time=count.at)


def _total(found: EventStats) -> list[Prose]:
    total, capacity = found.total, found.event.capacity
    present = [one for one in GuestStatus if total.guests.get(one)]
    told: list[Prose] = [_row(STANDINGS[one], total, one) for one in present]
    if capacity is None:
        told.append(say("Heads that come: {heads}", heads=total.coming))
    else:
        told.append(say("Heads that come: {heads} of {seats}", heads=total.coming, seats=capacity))
    if found.children:
        told.append(say("of them children: {count}", count=found.children))
    return told


def _row(what: Text, tally: Tally, status: GuestStatus) -> Text:
    guests, heads = tally.guests.get(status, 0), tally.heads.get(status, 0)
    return say("{what}: {guests} ({heads} heads)", what=what, guests=guests, heads=heads)


def _by(title: Text, tallies: dict[str | None, Tally], nobody: Text) -> list[Prose]:
    if not [name for name in tallies if name is not None]:
        return []
    shown: list[Prose] = [BLANK, title]
    for name, tally in list(tallies.items())[:MOST_NAMED]:
        shown.append(
            say(
                "{name}: {coming} come, {declined} don't, {open} have not answered, of {all}",
                name=name if name is not None else nobody,
                coming=tally.guests.get(GuestStatus.CONFIRMED, 0),
                declined=tally.guests.get(GuestStatus.DECLINED, 0),
                open=tally.guests.get(GuestStatus.INVITED, 0),
                all=tally.invited,
            )
        )
    if len(tallies) > MOST_NAMED:
        shown.append(say("and {count} more: /export", count=len(tallies) - MOST_NAMED))
    return shown


def _homes(found: EventStats) -> list[Prose]:
    homes = found.homes
    if not homes.all:
        return []
    told = say(
        "{all} households: of {coming} somebody comes, {answered} have all answered",
        all=homes.all,
        coming=homes.coming,
        answered=homes.answered,
    )
    return [BLANK, told]


def _over_time(found: EventStats) -> Text:
    most = max((count for _, count in found.days), default=0) or 1
    drawn = "".join(BARS[(len(BARS) - 1) * count // most] for _, count in found.days)
    return say(
        "Answers of the last {days} days: {drawn} {count}",
        days=len(found.days),
        drawn=Verbatim(drawn),
        count=sum(count for _, count in found.days),
    )


def _chart(found: EventStats) -> Chart:
    """Rows by status, and what comes of each side."""
    total, everybody = found.total, found.total.invited
    bars = [Bar(STANDINGS[one], total.guests.get(one, 0), everybody) for one in GuestStatus]
    bars += [
        Bar(say("{side}", side=side), tally.guests.get(GuestStatus.CONFIRMED, 0), tally.invited)
        for side, tally in found.sides.items()
        if side is not None
    ][:MOST_NAMED]
    name = found.event.group.name
    caption = say("Guests of {event}; of each side those who come.", event=name)
    return Chart(say("{event}", event=name), tuple(bars), caption)


COMMANDS = (
    Command(
        "stats",
        say("an event in numbers"),
        stats,
        permission=Permission.LIST_GUESTS,
    ),
)
