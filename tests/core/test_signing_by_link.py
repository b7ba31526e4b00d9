"""Signing by the link that was mailed: once, for one child, and by nobody once it is over."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.people import Person
from core.people.forgetting import NOBODY, erase
from core.people.proofs import keep_proof
from core.rosters.contract_links import ContractLink, make_contract_link
from core.rosters.contracts import send_contract, void_contract
from core.rosters.players import Guardian, Player
from core.rosters.signatures import Capacity, Signature
from core.rosters.signing import Signing
from core.rosters.signing_by_link import LinkedContract, read_contract, sign_by_link
from core.rosters.terms import Terms
from core.tokens import digest, new_token
from tests.cast import Cast, refused
from tests.core.rostering import add, events, guard, set_terms, sign

ERIN = "erin@example.org"
MAIL_ALONE = f"Erin Katz, {ERIN}"


async def mailed(cast: Cast, public_id: str, address: str = ERIN) -> str:
    """The token in a mail that sends the contract there."""

    def unit(s: Session) -> str | None:
        player = send_contract(s, cast.alice(s), public_id=public_id, now=cast.now)
        return make_contract_link(s, player_id=player.id, address=address, now=cast.now)

    token = await cast.write(unit)
    assert token is not None
    return token


async def by_link(cast: Cast, token: str, seen: int, name: str = "Erin K. Katz") -> Signing:
    return await cast.write(
        lambda s: sign_by_link(
            s, token=token, name=name, seen=seen, guessers=("address:192.0.2.1",), now=cast.now
        )
    )


async def look(cast: Cast, token: str) -> LinkedContract:
    return await cast.read(
        lambda s: read_contract(s, token=token, guessers=("address:192.0.2.1",), now=cast.now)
    )


@pytest.fixture
async def mia(cast: Cast) -> str:
    """A player of whose guardian an e-mail address alone is known."""
    return await add(cast, "Mia Katz", MAIL_ALONE)


async def test_who_reads_the_mail_signs_and_what_they_did_is_kept(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast)
    done = await by_link(cast, await mailed(cast, mia), seen)
    assert done.first
    [signature] = await cast.rows(Signature)
    [terms] = await cast.rows(Terms)
    [guardian] = await cast.rows(Guardian)
    assert (signature.name, signature.typed) == ("Erin K. Katz", True)
    assert (signature.capacity, signature.via) == (Capacity.GUARDIAN, "email")
    assert (signature.guardian_id, signature.signer_id) == (guardian.id, None)
    assert (signature.terms_sha256, signature.signed_at) == (terms.sha256, cast.now)
    assert await events(cast) == ["contract.sent", "contract.signed"]
    entry = (await cast.rows(AuditEntry))[-1]
    assert (entry.action, entry.via, entry.actor_id) == ("contract.signed", "email", None)


async def test_only_its_digest_is_kept(cast: Cast, mia: str) -> None:
    await set_terms(cast)
    token = await mailed(cast, mia)
    assert [row.digest for row in await cast.rows(ContractLink)] == [digest(token)]


async def test_looking_changes_nothing(cast: Cast, mia: str) -> None:
    await set_terms(cast)
    found = await look(cast, await mailed(cast, mia))
    assert found.terms is not None
    assert (found.player.name, found.terms.version, found.signature) == ("Mia Katz", 1, None)
    assert await events(cast) == ["contract.sent"]


async def test_to_sign_again_changes_nothing(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast)
    token = await mailed(cast, mia)
    await by_link(cast, token, seen)
    again = await by_link(cast, token, seen, name="Somebody Else")
    assert (again.first, again.signature.name) == (False, "Erin K. Katz")
    signature = (await look(cast, token)).signature
    assert signature is not None
    assert signature.name == "Erin K. Katz"
    assert len(await cast.rows(Signature)) == 1


async def test_the_link_and_the_club_at_once_make_one_signature(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast)
    token = await mailed(cast, mia)
    both = await asyncio.gather(sign(cast, mia), by_link(cast, token, seen))
    assert sorted(done.first for done in both) == [False, True]
    assert len(await cast.rows(Signature)) == 1


async def test_a_void_contract_is_signed_by_none_of_its_links(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast)
    token = await mailed(cast, mia)
    await cast.write(lambda s: void_contract(s, cast.alice(s), public_id=mia, now=cast.now))
    fresh = await mailed(cast, mia)
    assert (await refused(by_link(cast, token, seen))).code == "contract_link_unknown"
    assert (await by_link(cast, fresh, seen)).first


async def test_who_takes_the_guardian_s_place_gets_a_link_of_their_own(
    cast: Cast, mia: str
) -> None:
    seen = await set_terms(cast)
    token = await mailed(cast, mia)
    await guard(cast, mia, f"{MAIL_ALONE}, +1 202 555 0199")
    assert (await look(cast, token)).signature is None
    await guard(cast, mia, "Noa Levi, noa@example.org")
    assert (await refused(by_link(cast, token, seen))).code == "contract_link_unknown"


async def test_other_words_than_those_shown_are_not_signed(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast)
    token = await mailed(cast, mia)
    await set_terms(cast, "Pay more.")
    assert (await refused(by_link(cast, token, seen))).code == "terms_changed"
    assert await cast.rows(Signature) == []


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 200])
async def test_a_name_has_to_be_typed(cast: Cast, mia: str, name: str) -> None:
    seen = await set_terms(cast)
    token = await mailed(cast, mia)
    code = (await refused(by_link(cast, token, seen, name=name))).code
    assert code in ("name_blank", "name_too_long")


@pytest.mark.attack(17)
async def test_it_is_for_one_child_alone(cast: Cast, mia: str) -> None:
    noa = await add(cast, "Noa Katz", MAIL_ALONE)
    seen = await set_terms(cast)
    token = await mailed(cast, noa)
    assert (await by_link(cast, token, seen)).player.public_id == noa
    contracts = {row.public_id: row.is_signed for row in await cast.rows(Player)}
    assert contracts == {mia: False, noa: True}


@pytest.mark.attack(23)
@pytest.mark.parametrize("token", [new_token(), "x", "\x00"], ids=["unknown", "short", "control"])
async def test_what_opens_nothing_leaves_a_miss_behind(cast: Cast, mia: str, token: str) -> None:
    refusal = await refused(look(cast, token))
    assert (refusal.code, refusal.aftermath is not None) == ("contract_link_unknown", True)


async def test_nobody_else_s_mailbox_gets_one(cast: Cast, mia: str) -> None:
    await set_terms(cast)
    [player] = await cast.rows(Player)
    token = await cast.write(
        lambda s: make_contract_link(
            s, player_id=player.id, address="charlie@example.org", now=cast.now
        )
    )
    assert token is None


async def test_who_is_forgotten_leaves_no_name_in_what_they_signed_by_link(
    cast: Cast, mia: str
) -> None:
    seen = await set_terms(cast)
    await by_link(cast, await mailed(cast, mia), seen)
    await cast.write(
        lambda s: keep_proof(s, kind="email", address=ERIN, person_id=cast.charlie.id, now=cast.now)
    )
    await cast.write(
        lambda s: erase(
            s, s.scalars(select(Person).where(Person.id == cast.charlie.id)).one(), now=cast.now
        )
    )
    assert [row.name for row in await cast.rows(Signature)] == [NOBODY]
    assert await cast.rows(ContractLink) == []
