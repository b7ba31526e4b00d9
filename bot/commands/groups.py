"""/newgroup, /groups, /group: founding groups, seeing the tree, and moving about in it."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.lookalikes import lookalike_warning
from bot.commands.paging import cursor_of, turning_buttons
from bot.commands.quoting import quoted
from bot.commands.target import (
    current_group,
    find_mine,
    group_buttons,
    named_group,
)
from bot.texts import BLANK, Text, Value, Verbatim, lines, say
from bot.words import KINDS, role_word
from core.access import is_archived
from core.errors import Invalid, NotFound
from core.groups import Group, Kind
from core.groups.tree import create_group
from core.members import MOST_COUNTED, count_members
from core.members.footholds import Branch, Foothold, lay_out, list_footholds
from core.pages import Cursor, Page

USAGE = "[kind] name [in group]"
PAGE_SIZE = 10
STEP = "\u2003"


def newgroup(call: Call) -> Reply:
    """The creator becomes owner."""
    kind, words = _kind_of(call.arguments.words)
    words, place = split_place(words)
    name = " ".join(words)
    place = call.arguments.option("in") or place
    parent = _parent(call, kind, name, place) if place else None
    acted_on_another = call.actor.person.current_group_id is not None
    group = create_group(
        call.session, call.actor, kind=kind, name=name, parent=parent, now=call.now
    )
    return Reply(
        lines(
            _founded(group, parent),
            lookalike_warning(call, group),
            BLANK,
            _switched(group) if acted_on_another else None,
            say("Invite somebody: /invite"),
            say("Add me to your group chat and type /bind there: welcomes will go to it."),
        )
    )


def groups(call: Call) -> Reply:
    """The groups that the asker stands in as a tree, ten a page, a button each."""
    branches = lay_out(list_footholds(call.session, call.actor.person.id))
    if not branches:
        raise Invalid("no_group")
    page = _page(branches, cursor_of(call.arguments))
    current = call.actor.person.current_group_id
    rows = [_row(branch, is_current=branch.foothold.group_id == current) for branch in page.rows]
    return Reply(
        lines(say("<b>Your groups</b>"), *rows),
        (
            *group_buttons([branch.foothold for branch in page.rows], "/group"),
            *turning_buttons(page, "/groups"),
        ),
        replaces=True,
    )


def group(call: Call) -> Reply:
    """Shows the current group, or makes another one current."""
    name = call.arguments.text()
    if name:
        if not find_mine(call, name) and (begun := _begun_with(call, name)):
            return Reply(say("Which group do you mean?"), group_buttons(begun, "/group"))
        chosen = named_group(call, name, again=lambda found: f"/group group={found}")
    elif (number := call.arguments.number("group")) is not None:
        chosen = named_group(call, f"#{number}", again=lambda found: f"/group group={found}")
    else:
        current = current_group(call)
        return _card(call, current) if current else groups(call)
    call.actor.person.current_group_id = chosen.id
    return _card(call, chosen)


def split_place(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """What stands before the last `in`, and what stands behind it; quotes hide an `in`."""
    for index in range(len(words) - 2, 0, -1):
        if words[index].casefold() == "in":
            return words[:index], " ".join(words[index + 1 :])
    return words, ""


def _kind_of(words: tuple[str, ...]) -> tuple[Kind, tuple[str, ...]]:
    if not words:
        raise Invalid("missing", usage=Verbatim("/newgroup Tigers"))
    if len(words) > 1 and words[0].casefold() in set(Kind):
        return Kind(words[0].casefold()), words[1:]
    return Kind.TEAM, words


def _parent(call: Call, kind: Kind, name: str, place: str) -> Group:
    if not find_mine(call, place):
        raise NotFound("parent_unknown", parent=place)
    return named_group(
        call, place, again=lambda found: f"/newgroup {kind.value} {quoted(name)} in=#{found}"
    )


def _founded(group: Group, parent: Group | None) -> Text:
    kind = _capital(group.kind)
    if parent is None:
        return say(
            "{kind} <b>{group}</b> is founded, and you are its owner.", kind=kind, group=group.name
        )
    return say(
        "{kind} <b>{group}</b> is founded in {parent}, and you are its owner.",
        kind=kind,
        group=group.name,
        parent=parent.name,
    )


def _switched(group: Group) -> Text:
    return say(
        "In private, what you type is about {group} now; /group goes back.", group=group.name
    )


def _begun_with(call: Call, text: str) -> list[Foothold]:
    """The asker's groups in whose names some word begins so."""
    wanted = text.casefold()
    mine = list_footholds(call.session, call.actor.person.id)
    found = [
        row
        for row in mine
        if any(word.startswith(wanted) for word in row.group.name.casefold().split())
    ]
    return found[:PAGE_SIZE]


def _page(branches: list[Branch], cursor: Cursor | None) -> Page[Branch]:
    """The stretch at the cursor, which holds a group's id; a group that is gone means the start."""
    places = {branch.foothold.group_id: place for place, branch in enumerate(branches)}
    start = 0
    if cursor is not None and cursor.id in places:
        place = places[cursor.id]
        start = max(0, place - PAGE_SIZE) if cursor.back else place + 1
    rows = branches[start : start + PAGE_SIZE]
    more = start + PAGE_SIZE < len(branches)
    return Page(
        rows,
        previous=Cursor(rows[0].foothold.group_id, back=True) if start else None,
        next=Cursor(rows[-1].foothold.group_id) if more else None,
    )


def _card(call: Call, group: Group) -> Reply:
    count = count_members(call.session, group.id)
    return Reply(
        lines(
            say("You act on <b>{group}</b> ({kind}).", group=group.name, kind=KINDS[group.kind]),
            say("Members: {count}", count=count)
            if count <= MOST_COUNTED
            else say("Members: more than {count}", count=MOST_COUNTED),
            say("Archived: nothing changes until it is restored.")
            if is_archived(call.session, group.id)
            else None,
        ),
        ((Button(say("Members"), f"/members group={group.id}"),),),
    )


def _row(branch: Branch, *, is_current: bool) -> Text:
    row = branch.foothold
    template = say("{indent}• {group} – {role}{state}")
    if is_current:
        template = say("{indent}• <b>{group}</b> – {role}{state}, current")
    fields: dict[str, Value] = {
        "indent": Verbatim(STEP * branch.depth),
        "group": row.group.name,
        "role": role_word(row.group.kind, row.role, row.label),
        "state": say(", archived") if row.group.archived_at else Verbatim(""),
    }
    return Text(template.msgid, fields)


def _capital(kind: Kind) -> Text:
    return {
        Kind.ORG: say("The organisation"),
        Kind.TEAM: say("The team"),
        Kind.BAND: say("The band"),
        Kind.EVENT: say("The event"),
        Kind.CLASS: say("The class"),
    }[kind]


COMMANDS = (
    Command("newgroup", say("found a group"), newgroup, usage=USAGE),
    Command("groups", say("your groups"), groups),
    Command("group", say("show or switch the group you act on"), group, usage="[name]"),
)
