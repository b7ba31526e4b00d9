"""What a mail server's refusal means for the delivery (RFC 5321, 4.2; RFC 3463)."""

from __future__ import annotations

import re
from enum import StrEnum

from core.deliveries.errors import DeliveryError

ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
# These alone say that the address is bad. A 550 without one may be about us just as well.
BAD_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.10", "5.2.1"})
NO_MAIL_THERE = 556  # RFC 7504: the domain takes none
FULL = "5.2.2"  # may clear
# Policy, spam, authentication; and the codes that speak of our login.
ABOUT_US = "5.7."
LOGIN = frozenset({530, 534, 535, 538})


def enhanced_code(text: str) -> str | None:
    """`5.1.1` out of `5.1.1 no such user`."""
    found = ENHANCED.match(text)
    return found[1] if found else None


class Stage(StrEnum):
    """What the server was answering when it refused."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


def refusal(code: int, text: str, stage: Stage) -> DeliveryError:
    """4xx is tried again. Of 5xx, what is about the address marks it; what is about us is given up,
    which an admin hears of.
    """
    reason, enhanced = f"{code} {text}", enhanced_code(text) or ""
    if code < 500 or enhanced.startswith("4") or enhanced == FULL:
        return DeliveryError(reason)
    if stage is not Stage.SENDER and (enhanced in BAD_ADDRESS or code == NO_MAIL_THERE):
        return DeliveryError(reason, permanent=True, unreachable=True)
    ours = stage is Stage.SENDER or enhanced.startswith(ABOUT_US) or code in LOGIN
    return DeliveryError(reason, permanent=True, ours=ours)
