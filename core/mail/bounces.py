"""Bounce: word that comes back of an e-mail which a server had accepted and could not deliver."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.claims import past_claim
from core.deliveries.reach import fall_back
from core.invites.whom import EMAIL
from core.mail.mailboxes import mark_refusing

# As the channel makes them: the number of the delivery, then what nobody can guess.
MESSAGE_ID = re.compile(r"<(\d{1,18})\.[0-9a-f]{24}@[^<>\s]+>")


def take_bounce(
    session: Session,
    *,
    message_id: str,
    reason: str,
    bad_address: bool,
    channels: Collection[str],
    now: datetime,
) -> bool:
    """The message did not arrive after all; whether it is one of ours that counts as sent.

    Bounces are signed by nobody: the Message-ID, which only we and who got the mail know, has to be
    right. With `bad_address` nothing more is sent there, and the person's next channel among
    `channels` takes the message over.
    """
    match = MESSAGE_ID.fullmatch(message_id.strip())
    if match is None:
        return False
    ours = Delivery.id == int(match[1]), Delivery.channel == EMAIL
    query = select(Delivery).where(*ours, Delivery.provider_id == message_id.strip())
    delivery = session.scalar(
        query.where(Delivery.status == DeliveryStatus.SENT)
        .options(joinedload(Delivery.event))
        .with_for_update(of=Delivery)
    )
    if delivery is None:
        return False
    delivery.status, delivery.last_error = DeliveryStatus.FAILED, reason
    session.flush()
    if bad_address:
        mark_refusing(session, address=delivery.address, reason=reason, now=now)
        fall_back(session, past_claim(delivery), channels=channels, now=now)
    return True
