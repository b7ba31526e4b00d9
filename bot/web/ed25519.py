"""Ed25519 (RFC 8032), apart from who asks for it: its library is large, and few apps need it."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def is_signed(told: bytes, signature: bytes, *, key: bytes) -> bool:
    """Whether whoever has the other half of `key`, 32 bytes, signed this."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, told)
    except (InvalidSignature, ValueError):
        return False
    return True
