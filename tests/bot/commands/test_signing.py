"""/terms, /sendcontract, /sign and /contracts: guardians read, then sign."""

from __future__ import annotations

import pytest

from bot.notices import Notice, render
from bot.texts import Reader
from core.facts import read_fact
from core.outbox import OutboxEvent
from core.people.proofs import keep_proof
from core.rosters.players import Player
from core.rosters.signatures import Signature
from tests.bot.commands.talk import ISOLATES, Talk, words
from tests.core.rostering import DANA, add, set_terms, sign
from tests.core.test_welcomes import club, groupme

CARD = "The contract of Mia Levi – Tigers\n\nBe fair.\nBe kind.\nTerms version 1, SHA-256"


@pytest.fixture
async def code(talk: Talk) -> str:
    """A player of the Tigers whose guardian is charlie."""
    cast = talk.cast
    await cast.write(
        lambda s: keep_proof(
            s, kind="phone", address="+12025550143", person_id=cast.charlie.id, now=cast.now
        )
    )
    return await add(cast, "Mia Levi", DANA)


async def told_last(talk: Talk, kind: str) -> Notice | None:
    """The notice of what was recorded last."""
    event = (await talk.cast.rows(OutboxEvent))[-1]
    fact = read_fact(event.event_type, event.payload)
    found = await talk.cast.read(lambda s: render(s, kind, fact))
    assert found is None or isinstance(found, Notice)
    return found


def text_of(notice: Notice | None) -> str:
    assert notice is not None
    return ISOLATES.sub("", Reader("en", "UTC").plain(notice.text))


async def test_terms_may_have_many_lines_and_are_shown_with_their_hash(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/terms\nBe fair.\nBe kind.")
    assert "Terms version 1, SHA-256" in heard.text
    assert (await talk.say(talk.cast.alice, "/terms")).text.startswith("Be fair.\nBe kind.\nTerms")


async def test_without_terms_it_says_how_to_set_them(talk: Talk, code: str) -> None:
    assert "Nothing is set" in (await talk.say(talk.cast.alice, "/terms")).text
    heard = await talk.say(talk.cast.alice, f"/sendcontract {code}")
    assert heard.text == words("terms_missing", group="Tigers")


async def test_the_card_shows_what_is_signed_and_its_button_signs_just_that(
    talk: Talk, code: str
) -> None:
    seen = await set_terms(talk.cast)
    await talk.say(talk.cast.alice, "/sendcontract Mia")
    card = await told_last(talk, "contract_card")
    assert text_of(card).startswith(CARD)
    assert card is not None
    assert card.buttons[0][0].line == f"/sign {code} terms={seen}"
    heard = await talk.tap(talk.cast.charlie, card.buttons[0][0].line)
    assert "Mia Levi’s contract is signed.\nSigned by Dana Levi as guardian" in heard.text


async def test_a_card_of_what_is_signed_or_void_is_not_shown(talk: Talk, code: str) -> None:
    await set_terms(talk.cast)
    await talk.say(talk.cast.alice, f"/sendcontract {code}")
    await sign(talk.cast, code)
    rows = await talk.cast.rows(OutboxEvent)
    fact = read_fact(rows[0].event_type, rows[0].payload)
    assert await talk.cast.read(lambda s: render(s, "contract_card", fact)) is None


async def test_a_guardian_sees_a_line_for_each_child_and_signs_from_there(
    talk: Talk, code: str
) -> None:
    seen = await set_terms(talk.cast)
    await sign(talk.cast, await add(talk.cast, "Noa Levi", DANA))
    heard = await talk.say(talk.cast.charlie, "/contracts")
    assert "• Mia Levi – Tigers – not signed\n• Noa Levi – Tigers – signed" in heard.text
    assert heard.labels == ["Read and sign for Mia Levi"]
    card = await talk.tap(talk.cast.charlie, heard.lines[0])
    assert card.text.startswith(CARD)
    assert card.labels == ["Sign as Dana Levi"]
    assert card.lines == [f"/sign {code} terms={seen}"]


async def test_a_guardian_may_type_the_childs_name_and_their_own(talk: Talk, code: str) -> None:
    seen = await set_terms(talk.cast)
    assert (await talk.say(talk.cast.charlie, "/sign mia")).text.startswith(CARD)
    heard = await talk.say(talk.cast.charlie, f"/sign {code} terms={seen} Dana R. Levi")
    assert "Signed by Dana R. Levi as guardian" in heard.text
    assert [row.typed for row in await talk.cast.rows(Signature)] == [True]


async def test_twice_is_told_and_changes_nothing(talk: Talk, code: str) -> None:
    await set_terms(talk.cast)
    await talk.say(talk.cast.alice, "/sign Mia Levi")
    for who in (talk.cast.alice, talk.cast.charlie):
        heard = await talk.say(who, f"/sign {code}")
        assert "was signed before. Nothing has changed.\nSigned by Alice for the club" in heard.text
    assert len(await talk.cast.rows(Signature)) == 1


async def test_who_has_no_child_here_is_told_how_to_be_known(talk: Talk, code: str) -> None:
    heard = await talk.say(talk.cast.bob, "/contracts")
    assert ("/phone" in heard.text, "Mia" in heard.text) == (True, False)


async def test_all_who_have_not_signed_get_theirs(talk: Talk, code: str) -> None:
    await set_terms(talk.cast)
    await add(talk.cast, "Noa", DANA)
    heard = await talk.say(talk.cast.alice, "/sendcontract all")
    assert "The guardians of 2 players get" in heard.text


async def test_the_welcome_names_the_team_and_its_link(talk: Talk, code: str) -> None:
    await groupme(talk.cast)
    heard = await talk.say(talk.cast.alice, f"/sign {code}")
    assert "a welcome with the link" in heard.text
    told = text_of(await told_last(talk, "contract_signed"))
    assert told.endswith("The team: Tigers\nJoin the team’s room: https://groupme.com/join/1")


async def test_without_a_team_it_says_that_it_comes(talk: Talk, code: str) -> None:
    home = await club(talk.cast)
    await sign(talk.cast, await add(talk.cast, "Noa", DANA, group=home))
    assert "Team assignment coming soon" in text_of(await told_last(talk, "contract_signed"))


async def test_without_a_room_it_says_that_the_link_comes(talk: Talk, code: str) -> None:
    heard = await talk.say(talk.cast.alice, f"/sign {code}")
    assert "as soon as there is one" in heard.text
    assert "coming soon" in text_of(await told_last(talk, "contract_signed"))


async def test_a_room_on_telegram_is_opened_by_a_button(talk: Talk, code: str) -> None:
    await talk.cast.bind()
    await sign(talk.cast, code)
    told = await told_last(talk, "contract_signed")
    assert told is not None
    assert told.entry == "-100500"


async def test_the_link_that_was_promised_is_told_of(talk: Talk, code: str) -> None:
    home = await club(talk.cast)
    await groupme(talk.cast)
    noa = await add(talk.cast, "Noa", DANA, group=home)
    await sign(talk.cast, noa)
    await talk.say(talk.cast.alice, f"/assign {noa} to #{talk.cast.tigers.id}")
    told = text_of(await told_last(talk, "contract_link"))
    assert told == "Noa plays in Tigers.\nJoin the team’s room: https://groupme.com/join/1"


async def test_nobody_is_welcomed_whose_contract_is_void_by_then(talk: Talk, code: str) -> None:
    await sign(talk.cast, code)
    event = (await talk.cast.rows(OutboxEvent))[-1]
    await talk.say(talk.cast.alice, f"/roster void {code} sure=yes")
    fact = read_fact(event.event_type, event.payload)
    assert await talk.cast.read(lambda s: render(s, "contract_signed", fact)) is None
    assert [row.contract.value for row in await talk.cast.rows(Player)] == ["void"]


async def test_an_outsider_signs_nothing(talk: Talk, code: str) -> None:
    seen = await set_terms(talk.cast)
    noa = await add(talk.cast, "Noa", "Else, else@example.org")
    for line in (f"/sign {noa}", f"/sign {noa} terms={seen}", "/sign ply_aaaaaaaa terms=1"):
        assert (await talk.tap(talk.cast.charlie, line)).text == words("player_unknown")
    assert await talk.cast.rows(Signature) == []


async def test_without_a_guardian_it_is_said_that_nobody_is_told(talk: Talk) -> None:
    await add(talk.cast, "Leo Katz")
    heard = await talk.say(talk.cast.alice, "/sign Leo")
    assert "contract is signed" in heard.text
    assert "nobody gets a welcome" in heard.text
