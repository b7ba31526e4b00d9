"""The audit: nobody changes or deletes what is written, not even with SQL."""

from __future__ import annotations

import ast

import pytest
from sqlalchemy import Executable, delete, text, update
from sqlalchemy.exc import DBAPIError

from core.audit import AuditEntry
from core.groups import Group
from tests.cast import Cast
from tests.house import name, sources


@pytest.mark.parametrize(
    "statement",
    [
        delete(AuditEntry),
        update(AuditEntry).values(action="nothing"),
        update(AuditEntry).values(subject="person:1"),
        update(AuditEntry).values(actor_id=2),
        update(AuditEntry).values(via="web"),
        text("UPDATE audit SET details = '{\"a\": 1}'"),
        text("UPDATE audit SET created_at = '2020-01-01 00:00:00'"),
    ],
    ids=str,
)
async def test_the_database_refuses_to_change_what_is_written(
    cast: Cast, statement: Executable
) -> None:
    with pytest.raises(DBAPIError, match="only ever added to"):
        await cast.write(lambda s: s.execute(statement).close())
    assert [row.action for row in await cast.rows(AuditEntry)] == ["group.created"]


async def test_what_is_written_outlives_its_group(cast: Cast) -> None:
    await cast.write(lambda s: s.delete(s.get_one(Group, cast.tigers.id)))
    [row] = await cast.rows(AuditEntry)
    assert (row.group_id, row.actor_id, row.action) == (None, cast.alice.id, "group.created")


def test_no_code_updates_or_deletes_an_entry() -> None:
    touching = [
        f"{name(path)}:{node.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("update", "delete")
        and any(isinstance(one, ast.Name) and one.id == "AuditEntry" for one in node.args)
    ]
    assert touching == []
