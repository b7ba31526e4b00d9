"""GroupMe's own lines about who comes and goes -> Sightings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.groupme_api import PLATFORM
from bot.groupme_calls import ID, room_address
from bot.platforms.groupme.posts import Post
from core.chats.censuses import SHARE_LINK, ask_for_census
from core.chats.knocks import Sighting, receive_sighting
from core.chats.occupants import Presence
from core.people import Sender

# Event types (API v3), each with where its data names the people, and where they are then.
BY_LINK = ("membership.announce.joined", "membership.announce.rejoined")
EVENTS: Mapping[str, tuple[str, Presence]] = {
    BY_LINK[0]: ("user", Presence.IN),
    BY_LINK[1]: ("user", Presence.IN),
    "membership.announce.added": ("added_users", Presence.IN),
    "membership.notifications.exited": ("removed_user", Presence.OUT),
    "membership.notifications.removed": ("removed_user", Presence.OUT),
    "membership.notifications.autokicked": ("user", Presence.OUT),
}


def note_comings(session: Session, post: Post, *, now: datetime) -> None:
    """Take in whom the line names. One without an event has the room's members compared instead."""
    assert post.group_id is not None, "comings are told in rooms"
    if not post.event:
        ask_for_census(session, platform=PLATFORM, address=room_address(post.group_id), now=now)
    for sighting in sightings_in(post):
        receive_sighting(session, sighting, now=now)


def sightings_in(post: Post) -> Iterator[Sighting]:
    """Everybody of whom the line says that they have come or gone."""
    assert post.group_id is not None, "comings are told in rooms"
    kind, data = str(post.event.get("type")), post.event.get("data")
    if kind not in EVENTS or not isinstance(data, dict):
        return
    name, presence = EVENTS[kind]
    people = data.get(name)
    for one in people if isinstance(people, list) else [people]:
        if not isinstance(one, dict):
            continue
        user_id = str(one.get("id"))  # numbers, in these events
        if ID.fullmatch(user_id):
            yield Sighting(
                platform=PLATFORM,
                room=room_address(post.group_id),
                sender=Sender(PLATFORM, user_id, str(one.get("nickname") or "")),
                presence=presence,
                seen_at=post.at,
                link=SHARE_LINK if kind in BY_LINK else None,
            )
