"""In which language and zone somebody is spoken to, and a group's people who did not choose."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import Invalid
from core.groups import Group
from core.zones import get_zone


def choose_language(
    session: Session,
    actor: Actor,
    *,
    code: str,
    available: Collection[str],
    group: Group | None = None,
    now: datetime,
) -> str:
    """Speak this language to the actor from now on, or in the `group`; the code as it is kept.

    Raises Invalid, or for a group Forbidden and NotFound.
    """
    known = {locale.casefold(): locale for locale in available}
    locale = known.get(code.replace("-", "_").casefold())
    if locale is None:
        raise Invalid("no_such_language", language=code)
    if group is None:
        actor.person.locale = locale
        return locale
    require(session, actor, Permission.SET_DEFAULTS, group)
    group.locale = locale
    note(session, actor, action="group.language_set", group=group, now=now, locale=locale)
    return locale


def choose_zone(
    session: Session, actor: Actor, *, name: str, group: Group | None = None, now: datetime
) -> str:
    """Tell the actor times in this zone from now on, or the people of the `group`; its IANA name.

    Raises Invalid, or for a group Forbidden and NotFound.
    """
    zone = get_zone(name)
    if group is None:
        actor.person.timezone = zone
        return zone
    require(session, actor, Permission.SET_DEFAULTS, group)
    group.timezone = zone
    note(session, actor, action="group.zone_set", group=group, now=now, timezone=zone)
    return zone
