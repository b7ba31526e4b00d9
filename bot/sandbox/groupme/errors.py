"""GroupMe's refusals: an HTTP status and sentences within the envelope."""

from __future__ import annotations


class Refusal(Exception):
    """A failed call. Becomes `{"meta": {"code": …, "errors": […]}, "response": null}`."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(*errors)
        self.status = status
        self.errors = list(errors)


def not_found() -> Refusal:
    """404: it does not exist, or the token's user is not in it."""
    return Refusal(404, "not found")


def unattested() -> Refusal:
    """What third parties hear that add members or create groups: their device is not attested."""
    return Refusal(403, "X-verify-token is missing or invalid")
