"""The card by which a guardian reads a contract and signs it."""

from __future__ import annotations

from bot.command import Button
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say
from core.rosters.players import Player
from core.rosters.terms import Terms


def contract_card(
    player: Player, terms: Terms, guardian: str | None
) -> tuple[Prose, tuple[tuple[Button, ...], ...]]:
    """What is signed, with its version and hash, and the button that signs just these words."""
    line = f"/sign {player.public_id} terms={terms.id}"
    label = say("Sign as {name}", name=guardian) if guardian else say("Sign")
    return (
        lines(
            _words(player, terms),
            BLANK,
            say(
                "Tap to sign, or type it with your full name: <code>{line} Dana Levi</code>",
                line=Verbatim(line),
            ),
        ),
        ((Button(label, line),),),
    )


def contract_letter(player: Player, terms: Terms) -> Prose:
    """The same by e-mail, where a link of the reader's own follows."""
    return lines(
        _words(player, terms),
        BLANK,
        say(
            "Read it on your own page and sign there. Whoever has the link can sign, so keep it to"
            " yourself."
        ),
    )


def _words(player: Player, terms: Terms) -> Prose:
    return lines(
        say(
            "<b>The contract of {player}</b> – {team}",
            player=player.name,
            team=team_of(player),
        ),
        BLANK,
        terms_card(terms),
    )


def team_of(player: Player) -> Text:
    if player.team is None:
        return say("no team yet")
    return say("{team}", team=player.team.name)


def terms_line(version: int | None, sha256: str | None) -> Text:
    """Which text was signed, so that it can be told from another."""
    if version is None or sha256 is None:
        return say("The club had set no terms.")
    return say(
        "Terms version {version}, SHA-256 <code>{sha256}</code>",
        version=version,
        sha256=Verbatim(sha256),
    )


def terms_card(terms: Terms) -> Prose:
    """The words that are signed, and which they are."""
    return lines(
        say("{terms}", terms=Verbatim(terms.text)), terms_line(terms.version, terms.sha256)
    )
