"""Who hears of dead messages: the group's admins, those above, else the system admins."""

from __future__ import annotations

import pytest

from core.access import Role
from core.deliveries import Delivery
from core.deliveries.redrive import retry_all
from core.deliveries.trail import View
from tests.cast import Cast
from tests.core.dead import lay, lay_fact
from tests.core.door import reach
from tests.core.test_deaths import DEAD, report, words


@pytest.fixture
async def heard(cast: Cast) -> Cast:
    """Alice, who owns the Tigers, can be written to, and so can charlie."""
    await reach(cast, cast.alice, cast.charlie)
    return cast


async def test_where_no_admin_can_be_reached_the_system_admins_hear_in_one_word(
    cast: Cast,
) -> None:
    await reach(cast, cast.charlie)
    lions = await cast.group("Lions")
    await lay(cast, DEAD, "-1")
    await lay(cast, DEAD, "-2", group=lions)
    assert await report(cast) == 1
    (word,) = await words(cast)
    assert (word.person_ids, word.everywhere) == ([cast.charlie.id], True)
    assert word.causes[0].count == 2


async def test_an_admin_above_hears_when_the_group_has_none(heard: Cast) -> None:
    cubs = await heard.group("Cubs", owner=await heard.somebody("Gil"), parent=heard.tigers)
    await lay(heard, DEAD, "-1", group=cubs)
    await report(heard)
    assert [word.person_ids for word in await words(heard)] == [[heard.alice.id]]


async def test_a_member_does_not_hear(heard: Cast) -> None:
    await reach(heard, heard.bob)
    adam = await heard.somebody("Adam", role=Role.ADMIN)
    await reach(heard, adam)
    await lay(heard, DEAD, "-1")
    await report(heard)
    assert (await words(heard))[0].person_ids == [heard.alice.id, adam.id]


@pytest.mark.fault(12)
async def test_a_fact_that_died_at_fan_out_is_told_of_too(heard: Cast) -> None:
    await lay_fact(heard)
    assert [await report(heard), await report(heard)] == [1, 0]
    assert [cause.channel for cause in (await words(heard))[0].causes] == [""]


async def test_what_was_retried_and_dies_again_is_told_again(heard: Cast) -> None:
    await lay(heard, DEAD, "-1")
    await report(heard)
    view = View.DEAD
    await heard.write(
        lambda s: retry_all(s, heard.alice(s), group=heard.tigers(s), view=view, now=heard.now)
    )
    (row,) = await heard.rows(Delivery)
    assert row.reported_at is None
