"""Receipts: what Meta tells later of our messages: sent, delivered, read, or failed after all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.inbound import PlatformSilent, UnreadableUpdate
from bot.platforms.whatsapp.arrivals import STATUS
from bot.whatsapp_api import PLATFORM, WhatsAppError
from bot.whatsapp_calls import NOTICE_MARK
from bot.whatsapp_codes import Meaning, delivery_error, meaning_of
from core.deliveries import DeliveryStatus
from core.deliveries.errors import DeliveryError
from core.deliveries.receipts import address_told, is_known, note_failure, note_progress
from core.deliveries.retry import RetryPolicy
from core.inbox import InboxRow, mark_handled
from core.people.conversations import note_silence

# A status may overtake the answer to the very call that sent its message.
OVERTAKES_BY = timedelta(minutes=2)
FAILED = "failed"
# Heard is more than read, for a voice.
PROGRESS = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "played": DeliveryStatus.READ,
}

log = structlog.get_logger(__name__)


class Receipts:
    """`channels` tells which may take over what failed."""

    def __init__(
        self,
        ground: Ground,
        channels: Callable[[], Collection[str]],
        policy: RetryPolicy | None = None,
    ) -> None:
        self._ground = ground
        self._channels = channels
        self._policy = policy or RetryPolicy()

    async def take(self, row: InboxRow) -> bool:
        """Move the delivery, and claim the row with it; False for a message that is none of the
        outbox's. Raises PlatformSilent for one that is not written down yet, UnreadableUpdate.
        """
        status: Mapping[str, Any] = row.payload[STATUS]
        provider_id, kind = str(status.get("id") or ""), str(status.get("status"))
        if not provider_id or (kind != FAILED and kind not in PROGRESS):
            raise UnreadableUpdate("a status of no known kind")
        database, now = self._ground.database, self._ground.clock()
        if not await database.read(lambda s: is_known(s, provider_id=provider_id)):
            is_ours = status.get("biz_opaque_callback_data") == NOTICE_MARK
            if is_ours and now - row.received_at < OVERTAKES_BY:
                raise PlatformSilent("a status came before its message was written down")
            return False

        def unit(session: Session) -> None:
            if not mark_handled(session, row.id, now=now):
                return
            if kind == FAILED:
                self._fail(session, provider_id, status)
            else:
                note_progress(session, provider_id=provider_id, status=PROGRESS[kind])

        await database.write(unit)
        return True

    def _fail(self, session: Session, provider_id: str, status: Mapping[str, Any]) -> None:
        told, error = _error_in(status)
        if meaning_of(told) is Meaning.WINDOW:
            address = address_told(session, provider_id=provider_id)
            note_silence(session, platform=PLATFORM, address=address or "")
            error = DeliveryError(error.reason, delay_s=0.0)  # by a template, at once
        failed = note_failure(
            session,
            provider_id=provider_id,
            error=error,
            channels=self._channels(),
            policy=self._policy,
            now=self._ground.clock(),
        )
        if failed:
            self._ground.metrics.refusals.labels(PLATFORM, error.why).inc()
            log.warning("accepted and not delivered", why=error.reason, code=told.code)


def _error_in(status: Mapping[str, Any]) -> tuple[WhatsAppError, DeliveryError]:
    """Why it failed. Without a word of why, nothing says that another try would do better."""
    errors = status.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    found = first if isinstance(first, dict) else {}
    code, title = found.get("code"), str(found.get("title") or found.get("message") or "")
    reason = f"{code or ''} {title[:200]}".strip() or "failed, and WhatsApp does not say why"
    told = WhatsAppError(reason, code=code if isinstance(code, int) else None, status=400)
    return told, delivery_error(told)
