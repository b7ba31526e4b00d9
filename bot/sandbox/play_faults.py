"""Reading a scripted fault from the body of a play action."""

from bot.sandbox.faults import Fault
from bot.sandbox.play_body import Body


def read_fault(body: Body) -> Fault:
    """The fault, field by field; `ValueError` for a field that is unknown or of a wrong kind."""
    body.refuse_others(Fault.__dataclass_fields__)
    return Fault(
        method=body.text("method"),
        times=body.number("times") if "times" in body.fields else 1,
        status=body.maybe_number("status"),
        description=body.maybe_text("description"),
        parameters=body.maybe_object("parameters"),
        body=body.maybe_text("body"),
        delay_s=body.seconds("delay_s"),
        drop=body.maybe_text("drop"),
        chat_id=body.maybe_number("chat_id"),
    )
