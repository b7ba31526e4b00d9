"""/find: who could be in."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.paging import cursor_of, turning_or_hint
from bot.commands.target import target_group
from bot.commands.who import ask_for_people
from bot.texts import Text, lines, say
from core.access import Permission
from core.groups import Group
from core.people.finding import find_people

LOOKED_FOR = say(
    "Whom do you look for? Choose them, or write it like this: <code>/find Dana</code>"
)


def find(call: Call) -> Reply:
    """Ten a page, a button each that invites them."""
    group = target_group(call)
    text, about = call.arguments.text(), call.incoming.about
    if not text and about is None:
        ask_for_people(
            call, group, permission=Permission.FIND_PEOPLE, again="/find", text=LOOKED_FOR
        )
    page = find_people(
        call.session,
        call.actor,
        group=group,
        text=text,
        about=about,
        cursor=cursor_of(call.arguments),
    )
    if not page.rows:
        return Reply(_nobody(group, text))
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


def _nobody(group: Group, text: str) -> Text:
    if not text:
        return say(
            "They are in none of your other groups, or in {group} already. /invite makes a link for"
            " anybody.",
            group=group.name,
        )
    return say(
        "Among the people of your other groups nobody is called {text}, or they are in {group}"
        " already. /invite makes a link for anybody.",
        text=text,
        group=group.name,
    )


COMMANDS = (
    Command(
        "find",
        say("people you know who are not in the group"),
        find,
        usage="text",
        permission=Permission.FIND_PEOPLE,
    ),
)
