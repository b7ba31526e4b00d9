"""/help: what the asker may do here, and nothing else, so that nobody is sent into a refusal."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.topics import OTHERS, TOPICS, Topic, topic_of
from bot.texts import BLANK, Text, Verbatim, lines, say
from core.access import Role, allows, standing
from core.chats import find_chat
from core.members import list_memberships

# More than that is told by topics: a list that fills the screen is not read.
MOST_AT_ONCE = 25
ALL = "all"
TITLE = say("<b>What you can do here</b>")


def help_(call: Call) -> Reply:
    """A short list, or the topics; with a topic's or a command's name, more about that."""
    shown = _shown(call)
    asked = call.arguments.text().casefold().lstrip("/")
    about = [one for one in shown if asked in (topic_of(one.name).key, one.name)]
    if about and asked:
        title = say("<b>{topic}</b>", topic=topic_of(about[0].name).title)
        return Reply(lines(title, *map(_line, about)), ((_back(),),), replaces=True)
    if asked == ALL or len(shown) <= MOST_AT_ONCE:
        return Reply(lines(TITLE, *map(_line, shown)))
    return _overview(shown)


def _overview(shown: Sequence[Command]) -> Reply:
    told = [(topic, _names(topic, shown)) for topic in (*TOPICS, OTHERS)]
    told = [(topic, names) for topic, names in told if names]
    paragraphs = [
        lines(
            say("<b>{topic}</b>", topic=topic.title),
            say("{commands}", commands=Verbatim(" ".join(names))),
        )
        for topic, names in told
    ]
    spaced = [part for paragraph in paragraphs for part in (BLANK, paragraph)]
    buttons = [Button(topic.title, f"/help {topic.key}") for topic, _ in told]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    hint = say("A button tells how each is written.")
    return Reply(lines(TITLE, hint, *spaced), tuple(rows), replaces=True)


def _names(topic: Topic, shown: Sequence[Command]) -> list[str]:
    return [f"/{one.name}" for one in shown if topic_of(one.name) is topic]


def _back() -> Button:
    return Button(say("All topics"), "/help")


def _shown(call: Call) -> list[Command]:
    anywhere = _roles_anywhere(call)
    here = _roles_here(call, anywhere)
    place = call.incoming.room.place
    return [
        command
        for command in call.commands
        if place in command.places
        and (call.actor.system_admin or not command.for_system_admins)
        and _is_open_to(command, anywhere if command.anywhere else here)
    ]


def _roles_anywhere(call: Call) -> list[Role]:
    if call.actor.system_admin:
        return [Role.OWNER]
    return [row.role for row in list_memberships(call.session, call.actor.person.id)]


def _roles_here(call: Call, anywhere: list[Role]) -> list[Role]:
    room = call.incoming.room
    if room.place is Place.PRIVATE:
        return anywhere
    chat = find_chat(call.session, platform=room.platform, address=room.address)
    role = standing(call.session, call.actor, chat.group) if chat else None
    return [role] if role else []


def _is_open_to(command: Command, roles: list[Role]) -> bool:
    permission = command.permission
    return permission is None or any(allows(role, permission) for role in roles)


def _line(command: Command) -> Text:
    call = f"/{command.name} {command.usage}".rstrip()
    return say("{command} – {summary}", command=Verbatim(call), summary=command.summary)


COMMANDS = (Command("help", say("what you can do here"), help_, usage="[topic]"),)
