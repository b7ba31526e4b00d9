"""Init data: what Telegram hands to a Mini App of ours, by which its user is known.

core.telegram.org/bots/webapps, "Validating data received via the Mini App".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from bot.json_object import read_object
from bot.web import ed25519
from core.people import Sender

LONGEST = 4096
MOST_FIELDS = 32
# It is shown to us at once when the app opens; whoever finds it later is late.
MOST_AGE = timedelta(minutes=10)
# Clocks differ, but nothing comes from the future.
MOST_AHEAD = timedelta(seconds=30)
LARGEST_ID = 2**52
# What Telegram's own signature does not cover.
UNSIGNED = frozenset({"hash", "signature"})
# The same page: the key of Telegram's production environment. That of its test environment, where
# anybody may be anybody, opens nothing here.
PRODUCTION_KEY = bytes.fromhex("e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d")


@dataclass(frozen=True, slots=True)
class InitData:
    """Whose it is, and what tells it from every other: `proof`, 64 hexadecimal digits of what was
    signed. The hash does not: who is believed by Telegram's own signature may write any there.
    """

    sender: Sender
    proof: str


class BadInitData(Exception):
    """It is not from Telegram, not for our bot, or not of now. Which of them is not told."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """`token` is the bot's: nobody else has it but Telegram. By the `key` alone Telegram signs for
    everybody, which still holds while a new token is being set.
    """

    token: str = field(repr=False)
    key: bytes = PRODUCTION_KEY

    def read(self, text: str, *, now: datetime) -> InitData:
        """Raises BadInitData."""
        fields = _fields(text)
        if not self._is_ours(fields) and not self._is_signed(fields):
            raise BadInitData
        _check_age(fields.get("auth_date", ""), now)
        proof = hashlib.sha256(_lines(fields, without=UNSIGNED).encode()).hexdigest()
        return InitData(_sender(fields.get("user", "")), proof)

    def _is_ours(self, fields: Mapping[str, str]) -> bool:
        """HMAC-SHA256 over everything but the hash itself."""
        secret = hmac.new(b"WebAppData", self.token.encode(), hashlib.sha256).digest()
        told = _lines(fields, without={"hash"})
        wanted = hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest(wanted.encode(), fields["hash"].encode())

    def _is_signed(self, fields: Mapping[str, str]) -> bool:
        """Ed25519 over everything but hash and signature, for this bot's id."""
        bot_id = self.token.partition(":")[0]
        told = f"{bot_id}:WebAppData\n" + _lines(fields, without=UNSIGNED)
        try:
            signature = base64.urlsafe_b64decode(_padded(fields.get("signature", "")))
        except ValueError:
            return False
        return ed25519.is_signed(told.encode(), signature, key=self.key)


def _fields(text: str) -> dict[str, str]:
    """Each name once: of two that are alike, one program reads the first and another the last."""
    if len(text) > LONGEST:
        raise BadInitData
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS
        )
        text.encode()
    except ValueError as error:
        raise BadInitData from error
    fields = dict(pairs)
    if len(fields) != len(pairs) or not fields.get("hash"):
        raise BadInitData
    return fields


def _lines(fields: Mapping[str, str], *, without: Set[str]) -> str:
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name not in without)


def _check_age(text: str, now: datetime) -> None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 11):
        raise BadInitData
    said = datetime.fromtimestamp(int(text), UTC)
    if not now - MOST_AGE < said <= now + MOST_AHEAD:
        raise BadInitData


def _sender(text: str) -> Sender:
    try:
        user = read_object(text.encode())
    except ValueError as error:
        raise BadInitData from error
    id_, first = user.get("id"), user.get("first_name")
    if not isinstance(id_, int) or isinstance(id_, bool) or not 0 < id_ < LARGEST_ID:
        raise BadInitData
    if not isinstance(first, str) or user.get("is_bot") is True:
        raise BadInitData
    last = user.get("last_name")
    name = f"{first} {last}" if isinstance(last, str) else first
    return Sender(
        "telegram", str(id_), name, _text(user.get("username")), _text(user.get("language_code"))
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)
