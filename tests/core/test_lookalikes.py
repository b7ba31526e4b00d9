"""Names that could be taken for each other."""

from __future__ import annotations

import pytest

from core.lookalikes import look_alike


@pytest.mark.attack(46)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\u0410dmin", "Admin"),  # Cyrillic A
        ("\u0430dmin", "ADMIN"),
        ("\u03a4\u0399GERS", "Tigers"),  # Greek
        ("\uff34igers", "Tigers"),  # full width
        ("\U0001d413igers", "tigers"),  # mathematical bold
        ("Ion", "lon"),
        ("ION", "ion"),
        ("rnodern", "modern"),
        ("Class 0", "Class O"),
        ("5b", "5B"),
    ],
)
def test_what_reads_the_same_looks_alike(one: str, other: str) -> None:
    assert look_alike(one, other)
    assert look_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Tigers", "Lions"), ("5a", "5b"), ("Admin", "Admins"), ("Тигры", "Tigers"), ("日本", "日光")],
)
def test_what_reads_differently_does_not(one: str, other: str) -> None:
    assert not look_alike(one, other)
