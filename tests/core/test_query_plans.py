"""What is asked often is answered from an index, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access import Member, MemberState, Role
from core.groups import Group
from core.members import list_members, list_memberships
from core.pages import Cursor
from core.people import Person
from core.people.finding import find_people
from core.people.name_words import NameWord
from tests.cast import NOW, Cast

CROWD = 3000
OTHERS = 20


async def settle_in(cast: Cast) -> None:
    """Fill the tables so far that no planner prefers to read them whole."""
    others = [await cast.group(f"Lions {number}") for number in range(OTHERS)]

    def unit(s: Session) -> None:
        people = [{"name": f"Fan {n}", "created_at": NOW} for n in range(CROWD)]
        ids = list(s.scalars(insert(Person).returning(Person.id), people))
        words = [{"word": word, "person_id": id_} for id_ in ids for word in ("fan", f"no{id_}")]
        s.execute(insert(NameWord), words)
        row = {"role": Role.MEMBER, "state": MemberState.ACTIVE, "joined_at": NOW}
        joining = [(cast.tigers, ids), *((other, ids[::6]) for other in others)]
        rows = [
            {"person_id": id_, "group_id": group.id, **row}
            for group, some in joining
            for id_ in some
        ]
        s.execute(insert(Member), rows)

    await cast.write(unit)
    async with cast.database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE"))


async def plans(cast: Cast, ask: Callable[[Session], object]) -> list[str]:
    """How the database goes about each statement that `ask` makes, as one text each."""
    return await cast.read(lambda s: list(_explained(s, ask)))


def _explained(session: Session, ask: Callable[[Session], object]) -> Iterator[str]:
    connection = session.connection()
    made: list[tuple[str, Any]] = []
    dialect = connection.dialect.name

    def listener(*seen: Any) -> None:
        made.append((seen[2], seen[3]))

    event.listen(connection, "before_cursor_execute", listener)
    ask(session)
    event.remove(connection, "before_cursor_execute", listener)
    if dialect == "postgresql":  # a table of thousands is still read whole where pages are few
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain = "EXPLAIN " if dialect == "postgresql" else "EXPLAIN QUERY PLAN "
    for statement, parameters in made:
        rows = connection.exec_driver_sql(explain + statement, parameters).all()
        yield "\n".join(str(row[-1]) for row in rows)


def scans(plan: str, *tables: str) -> list[str]:
    """The lines that read one of the tables from end to end."""
    return [
        line
        for line in plan.splitlines()
        for table in tables
        if line.strip().removeprefix("->  ").startswith((f"Seq Scan on {table}", f"SCAN {table}"))
        and " USING " not in line
    ]


async def test_the_groups_of_a_person_are_found_by_index(cast: Cast) -> None:
    await settle_in(cast)
    (plan,) = await plans(cast, lambda s: list_memberships(s, cast.bob.id))
    assert scans(plan, "members", "groups") == []
    assert "uq_members_person_id" in plan or "sqlite_autoindex_members_1" in plan


async def test_the_members_of_a_group_are_found_by_index(cast: Cast) -> None:
    await settle_in(cast)
    query = select(Member).where(
        Member.group_id == cast.tigers.id, Member.state == MemberState.ACTIVE
    )
    (plan,) = await plans(cast, lambda s: s.scalars(query.order_by(Member.id).limit(10)).all())
    assert "ix_members_group_id_state_id" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("name", ["", "fan"])
@pytest.mark.parametrize("after", [None, Cursor(2900)])
async def test_a_late_page_of_members_is_found_as_the_first(
    cast: Cast, name: str, after: Cursor | None
) -> None:
    await settle_in(cast)

    def ask(s: Session) -> None:
        list_members(s, cast.alice(s), group=cast.tigers(s), text=name, cursor=after)

    plan = (await plans(cast, ask))[-1]
    assert scans(plan, "members", "people") == []
    assert "ix_members_group_id_state_id" in plan
    assert "TEMP B-TREE" not in plan


async def test_a_rare_name_is_looked_for_among_its_bearers(cast: Cast) -> None:
    await settle_in(cast)

    def ask(s: Session) -> None:
        list_members(s, cast.alice(s), group=cast.tigers(s), text="no17")

    plan = (await plans(cast, ask))[-1]
    assert scans(plan, "members", "people", "name_words") == []
    assert "ix_members_group_id_state_id" not in plan


@pytest.mark.parametrize("name", ["fan", "no17"])
async def test_people_are_found_by_index(cast: Cast, name: str) -> None:
    await settle_in(cast)

    def ask(s: Session) -> None:
        find_people(s, cast.alice(s), group=cast.tigers(s), text=name)

    for plan in (await plans(cast, ask))[2:]:
        assert scans(plan, "members", "name_words") == []


async def test_a_person_has_one_role_in_a_group(cast: Cast) -> None:
    def again(s: Session) -> None:
        s.add(
            Member(
                group_id=cast.tigers.id,
                person_id=cast.bob.id,
                role=Role.VIEWER,
                state=MemberState.ACTIVE,
                joined_at=NOW,
            )
        )
        s.flush()

    with pytest.raises(IntegrityError):
        await cast.write(again)


async def test_members_go_with_their_person(cast: Cast) -> None:
    await cast.write(lambda s: s.execute(delete(Person).where(Person.id == cast.bob.id)))
    assert [member.person_id for member in await cast.rows(Member)] == [cast.alice.id]


async def test_members_go_with_their_group(cast: Cast) -> None:
    await cast.write(lambda s: s.execute(delete(Group).where(Group.id == cast.tigers.id)))
    assert await cast.rows(Member) == []
