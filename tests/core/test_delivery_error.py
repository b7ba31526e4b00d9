"""A refusal in a word, for those who watch."""

from __future__ import annotations

import pytest

from core.deliveries.errors import DeliveryError


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (DeliveryError("429", retry_after_s=37), "wait"),
        (DeliveryError("moved", moved_to="-100"), "moved"),
        (DeliveryError("no answer", uncertain=True), "uncertain"),
        (DeliveryError("blocked", permanent=True, unreachable=True), "unreachable"),
        (DeliveryError("not enough rights", permanent=True, lacks_rights=True), "rights"),
        (DeliveryError("message is too long", permanent=True), "refused"),
        (DeliveryError("502"), "trouble"),
        (DeliveryError("5.7.1", permanent=True, ours=True), "ours"),
        (DeliveryError("no more mail", unwanted=True), "unwanted"),
    ],
)
def test_each_refusal_has_its_word(error: DeliveryError, why: str) -> None:
    assert error.why == why
