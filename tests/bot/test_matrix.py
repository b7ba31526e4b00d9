"""Every verb by every role from every relation and front end does what the table says, no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from bot.command import Doubt, Room
from bot.command import Place as Where
from bot.commands import COMMANDS
from core.access import LEAST_ROLE, Member, MemberState, Permission, Role
from core.chats.occupants import Occupant, Presence
from core.database import Database
from core.invites import Offer
from core.members import find_member
from tests.bot.speaking import ROOM, Speaking
from tests.cast import Cast, Made, Place, Somebody, refused
from tests.core import door, rostering
from tests.core.eventing import make_event, put_guest
from tests.core.inviting import direct

T = TypeVar("T")
RUNNING = (Role.OWNER, Role.ADMIN)
RELATIONS = (
    "own",
    "parent",
    "child",
    "sibling",
    "stranger",
    "left",
    "removed",
    "banned",
    "anonymous",
)
VERBS: dict[str, Permission] = {
    "/members": Permission.LIST_MEMBERS,
    "/find nobody": Permission.FIND_PEOPLE,
    "/role person={viewer} member": Permission.CHANGE_ROLE,
    "/remove person={viewer}": Permission.REMOVE_MEMBER,
    "/remove ban person={viewer}": Permission.REMOVE_MEMBER,
    "/remove person={gone} room=kick": Permission.REMOVE_MEMBER,
    "/transfer person={viewer}": Permission.TRANSFER,
    "/invite role=viewer": Permission.INVITE,
    "/invites": Permission.LIST_INVITES,
    "/invitestats": Permission.LIST_INVITES,
    "/revoke {invite}": Permission.REVOKE_INVITE,
    "/revoke all": Permission.REVOKE_INVITE,
    "/revoke {invite} out=yes": Permission.REMOVE_MEMBER,
    "/resend {invite}": Permission.INVITE,
    "/qr {invite}": Permission.INVITE,
    "/adopt {void}": Permission.INVITE,
    "/vouch {claimed} person={claimant} yes": Permission.INVITE,
    "/leave": Permission.LEAVE,
    "/unbind": Permission.BIND_CHAT,
    "/newgroup class Owls in=#{tigers}": Permission.ARRANGE,
    "/rename Lynxes": Permission.RENAME,
    "/archive": Permission.ARCHIVE,
    "/deletegroup": Permission.DELETE,
    "/requests": Permission.ANSWER_REQUESTS,
    "/requests approve {request}": Permission.ANSWER_REQUESTS,
    "/requests decline {request}": Permission.ANSWER_REQUESTS,
    "/requests ask {request}": Permission.ANSWER_REQUESTS,
    "/drift": Permission.TEND_ROOMS,
    "/limits": Permission.INVITE,
    "/invite @nobody": Permission.INVITE,
    "/drift check": Permission.TEND_ROOMS,
    "/drift in": Permission.TEND_ROOMS,
    "/drift out": Permission.TEND_ROOMS,
    "/drift invite {stray}": Permission.TEND_ROOMS,
    "/drift ignore {stray}": Permission.TEND_ROOMS,
    "/drift offer {away}": Permission.TEND_ROOMS,
    "/drift writeoff {away}": Permission.TEND_ROOMS,
    "/drain": Permission.TEND_OUTBOX,
    "/outbox": Permission.TEND_OUTBOX,
    "/outbox dead": Permission.TEND_OUTBOX,
    "/log": Permission.READ_LOG,
    "/webhook": Permission.SET_WEBHOOKS,
    "/log person={viewer}": Permission.READ_LOG,
    "/mails": Permission.TEND_OUTBOX,
    "/brand": Permission.CHOOSE_LOOK,
    "/language en for=group": Permission.SET_DEFAULTS,
    "/timezone Europe/Berlin for=group": Permission.SET_DEFAULTS,
    "/roster": Permission.SEE_ROSTER,
    "/roster {player}": Permission.SEE_ROSTER,
    "/roster send {player}": Permission.KEEP_ROSTER,
    "/roster void {player}": Permission.KEEP_ROSTER,
    "/roster remove {player} sure=yes": Permission.KEEP_ROSTER,
    "/addplayer Zoe": Permission.KEEP_ROSTER,
    "/assign {player} to #{tigers}": Permission.KEEP_ROSTER,
    "/guardian {player} Dana Levi": Permission.KEEP_ROSTER,
    "/sign {player}": Permission.KEEP_ROSTER,
    "/sendcontract {player}": Permission.KEEP_ROSTER,
    "/terms Be fair": Permission.KEEP_ROSTER,
    "/importroster\nPlayer\nZoe": Permission.KEEP_ROSTER,
    "/bulkinvite\n@nobody": Permission.INVITE,
    # To take a group away from above takes a say there too, so these are about those below.
    "/move to root group={cubs}": Permission.MOVE,
    "/restore group={den}": Permission.RESTORE,
    "/event seats=9 group={cup}": Permission.EDIT_EVENT,
    "/event cancel group={cup}": Permission.EDIT_EVENT,
    "/remind group={cup}": Permission.EDIT_EVENT,
}
# Rights in an event's list go by the role in the event itself, or by an admin's above it.
EVENT_VERBS: dict[str, Permission] = {
    "/guests": Permission.LIST_GUESTS,
    "/stats": Permission.LIST_GUESTS,
    "/addguest Omer": Permission.EDIT_GUESTS,
    "/guests dana set=table=4": Permission.EDIT_GUESTS,
    "/guest {guest}": Permission.LIST_GUESTS,
    "/guest {guest} table=4": Permission.EDIT_GUESTS,
    "/duplicates": Permission.EDIT_GUESTS,
    "/duplicates keep {guest} {twin}": Permission.EDIT_GUESTS,
    "/duplicates merge {guest} {twin}": Permission.EDIT_GUESTS,
    "/export": Permission.EDIT_GUESTS,
    "/import\nZoe Zorn": Permission.EDIT_GUESTS,
    "/write {guest} See you at six": Permission.LIST_GUESTS,
    "/broadcast to=all See you at six": Permission.BROADCAST,
}
# Guarded, and tried where what they need besides a role is at hand.
ELSEWHERE = {
    "bind": "the platform says who runs the room: test_rooms",
    "groupme": "a platform of its own: test_groupme",
    "whatsapp": "a platform of its own: test_whatsapp",
    "undo": "goes by who did it: test_undoing",
    "mailroster": "needs an address of one's own: test_roster_mail",
}
NO_GROUP = (
    "/revoke {",
    "/resend",
    "/qr",
    "/adopt",
    "/vouch",
    "/unbind",
    "/newgroup",
    "/move",
    "/restore",
    "/event",
    "/remind",
)
# How something is said: typed, by a button, or in answer to a message of whom it is about.
SAID = ("typed", "pressed", "answering")


class Rehearsal(Database):
    """Runs each unit of work to its end and takes it back, so that each trial starts alike."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def write(self, unit: Callable[[Session], T], *, alone: bool = False) -> T:
        results: list[T] = []

        def rehearse(session: Session) -> None:
            results.append(unit(session))
            session.flush()
            raise _Enough

        try:
            await self.database.write(rehearse, alone=alone)
        except _Enough:
            return results[0]
        raise AssertionError("a rehearsal ends early")


class _Enough(Exception):
    pass


@dataclass(frozen=True)
class World:
    """The Tigers under the League, with the Cubs and an archived den below, the Lions beside."""

    cast: Cast
    places: dict[str, Place]
    viewer: Somebody
    gone: Somebody
    invite: Made
    den: Place
    named: dict[str, object]

    def about(self, verb: str) -> Somebody | None:
        """Whom the verb names by their number."""
        people = {"person={viewer}": self.viewer, "person={gone}": self.gone}
        return next((who for name, who in people.items() if name in verb), None)

    def line(self, verb: str, *, answering: bool = False) -> str:
        if answering:
            verb = verb.replace(" person={viewer}", "").replace(" person={gone}", "")
        named = verb.format(
            **self.named,
            viewer=self.viewer.id,
            gone=self.gone.id,
            invite=self.invite.public_id,
            tigers=self.cast.tigers.id,
            cubs=self.places["child"].id,
            den=self.den.id,
        )
        return named if verb.startswith(NO_GROUP) else in_group(named, self.cast.tigers)


def in_group(line: str, place: Place) -> str:
    """What stands below a line is a list, and no option."""
    first, *below = line.split("\n")
    return "\n".join([f"{first} group={place.id}", *below])


def name_of(verb: str) -> str:
    return verb.removeprefix("/").split()[0]


def room_for(verb: str) -> Room | None:
    """The team's room, or none for what is said in private only."""
    [command] = [one for one in COMMANDS if one.name == name_of(verb)]
    return ROOM if Where.ROOM in command.places else None


@pytest.fixture
async def world(sqlite_cast: Cast) -> World:
    cast = sqlite_cast
    league = await cast.group("League", owner=cast.alice)
    cubs = await cast.group("Cubs", owner=cast.alice, parent=cast.tigers)
    lions = await cast.group("Lions", owner=cast.alice, parent=league)

    den = await cast.group("Den", owner=cast.alice, parent=cast.tigers)

    cup = await make_event(cast)

    def arrange(s: Session) -> None:
        cast.tigers(s).parent_id = league.id
        den(s).archived_at = cast.now

    await cast.write(arrange)
    await cast.bind(ROOM.address)
    gone = await cast.somebody("Gone", role=Role.VIEWER)
    await cast.part(gone, MemberState.REMOVED)
    request, stray, away = await stand_about(cast)
    claimed, claimant = await claim(cast)
    await rostering.set_terms(cast)
    player = await rostering.add(cast, "Mia Levi")
    return World(
        cast,
        {"own": cast.tigers, "parent": league, "child": cubs, "sibling": lions},
        await cast.somebody("Vera", role=Role.VIEWER),
        gone,
        await cast.invite(role=Role.VIEWER, max_uses=0),
        den,
        {
            "request": request,
            "stray": stray,
            "away": away,
            "player": player,
            "cup": cup.id,
            "void": await void(cast),
            "claimed": claimed,
            "claimant": claimant,
        },
    )


async def stand_about(cast: Cast) -> tuple[str, int, int]:
    """Somebody at the room's door, somebody in it who is no member, a member who left it."""
    kim, stray = await cast.somebody("Kim"), await cast.somebody("Stray")
    away = await cast.somebody("Away", role=Role.VIEWER)
    request = await door.knock(cast, kim)
    await door.see(cast, stray)
    await door.see(cast, away)
    await door.see(cast, away, Presence.OUT, at=door.later(cast, minutes=1))
    await door.reach(cast, away)
    [seen] = [one for one in await cast.rows(Occupant) if one.presence is Presence.IN]
    [row] = [one for one in await cast.rows(Member) if one.person_id == away.id]
    return request, seen.id, row.id


async def void(cast: Cast) -> str:
    """An invite whose inviter runs nothing any more."""
    fallen = await cast.somebody("Fallen", role=Role.ADMIN)
    made = await cast.invite(by=fallen, role=Role.VIEWER, max_uses=0)
    await cast.part(fallen, MemberState.LEFT)
    return made.public_id


async def claim(cast: Cast) -> tuple[str, int]:
    """An invite for an address, and who says that it is theirs."""
    result = await direct(cast, "kim@example.org", offer=Offer(role=Role.VIEWER))
    claimant = await cast.somebody("Claimant")
    assert result.invite is not None
    assert result.token is not None
    await refused(cast.open(claimant, result.token))
    return result.invite.public_id, claimant.id


async def settle(world: World, role: Role, relation: str) -> Somebody:
    """Somebody who stands in that relation to the Tigers with that role."""
    who = await world.cast.somebody("Dana")
    if relation == "stranger":
        return who
    place = world.places.get(relation, world.cast.tigers)
    await world.cast.join(who, role, group=place)
    if relation in ("left", "removed", "banned"):
        await world.cast.part(who, MemberState(relation))
    return who


def counts(role: Role, relation: str, *, pressed: bool) -> Role | None:
    """The role that counts in the Tigers. Telegram names who pressed a button, even of somebody
    who writes anonymously.
    """
    match relation:
        case "own":
            return role
        case "parent":
            return role if role in RUNNING else None
        case "anonymous":
            return role if pressed else None
        case _:
            return None


def is_allowed(role: Role | None, relation: str, verb: str) -> bool:
    permission = VERBS[verb]
    if role is None or role.rank < LEAST_ROLE[permission].rank:
        return False
    if permission is Permission.LEAVE:  # from above one has a say here, but no place to give up
        return relation != "parent"
    return True


@pytest.mark.attack(17)
@pytest.mark.attack(38)
@pytest.mark.attack(39)
@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("role", Role)
async def test_what_is_done_is_what_the_table_allows(
    world: World, role: Role, relation: str
) -> None:
    who = await settle(world, role, relation)
    speaking = Speaking(world.cast, Rehearsal(world.cast.database))
    for verb, way in product(VERBS, SAID):
        pressed, about = way == "pressed", world.about(verb) if way == "answering" else None
        room = room_for(verb)
        if (way == "answering" and about is None) or (room is None and relation == "anonymous"):
            continue
        doubt = Doubt.ANONYMOUS if relation == "anonymous" and not pressed else None
        said = await speaking.say(
            who,
            world.line(verb, answering=about is not None),
            room=room,
            pressed=pressed,
            about=about.sender if about else None,
            doubt=doubt,
        )
        allowed = is_allowed(counts(role, relation, pressed=pressed), relation, verb)
        assert said.refused != allowed, f"{verb}, {way}: {said.text}"


@pytest.mark.attack(17)
@pytest.mark.attack(39)
@pytest.mark.parametrize("relation", ["own", "parent", "sibling", "stranger"])
@pytest.mark.parametrize("role", Role)
async def test_an_events_list_opens_to_its_own_people_alone(
    sqlite_cast: Cast, role: Role, relation: str
) -> None:
    cup, other = await make_event(sqlite_cast), await make_event(sqlite_cast, "Picnic")
    await door.reach(sqlite_cast, sqlite_cast.charlie)
    named = {
        "guest": await put_guest(sqlite_cast, cup, "Dana", person_id=sqlite_cast.charlie.id),
        "twin": await put_guest(sqlite_cast, cup, "Dana"),
    }
    places = {"own": cup, "parent": sqlite_cast.tigers, "sibling": other}
    who = await sqlite_cast.somebody("Vera")
    if relation in places:
        await sqlite_cast.join(who, role, group=places[relation])
    speaking = Speaking(sqlite_cast, Rehearsal(sqlite_cast.database))
    for verb, permission in EVENT_VERBS.items():
        line = in_group(verb.format(**named), cup)
        said = await speaking.say(who, line, room=room_for(verb))
        counted = counts(role, relation, pressed=False)
        allowed = counted is not None and counted.rank >= LEAST_ROLE[permission].rank
        assert said.refused != allowed, f"{verb}: {said.text}"


async def test_a_rehearsal_changes_nothing_and_the_performance_does(world: World) -> None:
    cast, line = world.cast, world.line("/remove person={viewer}")

    async def state() -> MemberState | None:
        found = await cast.read(
            lambda s: find_member(s, person_id=world.viewer.id, group_id=cast.tigers.id)
        )
        return found.state if found else None

    await Speaking(cast, Rehearsal(cast.database)).say(cast.alice, line, room=ROOM)
    assert await state() is MemberState.ACTIVE
    await Speaking(cast).say(cast.alice, line, room=ROOM)
    assert await state() is MemberState.REMOVED


def test_every_permission_of_the_table_is_tried() -> None:
    assert {*VERBS.values(), *EVENT_VERBS.values()} == set(Permission) - {Permission.VIEW}


def test_every_guarded_command_is_tried() -> None:
    tried = {name_of(verb) for verb in (*VERBS, *EVENT_VERBS)}
    assert {one.name for one in COMMANDS if one.permission} - tried == set(ELSEWHERE)
