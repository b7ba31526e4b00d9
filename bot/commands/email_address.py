"""/email: one's own e-mail address, proven by six digits."""

from __future__ import annotations

from bot.command import Call, Command, Place, Reply
from bot.texts import Verbatim, lines, say
from core.people.own_email import ask_for_proof, prove_own
from core.rosters.mail import own_addresses

PRIVATE = frozenset({Place.PRIVATE})


def email(call: Call) -> Reply:
    """An address has digits sent to it, digits prove it; alone it shows what is known."""
    text = call.arguments.text()
    digits = "".join(text.split())
    if digits.isascii() and digits.isdigit():
        address = prove_own(call.session, call.actor, code=digits, now=call.now)
        return Reply(
            say(
                "{address} is yours. I write there when I can’t reach you in a chat.",
                address=address,
            )
        )
    if text:
        address = ask_for_proof(call.session, call.actor, address=text, now=call.now)
        example = Verbatim("/email 123456")
        return Reply(
            lines(
                say("I have sent six digits to {address}.", address=address),
                say("Type them here: <code>{example}</code>", example=example),
            )
        )
    return _known(call)


def _known(call: Call) -> Reply:
    known = own_addresses(call.session, call.actor.person.id)
    told = [say("I know this address of yours: {address}", address=one) for one in known]
    example = Verbatim("/email you@example.org")
    return Reply(lines(*told, say("Tell me one: <code>{example}</code>", example=example)))


COMMANDS = (
    Command(
        "email",
        say("your own e-mail address"),
        email,
        usage="[address|digits]",
        places=PRIVATE,
    ),
)
