"""E-mail addresses: one form, and refused where nobody could say what they are."""

from __future__ import annotations

import pytest

from core.contacts.emails import looks_like_email, part_named, read_email
from core.errors import Invalid


@pytest.mark.attack(55)
@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (" Dana@Example.ORG ", "dana@example.org"),
        ("mailto:dana@example.org", "dana@example.org"),
        ("dana+band@example.org", "dana+band@example.org"),
        ("dana@bücher.example", "dana@xn--bcher-kva.example"),
        ("dana@straße.example", "dana@xn--strae-oqa.example"),
        ("דנה@example.org", "דנה@example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
    ],
)
def test_an_address_has_one_form(text: str, normal: str) -> None:
    assert read_email(text) == normal


@pytest.mark.attack(55)
@pytest.mark.parametrize(
    "text",
    [
        "dana@home@example.org",
        '"dana levi"@example.org',
        "dana@",
        "@example.org",
        "dana@localhost",
        "dana..levi@example.org",
        ".dana@example.org",
        "dana levi@example.org",
        "dana@exa mple.org",
        "dana@-.example",
        "x" * 65 + "@example.org",
        "dana@" + "a." * 160 + "org",
        "dana@example.org\nBcc: all@example.org",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="email_unreadable"):
        read_email(text)


def test_a_name_before_the_address_is_parted_from_it() -> None:
    assert part_named('"Dana Levi" <dana@example.org>') == ("Dana Levi", "dana@example.org")
    assert part_named("dana@example.org") == ("", "dana@example.org")


def test_an_address_is_told_from_a_username() -> None:
    assert looks_like_email("dana@example")
    assert not looks_like_email("@dana")
