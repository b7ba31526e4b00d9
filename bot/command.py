"""What is said to Usher and what it answers: Incoming, Command, Reply. A command is data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from sqlalchemy.orm import Session

from bot.arguments import Arguments
from bot.charts import Chart
from bot.own_site import Site
from bot.texts import Prose, Text
from core.access import Actor, Permission
from core.chats import Loss
from core.events.spots import Spot
from core.people import Sender


class Place(StrEnum):
    """Where something is said."""

    PRIVATE = "private"
    ROOM = "room"
    ELSEWHERE = "elsewhere"  # a chat that we are not in: all we see of it is our own card


@dataclass(frozen=True, slots=True)
class Room:
    """The chat that something was said in, as its platform names it. By `share_url`, where it has
    one, anybody may come in.
    """

    platform: str
    address: str
    title: str
    place: Place
    share_url: str | None = None


ANYWHERE = frozenset({Place.PRIVATE, Place.ROOM})


class Doubt(StrEnum):
    """Why what looks like a command is not taken as one."""

    EDITED = "edited"
    FORWARDED = "forwarded"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that somebody sent, not fetched yet; `key` is what its platform knows it by, `size` in
    bytes.
    """

    key: str
    name: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing said to Usher, on whatever platform: a typed line or a pressed button.

    `inbox_id` is the row that it came in by; its effects are claimed together with it. `about` is
    somebody it points at: who is mentioned without a username, or whose message it answers.
    `picked` are people chosen from the platform's own list; `pick` is the number of the line that
    goes on with them, and the Dispatcher looks it up. `phone` is a number of which the platform
    says that it is the sender's own. `attachment` and `quoted` are the file and the text of it or
    of the message that it answers, `spot` a place on the map likewise. `region` is where numbers
    without their country's code are dialled, as the Dispatcher knows. `back` is how the platform
    finds the way back to answer later, in words of JSON.
    `said_at` is the platform's own time, where it tells one.
    """

    sender: Sender
    room: Room
    line: str
    inbox_id: int | None = None
    pressed: bool = False
    addressed: bool = False
    doubt: Doubt | None = None
    about: Sender | None = None
    phone: str | None = None
    attachment: Attachment | None = None
    quoted: str | None = None
    spot: Spot | None = None
    region: str = "US"
    said_at: datetime | None = None
    picked: tuple[Sender, ...] = ()
    pick: int | None = None
    back: Mapping[str, int | str | None] | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """`line` is an ordinary command, at most 64 bytes: no platform needs to know more of it.

    Instead it may `copy` a text, or `share` a link with somebody whom the reader chooses, where the
    platform can do that; the text that the button stands below has the link too.
    """

    label: Text
    line: str = ""
    copy: str | None = None
    share: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG and what stands below it."""

    png: bytes
    caption: Prose


@dataclass(frozen=True, slots=True)
class Document:
    """A file and what stands below it. Only ever for a private chat: it holds more than a line."""

    filename: str
    content: bytes
    caption: Prose


@dataclass(frozen=True, slots=True)
class Pick:
    """Asks for `most` people at most (10 on Telegram) from the platform's own list of people.

    Once they are chosen, `line` goes on as an ordinary command: `Incoming.picked` holds them, and
    `Incoming.about` the one if it is one. `label` stands on the button that opens the list.
    """

    label: Text
    line: str
    most: int = 1


@dataclass(frozen=True, slots=True)
class Card:
    """Something to post into another chat: how it is offered, and what is posted then."""

    title: Text
    hint: Text
    text: Prose
    button: Button


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to the person who asked. `replaces` the card whose button was pressed.

    `refused` is told in passing where the platform can: nothing on the card has changed. `pick`
    opens in a private chat only and in place of buttons; its text says what to type instead.
    `asks_phone` offers to show us the asker's own number there, which comes as /phone.
    `brief` is told in passing alone, where the platform can. `spot` is shown on a map, where the
    platform has one; the text says it too. `standing` is said below a brief text where a card that
    was shown can't be drawn anew.
    `passing` is told in passing beside the card's new text, and `opens` is the payload of a link
    into our private chat that is opened then. `cards` are offered to somebody who writes elsewhere.
    What is `secret` holds somebody's data or a code that opens something, and is kept nowhere.
    """

    text: Prose
    buttons: tuple[tuple[Button, ...], ...] = ()
    picture: Picture | Chart | None = None
    document: Document | None = None
    spot: Spot | None = None
    secret: bool = False
    replaces: bool = False
    refused: bool = False
    asks_phone: bool = False
    brief: bool = False
    standing: Text | None = None
    passing: Text | None = None
    opens: str | None = None
    cards: tuple[Card, ...] = ()
    pick: Pick | None = None


class Ask(Exception):
    """A command needs to know more first: the reply asks for it."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("the command asked back")
        self.reply = reply


class Outside(Protocol):
    """What a command may ask its platform before its unit of work runs."""

    def invite_link(self, token: str) -> str:
        """The link that shows the invite when it is tapped."""

    async def runs_room(self, room: Room, sender: Sender) -> bool | None:
        """Whether the platform says that the sender administers the room; None: it is silent."""

    async def loss_in(self, room: Room) -> Loss | None:
        """What we lack in the room, as the platform says; None is nothing."""


@runtime_checkable
class Downloads(Protocol):
    """What a platform can do besides, where people send files."""

    async def download(self, attachment: Attachment) -> bytes | None:
        """The file, or None: too large, gone, or the platform is silent."""


@dataclass(frozen=True, slots=True)
class Call:
    """One run of a command, inside its unit of work. Phone numbers are read as in `region`, times
    as in `timezone` where nobody said otherwise. `public_url` is where our pages stand, `site`
    knows them with what signs, `channels` by what we can write to people.
    """

    session: Session
    actor: Actor
    incoming: Incoming
    arguments: Arguments
    now: datetime
    outside: Outside
    commands: tuple[Command, ...]
    region: str = "US"
    site: Site = field(default_factory=Site)
    timezone: str = "UTC"
    public_url: str = ""
    channels: frozenset[str] = frozenset({"telegram"})
    prepared: object = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command as data. `permission` and `places` say to whom /help shows it and where it works;
    whether it may be done is decided by the verb that `run` calls. With `anywhere` a role in any of
    the asker's groups counts, in a room not only the role in its group.

    `prepare` asks the outside before the unit of work; what it found is `Call.prepared`. With
    `takes_list` only the first line is arguments. `goes_on`: whether what the asker says in private
    without any command is the rest of what they began with this one. `for_system_admins`: only they
    are shown it.
    """

    name: str
    summary: Text
    run: Callable[[Call], Reply]
    usage: str = ""
    permission: Permission | None = None
    anywhere: bool = False
    places: frozenset[Place] = ANYWHERE
    options: frozenset[str] = frozenset()
    prepare: Callable[[Outside, Incoming], Awaitable[object]] | None = None
    takes_list: bool = False
    goes_on: Callable[[Call], bool] | None = None
    for_system_admins: bool = False
