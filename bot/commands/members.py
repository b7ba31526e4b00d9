"""/members and /leave: who is in, and going."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.paging import cursor_of, turning_buttons
from bot.commands.target import BUTTON_BYTES, target_group
from bot.texts import Text, lines, say, say_many
from bot.words import ROLES
from core.access import Member, Permission
from core.groups import Group
from core.members import count_members, leave_group, list_members


def members(call: Call) -> Reply:
    """Ten a page with their roles, filtered by a part of the name."""
    group = target_group(call)
    text = call.arguments.text()
    page = list_members(
        call.session, call.actor, group=group, text=text, cursor=cursor_of(call.arguments)
    )
    if not page.rows:
        return Reply(_nobody(group, text))
    count = count_members(call.session, group.id)
    title = say_many(
        "<b>{group}</b> – {count} member",
        "<b>{group}</b> – {count} members",
        count,
        group=group.name,
    )
    buttons = turning_buttons(page, _again(text, group))
    more = None
    if not all(_is_whole(button, text) for row in buttons for button in row):
        buttons, more = (), say("More people match. Fewer letters, without quotes, show them all.")
    return Reply(lines(title, *map(_line, page.rows), more), buttons, replaces=True)


def leave(call: Call) -> Reply:
    """The last owner can't."""
    group = target_group(call)
    leave_group(call.session, call.actor, group=group, now=call.now)
    return Reply(say("You have left {group}. An invite brings you back.", group=group.name))


def _nobody(group: Group, text: str) -> Text:
    if not text:
        return say("Nobody is left on this page. /members starts again.")
    return say(
        "Nobody in {group} is called {text}. /members shows everybody.", group=group.name, text=text
    )


def _again(text: str, group: Group) -> str:
    return f'/members "{text}" group={group.id}' if text else f"/members group={group.id}"


def _is_whole(button: Button, text: str) -> bool:
    """Whether the button can carry the filter: it is short, and quotes won't part it."""
    return len(button.line.encode()) <= BUTTON_BYTES and '"' not in text


def _line(member: Member) -> Text:
    return say("• {name} – {role}", name=member.person.name, role=ROLES[member.role])


COMMANDS = (
    Command(
        "members",
        say("who is in the group"),
        members,
        usage="[text]",
        permission=Permission.LIST_MEMBERS,
    ),
    Command("leave", say("leave the group"), leave, permission=Permission.LEAVE),
)
