"""Incoming -> unit of work -> Command -> Reply; a refusal of the core becomes its words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.arguments import Arguments, command_of, parse_arguments
from bot.catalogues import best_locale
from bot.command import Ask, Call, Command, Doubt, Incoming, Outside, Place, Reply
from bot.own_site import Site
from bot.packing import pack
from bot.readers import reader_of
from bot.refusals import refuse
from bot.texts import Reader, Verbatim
from core.access import Actor
from core.chats import find_chat
from core.chats.occupants import note_speaker
from core.database import Database, attempt
from core.errors import Conflict, CoreError, Invalid, NotFound
from core.groups import Group, Tongue, tongue_of
from core.inbox import mark_handled
from core.people import Identity, Person, mark_reachable, note_reach, recognise
from core.people.picks import ask_pick, find_line
from core.people.selves import is_overtaken
from core.replies import keep_reply

TRIES = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply and who reads it."""

    reply: Reply
    reader: Reader


@dataclass(frozen=True, slots=True)
class Defaults:
    """How people are spoken to who have not said otherwise, where they dial from, and where our
    pages stand; `site` knows those with what signs.
    """

    locale: str = "en"
    timezone: str = "UTC"
    region: str = "US"
    public_url: str = ""
    site: Site = field(default_factory=Site)
    channels: frozenset[str] = frozenset({"telegram"})


class _Overtaken(Exception):
    """Another unit merged or erased the person meanwhile: nothing was changed, it must run again.

    Where writes queue, as on SQLite, it can't happen.
    """


class Dispatcher:
    """Runs what people say as one unit of work each. `system_admins` holds `platform:id`."""

    def __init__(
        self,
        database: Database,
        commands: tuple[Command, ...],
        *,
        system_admins: Collection[str] = (),
        defaults: Defaults | None = None,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._commands = commands
        self._by_name = {command.name: command for command in commands}
        self._system_admins = frozenset(system_admins)
        self._defaults = defaults or Defaults()
        self._clock = clock

    async def handle(self, incoming: Incoming, outside: Outside) -> Answer | None:
        """What to answer; None where nothing was meant for us, or it was handled before.

        Raises DatabaseUnavailable. Anything else that is raised is a bug: nothing was changed.
        """
        if incoming.pick is not None:
            incoming = await self._go_on(incoming, incoming.pick)
        spoken = command_of(incoming.line)
        command = self._by_name.get(spoken[0]) if spoken else None
        prepared = None
        if command is not None and command.prepare is not None and incoming.doubt is None:
            here = replace(incoming, region=self._defaults.region)
            prepared = await command.prepare(outside, here)
        for _ in range(TRIES):
            with suppress(_Overtaken):
                return await self._database.write(
                    lambda session: self._unit(session, incoming, command, outside, prepared)
                )
        return self.apologise(incoming)

    def apologise(self, incoming: Incoming) -> Answer:
        """What is said when handling failed by a bug of ours."""
        return Answer(refuse(Conflict("busy")), self._stranger(incoming))

    def _unit(
        self,
        session: Session,
        incoming: Incoming,
        command: Command | None,
        outside: Outside,
        prepared: object,
    ) -> Answer | None:
        now = self._clock()
        if incoming.inbox_id is not None and not mark_handled(session, incoming.inbox_id, now=now):
            return None
        if not _is_meant_for_us(incoming, command):
            return None
        if incoming.doubt is not None:
            refusal = refuse(Invalid(incoming.doubt.value))
            return _owed(session, incoming, Answer(refusal, self._stranger(incoming)))
        person = self._meet(session, incoming, now)
        call = Call(
            session=session,
            actor=Actor(
                person,
                via=incoming.room.platform,
                system_admins=self._system_admins,
                system_admin=incoming.sender.key() in self._system_admins,
            ),
            incoming=incoming,
            arguments=Arguments(),
            now=now,
            outside=outside,
            commands=self._commands,
            region=self._defaults.region,
            site=self._defaults.site,
            timezone=self._defaults.timezone,
            public_url=self._defaults.public_url,
            channels=self._defaults.channels,
            prepared=prepared,
        )
        reply = _speak(call, command)
        if reply.pick is not None:
            ask_pick(session, person=person, line=reply.pick.line, now=now)
        if is_overtaken(session, person):
            raise _Overtaken
        return _owed(session, incoming, Answer(reply, self._reader(session, incoming, person)))

    async def _go_on(self, incoming: Incoming, number: int) -> Incoming:
        """With the line for which the people were picked, which may be over by now."""
        sender, now = incoming.sender, self._clock()
        line = await self._database.read(
            lambda session: find_line(session, sender=sender, number=number, now=now)
        )
        return replace(incoming, line=line or "")

    def _meet(self, session: Session, incoming: Incoming, now: datetime) -> Person:
        identity = recognise(session, sender=incoming.sender, now=now)
        if incoming.room.place is Place.PRIVATE and not identity.reachable:
            _note_life(session, incoming, identity)
        if incoming.room.place is Place.ROOM:
            room = {"platform": incoming.room.platform, "address": incoming.room.address}
            note_speaker(session, **room, identity=identity, now=now)
        return identity.person

    def _stranger(self, incoming: Incoming) -> Reader:
        """Somebody of whom we know only what their platform says."""
        defaults = self._defaults
        return Reader(best_locale(incoming.sender.locale, defaults.locale), defaults.timezone)

    def _reader(self, session: Session, incoming: Incoming, person: Person) -> Reader:
        fallback = Reader(self._defaults.locale, self._defaults.timezone)
        return reader_of(person, _tongue_here(session, incoming, person), fallback)


def _tongue_here(session: Session, incoming: Incoming, person: Person) -> Group | Tongue | None:
    room = incoming.room
    if room.place is Place.ROOM:
        chat = find_chat(session, platform=room.platform, address=room.address)
        return chat.group if chat else None
    current = person.current_group_id
    return tongue_of(session, current) if current is not None else None


def _note_life(session: Session, incoming: Incoming, identity: Identity) -> None:
    """They write to us in private; or did, before they blocked us, if it comes that late."""
    place = {"platform": identity.platform, "address": identity.address}
    if incoming.said_at is None:
        mark_reachable(session, **place)
    else:
        note_reach(session, **place, lost=None, said_at=incoming.said_at)


def _owed(session: Session, incoming: Incoming, answer: Answer) -> Answer:
    """The answer, kept until it is said: this process may die first."""
    if incoming.inbox_id is not None and incoming.back is not None:
        kept = pack(answer.reply, answer.reader)
        keep_reply(session, incoming.inbox_id, {**kept, "back": dict(incoming.back)})
    return answer


def _is_meant_for_us(incoming: Incoming, command: Command | None) -> bool:
    """In a room other bots are spoken to as well, and people talk to each other."""
    if incoming.pressed or command is not None:
        return True
    if incoming.doubt is Doubt.EDITED:
        return False
    return incoming.addressed or incoming.room.place is Place.PRIVATE


def _speak(call: Call, command: Command | None) -> Reply:
    try:
        return attempt(call.session, lambda: _run(call, command))
    except Ask as ask:
        return ask.reply
    except CoreError as error:
        return refuse(error)


def _run(call: Call, command: Command | None) -> Reply:
    line = call.incoming.line
    command = command or _begun(call)
    if command is None:
        raise _unknown(call.incoming)
    if call.incoming.room.place not in command.places:
        raise Invalid(f"only_in_{next(iter(command.places))}")
    if command_of(line) is None:
        return command.run(call)
    if command.takes_list:
        line = line.partition("\n")[0]
    arguments = parse_arguments(line, options=command.options)
    return command.run(replace(call, arguments=arguments))


def _begun(call: Call) -> Command | None:
    """The command that somebody is in the middle of, who says something without any."""
    incoming = call.incoming
    if incoming.pressed or incoming.room.place is not Place.PRIVATE or command_of(incoming.line):
        return None
    begun = (one for one in call.commands if one.goes_on is not None and one.goes_on(call))
    return next(begun, None)


def _unknown(incoming: Incoming) -> CoreError:
    if incoming.pressed:
        return Invalid("button_unknown")
    if incoming.pick is not None:
        return Invalid("pick_over")
    spoken = command_of(incoming.line)
    if spoken is None:
        return Invalid("no_command")
    return NotFound("unknown_command", command=Verbatim(f"/{spoken[0]}"))
