"""NameWord: the words of people's names, folded, so that a name is found by its beginnings.

A row per word and not a `LIKE '%…%'`: finding costs the same among a thousand people and a million,
and `é` is found by `e` on both databases.
"""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import (
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Select,
    String,
    delete,
    event,
    exists,
    func,
    insert,
    inspect,
    literal,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Mapper, Session, mapped_column

from core.model import Base
from core.people import Person

WORD_LIMIT = 64
FEW = 2000
# Bytewise on both databases: a range of a linguistic collation is no range of prefixes.
FOLDED = String(WORD_LIMIT).with_variant(String(WORD_LIMIT, collation="C"), "postgresql")
LAST = "\U0010ffff"


class NameWord(Base):
    """One word of a person's name."""

    __tablename__ = "name_words"

    # With the word in it: whether one after the other is called so is read off this index alone.
    __table_args__ = (Index(None, "person_id", "word"),)

    word: Mapped[str] = mapped_column(FOLDED, primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )


def words_of(name: str) -> list[str]:
    """The words of `name`, folded: no case, no accents, no signs."""
    spelled = unicodedata.normalize("NFKD", name)
    bare = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    return sorted({word[:WORD_LIMIT] for word in re.findall(r"[^\W_]+", bare.casefold())})


def begins_with(prefix: str) -> ColumnElement[bool]:
    """That a NameWord begins with the folded `prefix`, as a range of its index."""
    return NameWord.word.between(prefix, prefix + LAST)


def is_called(text: str) -> list[ColumnElement[bool]]:
    """That each word of `text` begins a word of the Person's name; nothing for a blank text."""
    return [
        exists().where(NameWord.person_id == Person.id, begins_with(word))
        for word in words_of(text)
    ]


def reads_as(text: str, person_id: InstrumentedAttribute[int]) -> list[ColumnElement[bool]]:
    """The same of whoever `person_id` is, looked up one by one.

    PostgreSQL makes a join of an EXISTS, and takes all bearers of a name for a few of them.
    """
    return [
        select(literal(True))
        .where(NameWord.person_id == person_id, begins_with(word))
        .limit(1)
        .scalar_subquery()
        .is_(True)
        for word in words_of(text)
    ]


def bearers(word: str) -> Select[int]:
    """A query for the people of whose name some word begins with `word`."""
    return select(NameWord.person_id).where(begins_with(word))


def few_bearers(session: Session, text: str) -> Select[int] | None:
    """The bearers of the rarest word of `text`; None where each word has more than FEW.

    Whoever looks for several words looks through these alone. Past FEW it is cheaper to go through
    the people one after the other until a page is full: among so many bearers that is soon.
    """
    counted = [(_count(session, bearers(word)), word) for word in words_of(text)]
    least, rarest = min(counted, default=(FEW + 1, ""))
    return bearers(rarest) if least <= FEW else None


def _count(session: Session, query: Select[int]) -> int:
    return session.scalars(select(func.count()).select_from(query.limit(FEW + 1).subquery())).one()


@event.listens_for(Person, "after_insert")
def _keep_words(mapper: Mapper[Person], connection: Connection, person: Person) -> None:  # noqa: ARG001
    rows = [{"word": word, "person_id": person.id} for word in words_of(person.name)]
    if rows:
        connection.execute(insert(NameWord), rows)


@event.listens_for(Person, "after_update")
def _renew_words(mapper: Mapper[Person], connection: Connection, person: Person) -> None:
    if inspect(person).attrs.name.history.has_changes():
        connection.execute(delete(NameWord).where(NameWord.person_id == person.id))
        _keep_words(mapper, connection, person)
