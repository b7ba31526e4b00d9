"""/phone and /vouch: who an invite is for proves it, or the inviter says that it is them."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.answers import show_card
from bot.texts import Verbatim, say
from core.access import Permission
from core.contacts.phones import key_of
from core.errors import Forbidden, Invalid
from core.invites import Invite
from core.invites.vouching import answer_claim
from core.invites.waiting import prove_phone

ANSWERS = {"yes": True, "no": False}


def show_bound_card(call: Call, code: str) -> Reply:
    """The card, or the question for the number that it is for."""
    try:
        return show_card(call, code)
    except Forbidden as refusal:
        if refusal.code != "phone_proof_needed":
            raise
        if refusal.aftermath is not None:
            refusal.aftermath(call.session)  # nothing else was done
        return _ask_for_number()


def phone(call: Call) -> Reply:
    """Takes the number that the platform vouches for; a typed one proves nothing."""
    if call.incoming.phone is None:
        return _ask_for_number()
    number = key_of(call.incoming.phone)
    mine = prove_phone(call.session, call.actor, number=number, now=call.now)
    if len(mine) == 1:
        return show_card(call, mine[0].public_id)
    if not mine:
        return Reply(
            say(
                "No invite waits for {number}. If somebody sent you a link, ask them which number"
                " it is for.",
                number=Verbatim(number),
            )
        )
    return Reply(say("These invites wait for you:"), waiting_buttons(mine))


def vouch(call: Call) -> Reply:
    """The buttons below the question who opened an invite for an e-mail address."""
    person_id = call.arguments.number("person")
    public_id, _, answer = call.arguments.text().partition(" ")
    if person_id is None or answer not in ANSWERS:
        raise Invalid("button_unknown")
    invite, person = answer_claim(
        call.session,
        call.actor,
        public_id=public_id,
        person_id=person_id,
        is_theirs=ANSWERS[answer],
        now=call.now,
    )
    names = {"person": person.name, "group": invite.group.name}
    if ANSWERS[answer]:
        told = say("{person} has the invite to {group} now, with Accept and Decline.", **names)
    else:
        told = say(
            "{person} stays out of {group}. The link still waits for whom you meant.", **names
        )
    return Reply(told, replaces=True)


def waiting_buttons(invites: list[Invite]) -> tuple[tuple[Button, ...], ...]:
    """A button for each that shows its card."""
    return tuple(
        (Button(say("Invite to {group}", group=one.group.name), f"/start {one.public_id}"),)
        for one in invites
    )


def _ask_for_number() -> Reply:
    return Reply(
        say(
            "Tap the button below to show me your phone number, and I see whether an invite is for"
            " it. Nobody in the group sees the number."
        ),
        asks_phone=True,
    )


COMMANDS = (
    Command(
        "phone",
        say("show me your number, for invites sent to it"),
        phone,
        places=frozenset({Place.PRIVATE}),
    ),
    Command(
        "vouch",
        say("say whether somebody is whom you invited"),
        vouch,
        usage="inv_… yes",
        permission=Permission.INVITE,
    ),
)
