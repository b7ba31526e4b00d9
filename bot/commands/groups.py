"""/newgroup, /groups, /group: founding groups and moving between them."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.target import find_mine, group_buttons
from bot.texts import BLANK, Text, Verbatim, lines, say
from bot.words import KINDS, ROLES
from core.access import Member
from core.errors import Invalid, NotFound
from core.groups import Group, Kind
from core.members import count_members, list_memberships
from core.tree import create_group

USAGE = "[kind] name"


def newgroup(call: Call) -> Reply:
    """The creator becomes owner."""
    kind, name = _kind_and_name(call.arguments.words)
    group = create_group(call.session, call.actor, kind=kind, name=name, now=call.now)
    return Reply(
        lines(
            say(
                "{kind} <b>{group}</b> is founded, and you are its owner.",
                kind=_capital(kind),
                group=group.name,
            ),
            BLANK,
            say("Invite somebody: /invite"),
            say("Add me to your group chat and type /bind there: welcomes will go to it."),
        )
    )


def groups(call: Call) -> Reply:
    """The asker's groups, a button each."""
    memberships = list_memberships(call.session, call.actor.person.id)
    if not memberships:
        raise Invalid("no_group")
    current = call.actor.person.current_group_id
    rows = [
        _row(membership, is_current=membership.group_id == current) for membership in memberships
    ]
    return Reply(lines(say("<b>Your groups</b>"), *rows), group_buttons(memberships, "/group"))


def group(call: Call) -> Reply:
    """Shows the current group, or makes another one current."""
    name = call.arguments.text()
    number = call.arguments.number("group")
    if not name and number is None:
        return _current(call)
    found = find_mine(call, name if number is None else str(number))
    if not found:
        raise NotFound("group_unknown")
    if len(found) > 1:
        return Reply(say("Which one?"), group_buttons(found, "/group"))
    call.actor.person.current_group_id = found[0].group_id
    return _card(call, found[0].group)


def _kind_and_name(words: tuple[str, ...]) -> tuple[Kind, str]:
    if len(words) > 1 and words[0].casefold() in set(Kind):
        return Kind(words[0].casefold()), " ".join(words[1:])
    if not words:
        raise Invalid("missing", usage=Verbatim("/newgroup Tigers"))
    return Kind.TEAM, " ".join(words)


def _current(call: Call) -> Reply:
    current = call.actor.person.current_group_id
    for membership in list_memberships(call.session, call.actor.person.id):
        if membership.group_id == current:
            return _card(call, membership.group)
    return groups(call)


def _card(call: Call, group: Group) -> Reply:
    count = count_members(call.session, group.id)
    return Reply(
        lines(
            say("You act on <b>{group}</b> ({kind}).", group=group.name, kind=KINDS[group.kind]),
            say("Members: {count}", count=count),
        ),
        ((Button(say("Members"), f"/members group={group.id}"),),),
    )


def _row(membership: Member, *, is_current: bool) -> Text:
    name, role = membership.group.name, ROLES[membership.role]
    if is_current:
        return say("• <b>{group}</b> – {role}, current", group=name, role=role)
    return say("• {group} – {role}", group=name, role=role)


def _capital(kind: Kind) -> Text:
    return {
        Kind.ORG: say("The organisation"),
        Kind.TEAM: say("The team"),
        Kind.BAND: say("The band"),
        Kind.EVENT: say("The event"),
        Kind.CLASS: say("The class"),
    }[kind]


COMMANDS = (
    Command("newgroup", say("found a group of your own"), newgroup, usage=USAGE),
    Command("groups", say("your groups"), groups),
    Command("group", say("show or switch the group you act on"), group, usage="[name]"),
)
