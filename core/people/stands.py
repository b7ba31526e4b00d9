"""Stand: how somebody stands in a group; what becomes of two when persons merge and part again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.access import Member, MemberState, Role
from core.model import Payload

# What was decided against somebody outlasts what they were given under another name.
_WEIGHT = (MemberState.LEFT, MemberState.ACTIVE, MemberState.REMOVED, MemberState.BANNED)
_SHUT_OUT = (MemberState.REMOVED, MemberState.BANNED)


@dataclass(frozen=True, slots=True)
class Stand:
    """Role and state of a membership, apart from whose it is."""

    role: Role
    state: MemberState
    ended_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.state is MemberState.ACTIVE

    def put(self, member: Member) -> None:
        """Make it the member's."""
        member.role, member.state, member.ended_at = self.role, self.state, self.ended_at

    def dump(self) -> Payload:
        """As it is kept with a merge."""
        ended = self.ended_at.isoformat() if self.ended_at else None
        return {"role": self.role.value, "state": self.state.value, "ended_at": ended}


def stand_of(member: Member) -> Stand:
    return Stand(member.role, member.state, member.ended_at)


def load_stand(payload: Payload) -> Stand:
    """What `Stand.dump` made."""
    ended = payload["ended_at"]
    return Stand(
        Role(payload["role"]),
        MemberState(payload["state"]),
        datetime.fromisoformat(ended) if ended else None,
    )


def combine(one: Stand, other: Stand) -> Stand:
    """How the merged person stands: banned and removed win over active, active over left.

    Of two that are active the higher role counts, since the person has proven to be both.
    """
    if one.state is other.state:
        later = max((one, other), key=lambda stand: (stand.ended_at is not None, stand.ended_at))
        return replace(later, role=_higher(one.role, other.role))
    return max((one, other), key=lambda stand: _WEIGHT.index(stand.state))


def part(kept: Stand, gone: Stand, *, became: Stand, today: Stand) -> tuple[Stand, Stand]:
    """How the two stand when a merge is undone: as before it, apart from what was done since.

    Nobody regains by it what was taken away meanwhile, and what was given stays with who was
    merged into. `became` is how the merge left them, `today` how the merged person stands now.
    """
    if (today.state, today.ended_at) != (became.state, became.ended_at):
        return today, _after_change_of_state(gone, today)
    if today.role.rank > became.role.rank:
        return today, gone
    if today.role.rank < became.role.rank:
        return _capped(kept, today.role), _capped(gone, today.role)
    return kept, gone


def _after_change_of_state(gone: Stand, today: Stand) -> Stand:
    if not today.is_active:
        return replace(gone, state=today.state, ended_at=today.ended_at)
    if gone.state in _SHUT_OUT:  # forgiven, under whatever name
        return replace(gone, state=MemberState.LEFT)
    return gone


def _capped(stand: Stand, role: Role) -> Stand:
    return replace(stand, role=min(stand.role, role, key=lambda one: one.rank))


def _higher(one: Role, other: Role) -> Role:
    return max(one, other, key=lambda role: role.rank)
