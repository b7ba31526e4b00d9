"""Why a start ends at once."""

from __future__ import annotations


class CannotStart(Exception):
    """Something outside is not as the settings say; one line that tells the operator what."""


class Outdated(CannotStart):
    """The database became that of another version while this one was running."""

    def __init__(self, seen: str, known: str | None) -> None:
        super().__init__(
            f"The database is now at revision {seen}, and this version works with {known}. Start"
            " the version that belongs to it."
        )


class PortTaken(CannotStart):
    """The service can't listen where the settings say."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        reason = error.strerror or str(error)
        super().__init__(
            f"Can't listen on {host}:{port}: {reason}. Is Usher running already? If not, set"
            " USHER_HTTP_PORT so that it and the next port are free."
        )
