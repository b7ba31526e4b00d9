"""What happens to players and their contracts, as others are told of it."""

from __future__ import annotations

from core.facts.fact import Fact


class PlayerFact(Fact):
    """Something about a player; `imported` with a whole list, so it goes to a crowd."""

    player_id: int
    imported: bool = False

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        return self.imported

    @property
    def subject(self) -> str:
        return f"player:{self.player_id}"


class ContractSent(PlayerFact):
    """The guardians are to see the contract, and may sign it."""

    event_type = "contract.sent"


class ContractSigned(PlayerFact):
    """A player's contract was signed: the guardians are welcomed."""

    event_type = "contract.signed"


class WelcomeAsked(PlayerFact):
    """An admin has the welcome sent once more, as to a guardian whose address came late."""

    event_type = "contract.welcome_asked"


class LinkDue(PlayerFact):
    """A signed player's team has a way in by now, of which the guardians have not heard."""

    event_type = "contract.link_due"


class RosterImported(Fact):
    """A list of players was worked off to its end."""

    event_type = "roster.imported"
    import_id: int
    person_id: int

    @property
    def subject(self) -> str:
        return f"roster:{self.import_id}"
