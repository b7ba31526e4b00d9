"""/find: who could be in."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.paging import cursor_of, turning_or_hint
from bot.commands.target import target_group
from bot.texts import lines, say
from core.access import Permission
from core.finding import find_people


def find(call: Call) -> Reply:
    """Ten a page, a button each that invites them."""
    group = target_group(call)
    text = call.arguments.text()
    page = find_people(
        call.session, call.actor, group=group, text=text, cursor=cursor_of(call.arguments)
    )
    if not page.rows:
        return Reply(
            say(
                "Among the people of your other groups nobody is called {text}, or they are in"
                " {group} already. /invite makes a link for anybody.",
                text=text,
                group=group.name,
            )
        )
    invites = tuple(
        (
            Button(
                say("Invite {person}", person=person.name),
                f"/invite person={person.id} group={group.id}",
            ),
        )
        for person in page.rows
    )
    turning, hint = turning_or_hint(page, "find", text, group)
    title = say("People you know who are not in <b>{group}</b>", group=group.name)
    rows = [say("• {name}", name=person.name) for person in page.rows]
    return Reply(lines(title, *rows, hint), (*invites, *turning), replaces=True)


COMMANDS = (
    Command(
        "find",
        say("people you know who are not in the group"),
        find,
        usage="text",
        permission=Permission.FIND_PEOPLE,
    ),
)
