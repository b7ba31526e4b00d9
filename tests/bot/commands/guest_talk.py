"""Talking about an event: the Tigers' cup final, run by alice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bot.command import Attachment
from core.access import Role
from core.groups import get_group
from core.guests import Guest
from core.people import Person
from tests.bot.commands.talk import Heard, Outside, Talk
from tests.cast import Cast, Place, Somebody
from tests.core.eventing import guests_of, make_event

FILE = Attachment("file-1", "guests.csv", 99)


class FileOutside(Outside):
    """A platform that hands out one file."""

    content: bytes | None = None

    async def download(self, attachment: Attachment) -> bytes | None:
        return self.content


@dataclass
class EventTalk(Talk):
    """Alice's current group is the event."""

    event: Place = field(default_factory=lambda: Place(0))

    async def hand_file(self, who: Somebody, content: bytes | None, line: str) -> Heard:
        self.outside = outside = FileOutside()
        outside.content = content
        answer = await self.hand_in(replace(self.incoming(who, line), attachment=FILE))
        assert answer is not None
        return Heard(answer)

    async def guests(self) -> list[Guest]:
        """Those on the list."""
        found = await guests_of(self.cast, self.event)
        return [guest for guest in found if guest.removed_at is None]

    async def organiser(self, role: Role) -> Somebody:
        """Somebody with a role in the event alone."""
        who = await self.cast.somebody("Vera", role=role, group=self.event)
        await self.look_at(who)
        return who

    async def look_at(self, who: Somebody) -> None:
        """From now on it is who's current group."""
        await self.cast.write(
            lambda s: setattr(s.get_one(Person, who.id), "current_group_id", self.event.id)
        )


async def event_talk(cast: Cast, **plan: Any) -> EventTalk:
    place = await make_event(cast, alone=True, **plan)
    talk = EventTalk(cast, event=place)
    await talk.look_at(cast.alice)
    assert await cast.read(lambda s: get_group(s, place.id).name) == "Cup final"
    return talk
