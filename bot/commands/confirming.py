"""Confirming: a button stands for what was shown with it; what differs by now is shown again.

A seal is no secret and gives no right: the verb checks the asker each time.
"""

from __future__ import annotations

import hashlib

OPTION = "sure"
LETTERS = 8


def seal(*facts: object) -> str:
    """A few letters that stand for what the asker was shown."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:LETTERS]
