"""A group with very many invites, of which a few were used, some revoked, most have run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.access import Actor
from core.groups import Group, Kind
from core.groups.tree import create_group
from core.people import Sender, recognise

ALICE = Sender(platform="telegram", address="1001", name="Alice")
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :size)"
# The newest tenth is open, one in seven of the others was revoked, one in eleven used.
INVITES = """
INSERT INTO invites (public_id, group_id, inviter_id, role, by_system_admin, state, max_uses, uses,
    created_at, expires_at, end_noted_at, ending_noted_at)
{numbers}
SELECT 'i' || :group || '_' || i, :group, :inviter, 'member', :no,
    CASE WHEN i * 10 > :size * 9 OR i % 7 > 0 THEN 'open' ELSE 'revoked' END,
    1, CASE WHEN i * 10 > :size * 9 OR i % 11 > 0 THEN 0 ELSE 1 END, :now,
    CASE WHEN i * 10 > :size * 9 THEN :later ELSE :earlier END,
    CASE WHEN i * 10 > :size * 9 THEN CAST(NULL AS {moment}) ELSE :earlier END, :earlier
FROM n
"""
COUNTS = "sent, seen, accepted, declined, expired, stayed_7, gone_7, stayed_30, gone_30"
TALLIES = f"""
INSERT INTO invite_tallies (group_id, inviter_id, invite_id, {COUNTS})
SELECT group_id, inviter_id, id, 1, 1, uses, 0, 0, uses, 0, 0, 0 FROM invites
WHERE group_id = :group
"""  # noqa: S608 - of constants alone
TOTALS = f"""
INSERT INTO invite_tallies (group_id, inviter_id, {COUNTS})
SELECT group_id, inviter_id, count(*), count(*), sum(uses), 0, 0, sum(uses), 0, 0, 0 FROM invites
WHERE group_id = :group GROUP BY group_id, inviter_id
"""  # noqa: S608 - of constants alone


def crowd(session: Session, *, name: str, size: int, now: datetime) -> tuple[int, int]:
    """Found the group and fill it; its id, and that of its owner."""
    person = recognise(session, sender=ALICE, now=now).person
    actor = Actor(person, via="telegram")
    group: Group = create_group(session, actor, kind=Kind.TEAM, name=name, now=now)
    session.flush()
    moment = "timestamptz" if session.get_bind().dialect.name == "postgresql" else "text"
    session.execute(
        text(INVITES.format(numbers=NUMBERS, moment=moment)),
        {
            "size": size,
            "group": group.id,
            "inviter": person.id,
            "no": False,
            "now": now - timedelta(days=60),
            "later": now + timedelta(days=10),
            "earlier": now - timedelta(days=50),
        },
    )
    session.execute(text(TALLIES), {"group": group.id})
    session.execute(text(TOTALS), {"group": group.id})
    return group.id, person.id
