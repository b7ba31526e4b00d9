"""The job that reads the list of templates: what Meta approved, and what it took back."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.ground import Ground
from bot.whatsapp_api import PLATFORM, WhatsAppError
from bot.whatsapp_calls import WhatsApp
from core.errors import DatabaseUnavailable
from core.message_templates import TOPIC, replace_templates

log = structlog.get_logger(__name__)


class Catalogue:
    """`wake` has it run at once, as when somebody asks how the templates stand."""

    def __init__(self, whatsapp: WhatsApp, ground: Ground, *, wake: Callable[[], None]) -> None:
        self._whatsapp = whatsapp
        self._ground = ground
        self._wake = wake
        self._business_id: str | None = None
        ground.database.on_commit(self._on_commit)

    async def tick(self) -> None:
        """Never raises for an outage: what was listed before holds until the next tick."""
        try:
            await self._read()
        except WhatsAppError as error:
            log.warning("templates are read later: WhatsApp", reason=error.reason, code=error.code)
        except DatabaseUnavailable as error:
            log.warning("templates are read later: the database", reason=str(error))

    def _on_commit(self, topics: frozenset[str]) -> None:
        if TOPIC in topics:
            self._wake()

    async def _read(self) -> None:
        if self._business_id is None:
            self._business_id = (await self._whatsapp.number()).business_id
        if self._business_id is None:
            log.warning("WhatsApp does not say whose our number is: no templates are known")
            return
        found, now = await self._whatsapp.templates(self._business_id), self._ground.clock()
        await self._ground.database.write(
            lambda s: replace_templates(s, platform=PLATFORM, found=found, now=now)
        )
        approved = sum(one.status == "APPROVED" for one in found)
        log.info("templates are read", listed=len(found), approved=approved)
