"""Phone numbers: one person for each spelling, and a question where there may be two."""

from __future__ import annotations

import pytest

from core.contacts.phones import key_of, looks_like_phone, read_phone
from core.errors import Invalid

HAIFA = "+97248123456"


def code_of(text: str, region: str) -> str:
    with pytest.raises(Invalid) as refusal:
        read_phone(text, region=region)
    return refusal.value.code


@pytest.mark.attack(54)
@pytest.mark.parametrize(
    "text",
    [
        "048123456",
        "04-812-3456",
        "(04) 8123456",
        "+972 4 812 3456",
        "0097248123456",
        "٠٤٨١٢٣٤٥٦",
        "\u200e04-8123456\u200f",
    ],
)
def test_each_spelling_of_a_number_is_one_person(text: str) -> None:
    assert read_phone(text, region="IL").key == HAIFA


@pytest.mark.attack(54)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("+5215512345678", "+525512345678"),
        ("+5491123456789", "+541123456789"),
        ("+551181234567", "+5511981234567"),
    ],
)
def test_a_number_from_before_a_country_s_reform_is_the_new_one(old: str, new: str) -> None:
    assert read_phone(old, region="US").key == read_phone(new, region="US").key == new
    assert read_phone(old, region="US").given == old
    assert key_of(old.removeprefix("+")) == new


@pytest.mark.attack(54)
def test_a_foreign_number_without_its_plus_is_asked_about() -> None:
    assert code_of("97248123456", "US") == "phone_ambiguous"
    assert read_phone("+97248123456", region="US").key == HAIFA


@pytest.mark.attack(54)
def test_an_extension_leads_to_nobody_s_phone() -> None:
    assert code_of("202-555-0143 ext. 5", "US") == "phone_extension"


@pytest.mark.parametrize("text", ["12345", "+1202", "+999123456789", "1" * 40, "", "\x00", "Dana"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert code_of(text, "US") == "phone_unreadable"


def test_a_number_that_nobody_has_is_taken_and_marked() -> None:
    assert not read_phone("050-123-4567", region="IL").known
    assert read_phone("+972 4 812 3456", region="US").known


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("+972 50-123", True), ("0501234567", True), ("U2 1234", False), ("12", False), ("+", False)],
)
def test_a_number_is_told_from_a_name(text: str, is_one: bool) -> None:
    assert looks_like_phone(text) is is_one
