"""/apikey: keys by which programs act for somebody."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.target import find_mine
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say
from core.api_keys import (
    DEFAULT_TTL,
    ApiKey,
    create_key,
    list_key_groups,
    list_keys,
    read_permissions,
    revoke_key,
)
from core.errors import Invalid, NotFound
from core.groups import Group

USAGE = '[new name] [ttl=90d] [in="group, …"] [may="right, …"]'
NEW, REVOKE = "new", "revoke"
UNNAMED = "program"


def apikey(call: Call) -> Reply:
    """The asker's keys, or a new one, or the end of one."""
    match call.arguments.words:
        case ():
            return _show(call)
        case (word, *name) if word.casefold() == NEW:
            return _make(call, " ".join(name) or UNNAMED)
        case (word, public_id) if word.casefold() == REVOKE:
            return _revoke(call, public_id)
        case _:
            raise Invalid("missing", usage=Verbatim(f"/apikey {USAGE}"))


def _show(call: Call) -> Reply:
    keys = list_keys(call.session, call.actor, now=call.now)
    if not keys:
        return Reply(
            lines(
                say("You have no key for programs."),
                say("Make one: {command}", command=Verbatim("/apikey new")),
            )
        )
    rows = [_row(call, number, key) for number, key in enumerate(keys, 1)]
    buttons = tuple(
        (Button(say("{number}: Revoke", number=number), f"/apikey {REVOKE} {key.public_id}"),)
        for number, key in enumerate(keys, 1)
    )
    return Reply(lines(say("<b>Your keys for programs</b>"), *rows), buttons, replaces=True)


def _row(call: Call, number: int, key: ApiKey) -> Prose:
    return lines(
        BLANK,
        say(
            "{number}. {name} – <code>{key}</code>",
            number=number,
            name=key.name,
            key=Verbatim(key.public_id),
        ),
        *_limits(call, key),
        say("Expires: {time}", time=key.expires_at),
        say("Last used: {time}", time=key.last_used_at)
        if key.last_used_at
        else say("Not used yet"),
    )


def _limits(call: Call, key: ApiKey) -> list[Text]:
    told = []
    if key.limited_to_groups:
        names = ", ".join(group.name for group in list_key_groups(call.session, key))
        told.append(say("Only in: {groups}", groups=names) if names else say("Opens no group"))
    if key.permissions is not None:
        rights = Verbatim(key.permissions.replace(" ", ", "))
        told.append(say("Only for: {rights}", rights=rights))
    return told or [say("May do all that you may")]


def _make(call: Call, name: str) -> Reply:
    ttl = call.arguments.span("ttl", default=DEFAULT_TTL)
    may = call.arguments.option("may")
    if ttl is None:
        raise Invalid("not_a_span", value="never")
    key, secret = create_key(
        call.session,
        call.actor,
        name=name,
        ttl=ttl,
        groups=_groups(call),
        permissions=read_permissions(may) if may is not None else None,
        now=call.now,
    )
    return Reply(
        lines(
            say("Here is the key {name}. I show it this once:", name=key.name),
            say("<code>{key}</code>", key=Verbatim(secret)),
            BLANK,
            *_limits(call, key),
            say("Expires: {time}", time=key.expires_at),
            say("Whoever has it acts as you: keep it out of chats, and delete this message."),
            say("Take it back: {command}", command=Verbatim("/apikey")),
        ),
        secret=True,
    )


def _groups(call: Call) -> list[Group] | None:
    """Those named, or None for no limit. Raises NotFound, Invalid."""
    named = call.arguments.option("in")
    if named is None:
        return None
    return [_group(call, name.strip()) for name in named.split(",")]


def _group(call: Call, name: str) -> Group:
    found = find_mine(call, name)
    if not found:
        raise NotFound("group_unknown")
    if len(found) > 1:
        numbers = ", ".join(f"#{row.group_id}" for row in found)
        raise Invalid("several_groups", name=name, numbers=Verbatim(numbers))
    return found[0].group


def _revoke(call: Call, public_id: str) -> Reply:
    key = revoke_key(call.session, call.actor, public_id=public_id, now=call.now)
    return Reply(
        say("The key {name} opens nothing any more. See the others: /apikey", name=key.name),
        replaces=True,
    )


COMMANDS = (
    Command(
        "apikey",
        say("keys for programs"),
        apikey,
        usage=USAGE,
        places=frozenset({Place.PRIVATE}),
        options=frozenset({"ttl", "may"}),
    ),
)
