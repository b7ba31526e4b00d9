"""/rename and /move: changing what a group is called and where it stands."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.confirming import OPTION, seal
from bot.commands.groups import split_place
from bot.commands.lookalikes import lookalike_warning
from bot.commands.target import named_group, target_group
from bot.texts import BLANK, Lines, Text, Verbatim, lines, say, say_many
from core.access import Permission
from core.errors import Invalid
from core.groups import Group, get_group
from core.groups.tree import Move, list_named, move_group, plan_move, rename_group

MOVE_USAGE = "group in parent, or: /move group to root"
ROOT = "root"
MOST_NAMES = 10


def rename(call: Call) -> Reply:
    """The group that the command acts on gets another name."""
    name = call.arguments.text()
    if not name:
        raise Invalid("missing", usage=Verbatim("/rename name"))
    group = target_group(call)
    before = rename_group(call.session, call.actor, group=group, name=name, now=call.now)
    return Reply(
        lines(
            say("{before} is now called <b>{group}</b>.", before=before, group=group.name),
            lookalike_warning(call, group),
        )
    )


def move(call: Call) -> Reply:
    """Says first who gains and who loses rights; the button that follows makes the move."""
    source, place = _source_and_place(call)
    group = _source(call, source, place)
    parent = _place(call, group, place)
    planned = plan_move(call.session, call.actor, group=group, parent=parent)
    sealed = seal(group.id, parent and parent.id, planned.gaining, planned.losing)
    if call.arguments.option(OPTION) != sealed:
        return _preview(call, planned, sealed)
    move_group(call.session, call.actor, move=planned, now=call.now)
    return Reply(_moved(planned), replaces=True)


def _source_and_place(call: Call) -> tuple[str, str]:
    words, place = call.arguments.words, call.arguments.option("in")
    if place:
        return " ".join(words), place
    if [word.casefold() for word in words[-2:]] == ["to", ROOT]:
        return " ".join(words[:-2]), ROOT
    # The name may be left away: "/move in School" is about the current group.
    source, place = split_place(("", *words))
    if not place:
        raise Invalid("missing", usage=Verbatim(f"/move {MOVE_USAGE}"))
    return " ".join(source).strip(), place


def _source(call: Call, name: str, place: str) -> Group:
    if not name:
        return target_group(call)
    return named_group(call, name, again=lambda found: f"/move group={found} in={place}")


def _place(call: Call, group: Group, place: str) -> Group | None:
    if place.casefold() == ROOT:
        return None
    return named_group(call, place, again=lambda found: f"/move group={group.id} in=#{found}")


def _preview(call: Call, planned: Move, sealed: str) -> Reply:
    group, parent = planned.group, planned.parent
    place = f"#{parent.id}" if parent else ROOT
    line = f"/move group={group.id} in={place} {OPTION}={sealed}"
    return Reply(
        lines(
            _question(call, planned),
            BLANK,
            _changes(call, planned.gaining, _gain(len(planned.gaining))),
            _changes(call, planned.losing, _loss(len(planned.losing))),
            BLANK,
            say("Nothing has changed yet."),
        ),
        ((Button(say("Confirm"), line),),),
        replaces=True,
    )


def _question(call: Call, planned: Move) -> Text:
    group, parent = planned.group, planned.parent
    if parent is None:
        return say("Make <b>{group}</b> stand on its own?", group=group.name)
    if group.parent_id is None:
        return say("Move <b>{group}</b> into {parent}?", group=group.name, parent=parent.name)
    before = get_group(call.session, group.parent_id)
    return say(
        "Move <b>{group}</b> from {before} into {parent}?",
        group=group.name,
        before=before.name,
        parent=parent.name,
    )


def _gain(count: int) -> Text:
    return say_many("{count} person gains rights in it", "{count} people gain rights in it", count)


def _loss(count: int) -> Text:
    return say_many("{count} person loses rights in it", "{count} people lose rights in it", count)


def _changes(call: Call, people: tuple[int, ...], title: Text) -> Lines:
    rest = len(people) - MOST_NAMES
    return lines(
        title,
        *(
            say("• {name}", name=name)
            for name in list_named(call.session, people, limit=MOST_NAMES)
        ),
        say("… and {count} more", count=rest) if rest > 0 else None,
    )


def _moved(planned: Move) -> Text:
    if planned.parent is None:
        return say("Done: <b>{group}</b> stands on its own.", group=planned.group.name)
    return say(
        "Done: <b>{group}</b> now stands in {parent}.",
        group=planned.group.name,
        parent=planned.parent.name,
    )


COMMANDS = (
    Command(
        "rename",
        say("give the group another name"),
        rename,
        usage="name",
        permission=Permission.RENAME,
    ),
    Command(
        "move",
        say("put a group under another one"),
        move,
        usage="[group] in parent",
        permission=Permission.MOVE,
    ),
)
