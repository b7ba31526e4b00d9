"""Facts that Usher records and tells: one class each, so that what is written can be read back."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.model import Payload


class Fact(BaseModel):
    """Something that happened. Holds ids only: names are looked up when it is told."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    event_type: ClassVar[str]
    group_id: int


class MemberJoined(Fact):
    """Somebody became a member, by accepting an invite."""

    event_type = "member.joined"
    person_id: int
    invite_id: int


FACTS: dict[str, type[Fact]] = {fact.event_type: fact for fact in (MemberJoined,)}


class UnreadableFact(Exception):
    """The stored event is of a kind that this version does not know, or its payload is corrupt."""


def read_fact(event_type: str, payload: Payload) -> Fact:
    """The fact as it was recorded. Raises UnreadableFact."""
    kind = FACTS.get(event_type)
    if kind is None:
        raise UnreadableFact(f"unknown event type {event_type!r}")
    try:
        return kind.model_validate(payload)
    except ValidationError as error:
        raise UnreadableFact(
            f"unreadable payload: {error.error_count()} fields are wrong"
        ) from error
