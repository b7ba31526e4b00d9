"""What WhatsApp's error codes mean for a message: by code, never by HTTP status or title.

The codes are those of developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes. They
come in the answer to a call, or later in a status.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypedDict

from bot.whatsapp_api import WhatsAppError
from core.deliveries.errors import DeliveryError


class Meaning(StrEnum):
    """What is to be done."""

    HALT = "nothing can be sent until somebody sees to it"
    TROUBLE = "time may heal it"
    BUSY = "slower, all of us"
    PAIR = "slower, to this one"
    SPAM = "no more for hours"
    UPKEEP = "the number is being worked on"
    WINDOW = "only a template, more than a day after they wrote"
    GONE = "nobody there whom WhatsApp can reach"
    ELSEWHERE = "not to this one, but they may be reached otherwise"
    WITHHELD = "not within a day"
    PAUSED = "the template rests"
    REFUSED = "never as it is"


MEANINGS: dict[int, Meaning] = {
    **dict.fromkeys((0, 190, 3, 10, *range(200, 300), 131005), Meaning.HALT),
    **dict.fromkeys((131031, 131042, 131045, 368, 130497), Meaning.HALT),
    **dict.fromkeys((1, 2, 131000, 131016, 135000, 131052, 131053), Meaning.TROUBLE),
    **dict.fromkeys((4, 80007, 130429), Meaning.BUSY),
    131056: Meaning.PAIR,
    **dict.fromkeys((131048, 131064), Meaning.SPAM),
    131057: Meaning.UPKEEP,
    131047: Meaning.WINDOW,
    131026: Meaning.GONE,
    **dict.fromkeys((130472, 131030, 131050), Meaning.ELSEWHERE),
    131049: Meaning.WITHHELD,
    132015: Meaning.PAUSED,
    **dict.fromkeys((33, 100, 131008, 131009, 131021, 131051), Meaning.REFUSED),
    **dict.fromkeys((131062, 131063, 132000, 132001, 132005, 132007), Meaning.REFUSED),
    **dict.fromkeys((132012, 132016, 137000), Meaning.REFUSED),
}
HALT_S, BUSY_S, SPAM_S, UPKEEP_S = 600.0, 10.0, 7200.0, 300.0
PAUSED_S, WITHHELD_S = 6 * 3600.0, 86_400.0
# The pair limit asks for 4^n seconds after the n-th refusal in a row, from 0.
PAIR_BASE, MOST_PAIR_TRIES = 4.0, 7


def meaning_of(error: WhatsAppError) -> Meaning:
    """By its code; without one that is known, by whether the fault is Meta's or ours."""
    if error.code in MEANINGS:
        return MEANINGS[error.code]
    refused = error.status is not None and 400 <= error.status < 500 and not error.transient
    return Meaning.REFUSED if refused else Meaning.TROUBLE


class Terms(TypedDict, total=False):
    """What `DeliveryError` is told besides the reason."""

    permanent: bool
    unreachable: bool
    elsewhere: bool
    retry_after_s: float
    delay_s: float


TERMS: dict[Meaning, Terms] = {
    Meaning.HALT: {"retry_after_s": HALT_S},
    Meaning.BUSY: {"retry_after_s": BUSY_S},
    Meaning.SPAM: {"retry_after_s": SPAM_S},
    Meaning.UPKEEP: {"retry_after_s": UPKEEP_S},
    Meaning.TROUBLE: {},
    Meaning.GONE: {"permanent": True, "unreachable": True},
    Meaning.ELSEWHERE: {"permanent": True, "elsewhere": True},
    Meaning.WINDOW: {"permanent": True, "elsewhere": True},
    Meaning.REFUSED: {"permanent": True},
    Meaning.WITHHELD: {"delay_s": WITHHELD_S},
    Meaning.PAUSED: {"delay_s": PAUSED_S},
}


def delivery_error(error: WhatsAppError, *, pair_tries: int = 0) -> DeliveryError:
    """In the outbox's own terms; `pair_tries` is how often the pair limit was met in a row."""
    if error.is_unknown:
        return DeliveryError(error.reason, uncertain=True)
    meaning = meaning_of(error)
    if meaning is Meaning.PAIR:
        wait_s = PAIR_BASE ** min(pair_tries, MOST_PAIR_TRIES)
        return DeliveryError(error.reason, retry_after_s=wait_s)
    return DeliveryError(error.reason, **TERMS[meaning])


# What every message would meet: the channel rests, and not only this destination.
WHOLE_CHANNEL = frozenset({Meaning.HALT, Meaning.BUSY, Meaning.SPAM, Meaning.UPKEEP})
