"""Secrets that are handed out once."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64decode

import pytest

from core.tokens import PUBLIC_LETTERS, digest, is_token, new_public_id, new_token


@pytest.mark.attack(20)
def test_a_token_holds_256_bits_of_the_system_s_randomness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_bytes", lambda size: bytes(range(size)))
    assert urlsafe_b64decode(new_token() + "=") == bytes(range(32))


@pytest.mark.attack(20)
def test_no_two_tokens_are_alike() -> None:
    assert len({new_token() for _ in range(10_000)}) == 10_000


def test_a_token_fits_a_start_payload() -> None:
    token = new_token()
    assert is_token(token)
    assert len("j_" + token) <= 64


@pytest.mark.attack(41)
@pytest.mark.parametrize(
    "code",
    [
        "",
        "a" * 42,
        "a" * 44,
        "a" * 42 + "=",
        "a" * 42 + "é",
        "a" * 43 + "\n",
        "' OR 1=1 --" + "a" * 32,
    ],
)
def test_what_has_another_form_is_no_token(code: str) -> None:
    assert not is_token(code)


@pytest.mark.attack(24)
def test_what_is_kept_of_a_token_is_its_sha_256() -> None:
    token = new_token()
    assert digest(token) == hashlib.sha256(token.encode("ascii")).digest()


def test_a_public_id_is_easy_to_read_aloud() -> None:
    name, _, letters = new_public_id("inv").partition("_")
    assert (name, len(letters)) == ("inv", 8)
    assert set(letters) <= set(PUBLIC_LETTERS)
    assert not set("ilo01") & set(PUBLIC_LETTERS)
