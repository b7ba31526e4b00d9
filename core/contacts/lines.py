"""Several people named in one line: where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.contacts.emails import looks_like_email
from core.contacts.phones import looks_like_phone
from core.errors import Invalid
from core.names import clean_text

MOST_AT_ONCE = 20


def split_people(words: Sequence[str]) -> list[str]:
    """The words of a command as people: `Dana Levi, @omer +972 50 123 4567` are three.

    A name may have several words and ends at a comma, at a quoted name, or where an address stands.
    Raises Invalid for more than MOST_AT_ONCE.
    """
    people = [person for person in _grouped(words) if person]
    if len(people) > MOST_AT_ONCE:
        raise Invalid("too_many_at_once", most=MOST_AT_ONCE)
    return people


def _grouped(words: Iterable[str]) -> Iterator[str]:
    name: list[str] = []
    number: list[str] = []
    for word in _parted(words):
        is_digits = looks_like_digits(word)
        if name and (is_digits or word == "," or _stands_alone(word)):
            yield " ".join(name)
            name = []
        if number and (not is_digits or word.startswith("+")):
            yield from _numbers(number)
            number = []
        if is_digits:
            number.append(word)
        elif word != ",":
            name.append(word)
            if _stands_alone(word):
                yield name.pop()
    yield " ".join(name)
    yield from _numbers(number)


def _parted(words: Iterable[str]) -> Iterator[str]:
    """The words with each comma as a word of its own; what was quoted stays whole."""
    for word in words:
        if " " in word:
            yield from (",", word, ",")
            continue
        for place, part in enumerate(word.split(",")):
            if place:
                yield ","
            if part:
                yield part


def _stands_alone(word: str) -> bool:
    return word.startswith("@") or looks_like_email(word)


def looks_like_digits(word: str) -> bool:
    """Whether the word may be a part of a phone number."""
    return any(sign.isdigit() for sign in word) and all(
        sign.isdigit() or sign in "+()-./–" for sign in clean_text(word)
    )


def _numbers(parts: list[str]) -> Iterator[str]:
    """One number written with blanks, or several, of which each is long enough for one."""
    if len(parts) > 1 and all(looks_like_phone(part) for part in parts):
        yield from parts
    else:
        yield " ".join(parts)
