"""What every recorded fact has, and how a stored one is read back."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.model import Payload

KINDS: dict[str, type[Fact]] = {}


class Fact(BaseModel):
    """Something that happened. Holds ids only: names are looked up when it is told.

    `bulk`: it goes to a crowd, so what somebody waits for overtakes it.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    event_type: ClassVar[str]
    bulk: ClassVar[bool] = False
    group_id: int

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        if "event_type" in vars(cls):
            KINDS[cls.event_type] = cls

    @property
    def subject(self) -> str | None:
        """What several facts in a row are about, so that what was told of it can be found again."""
        return None


class UnreadableFact(Exception):
    """The stored event is of a kind that this version does not know, or its payload is corrupt."""


def read_fact(event_type: str, payload: Payload) -> Fact:
    """The fact as it was recorded. Raises UnreadableFact."""
    kind = KINDS.get(event_type)
    if kind is None:
        raise UnreadableFact(f"unknown event type {event_type!r}")
    try:
        return kind.model_validate(payload)
    except ValidationError as error:
        raise UnreadableFact(
            f"unreadable payload: {error.error_count()} fields are wrong"
        ) from error
