"""What a refusal of the core is in HTTP."""

from __future__ import annotations

from core.errors import Conflict, CoreError, Forbidden, Invalid, Limited, NotFound
from core.invites import InviteStatus

STATUSES: dict[type[CoreError], int] = {
    Invalid: 400,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Limited: 429,
}
# What an invite was and never will be again.
OVER = frozenset(f"invite_{status.value}" for status in InviteStatus) - {"invite_pending"}
# Where HTTP has a word of its own for a state of things.
SPECIAL = {"changed_meanwhile": 412, "repeat_differs": 422}


def status_of(error: CoreError) -> int:
    """RFC 9110: 410 for an invite that is over, and one of five for most else."""
    return 410 if error.code in OVER else SPECIAL.get(error.code, STATUSES[type(error)])
