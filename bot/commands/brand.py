"""/brand: what the e-mails of a club look like."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.target import target_group
from bot.texts import BLANK, Lines, Verbatim, lines, say
from core.access import Permission, require
from core.mail.brands import Look, choose_look, look_of
from core.mail.colours import contrast

OPTIONS = frozenset({"name", "logo", "colour", "text"})


def brand(call: Call) -> Reply:
    """Without options it shows how they look now."""
    group, option = target_group(call), call.arguments.option
    if not call.arguments.options or set(dict(call.arguments.options)) == {"group"}:
        require(call.session, call.actor, Permission.CHOOSE_LOOK, group)
        look = look_of(call.session, group.id)
        title = say("<b>E-mails of {group}</b>", group=group.name)
        example = '/brand name="FC Northfield" colour=#1a5fb4'
        how = say("Change it: <code>{example}</code>", example=Verbatim(example))
        return Reply(lines(title, _described(look), BLANK, how))
    root, look = choose_look(
        call.session,
        call.actor,
        group=group,
        name=option("name"),
        logo=option("logo"),
        ground=option("colour"),
        ink=option("text"),
        now=call.now,
    )
    title = say("The e-mails of {group} and all below look like this now:", group=root.name)
    return Reply(lines(title, _described(look)))


def _described(look: Look) -> Lines:
    ratio = f"{contrast(look.ink, look.ground):.1f}"
    return lines(
        say("From: {name}", name=look.name),
        say("Logo: {logo}", logo=look.logo),
        say(
            "Colours: {text} on {colour}, contrast {ratio}",
            text=Verbatim(look.ink),
            colour=Verbatim(look.ground),
            ratio=Verbatim(ratio),
        ),
    )


COMMANDS = (
    Command(
        "brand",
        say("what your e-mails look like"),
        brand,
        usage="[name=…] [logo=…] [colour=#…] [text=#…]",
        options=OPTIONS,
        permission=Permission.CHOOSE_LOOK,
    ),
)
