"""What guardians were told of a player, and how it fared, a line for each message."""

from __future__ import annotations

from bot.commands.outbox_words import kind_word
from bot.reasons import in_words
from bot.texts import Text, Value, Verbatim, say
from core.deliveries import DeliveryStatus
from core.rosters.welcomes import Told

CHANNELS: dict[str, Text] = {
    "email": say("by e-mail"),
    "telegram": say("on Telegram"),
    "whatsapp": say("on WhatsApp"),
    "groupme": say("on GroupMe"),
}
STATUSES: dict[DeliveryStatus, Text] = {
    DeliveryStatus.PENDING: say("waits"),
    DeliveryStatus.SENDING: say("is being sent"),
    DeliveryStatus.SENT: say("sent"),
    DeliveryStatus.DELIVERED: say("delivered"),
    DeliveryStatus.READ: say("read"),
    DeliveryStatus.FAILED: say("refused"),
    DeliveryStatus.DEAD: say("given up"),
    DeliveryStatus.UNCERTAIN: say("perhaps arrived"),
    DeliveryStatus.CANCELLED: say("not sent"),
}


def told_line(told: Told, *, private: bool) -> Text:
    """One message about a player, and how it fared."""
    fields: dict[str, Value] = {
        "kind": kind_word(told.kind),
        "how": CHANNELS.get(told.channel) or say("{channel}", channel=told.channel),
        "status": STATUSES[told.status],
        "time": told.at,
    }
    address = Verbatim(told.address if private and ":" not in told.address else "")
    if told.reason is None:
        return say("• {kind} {how} {address}: {status}, {time}", address=address, **fields)
    return say(
        "• {kind} {how} {address}: {status} – {reason}, {time}",
        address=address,
        reason=in_words(told.reason),
        **fields,
    )
