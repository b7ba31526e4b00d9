"""Secrets that are handed out once and kept only as a digest, and short public ids."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import zlib

TOKEN_BYTES = 32
# 32 bytes in unpadded base64url; "j_" + 43 characters fit Telegram's 64-character start payload.
TOKEN_FORM = re.compile(r"[A-Za-z0-9_-]{43}")
PUBLIC_LETTERS = "abcdefghjkmnpqrstuvwxyz"  # none that reads like a digit
LINK_LETTERS = 12
LINK_FORM = re.compile(rf"[a-z]{{{LINK_LETTERS}}}")
KEY_PREFIX, CHECK_LETTERS = "usk_", 6
PUBLIC_FORM = re.compile(r"[a-z]+_[a-z]{8}")


def new_token() -> str:
    """43 characters of base64url from 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> bytes:
    """What is stored of a token: its SHA-256, 32 bytes. A high-entropy secret needs no salt."""
    return hashlib.sha256(token.encode()).digest()


def new_key() -> str:
    """A key for programs: `usk_`, 43 characters from 256 random bits, six that check the others."""
    secret = new_token()
    return KEY_PREFIX + secret + _checksum(secret)


def is_key(text: str) -> bool:
    """Whether it has a key's form and checksum: what was mistyped is not looked for."""
    secret = text[len(KEY_PREFIX) : -CHECK_LETTERS]
    return text == KEY_PREFIX + secret + _checksum(secret) and is_token(secret)


def _checksum(secret: str) -> str:
    # Against slips of the hand, and so that a scanner for leaked secrets can be sure.
    return base64.urlsafe_b64encode(zlib.crc32(secret.encode()).to_bytes(4, "big")).decode()[:6]


def is_token(code: str) -> bool:
    return TOKEN_FORM.fullmatch(code) is not None


def without_tokens(text: str) -> str:
    """`text` with the tokens of links blanked, for what is kept for people to look at."""
    return re.sub(rf"(?<![A-Za-z0-9_-])(?:j_)?{TOKEN_FORM.pattern}(?![A-Za-z0-9_-])", "…", text)


def new_public_id(prefix: str) -> str:
    """A short id that people may see and type, such as `inv_kqwzrtnh`. It opens nothing alone."""
    return f"{prefix}_" + "".join(secrets.choice(PUBLIC_LETTERS) for _ in range(8))


def new_link_code() -> str:
    """Twelve letters in threes of four, to be typed on another phone: 54 bits, for ten minutes.

    Against guessing it is limited; against whoever reads its digest, it is over before it is found.
    """
    letters = [secrets.choice(PUBLIC_LETTERS) for _ in range(LINK_LETTERS)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, LINK_LETTERS, 4))


def plain_link_code(code: str) -> str:
    """The code's letters alone, however people wrote it down."""
    return re.sub(r"[\s_-]+", "", code).lower()


def is_link_code(code: str) -> bool:
    """Whether it is worth a look; `code` is the letters alone."""
    return LINK_FORM.fullmatch(code) is not None


def is_public_id(code: str) -> bool:
    """Whether it is worth a look: what has another form may not even be text to the database."""
    return PUBLIC_FORM.fullmatch(code) is not None
