"""What a channel can be asked for: words to somebody, or an act in a room or at its door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.command import Button
from bot.notices.link_acts import LinkEnd, LinkOrder
from bot.texts import Prose, Value


@dataclass(frozen=True, slots=True)
class Template:
    """The same where a platform takes only words that it approved before: their name, and what is
    filled into them, in order. See docs/whatsapp.md.
    """

    name: str
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with an e-mail, of the type `media_type`. With `method`, one of iCalendar's
    (RFC 5546), it is shown as an invitation too.
    """

    filename: str
    content: bytes
    media_type: str
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to one destination. Buttons are command lines, as on a Reply.

    What only an e-mail has: a `subject`, without which the first line is it; words of its own, in
    `letter`; `enclosures`; and, as it has no buttons, a link that opens the invite `invite_id`, by
    which its reader answers the event `event_id`, with its calendar file, or by which they sign the
    contract of the player `contract_of`. `is_asked_for`: its reader waits for it, so it goes
    also to who wants no e-mail.

    `door` is the address of a room to which a link is added, `url` a link as it is, behind a button
    that says Join the room. `entry` is a room as `door` is, of which only its own platform can make
    a link: others say the words alone, and so does it when the room refuses. `outdates` names the
    subject of earlier messages of the kind `request_card`: these change to this text, and
    nothing new is said. `redraws` does that to the latest message about a subject, of the kind
    `redraws_kind`, which keeps its buttons; where there is none, it is said anew with `or_anew`.
    Without a `template` the text itself is filled into the one for news of any kind.
    """

    text: Prose
    buttons: tuple[tuple[Button, ...], ...] = ()
    door: str | None = None
    url: str | None = None
    entry: str | None = None
    outdates: str | None = None
    subject: Prose | None = None
    enclosures: tuple[Enclosure, ...] = ()
    invite_id: int | None = None
    event_id: int | None = None
    contract_of: int | None = None
    letter: Prose | None = None
    is_asked_for: bool = False
    redraws: str | None = None
    redraws_kind: str = "rsvp_card"
    or_anew: bool = False
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Messages of ours, by the provider's ids, that are to say something else from now on."""

    message_ids: tuple[str, ...]
    text: Prose
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Admission:
    """The platform is to let somebody into the room, or to turn them away. No words."""

    who: str
    let_in: bool


class Deed(StrEnum):
    """What can be done to somebody in a room."""

    KICK = "kick"
    BAN = "ban"
    UNBAN = "unban"


@dataclass(frozen=True, slots=True)
class RoomBan:
    """The platform is to put somebody out of the room, for good or not, or to let them come back.
    No words. `people` are (platform, address): all that the person is known by.
    """

    deed: Deed
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Post:
    """An event for a program, to be posted to `url`. `message_id` stays the same when it is posted
    again; `failing`: what was posted there last did not arrive.
    """

    message_id: str
    webhook: str
    url: str
    body: Mapping[str, object]
    failing: bool


# All but a Notice are acts: to do them twice changes nothing.
Telling = Notice | Rewrite | Admission | RoomBan | LinkOrder | LinkEnd | Post
