"""One of each of our pages, with something on it: for browsers and for the pictures in docs/."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.web.api.callers import READINGS
from bot.web.api.working import Api
from bot.web.credentials import readings_of
from bot.web.front import Front
from bot.web.init_data import Verifier
from core.guests import Guest
from core.guests.self_service import make_guest_link
from core.mail.mailboxes import open_mailbox
from core.people.signin import offer_signin
from tests.bot.web.test_init_data import TOKEN
from tests.bot.web.test_invite_pages import front_of
from tests.cast import Cast
from tests.core.eventing import make_event, make_household, put_guest
from tests.core.rostering import add, set_terms
from tests.core.test_signing_by_link import MAIL_ALONE, mailed


@dataclass(frozen=True)
class Scene:
    """A page: where it is, what its heading says, and what Tab has to reach, by role and name."""

    path: str
    heading: str
    role: str = ""
    name: str = ""


def everything(cast: Cast, public_url: str = "http://127.0.0.1") -> tuple[Front, Api]:
    """What a service with all pages and REST stands on."""
    front = front_of(cast, public_url, by_email=True, verifier=Verifier(TOKEN))
    api = Api(
        database=cast.database,
        now=cast.clock,
        stopping=asyncio.Event(),
        monotonic=time.monotonic,
        public_url=public_url,
        readings=(*READINGS, *readings_of(front)),
    )
    return front, api


async def set_scenes(cast: Cast) -> Mapping[str, Scene]:
    """By name."""
    open_one, over = await cast.invite(), await cast.invite()
    await cast.revoke(cast.alice, over.public_id)
    signin = await cast.write(lambda s: offer_signin(s, cast.alice(s), now=cast.now))
    mailbox = await cast.write(lambda s: open_mailbox(s, "erin@example.org", now=cast.now).token)
    invite = f"/i/{open_one.token}"
    return {
        "invite": Scene(invite, "Alice invites you to", "link", "Open in Telegram"),
        "ended": Scene(f"/i/{over.token}", "This invite is over", "link", "Ask for a new invite"),
        "poster": Scene(f"{invite}/poster", "Tigers"),
        "answer": Scene(await _answering(cast), "Cup final", "button", "Zoe: Yes"),
        "contract": Scene(
            await _contract(cast), "The contract of Mia Katz", "button", "Sign the contract"
        ),
        "unsubscribe": Scene(f"/u/{mailbox}", "e-mail", "button", "No more e-mail"),
        "sign-in": Scene(f"/s/{signin}", "Sign in", "button", "Sign in"),
        "nobody": Scene("/me", "That did not work"),
        "app": Scene("/app", "A moment, please"),
        "reference": Scene("/api", "Usher: REST", "link", "GET /api/v1/groups"),
    }


async def _contract(cast: Cast) -> str:
    """The link that was mailed to Mia's guardian."""
    await set_terms(cast)
    return f"/contract/{await mailed(cast, await add(cast, 'Mia Katz', MAIL_ALONE))}"


async def _answering(cast: Cast) -> str:
    """Zoe's own link to an event, to which she may bring two, and Ben, who is her child."""
    place = await make_event(
        cast, place="Hall 3", plus_ones=2, deadline=cast.now + timedelta(days=3)
    )
    house = await make_household(cast, place)
    zoe = await put_guest(cast, place, "Zoe", household_id=house)
    await put_guest(cast, place, "Ben", household_id=house, is_child=True)
    token = await cast.write(lambda s: make_guest_link(s, s.get_one(Guest, zoe), now=cast.now))
    return f"/r/{token}"
