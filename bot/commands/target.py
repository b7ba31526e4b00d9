"""Which group a command is about: the one it names, the room's, the current one, or ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from bot.command import Ask, Button, Call, Place, Reply
from bot.texts import Text, lines, say
from bot.words import KINDS
from core.access import standing
from core.chats import find_chat
from core.errors import Invalid, NotFound
from core.groups import Group, get_group
from core.lookalikes import looks_of
from core.members import list_memberships
from core.members.footholds import Foothold, find_footholds

BUTTON_BYTES = 64
MOST_CHOICES = 20


class Choice(Protocol):
    """A group to choose, however it was found."""

    @property
    def group(self) -> Group: ...

    @property
    def group_id(self) -> int: ...


def target_group(call: Call) -> Group:
    """The group that the command acts on. Raises NotFound, Invalid, or Ask when there are several.

    That the asker may do it there is left to the verb.
    """
    named = call.arguments.number("group")
    if named is not None:
        return _known(call, get_group(call.session, named))
    if call.incoming.room.place is Place.ROOM:
        return _of_room(call)
    return _of_person(call)


def named_or_target(call: Call, command: str) -> Group:
    """The group whose name follows the command, or the one that it acts on anyway."""
    name = call.arguments.text()
    if not name:
        return target_group(call)
    return named_group(call, name, again=lambda found: f"{command} group={found}")


def named_group(call: Call, name: str, *, again: Callable[[int], str]) -> Group:
    """The asker's group of that name, slug or number. Raises NotFound, or Ask with a button that
    says `again(id)` for each when there are several.
    """
    found = find_mine(call, name)
    if not found:
        raise NotFound("group_unknown")
    if len(found) > 1:
        raise Ask(_ask_by_number(found, again))
    return found[0].group


def find_mine(call: Call, name: str) -> list[Foothold]:
    """The asker's groups of that name, slug or number, those that they run from above included."""
    return find_footholds(call.session, call.actor, name=name)


def group_buttons(choices: Sequence[Choice], line: str) -> tuple[tuple[Button, ...], ...]:
    """A button per group that says `line` about it."""
    return _buttons(choices, lambda found: f"{line} group={found}")


def _buttons(
    choices: Sequence[Choice], line_of: Callable[[int], str]
) -> tuple[tuple[Button, ...], ...]:
    shown = choices[:MOST_CHOICES]
    return tuple(
        (Button(label, line_of(row.group_id)),)
        for row, label in zip(shown, _labels(shown), strict=True)
    )


def _labels(choices: Sequence[Choice]) -> list[Text]:
    """Names that look the same are told apart by what stands above them, and by number."""
    looks = Counter(look for row in choices for look in looks_of(row.group.name))
    return [
        _label(row, told_apart=all(looks[look] == 1 for look in looks_of(row.group.name)))
        for row in choices
    ]


def _label(row: Choice, *, told_apart: bool) -> Text:
    group, above = row.group, row.above if isinstance(row, Foothold) else None
    if told_apart:
        return say("{group} ({kind})", group=group.name, kind=KINDS[group.kind])
    if above is None:
        return say("{group} ({kind}) #{id}", group=group.name, kind=KINDS[group.kind], id=group.id)
    return say(
        "{group} ({kind}) in {parent}, #{id}",
        group=group.name,
        kind=KINDS[group.kind],
        parent=above,
        id=group.id,
    )


def _known(call: Call, group: Group) -> Group:
    if standing(call.session, call.actor, group) is None:
        raise NotFound("group_unknown")
    return group


def _of_room(call: Call) -> Group:
    room = call.incoming.room
    chat = find_chat(call.session, platform=room.platform, address=room.address)
    if chat is None:
        raise NotFound("room_unbound")
    return chat.group


def _of_person(call: Call) -> Group:
    current = current_group(call)
    if current is not None:
        return current
    memberships = list_memberships(call.session, call.actor.person.id)
    if not memberships:
        raise Invalid("no_group")
    if len(memberships) == 1:
        return memberships[0].group
    line = call.incoming.line
    raise Ask(_ask_which(memberships, lambda found: f"{line} group={found}"))


def current_group(call: Call) -> Group | None:
    """The group that the asker switched to, if they still stand in it."""
    current = call.actor.person.current_group_id
    if current is None:
        return None
    group = get_group(call.session, current)
    return group if standing(call.session, call.actor, group) else None


def _ask_which(choices: Sequence[Choice], again: Callable[[int], str]) -> Reply:
    if _fit(choices, again):
        return Reply(say("Which group?"), _buttons(choices, again))
    return Reply(
        say("Which group? Choose it, then type that again."), group_buttons(choices, "/group")
    )


def _ask_by_number(choices: Sequence[Choice], again: Callable[[int], str]) -> Reply:
    if _fit(choices, again):
        return Reply(say("Which group?"), _buttons(choices, again))
    return Reply(
        lines(
            say("Several are called that. Type it again with the number in place of the name:"),
            *(_label(row, told_apart=False) for row in choices),
        )
    )


def _fit(choices: Sequence[Choice], again: Callable[[int], str]) -> bool:
    return max(len(again(row.group_id).encode()) for row in choices) <= BUTTON_BYTES
