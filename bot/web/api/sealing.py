"""Sealing: an answer is kept for a repeat so that only who asked can read it."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def digest_of(secret: str, chosen: str) -> bytes:
    """What stands in the database for a credential with the key that it chose: 32 bytes."""
    return _derive(b"find", secret, chosen)


def seal(answer: bytes, *, secret: str, chosen: str) -> bytes:
    """AES-256-GCM, by a key that stands nowhere: it follows from the credential."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_derive(b"seal", secret, chosen)).encrypt(nonce, answer, None)


def unseal(sealed: bytes, *, secret: str, chosen: str) -> bytes:
    opened = AESGCM(_derive(b"seal", secret, chosen))
    return opened.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)


def _derive(purpose: bytes, secret: str, chosen: str) -> bytes:
    # The secret is random enough by itself; lengths keep two pairs from reading the same.
    parts = (purpose, secret.encode(errors="replace"), chosen.encode(errors="replace"))
    return hashlib.sha256(b"".join(len(one).to_bytes(4, "big") + one for one in parts)).digest()
