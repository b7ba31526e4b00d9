"""/members: who is in."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.paging import cursor_of, turning_or_hint
from bot.commands.target import target_group
from bot.texts import BLANK, Text, Verbatim, lines, say, say_many
from bot.words import role_word
from core.access import Permission
from core.groups import Group
from core.members import MOST_COUNTED, Listed, Reach, count_members, list_members, reach_of

MARKS = {Reach.OPEN: "✓", Reach.SILENT: "○", Reach.LOST: "✗"}
LEGEND: dict[Reach, Text] = {
    Reach.OPEN: say("✓ I can write to them"),
    Reach.SILENT: say("○ they have not pressed Start, so I can't"),
    Reach.LOST: say("✗ they have blocked me or are gone"),
}


def members(call: Call) -> Reply:
    """Ten a page with their roles and how reachable they are, or those who are called so."""
    group = target_group(call)
    text = call.arguments.text()
    page = list_members(
        call.session, call.actor, group=group, text=text, cursor=cursor_of(call.arguments)
    )
    if not page.rows:
        return Reply(_nobody(group, text))
    title = _called(group, text) if text else _title(group, count_members(call.session, group.id))
    reach = reach_of(call.session, [row.person_id for row in page.rows])
    rows = [_line(row, group, reach[row.person_id]) for row in page.rows]
    legend = [LEGEND[mark] for mark in Reach if mark in reach.values()]
    buttons, hint = turning_or_hint(page, "members", text, group)
    return Reply(lines(title, *rows, BLANK, *legend, hint), buttons, replaces=True)


def _title(group: Group, count: int) -> Text:
    if count > MOST_COUNTED:
        return say(
            "<b>{group}</b> – more than {count} members", group=group.name, count=MOST_COUNTED
        )
    return say_many(
        "<b>{group}</b> – {count} member",
        "<b>{group}</b> – {count} members",
        count,
        group=group.name,
    )


def _called(group: Group, text: str) -> Text:
    return say("<b>{group}</b> – who is called {text}", group=group.name, text=text)


def _nobody(group: Group, text: str) -> Text:
    if not text:
        return say("Nobody is left on this page. /members starts again.")
    return say(
        "Nobody in {group} is called {text}. /members shows everybody.", group=group.name, text=text
    )


def _line(member: Listed, group: Group, reach: Reach) -> Text:
    return say(
        "• {name} – {role} {mark}",
        name=member.name,
        role=role_word(group.kind, member.role, member.label),
        mark=Verbatim(MARKS[reach]),
    )


COMMANDS = (
    Command(
        "members",
        say("who is in the group"),
        members,
        usage="[text]",
        permission=Permission.LIST_MEMBERS,
    ),
)
