"""What a club's e-mails look like, and who may choose that."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.access import Role
from core.audit import AuditEntry
from core.errors import Forbidden, Invalid, NotFound
from core.mail.brands import PLAIN_GROUND, Look, choose_look, look_of
from tests.cast import Cast, Place, Somebody, refused


async def choose(cast: Cast, who: Somebody, group: Place, **chosen: Any) -> Look:
    def unit(s: Session) -> Look:
        return choose_look(s, who(s), group=group(s), now=cast.now, **chosen)[1]

    return await cast.write(unit)


async def look(cast: Cast, group: Place) -> Look:
    return await cast.read(lambda s: look_of(s, group.id))


async def test_until_it_is_chosen_the_group_s_name_stands_in_our_colours(sqlite_cast: Cast) -> None:
    assert await look(sqlite_cast, sqlite_cast.tigers) == Look("Tigers", "Tigers", PLAIN_GROUND)


async def test_a_root_s_look_is_that_of_all_below(sqlite_cast: Cast) -> None:
    cubs = await sqlite_cast.group("Cubs", parent=sqlite_cast.tigers)
    await choose(sqlite_cast, sqlite_cast.alice, cubs, name="FC Tigers", ground="#b3261e")
    assert await look(sqlite_cast, cubs) == Look("FC Tigers", "FC Tigers", "#b3261e", "#ffffff")
    assert await look(sqlite_cast, sqlite_cast.tigers) == await look(sqlite_cast, cubs)


async def test_a_new_colour_gets_a_text_that_can_be_read_on_it(sqlite_cast: Cast) -> None:
    chosen = await choose(sqlite_cast, sqlite_cast.alice, sqlite_cast.tigers, ground="#ffe000")
    assert chosen.ink == "#000000"


async def test_colours_that_nobody_can_read_are_refused(sqlite_cast: Cast) -> None:
    tigers, alice = sqlite_cast.tigers, sqlite_cast.alice
    error = await refused(choose(sqlite_cast, alice, tigers, ground="#ffe000", ink="#ffffff"))
    assert isinstance(error, Invalid)
    assert error.fields["ink"] == "#000000"
    assert (await look(sqlite_cast, tigers)).ground == PLAIN_GROUND


async def test_each_choice_is_written_into_the_log(sqlite_cast: Cast) -> None:
    await choose(sqlite_cast, sqlite_cast.alice, sqlite_cast.tigers, ground="#b3261e")
    entry = (await sqlite_cast.rows(AuditEntry))[-1]
    assert (entry.action, entry.details["ground"]) == ("group.look_chosen", "#b3261e")


@pytest.mark.attack(22)
async def test_who_runs_a_team_alone_does_not_repaint_the_club(sqlite_cast: Cast) -> None:
    cubs = await sqlite_cast.group("Cubs", parent=sqlite_cast.tigers)
    dana = await sqlite_cast.somebody(role=Role.ADMIN, group=cubs)
    error = await refused(choose(sqlite_cast, dana, cubs, ground="#b3261e"))
    assert isinstance(error, NotFound | Forbidden)
    outsider = await refused(choose(sqlite_cast, sqlite_cast.charlie, cubs, ground="#b3261e"))
    assert isinstance(outsider, NotFound)
