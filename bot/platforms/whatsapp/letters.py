"""Letter: a message on WhatsApp as it was kept, and the line that is said by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.arguments import command_of
from bot.command import Incoming, Place, Room
from bot.shared_contacts import SharedContact, line_for
from bot.whatsapp_api import PLATFORM
from core.events.spots import Spot
from core.people import Sender
from core.people.accounts import is_number

NUMBER = re.compile(r"\s*(?:reply\s+|#)?([0-9]{1,2})\s*[.)!]?\s*", re.IGNORECASE)
PUBLIC_ID = "inv_"
# What must end our messages whatever language it is said in (WhatsApp Business Messaging Policy);
# START takes it back.
STOP = frozenset(["stop", "stopall", "unsubscribe", "הסר", "עצור", "stopp", "parar", "baja"])
START = frozenset(["start", "unstop", "resume"])
# A place on the map is that of the event which it is sent for.
PLACE_SENT = "/event place=here"
# What nobody says to us: a heart below a message, news of the conversation itself.
UNSAID = frozenset({"reaction", "system", "unsupported", "ephemeral"})


@dataclass(frozen=True, slots=True)
class Letter:
    """`address` is the writer's number or id; `scoped` the id that they have beside a number. `tap`
    is what stands behind what they tapped, None for what they wrote themselves.
    """

    address: str
    scoped: str | None
    name: str
    username: str | None
    text: str
    tap: str | None
    at: datetime
    spot: Spot | None = None

    @property
    def sender(self) -> Sender:
        return Sender(PLATFORM, self.address, self.name, self.username)

    @property
    def word(self) -> str | None:
        """The command that a bare word stands for: /stop or /resume."""
        said = self.text.strip().strip(".!").casefold()
        if self.tap is not None or not said:
            return None
        return "/stop" if said in STOP else "/resume" if said in START else None

    @property
    def names_invite(self) -> bool:
        """Whether it speaks of an invite by its public id."""
        return PUBLIC_ID in (self.tap or self.text)

    @property
    def number(self) -> int | None:
        """What it says, where that is a bare number."""
        found = NUMBER.fullmatch(self.text) if self.tap is None else None
        return int(found[1]) if found else None

    def at_address(self, address: str) -> Letter:
        """The same, from where we know them."""
        return replace(self, address=address)

    def incoming(self, line: str, *, pressed: bool, inbox_id: int | None) -> Incoming:
        """As the commands know what is said to us. WhatsApp vouches for the number."""
        room = Room(PLATFORM, self.address, self.name or self.address, Place.PRIVATE)
        return Incoming(
            self.sender,
            room,
            line,
            inbox_id=inbox_id,
            pressed=pressed,
            phone=self.address if is_number(self.address) else None,
            spot=self.spot,
            said_at=self.at,
            back={"address": self.address},
        )


def read_letter(kept: Mapping[str, Any]) -> Letter | None:
    """None for what says nothing to us. Raises ValueError, KeyError for what is no message."""
    if kept["type"] in UNSAID or kept.get("group_id"):
        return None
    text, tap = _said_in(kept)
    return Letter(
        address=str(kept["address"]),
        scoped=kept.get("scoped"),
        name=str(kept.get("name") or ""),
        username=kept.get("username") or None,
        text=text,
        tap=tap,
        at=datetime.fromtimestamp(int(kept["timestamp"]), UTC),
        spot=_spot_in(kept),
    )


def _spot_in(kept: Mapping[str, Any]) -> Spot | None:
    """A place that was sent. Raises ValueError for degrees that are none."""
    found = _part(kept, "location") if kept["type"] == "location" else {}
    if not found:
        return None
    degrees = float(found.get("latitude", "nan")), float(found.get("longitude", "nan"))
    return Spot(*degrees, str(found.get("name") or ""), str(found.get("address") or ""))


def _said_in(kept: Mapping[str, Any]) -> tuple[str, str | None]:
    """The words, and what stands behind what was tapped."""
    match kept["type"]:
        case "text":
            return str(_part(kept, "text").get("body") or ""), None
        case "interactive":
            return "", _line_in(str(_part(kept, "interactive").get("id") or ""))
        case "button":
            button = _part(kept, "button")
            return "", _line_in(str(button.get("payload") or button.get("text") or ""))
        case "location":
            return PLACE_SENT, None
        case "contacts":
            return line_for([SharedContact(**one) for one in kept.get("shared") or ()]), None
        case _:  # a picture, a voice: nothing that we can read
            return "", None


def _line_in(payload: str) -> str:
    """Nothing for a button that is not ours: it has words behind it, but no command."""
    return payload if command_of(payload) is not None else ""


def _part(kept: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = kept.get(name)
    return found if isinstance(found, dict) else {}
