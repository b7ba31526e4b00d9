"""Phone numbers as people write them, and the one form by which they are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from core.errors import Invalid
from core.names import clean_text

SIGNS = re.compile(r"[+\d\s().\-/–]+")
FEWEST_DIGITS, MOST_DIGITS = 6, 15  # E.164 allows 15
# Mobile numbers that are still written as they were before the countries changed them: Mexico
# dropped the 1 behind its code in 2019, Brazil put a 9 before mobile numbers until 2016, and
# Argentina's 9 marks a mobile number that is otherwise the same.
OLD_MEXICO = re.compile(r"\+521(\d{10})")
ARGENTINA = re.compile(r"\+549(\d{10})")
OLD_BRAZIL = re.compile(r"\+55([1-9]\d)([6-9]\d{7})")


@dataclass(frozen=True, slots=True)
class Phone:
    """`key` is E.164, the same for each spelling of one number; `given` is E.164 as it was written,
    for whoever writes to it. `known`: whether such numbers are handed out at all.
    """

    key: str
    given: str
    known: bool


def looks_like_phone(text: str) -> bool:
    """Whether somebody who writes this means a phone number, and not a name."""
    cleaned = clean_text(text)
    digits = sum(sign.isdigit() for sign in cleaned)
    return digits >= FEWEST_DIGITS and SIGNS.fullmatch(cleaned) is not None


def read_phone(text: str, *, region: str) -> Phone:
    """The number, as it is dialled in `region` (ISO 3166) or with its country's code.

    Raises Invalid for what is no number, has an extension, or may be either of two numbers.
    """
    cleaned = re.sub(r"^00(?=[1-9])", "+", clean_text(text))
    try:
        number = phonenumbers.parse(cleaned, region)
    except phonenumbers.NumberParseException:
        raise Invalid("phone_unreadable", phone=text) from None
    if number.extension:
        raise Invalid("phone_extension", phone=text)
    given = _e164(number)
    key = key_of(given)
    known = phonenumbers.is_valid_number(number)
    if not known and _is_foreign(cleaned):
        raise Invalid("phone_ambiguous", phone=text, other=f"+{_digits(cleaned)}")
    if not phonenumbers.is_possible_number(number) and key == given:
        raise Invalid("phone_unreadable", phone=text)
    return Phone(key, given, known or key != given)


def key_of(e164: str) -> str:
    """One form for each spelling of a number that is E.164 already, with or without its plus."""
    number = f"+{e164.removeprefix('+')}"
    number = OLD_MEXICO.sub(r"+52\1", number)
    number = ARGENTINA.sub(r"+54\1", number)
    return OLD_BRAZIL.sub(r"+55\g<1>9\2", number) if len(number) == 13 else number


def _is_foreign(text: str) -> bool:
    """Whether it would be a number with a plus before it: people leave it out."""
    digits = _digits(text)
    if text.startswith(("+", "0")) or not digits or len(digits) > MOST_DIGITS:
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False


def _digits(text: str) -> str:
    return phonenumbers.normalize_digits_only(text)


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
