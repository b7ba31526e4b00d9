"""What stands on a contract's page: the words and a form to sign them, or who has signed."""

from __future__ import annotations

from bot.cards.contracts import team_of, terms_line
from bot.texts import Prose, Text, Verbatim, say
from bot.web.cookies import NONCE
from bot.web.sheets import Field, Form, Part, Sheet
from bot.words.rosters import signature_line
from core.rosters.players import Player
from core.rosters.signatures import Signature
from core.rosters.terms import Terms


def reading_sheet(
    player: Player, terms: Terms, path: str, *, nonce: str, told: Prose | None = None
) -> Sheet:
    """`told` is why it was not signed just now."""
    hidden = {NONCE: nonce, "terms": str(terms.id)}
    name = Field("name", say("Your full name"), autocomplete="name")
    form = Form(say("Sign the contract"), path, hidden, (name,))
    return Sheet(
        say("The contract of <b>{player}</b>", player=player.name),
        (*([told] if told is not None else []), _where(player)),
        parts=(_words(terms), Part(say("Sign as guardian"), (_binding(player),), ways=(form,))),
        refused=told is not None,
    )


def signed_sheet(
    player: Player, signature: Signature, *, terms: Terms | None = None, again: bool = False
) -> Sheet:
    """`again`: somebody pressed the button although it was signed. `terms` are what was signed."""
    was = say("It was signed before. Nothing has changed.") if again else None
    which = terms_line(signature.terms_version, signature.terms_sha256)
    return Sheet(
        say("The contract of <b>{player}</b> is signed", player=player.name),
        (
            *([was] if was else []),
            _where(player),
            signature_line(signature),
            *([] if terms else [which]),
            _what_follows(player),
        ),
        parts=(_words(terms),) if terms else (),
    )


def _words(terms: Terms) -> Part:
    text = say("{terms}", terms=Verbatim(terms.text))
    return Part(say("What is signed"), (text, terms_line(terms.version, terms.sha256)))


def _where(player: Player) -> Text:
    if player.team is None:
        return say("{club}, no team yet", club=player.group.name)
    return say("Team: {team}", team=team_of(player))


def _binding(player: Player) -> Text:
    return say(
        "With the button you sign these words for {player}. The club keeps your name, the time and"
        " which words they were.",
        player=player.name,
    )


def _what_follows(player: Player) -> Text:
    if player.link_owed:
        return say("You get the link into the team’s room as soon as there is one.")
    return say("The link into the team’s room comes to you with the welcome.")
