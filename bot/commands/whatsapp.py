"""/whatsapp: which templates Meta approved, by which alone I may begin to write to somebody."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.paging import cursor_of, turning_buttons
from bot.refusals import refuse
from bot.texts import BLANK, Lines, Text, Verbatim, lines, say
from bot.whatsapp_expected import EXPECTED
from core.access import Permission
from core.chats.reconciliations import ACCOUNT_NOTE
from core.database import announce
from core.errors import CoreError, Invalid
from core.message_templates import TOPIC, MessageTemplate, check_template, list_templates
from core.pages import Page
from core.platform_notes import recall

PLATFORM = "whatsapp"
AGAIN = Button(say("Ask Meta again"), "/whatsapp refresh")
STATUSES = {
    "APPROVED": say("approved"),
    "PENDING": say("waits for Meta"),
    "REJECTED": say("rejected by Meta"),
    "PAUSED": say("paused by Meta"),
    "DISABLED": say("switched off by Meta"),
}


def whatsapp(call: Call) -> Reply:
    """How it stands; `refresh` has the list read anew."""
    page = list_templates(
        call.session, call.actor, platform=PLATFORM, cursor=cursor_of(call.arguments)
    )
    match call.arguments.text().casefold():
        case "":
            return _standing(call, page)
        case "refresh":
            announce(call.session, TOPIC)
            return Reply(say("I am asking Meta. See here in a moment: /whatsapp"), replaces=True)
        case _:
            raise Invalid("missing", usage=Verbatim("/whatsapp refresh"))


def _standing(call: Call, page: Page[MessageTemplate]) -> Reply:
    number = recall(call.session, platform=PLATFORM, name=ACCOUNT_NOTE)
    if number is None:
        return Reply(
            lines(
                say("WhatsApp is not connected, or has not answered yet."),
                say("Who runs me sets it up: docs/whatsapp.md tells how."),
            )
        )
    missing = [_missing(call, name) for name in EXPECTED]
    return Reply(
        lines(
            say("<b>WhatsApp {number}</b>", number=Verbatim(number)),
            say(
                "Within a day of somebody’s last message I may write anything to them, after that"
                " only by these templates:"
            ),
            BLANK,
            *map(_row, page.rows),
            say("None.") if not page.rows else None,
            *missing,
        ),
        (*turning_buttons(page, "/whatsapp"), (AGAIN,)),
        replaces=True,
    )


def _row(one: MessageTemplate) -> Text:
    return say(
        "<code>{name}</code> ({language}) – {status}. Fields: {fields}",
        name=Verbatim(one.name),
        language=Verbatim(one.language),
        status=STATUSES.get(one.status, Verbatim(one.status.lower())),
        fields=Verbatim(", ".join(one.fields)) if one.fields else say("none"),
    )


def _missing(call: Call, name: str) -> Lines | None:
    """What stands in the way of one that I use myself."""
    try:
        check_template(
            call.session, platform=PLATFORM, name=name, locale="en", fields=EXPECTED[name]
        )
    except CoreError as refusal:
        return lines(BLANK, refuse(refusal).text)
    return None


COMMANDS = (
    Command(
        "whatsapp",
        say("see which WhatsApp templates Meta approved"),
        whatsapp,
        usage="[refresh]",
        permission=Permission.INVITE,
    ),
)
