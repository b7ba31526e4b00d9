"""What is recorded of who is in a group, and with which role."""

from __future__ import annotations

from core.facts.fact import Fact


class MemberJoined(Fact):
    """Somebody became a member, by accepting an invite, or because an admin let them in."""

    event_type = "member.joined"
    person_id: int
    invite_id: int | None


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
    by_id: int | None = None


class ExpulsionFailed(Fact):
    """The platform would not put somebody out of a room: who ordered it should know."""

    event_type = "member.still_in_room"
    person_id: int
    by_id: int
    chat_id: int
    ban: bool


class TransferOffered(Fact):
    """An owner offered the group to somebody."""

    event_type = "transfer.offered"
    transfer_id: int


class TransferAnswered(Fact):
    """Who was offered the group has said yes or no."""

    event_type = "transfer.answered"
    transfer_id: int
