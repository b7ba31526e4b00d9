"""Where six digits are sent."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.deliveries.fanning import Destination, Route
from core.facts.codes import EmailCodeAsked
from core.facts.fact import Fact
from core.invites.whom import EMAIL
from core.people.email_codes import EmailCode


def _address(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, EmailCodeAsked)
    code = session.get(EmailCode, fact.code_id)
    if code is not None:
        yield Destination(EMAIL, code.address, "email_code")


ROUTES: dict[type[Fact], tuple[Route, ...]] = {EmailCodeAsked: (_address,)}
