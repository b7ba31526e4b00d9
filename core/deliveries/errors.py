"""DeliveryError: why a channel could not deliver, in the outbox's own terms."""

from __future__ import annotations

from core.names import clean_text, cut

REASON_LIMIT = 500


class DeliveryError(Exception):
    """A channel could not deliver. Raised by channels only.

    `permanent`: the destination refused for good, no retry will help. `retry_after_s`: the platform
    named its own waiting time, in seconds. `uncertain`: it may have arrived. `moved_to`: the
    destination has a new address. `unreachable`: the destination itself is gone for us.
    `lacks_rights`: it is there, and we may not do that in it. `repeatable`: what is uncertain may
    be sent again, since a repeat is recognised. `ours`: it is about us, not about the destination,
    and somebody has to see to it. `unwanted`: whoever is there asked not to be written to.
    `delay_s`: this message may be tried again after so many seconds, which says nothing of others.
    `elsewhere`: the destination is as good as ever, but this takes another way to its person.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after_s: float | None = None,
        uncertain: bool = False,
        moved_to: str | None = None,
        unreachable: bool = False,
        lacks_rights: bool = False,
        repeatable: bool = False,
        ours: bool = False,
        unwanted: bool = False,
        delay_s: float | None = None,
        elsewhere: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = cut(clean_text(reason), REASON_LIMIT)
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.uncertain = uncertain
        self.moved_to = moved_to
        self.unreachable = unreachable
        self.lacks_rights = lacks_rights
        self.repeatable = repeatable
        self.ours = ours
        self.unwanted = unwanted
        self.delay_s = delay_s
        self.elsewhere = elsewhere

    @property
    def why(self) -> str:
        """What it means, in a word: `trouble` is what time may heal."""
        if self.retry_after_s is not None or self.delay_s is not None:
            return "wait"
        meanings = {
            "moved": self.moved_to is not None,
            "uncertain": self.uncertain,
            "unreachable": self.unreachable,
            "rights": self.lacks_rights,
            "unwanted": self.unwanted,
            "ours": self.ours,
            "refused": self.permanent,
        }
        return next((word for word, holds in meanings.items() if holds), "trouble")
