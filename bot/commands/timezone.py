"""/timezone: in which zone somebody is told times, or a group."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.choosing import OPTIONS, choice_buttons, whose
from bot.texts import Text, Verbatim, say
from core.people.preferences import choose_zone
from core.zones import COMMON, find_zone, near_zones


def timezone(call: Call) -> Reply:
    """Without a zone it shows common ones; a slip is met with zones that are spelled alike."""
    group, name = whose(call), call.arguments.text()
    near = near_zones(name) if name and find_zone(name) is None else []
    if near:
        text = say("I don't know the time zone {zone}. Do you mean one of these?", zone=name)
        return Reply(
            text, choice_buttons("timezone", {zone: zone for zone in near}, group), refused=True
        )
    if not name:
        choices = {zone: zone for zone in COMMON}
        return Reply(_told(call), choice_buttons("timezone", choices, group))
    zone = choose_zone(call.session, call.actor, name=name, group=group, now=call.now)
    if group is None:
        return Reply(say("I tell you times in {zone} from now on.", zone=Verbatim(zone)))
    return Reply(
        say(
            "I tell times in {zone} in {group} to those who did not choose for themselves.",
            group=group.name,
            zone=Verbatim(zone),
        )
    )


def _told(call: Call) -> Text:
    zone = call.actor.person.timezone
    if zone is None:
        return say("Where are you? Choose, or type <code>/timezone</code> and your city.")
    return say(
        "I tell you times in {zone}. Choose, or type <code>/timezone</code> and your city.",
        zone=Verbatim(zone),
    )


COMMANDS = (Command("timezone", say("your time zone"), timezone, usage="[zone]", options=OPTIONS),)
