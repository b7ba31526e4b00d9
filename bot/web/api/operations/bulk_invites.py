"""Inviting everybody on a list, and what has come of a group's invites."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.web.api.operation import Asked, operation
from bot.web.api.operations.invite_shapes import InviteShown, Offered, Token, show_invite
from bot.web.api.operations.invites import TAG, USERNAMES
from bot.web.api.shapes import ById, Given, Taken, Words
from core.access import Permission, require
from core.contacts.lists import Contact
from core.contacts.tables import MOST_ROWS
from core.groups import get_group
from core.invites.bulk import Committed, commit_bulk
from core.invites.bulk_drafts import Preview, await_list, cancel_bulk, fill_list
from core.invites.deeds import Deed
from core.invites.stats import Counts, count_invites
from core.invites.weighing import Verdict, read_candidates


class OneOfMany(Taken):
    """`addresses` are usernames with their @, phone numbers and e-mail addresses, the surest first;
    without any the name must be of somebody whom you may know.
    """

    name: Words = ""
    addresses: list[Words] = Field(default=[], max_length=10)


class ManyInvites(Offered):
    """What is offered to everybody on the list. `dry_run` only says how each stands."""

    people: Annotated[list[OneOfMany], Field(min_length=1, max_length=MOST_ROWS)]
    dry_run: bool = False


class Standing(Given):
    """Somebody on the list by their place in it, from 1. `reason` is the code of why not."""

    line: int
    said: str
    verdict: Verdict
    reason: str | None


class Handed(Given):
    """A link to hand over, told this once; it opens for `said` alone."""

    said: str
    invite: InviteShown
    token: Token
    link: str


class ManyInvited(Given):
    """`sent` hear of it by themselves, `links` are for the others who were ready."""

    ready: int
    sent: int
    links: list[Handed]
    left_out: list[Standing]


class DeedCounts(Given):
    """How many invites were sent, seen, accepted and declined, and what else is counted."""

    counts: dict[Deed, int]


class InviterShown(DeedCounts):
    """`inviter` is null for those who are known no more."""

    inviter: str | None


class InviteStats(Given):
    total: dict[Deed, int]
    inviters: list[InviterShown]


@operation(
    "POST",
    "/groups/{id}/invites/bulk",
    "Invite everybody on a list",
    tag=TAG,
    permission=Permission.INVITE,
)
def invite_many(asked: Asked, path: ById, body: ManyInvites) -> ManyInvited:
    """Who is in, invited, banned, listed twice or unreadable is left out, and stands in nobody's
    way. The same list again changes nothing.
    """
    group = get_group(asked.session, path.id)
    require(asked.session, asked.me, Permission.INVITE, group)
    draft = await_list(asked.session, asked.me, group=group, offer=body.read(group), now=asked.now)
    contacts = [
        Contact(at, one.name, tuple(one.addresses)) for at, one in enumerate(body.people, 1)
    ]
    candidates = read_candidates(contacts, platform=USERNAMES, region=asked.defaults.region)
    preview = fill_list(asked.session, asked.me, draft=draft, candidates=candidates, now=asked.now)
    asked.session.flush()
    if body.dry_run:
        cancel_bulk(asked.session, asked.me, public_id=draft.public_id, now=asked.now)
        return _show(asked, preview, None)
    done = commit_bulk(asked.session, asked.me, public_id=draft.public_id, now=asked.now)
    return _show(asked, preview, done)


@operation(
    "GET",
    "/groups/{id}/invites/stats",
    "What has come of the invites",
    tag=TAG,
    permission=Permission.LIST_INVITES,
)
def read_invite_stats(asked: Asked, path: ById) -> InviteStats:
    """Those that are gone included, the busiest inviters first."""
    group = get_group(asked.session, path.id)
    numbers = count_invites(asked.session, asked.me, group=group, now=asked.now)
    inviters = [InviterShown(inviter=one.name, counts=_all(one.counts)) for one in numbers.inviters]
    return InviteStats(total=_all(numbers.total), inviters=inviters)


def _all(counts: Counts) -> dict[Deed, int]:
    return {deed: counts[deed] for deed in Deed}


def _show(asked: Asked, preview: Preview, done: Committed | None) -> ManyInvited:
    links = [
        Handed(
            said=one.said,
            invite=show_invite(one.invite, asked.now),
            token=one.token,
            link=asked.link(one.token),
        )
        for one in (done.handouts if done is not None else ())
    ]
    left_out = [
        Standing(line=row.line, said=row.said, verdict=row.verdict, reason=row.reason)
        for row in preview.left_out
    ]
    return ManyInvited(
        ready=preview.count(Verdict.READY),
        sent=done.sent if done is not None else 0,
        links=links,
        left_out=left_out,
    )


OPERATIONS = (invite_many, read_invite_stats)
