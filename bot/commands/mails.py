"""/mails: which e-mails somebody got, and what came of each."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.outbox_words import kind_word
from bot.commands.paging import cursor_of, turning_buttons
from bot.commands.target import target_group
from bot.commands.who import meant_member
from bot.reasons import in_words
from bot.texts import BLANK, Prose, Text, lines, say
from core.access import MemberState, Permission
from core.contacts.emails import looks_like_email, read_email
from core.deliveries import DeliveryStatus
from core.deliveries.trail import Entry
from core.groups import Group
from core.mail.trail import list_mails
from core.people import Person

FATES: dict[str, Text] = {
    DeliveryStatus.PENDING: say("it waits"),
    DeliveryStatus.SENDING: say("it is on its way"),
    DeliveryStatus.SENT: say("sent"),
    DeliveryStatus.DELIVERED: say("delivered"),
    DeliveryStatus.READ: say("read"),
    DeliveryStatus.UNCERTAIN: say("perhaps arrived, perhaps not"),
}


def mails(call: Call) -> Reply:
    """Ten a page, newest first: of everybody, of a member, or of an address."""
    group, text = target_group(call), call.arguments.text()
    address = read_email(text) if looks_like_email(text) else None
    about = None if address else _about(call, group)
    page = list_mails(
        call.session,
        call.actor,
        group=group,
        about=about,
        address=address,
        cursor=cursor_of(call.arguments),
    )
    if not page.rows:
        return Reply(say("No e-mail of that kind. /mails shows all of them."), replaces=True)
    title = say("<b>E-mails of {group}</b>", group=group.name)
    rows = [_described(number, row) for number, row in enumerate(page.rows, 1)]
    # An address may be too long for a button: then its newest ten have to do.
    here = f"/mails person={about.id}" if about else "/mails"
    turning = () if address else turning_buttons(page, f"{here} group={group.id}")
    return Reply(lines(title, BLANK, *rows), turning, replaces=True)


def _about(call: Call, group: Group) -> Person | None:
    words = call.arguments.words
    if not words and call.arguments.number("person") is None:
        return None
    return meant_member(
        call,
        group,
        permission=Permission.TEND_OUTBOX,
        words=words,
        again="/mails",
        states=tuple(MemberState),
    ).person


def _described(number: int, row: Entry) -> Prose:
    return lines(
        say(
            "{number}. {kind} to {whom}: {fate}",
            number=number,
            kind=kind_word(row.kind),
            whom=row.person or say("somebody"),
            fate=_fate(row),
        ),
        say("<i>{time}</i>", time=row.since),
    )


def _fate(row: Entry) -> Text:
    known = FATES.get(row.status)
    return known or say("not sent: {reason}", reason=in_words(row.reason))


COMMANDS = (
    Command(
        "mails",
        say("which e-mails somebody got"),
        mails,
        usage="[who|address]",
        permission=Permission.TEND_OUTBOX,
    ),
)
