"""The six digits by which somebody shows that an e-mail address is theirs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.notices.notice import Notice
from bot.texts import Verbatim, lines, say
from core.facts import Fact
from core.facts.codes import EmailCodeAsked
from core.people.email_codes import CODE_LIFE, EmailCode
from core.people.own_email import PERSON


def email_code(session: Session, fact: Fact) -> Notice | None:
    """Nothing once the code is over: a late mail would only puzzle."""
    assert isinstance(fact, EmailCodeAsked)
    code = session.get(EmailCode, fact.code_id)
    if code is None or code.used_at is not None:
        return None
    where = say("Type it into the page that asked for it, within {span}.", span=CODE_LIFE)
    if code.asked_from.startswith(PERSON):
        line = Verbatim(f"/email {code.code}")
        where = say("Type to me in our chat, within {span}: {line}", span=CODE_LIFE, line=line)
    return Notice(
        lines(
            say("Your code: <b>{code}</b>", code=Verbatim(code.code)),
            where,
            say("If you did not ask for it, do nothing: it opens nothing by itself."),
        ),
        subject=say("Your code for Usher"),
        is_asked_for=True,
    )
