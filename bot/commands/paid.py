"""/paid: whether a crowd's messages may go faster than Telegram's limit, for Stars."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.texts import lines, say
from core.deliveries.paid import (
    DEFAULT_RESERVE,
    PaidSending,
    allow_paid_sending,
    find_paid_sending,
)
from core.errors import Invalid

TELEGRAM = "telegram"
SAID = {"on": True, "off": False}


def paid(call: Call) -> Reply:
    """How it stands, after what was changed."""
    row = find_paid_sending(call.session, call.actor, TELEGRAM)
    match [word.casefold() for word in call.arguments.words]:
        case []:
            return _told(row)
        case [word] if word in SAID:
            kept = row.reserve if row else DEFAULT_RESERVE
            reserve = call.arguments.number("reserve")
            return _told(
                allow_paid_sending(
                    call.session,
                    call.actor,
                    TELEGRAM,
                    allowed=SAID[word],
                    reserve=kept if reserve is None else reserve,
                    now=call.now,
                )
            )
        case _:
            raise Invalid("missing", usage="/paid on reserve=1000")


def _told(row: PaidSending | None) -> Reply:
    if row is None or not row.allowed:
        return Reply(
            lines(
                say("Crowds are written to at Telegram's free pace, 30 messages a second."),
                say(
                    "<code>/paid on</code> allows up to 1000 a second: each message beyond the free"
                    " ones costs 0.1 Star from the bot's balance."
                ),
            )
        )
    return Reply(
        lines(
            say("Paid messages are allowed: up to 1000 a second, 0.1 Star each."),
            say("I stop paying when no more than {reserve} Stars are left.", reserve=row.reserve),
            say("Left by now: {balance} Stars.", balance=row.balance)
            if row.balance is not None
            else say("I am asking Telegram what is left. Until then nothing is paid."),
            None if row.is_on or row.balance is None else say("That is too little: I pay nothing."),
            say("<code>/paid off</code> ends it."),
        )
    )


COMMANDS = (
    Command(
        "paid",
        say("send faster than Telegram's limit, for Stars"),
        paid,
        usage="[on|off] [reserve=1000]",
        options=frozenset({"reserve"}),
        for_system_admins=True,
    ),
)
