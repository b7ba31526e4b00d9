"""What pages and the REST API stand on, as the settings say."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection

from bot.catalogues import best_locale
from bot.config import Settings
from bot.crowds import channels_of
from bot.dispatch import Defaults
from bot.ground import Ground
from bot.own_site import Site
from bot.texts import Reader
from bot.web.api.callers import READINGS
from bot.web.api.working import Api
from bot.web.credentials import readings_of
from bot.web.front import Front
from bot.web.init_data import Verifier


def defaults_of(settings: Settings, site: Site) -> Defaults:
    return Defaults(
        settings.default_locale,
        settings.default_timezone,
        settings.default_region,
        public_url=settings.public_url,
        site=site,
        channels=channels_of(settings),
    )


def front_of(
    settings: Settings,
    ground: Ground,
    *,
    rulers: Collection[str],
    telegram_link: Callable[[str], str | None],
    by_email: bool,
) -> Front:
    assert settings.telegram_token is not None, "the sandbox has a token too"
    return Front(
        ground.database,
        ground.clock,
        settings.public_url,
        Reader(best_locale(settings.default_locale), settings.default_timezone),
        frozenset(rulers),
        telegram_link=telegram_link,
        by_email=by_email,
        verifier=Verifier(settings.telegram_token.get_secret_value()),
    )


def api_of(front: Front, *, stopping: asyncio.Event, defaults: Defaults) -> Api:
    return Api(
        database=front.database,
        now=front.now,
        stopping=stopping,
        monotonic=time.monotonic,
        public_url=front.public_url,
        system_admins=front.system_admins,
        defaults=defaults,
        readings=(*READINGS, *readings_of(front)),
    )
