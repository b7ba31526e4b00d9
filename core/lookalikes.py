"""Names that look alike although they are written differently: Admin, and one with a Cyrillic A."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

MARK = "\u200e"  # stands round letters that are written from right to left


def look_alike(one: str, other: str) -> bool:
    """Whether a reader could take one name for the other, in whatever case they are written.

    By the skeletons of Unicode Technical Standard 39, section 4: normalisation is not enough.
    """
    return not looks_of(one).isdisjoint(looks_of(other))


def looks_of(name: str) -> frozenset[str]:
    """What the name looks like as it is written and in one case: Ion is lon, and ION is ion."""
    forms = (name, name.casefold(), name.upper())
    return frozenset(_skeleton(form).casefold() for form in forms)


def _skeleton(name: str) -> str:
    drawn = unicodedata.normalize("NFD", name).translate(_prototypes())
    return unicodedata.normalize("NFD", drawn)


@cache
def _prototypes() -> dict[int, str]:
    signs = {ord(sign): prototype for sign, prototype in _pairs() if len(sign) == 1}
    return {sign: prototype.translate(signs) for sign, prototype in signs.items()}


def _pairs() -> Iterator[tuple[str, str]]:
    """Each sign with its prototype. Unicode's list maps many signs to one prototype; the data holds
    both directions, so a sign with a single partner is mapped unless it is the prototype itself.
    It is read for this alone: the library itself would keep all of it, which is 8 MB.
    """
    listed = json.loads((files("confusable_homoglyphs") / "confusables.json").read_bytes())
    for sign, partners in listed.items():
        if len(partners) > 1:
            continue
        prototype = partners[0]["c"]
        if len(listed[prototype]) > 1 or _rank(prototype) < _rank(sign):
            yield sign.strip(MARK), prototype.strip(MARK)


def _rank(sign: str) -> tuple[int, str]:
    return -len(sign), sign
