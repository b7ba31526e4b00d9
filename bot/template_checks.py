"""Whether WhatsApp's templates stand in the way of what somebody is about to send."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Call
from bot.refusals import refuse
from bot.texts import Prose, Verbatim, lines, say
from bot.whatsapp_expected import EXPECTED, LINK, NEWS
from core.chats.reconciliations import ACCOUNT_NOTE
from core.errors import CoreError
from core.message_templates import MessageTemplate, check_template
from core.platform_notes import recall

PLATFORM = "whatsapp"
LETTER, QUESTION = (NEWS,), ("usher_rsvp", NEWS)


def template_check(call: Call, names: Sequence[str]) -> Prose | None:
    """By which template people are written to who were silent for a day, and each thing that stands
    in its way: missing, paused, other fields. None where there is no WhatsApp.

    Of `names` the first that can be used is, in the language of who asks or what comes nearest.
    """
    if recall(call.session, platform=PLATFORM, name=ACCOUNT_NOTE) is None:
        return None
    refusals = []
    for name in names:
        try:
            found = _check(call, name)
        except CoreError as refusal:
            refusals.append(refuse(refusal).text)
        else:
            return lines(*refusals, _by(found))
    return lines(
        *refusals,
        say("On WhatsApp only those who wrote to me within a day hear of it, others by e-mail."),
    )


def _check(call: Call, name: str) -> MessageTemplate:
    """With the reader's link, else without: a template may do without it."""
    fields = EXPECTED[name]
    place = {"platform": PLATFORM, "name": name, "locale": call.actor.person.locale or "en"}
    try:
        return check_template(call.session, fields=fields, **place)
    except CoreError as refusal:
        if refusal.code != "template_fields" or LINK not in fields:
            raise
    return check_template(call.session, fields=[one for one in fields if one != LINK], **place)


def _by(found: MessageTemplate) -> Prose:
    return say(
        "WhatsApp: by the template {name} ({language}), approved.",
        name=Verbatim(found.name),
        language=Verbatim(found.language),
    )
