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


class MemberChanged(Fact):
    """Somebody got another role, was removed, or was taken back, by somebody else."""

    event_type = "member.changed"
    person_id: int
    by_id: int


class MemberExpelled(Fact):
    """Somebody who is no longer a member is to leave the group's rooms, with `ban` for good."""

    event_type = "member.expelled"
    person_id: int
    ban: bool


class RoomBanLifted(Fact):
    """Somebody whom Usher had banned from the group's rooms may come back into them."""

    event_type = "member.readmitted"
    person_id: int


class TransferOffered(Fact):
    """An owner offered the group to somebody."""

    event_type = "transfer.offered"
    transfer_id: int


class TransferAnswered(Fact):
    """Who was offered the group has said yes or no."""

    event_type = "transfer.answered"
    transfer_id: int


FACTS: dict[str, type[Fact]] = {
    fact.event_type: fact
    for fact in (
        MemberJoined,
        MemberChanged,
        MemberExpelled,
        RoomBanLifted,
        TransferOffered,
        TransferAnswered,
    )
}


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
