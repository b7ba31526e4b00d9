"""Refusals that a person may be told: a code and its fields, no sentence and no HTTP status."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session


class CoreError(Exception):
    """A verb refused. `code` names the reason; `fields` are what its sentence needs.

    `aftermath` is what must be remembered although the verb's own changes are undone, such as a
    wrong guess; `database.attempt` runs it once the refused changes are rolled back.
    """

    def __init__(
        self, code: str, *, aftermath: Callable[[Session], None] | None = None, **fields: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields
        self.aftermath = aftermath


class Invalid(CoreError):
    """What was asked for cannot be understood or is out of bounds."""


class Forbidden(CoreError):
    """The asker may not do this."""


class NotFound(CoreError):
    """There is no such thing, or the asker may not know that there is."""


class Conflict(CoreError):
    """It cannot be done in the state that things are in."""


class Limited(CoreError):
    """Too much at once; `retry_after_s` in the fields says when to try again."""


class DatabaseUnavailable(Exception):
    """The database is out of reach, or locked beyond the bounded wait. Nothing was kept."""
