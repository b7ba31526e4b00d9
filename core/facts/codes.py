"""What is recorded of who has still to show who they are."""

from __future__ import annotations

from core.facts.fact import Fact


class EmailCodeAsked(Fact):
    """Somebody is to show that an e-mail address is theirs, by six digits that are sent there."""

    event_type = "email.code_asked"
    group_id: None = None  # type: ignore[assignment]  # before anybody is known to be in a group
    code_id: int
