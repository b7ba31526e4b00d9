"""Facts about events: who is asked, and who hears of what changed."""

from __future__ import annotations

from pydantic import Field

from core.facts.fact import Fact


class EventFact(Fact):
    """Something about an event as a whole; its group is the event itself."""

    @property
    def subject(self) -> str:
        return f"event:{self.group_id}"


class RsvpAsked(EventFact):
    """The rooms of the event, or of the group that it hangs under, get its card. With `everybody`
    those guests do too whom no room tells.
    """

    event_type = "event.asked"
    everybody: bool = False


class RsvpCounted(EventFact):
    """Answers have come in: the cards that were shown are out of date."""

    event_type = "event.answered"


class EventChanged(EventFact):
    """Date, time or place are others: who had said yes is asked again."""

    event_type = "event.changed"
    bulk = True


class EventCancelled(EventFact):
    """It does not take place; with `following`, nor do those after it in its series, `also`."""

    event_type = "event.cancelled"
    bulk = True
    following: bool = False
    also: list[int] = Field(default_factory=list)


class EventReminded(EventFact):
    """It is time to remind guests: those that `kind` is about."""

    event_type = "event.reminded"
    bulk = True
    kind: str


class SeatOffered(EventFact):
    """Somebody on the waitlist is offered seats for a while."""

    event_type = "event.seat_offered"
    guest_id: int


class SeatLapsed(EventFact):
    """They did not answer in time: the seats went to others."""

    event_type = "event.seat_lapsed"
    guest_id: int


class GuestsUnreached(EventFact):
    """Guests were told something, by the fact of the type `about`: who has no way to be told is for
    those who run the event to speak to. They are the `audience`, or the one `guest_id`.
    """

    event_type = "event.unreached"
    about: str
    audience: str | None = None
    guest_id: int | None = None


class CalendarAnswered(EventFact):
    """A guest's calendar answered by mail and can't be taken at its word: `code` and `fields` are
    those of the refusal, or say that they are on the waitlist. Told to that address.
    """

    event_type = "event.calendar_answered"
    guest_id: int
    address: str
    code: str
    fields: dict[str, str]
