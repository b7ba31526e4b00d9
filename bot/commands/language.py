"""/language: in which language somebody is spoken to, or a group."""

from __future__ import annotations

from babel import Locale

from bot.catalogues import available_locales, served_locale
from bot.command import Call, Command, Reply
from bot.commands.choosing import OPTIONS, choice_buttons, whose
from bot.texts import Text, say
from core.people.preferences import choose_language


def language(call: Call) -> Reply:
    """Without a code it shows what there is."""
    group, code = whose(call), call.arguments.text()
    if not code:
        choices = {_name(locale): locale for locale in available_locales()}
        return Reply(_spoken(call), choice_buttons("language", choices, group))
    chosen = choose_language(
        call.session,
        call.actor,
        code=code,
        available=available_locales(),
        group=group,
        now=call.now,
    )
    if group is None:
        return Reply(say("I speak {language} with you from now on.", language=_name(chosen)))
    return Reply(
        say(
            "I speak {language} in {group} with those who did not choose for themselves.",
            group=group.name,
            language=_name(chosen),
        )
    )


def _spoken(call: Call) -> Text:
    own = served_locale(call.actor.person.locale)
    if own is None:
        return say("You have not chosen a language yet. Choose one:")
    return say("I speak {language} with you. Choose another:", language=_name(own))


def _name(locale: str) -> str:
    """What its speakers call it."""
    return Locale.parse(locale).get_display_name() or locale


COMMANDS = (Command("language", say("your language"), language, usage="[code]", options=OPTIONS),)
