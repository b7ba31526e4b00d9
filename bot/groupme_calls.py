"""What we ask of GroupMe: each call by name, its answer read into what we need of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from bot.groupme_api import GroupMeApi, GroupMeError

PAGE = 100
MESSAGES = 100
ROOM_PREFIX = "group:"
LEADERS = frozenset({"admin", "owner"})
ID = re.compile(r"[0-9]{1,24}")


@dataclass(frozen=True, slots=True)
class RemoteMember:
    """Somebody in a group. They are removed by `membership_id`, not by `user_id`."""

    user_id: str
    membership_id: str
    name: str
    leads: bool


@dataclass(frozen=True, slots=True)
class RemoteGroup:
    """A group as GroupMe has it. `members` is None where they were not loaded."""

    id: str
    name: str
    share_url: str | None
    creator_id: str
    members: tuple[RemoteMember, ...] | None

    def member(self, user_id: str) -> RemoteMember | None:
        return next((one for one in self.members or () if one.user_id == user_id), None)

    def is_led_by(self, user_id: str) -> bool:
        """Whether GroupMe counts them among its owners and admins."""
        found = self.member(user_id)
        return found is not None and (found.leads or user_id == self.creator_id)


@dataclass(frozen=True, slots=True)
class RemoteBot:
    bot_id: str
    group_id: str
    callback_url: str


class GroupMe:
    """Raises GroupMeError, also for answers that are not of the form that is described."""

    def __init__(self, api: GroupMeApi) -> None:
        self._api = api

    async def close(self) -> None:
        await self._api.close()

    async def me(self) -> tuple[str, str]:
        """Id and name of the token's account."""
        found = _object(await self._api.get("/users/me"))
        return _id(found.get("user_id") or found.get("id")), str(found.get("name") or "")

    async def groups_page(self, page: int) -> list[RemoteGroup]:
        """A page of at most PAGE groups that our account is in, counted from 1."""
        return [
            _group(one) for one in _list(await self._api.get("/groups", page=page, per_page=PAGE))
        ]

    async def each_group(self) -> AsyncIterator[RemoteGroup]:
        """All groups, each once, although they change places while the pages are read."""
        seen: set[str] = set()
        page = 1
        while found := await self.groups_page(page):
            for group in found:
                if group.id not in seen:
                    seen.add(group.id)
                    yield group
            page += 1

    async def group(self, group_id: str) -> RemoteGroup:
        return _group(await self._api.get(f"/groups/{_id(group_id)}"))

    async def messages(self, group_id: str, *, before: str | None = None) -> list[dict[str, Any]]:
        """The newest first, at most MESSAGES, older than `before`."""
        older = {} if before is None else {"before_id": before}
        found = await self._api.get(f"/groups/{_id(group_id)}/messages", limit=MESSAGES, **older)
        return _objects(found and _object(found).get("messages"))

    async def post_as_bot(self, bot_id: str, text: str, picture: str | None = None) -> None:
        body = {"bot_id": bot_id, "text": text}
        await self._api.post("/bots/post", body | ({"picture_url": picture} if picture else {}))

    async def post_as_ourselves(
        self, group_id: str, guid: str, text: str, picture: str | None = None
    ) -> str | None:
        """The message's id; None when it was there already."""
        message = {"source_guid": guid, "text": text, "attachments": _attached(picture)}
        return await self._send(f"/groups/{_id(group_id)}/messages", "message", message)

    async def write_to(
        self, user_id: str, guid: str, text: str, picture: str | None = None
    ) -> str | None:
        """A direct message; its id, or None when it was there already."""
        message = {
            "source_guid": guid,
            "recipient_id": user_id,
            "text": text,
            "attachments": _attached(picture),
        }
        return await self._send("/direct_messages", "direct_message", message)

    async def _send(self, path: str, name: str, message: dict[str, Any]) -> str | None:
        try:
            done = await self._api.post(path, {name: message})
        except GroupMeError as error:
            if error.status == 409:  # the same source_guid again: it has arrived
                return None
            raise
        sent = done.get(name) if isinstance(done, dict) else None
        return str(sent["id"]) if isinstance(sent, dict) and "id" in sent else None

    async def upload(self, png: bytes) -> str:
        """The picture's address at the image service."""
        return await self._api.upload(png)

    async def chats(self) -> list[dict[str, Any]]:
        """Our account's conversations, that with the latest message first."""
        return _objects(await self._api.get("/chats", page=1, per_page=PAGE))

    async def letters(self, user_id: str, *, since: str | None = None) -> list[dict[str, Any]]:
        """What somebody and our account wrote to each other, the newest first."""
        newer = {} if since is None else {"since_id": since}
        found = await self._api.get("/direct_messages", other_user_id=_id(user_id), **newer)
        return _objects(found and _object(found).get("direct_messages"))

    async def bots(self) -> list[RemoteBot]:
        return [_bot(one) for one in _objects(await self._api.get("/bots"))]

    async def create_bot(self, group_id: str, name: str, callback_url: str) -> RemoteBot:
        wanted = {"name": name, "group_id": _id(group_id), "callback_url": callback_url}
        made = _object(await self._api.post("/bots", {"bot": wanted}))
        return _bot(made.get("bot") or made)

    async def destroy_bot(self, bot_id: str) -> None:
        await self._api.post("/bots/destroy", {"bot_id": bot_id})

    async def share(self, group_id: str) -> RemoteGroup:
        """Turns the share link on."""
        return _group(await self._api.post(f"/groups/{_id(group_id)}/update", {"share": True}))

    async def create_group(self, name: str) -> RemoteGroup:
        return _group(await self._api.post("/groups", {"name": name, "share": True}))

    async def add_member(self, group_id: str, user_id: str, name: str) -> str:
        """Begins to add somebody by their account's id; what the result is asked for by."""
        member = {"nickname": name, "user_id": _id(user_id), "guid": user_id}
        answer = await self._api.post(f"/groups/{_id(group_id)}/members/add", {"members": [member]})
        return str(_object(answer).get("results_id") or "")

    async def added(self, group_id: str, results_id: str) -> list[str]:
        """The accounts that were added. Status 503: not yet known; 404: forgotten."""
        path = f"/groups/{_id(group_id)}/members/results/{results_id}"
        found = _objects(_object(await self._api.get(path)).get("members"))
        return [str(one.get("user_id")) for one in found]

    async def remove_member(self, group_id: str, membership_id: str) -> None:
        path = f"/groups/{_id(group_id)}/members/{_id(membership_id)}/remove"
        await self._api.post(path, {})


def room_address(group_id: str) -> str:
    """Groups and accounts are numbered alike: the address tells which of them it is."""
    return ROOM_PREFIX + group_id


def group_id_of(address: str) -> str | None:
    """The group of a room's address, None for a person's."""
    return address.removeprefix(ROOM_PREFIX) if address.startswith(ROOM_PREFIX) else None


def _group(found: object) -> RemoteGroup:
    one = _object(found)
    members = one.get("members")
    return RemoteGroup(
        id=_id(one.get("group_id") or one.get("id")),
        name=str(one.get("name") or ""),
        share_url=_url(one.get("share_url")),
        creator_id=str(one.get("creator_user_id") or ""),
        members=None if members is None else tuple(_members(members)),
    )


def _members(found: object) -> Iterator[RemoteMember]:
    for one in _objects(found):
        user_id = str(one.get("user_id") or "")
        if ID.fullmatch(user_id):
            yield RemoteMember(
                user_id=user_id,
                membership_id=str(one.get("id") or ""),
                name=str(one.get("nickname") or one.get("name") or ""),
                leads=not LEADERS.isdisjoint(one.get("roles") or ()),
            )


def _bot(found: object) -> RemoteBot:
    one = _object(found)
    url, group_id = str(one.get("callback_url") or ""), str(one.get("group_id") or "")
    return RemoteBot(str(one.get("bot_id") or ""), group_id, url)


def _attached(picture: str | None) -> list[dict[str, str]]:
    return [{"type": "image", "url": picture}] if picture else []


def _url(found: object) -> str | None:
    return found if isinstance(found, str) and found.startswith("https://") else None


def _id(found: object) -> str:
    """Ids are strings of digits. Anything else must not get into a path."""
    if not ID.fullmatch(str(found)):
        raise GroupMeError("404 that is no id", status=404, sent=False)
    return str(found)


def _object(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise GroupMeError("the answer is not as described")
    return found


def _objects(found: object) -> list[dict[str, Any]]:
    return [one for one in _list(found) if isinstance(one, dict)]


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []
