"""/webhook: where a group's events are posted, for programs."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.target import target_group
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say
from core.access import Permission
from core.errors import Invalid
from core.facts.public import EVENTS
from core.groups import Group
from core.webhooks import (
    Webhook,
    create_webhook,
    list_webhooks,
    read_events,
    remove_webhook,
    restart_webhook,
    rotate_webhook,
)

USAGE = Verbatim("/webhook https://example.org/usher")


def webhook(call: Call) -> Reply:
    """With an address it makes one; with a word and an id it changes one; else it lists them. What
    shows a secret is said in private only.
    """
    first, *rest = call.arguments.words or ("",)
    if first.casefold() in DEEDS:
        if len(rest) != 1:
            raise Invalid("missing", usage=Verbatim(f"/webhook {first.casefold()} whk_…"))
        return DEEDS[first.casefold()](call, rest[0].casefold())
    group = target_group(call)
    if not first:
        return _list(call, group)
    if rest:
        raise Invalid("missing", usage=USAGE)
    _check_private(call)
    events = read_events(call.arguments.option("events") or "")
    made = create_webhook(
        call.session, call.actor, group=group, url=first, events=events, now=call.now
    )
    return _told_secret(
        call, made, say("From now on I post what happens in {group} there.", group=group.name)
    )


def _list(call: Call, group: Group) -> Reply:
    found = list_webhooks(call.session, call.actor, group=group)
    if not found:
        return Reply(
            lines(
                say("Nothing that happens in <b>{group}</b> is posted anywhere.", group=group.name),
                say("Have it posted: <code>{usage}</code>", usage=USAGE),
                say("Only some of it: <code>events=member.joined,invite.accepted</code>"),
                say("There is: {events}", events=Verbatim(", ".join(EVENTS))),
            )
        )
    heading = say("What happens in <b>{group}</b> is posted to:", group=group.name)
    return Reply(lines(heading, *(_line(call, one) for one in found)), tuple(map(_buttons, found)))


def _line(call: Call, one: Webhook) -> Prose:
    if one.ended_at is not None:
        state = say("switched off on {time}", time=one.ended_at)
    elif one.failing_since is not None:
        state = say("nothing has arrived since {time}", time=one.failing_since)
    else:
        state = say("works")
    events = say("{events}", events=Verbatim(one.events)) if one.events else say("everything")
    return lines(
        BLANK,
        say("<code>{webhook}</code>: {state}", webhook=Verbatim(one.public_id), state=state),
        say("{url}", url=Verbatim(_shown_url(call, one))),
        say("Events: {events}", events=events),
    )


def _shown_url(call: Call, one: Webhook) -> str:
    """In a room its host alone: the rest may be all that keeps others from posting there."""
    private = call.incoming.room.place is Place.PRIVATE
    return one.url if private else urlsplit(one.url).hostname or ""


def _buttons(one: Webhook) -> tuple[Button, ...]:
    name = Verbatim(one.public_id)
    remove = Button(say("Remove {webhook}", webhook=name), f"/webhook off {one.public_id}")
    if one.ended_at is None:
        return (remove,)
    return (
        Button(say("Switch {webhook} on", webhook=name), f"/webhook on {one.public_id}"),
        remove,
    )


def _remove(call: Call, public_id: str) -> Reply:
    gone = remove_webhook(call.session, call.actor, public_id=public_id, now=call.now)
    url = Verbatim(_shown_url(call, gone))
    return Reply(say("Nothing is posted to {url} any more.", url=url), replaces=True)


def _restart(call: Call, public_id: str) -> Reply:
    again = restart_webhook(call.session, call.actor, public_id=public_id, now=call.now)
    url = Verbatim(_shown_url(call, again))
    return Reply(say("I post to {url} again.", url=url), replaces=True)


def _rotate(call: Call, public_id: str) -> Reply:
    _check_private(call)
    changed = rotate_webhook(call.session, call.actor, public_id=public_id, now=call.now)
    opening = say("It has another secret now. For a day I sign with the older one as well.")
    return _told_secret(call, changed, opening)


def _check_private(call: Call) -> None:
    if call.incoming.room.place is not Place.PRIVATE:
        raise Invalid("only_in_private")


def _told_secret(call: Call, one: Webhook, opening: Text) -> Reply:
    secret = Verbatim(call.site.webhook_secret(one.public_id, one.generation))
    return Reply(
        lines(
            opening,
            say(
                "<code>{webhook}</code>: {url}",
                webhook=Verbatim(one.public_id),
                url=Verbatim(one.url),
            ),
            BLANK,
            say("Check my signature by this secret, which I show this once:"),
            say("<code>{secret}</code>", secret=secret),
            say("It follows Standard Webhooks: standardwebhooks.com"),
            BLANK,
            say(
                "Another secret: <code>/webhook rotate {webhook}</code>",
                webhook=Verbatim(one.public_id),
            ),
        ),
        secret=True,
    )


DEEDS = {"off": _remove, "on": _restart, "rotate": _rotate}
COMMANDS = (
    Command(
        "webhook",
        say("have what happens in the group posted to a program"),
        webhook,
        usage="[https://…] [events=…]",
        permission=Permission.SET_WEBHOOKS,
        options=frozenset({"events"}),
    ),
)
