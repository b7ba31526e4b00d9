"""Page: a stretch of a long list, found by key: the thousandth costs what the first does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: past the row with this id, or, going back, before it."""

    id: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows, and the cursors of the pages before and after, where there are any."""

    rows: list[Row]
    previous: Cursor | None
    next: Cursor | None


def turn_to(
    session: Session,
    query: Select[Row],
    *,
    key: InstrumentedAttribute[int],
    id_of: Callable[[Row], int],
    cursor: Cursor | None,
    size: int,
    newest_first: bool = False,
    read: Callable[[Select[Row]], Iterable[Row]] | None = None,
) -> Page[Row]:
    """The page of `query` at `cursor`, ordered by `key`, `size` rows long at most. `read` makes
    rows of what was selected; without it they are its first column.
    """
    back = cursor is not None and cursor.back
    falling = newest_first != back
    if cursor is not None:
        query = query.where(key < cursor.id if falling else key > cursor.id)
    stretch = query.order_by(key.desc() if falling else key).limit(size + 1)
    found = list(session.scalars(stretch) if read is None else read(stretch))
    return cut(found, id_of=id_of, cursor=cursor, size=size)


def cut(
    found: list[Row], *, id_of: Callable[[Row], int], cursor: Cursor | None, size: int
) -> Page[Row]:
    """The page at `cursor`, out of up to `size` rows and one, as they were found from there on."""
    back = cursor is not None and cursor.back
    more, rows = len(found) > size, found[:size]
    if back:
        rows.reverse()
    before = Cursor(id_of(rows[0]), back=True) if rows and (more if back else cursor) else None
    after = Cursor(id_of(rows[-1])) if rows and (more or back) else None
    return Page(rows, before, after)
