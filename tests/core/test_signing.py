"""Signing: by the club or by a guardian, once, whatever else is down; and what follows."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.people.proofs import keep_proof
from core.rosters.contracts import send_all, send_contract, void_contract
from core.rosters.players import ContractState
from core.rosters.signatures import Capacity, Signature
from core.rosters.terms import TERMS_LIMIT, Terms
from tests.cast import Cast, refused
from tests.core.rostering import DANA, add, assign, events, player, set_terms, sign, told


@pytest.fixture
async def mia(cast: Cast) -> str:
    """A player whose guardian is charlie, who has proven his number."""
    await cast.write(
        lambda s: keep_proof(
            s, kind="phone", address="+12025550143", person_id=cast.charlie.id, now=cast.now
        )
    )
    return await add(cast, "Mia Levi", DANA)


async def test_the_club_signs_and_the_fact_is_recorded_with_it(cast: Cast, mia: str) -> None:
    done = await sign(cast, mia)
    assert (done.first, done.signature.capacity, done.signature.name) == (
        True,
        Capacity.CLUB,
        "Alice",
    )
    assert (await player(cast, mia)).contract is ContractState.SIGNED
    assert await events(cast) == ["contract.signed"]


async def test_a_guardian_signs_what_they_were_shown(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast, "Be fair.\n  Be kind.  ")
    done = await sign(cast, mia, cast.charlie, seen=seen)
    [signature] = await cast.rows(Signature)
    sha256 = hashlib.sha256(b"Be fair.\nBe kind.").hexdigest()
    assert (signature.terms_version, signature.terms_sha256) == (1, sha256)
    assert (signature.name, signature.typed, signature.via) == ("Dana Levi", False, "telegram")
    assert (signature.signer_id, signature.signed_at) == (cast.charlie.id, cast.now)
    assert done.signature.capacity is Capacity.GUARDIAN


async def test_the_name_may_be_typed(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast)
    done = await sign(cast, mia, cast.charlie, seen=seen, name="Dana R. Levi")
    assert (done.signature.name, done.signature.typed) == ("Dana R. Levi", True)


async def test_to_sign_again_changes_nothing(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast)
    await sign(cast, mia, cast.charlie, seen=seen)
    for who, what in ((cast.alice, None), (cast.charlie, seen), (cast.charlie, 0)):
        again = await sign(cast, mia, who, seen=what)
        assert (again.first, again.signature.name) == (False, "Dana Levi")
    assert len(await cast.rows(Signature)) == 1
    assert await events(cast) == ["contract.signed"]


async def test_two_who_sign_at_once_make_one_signature(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast)
    both = await asyncio.gather(sign(cast, mia), sign(cast, mia, cast.charlie, seen=seen))
    assert sorted(done.first for done in both) == [False, True]
    assert len(await cast.rows(Signature)) == 1
    assert await events(cast) == ["contract.signed"]


async def test_terms_that_changed_since_must_be_read_again(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast)
    await set_terms(cast, "Be on time.")
    assert (await refused(sign(cast, mia, cast.charlie, seen=seen))).code == "terms_changed"


async def test_who_is_no_guardian_finds_no_such_player(cast: Cast) -> None:
    seen = await set_terms(cast)
    code = await add(cast, "Noa", "Somebody, else@example.org")
    for what in (None, seen):
        assert (await refused(sign(cast, code, cast.charlie, seen=what))).code == "player_unknown"
    assert (await refused(sign(cast, "ply_aaaaaaaa", cast.charlie))).code == "player_unknown"
    assert (await refused(sign(cast, code, cast.bob))).code == "not_allowed"
    assert (await refused(sign(cast, code, cast.bob, seen=seen))).code == "player_unknown"


async def test_without_terms_only_the_club_can_sign(cast: Cast, mia: str) -> None:
    assert (await refused(sign(cast, mia, cast.charlie, seen=1))).code == "terms_not_set"
    assert (await sign(cast, mia)).signature.terms_sha256 is None


async def test_a_void_contract_counts_no_more_and_is_signed_anew(cast: Cast, mia: str) -> None:
    seen = await set_terms(cast)
    await sign(cast, mia, cast.charlie, seen=seen)

    def unit(s: Session) -> Any:
        return void_contract(s, cast.alice(s), public_id=mia, now=cast.now)[1]

    assert [await cast.write(unit), await cast.write(unit)] == [True, False]
    assert (await refused(sign(cast, mia, cast.charlie, seen=seen))).code == "contract_void"
    await cast.write(lambda s: send_contract(s, cast.alice(s), public_id=mia, now=cast.now))
    assert (await sign(cast, mia, cast.charlie, seen=seen)).first
    assert [row.voided_at for row in await cast.rows(Signature)] == [cast.now, None]


async def test_sending_needs_terms_and_an_open_contract(cast: Cast, mia: str) -> None:
    def send(s: Session) -> Any:
        return send_contract(s, cast.alice(s), public_id=mia, now=cast.now)

    assert (await refused(cast.write(send))).code == "terms_missing"
    await set_terms(cast)
    await cast.write(send)
    assert (await player(cast, mia)).contract is ContractState.SENT
    await sign(cast, mia)
    assert (await refused(cast.write(send))).code == "contract_counts"


async def test_all_who_have_not_signed_are_sent_theirs_once(cast: Cast, mia: str) -> None:
    await set_terms(cast)
    await sign(cast, await add(cast, "Noa"))

    def unit(s: Session) -> Any:
        return send_all(s, cast.alice(s), group=cast.tigers(s), now=cast.now)

    assert [await cast.write(unit), await cast.write(unit)] == [1, 0]


async def test_a_team_without_terms_signs_those_of_the_club(cast: Cast) -> None:
    await set_terms(cast)
    cubs = await cast.group("Cubs", parent=cast.tigers)
    done = await sign(cast, await add(cast, "Noa", group=cubs))
    assert done.signature.terms_version == 1


async def test_the_same_terms_again_make_no_version(cast: Cast) -> None:
    assert await set_terms(cast) == await set_terms(cast)
    await set_terms(cast, "Other")
    assert [row.version for row in await cast.rows(Terms)] == [1, 2]


@pytest.mark.parametrize(
    ("text", "code"), [(" \n\u202e ", "terms_blank"), ("x" * (TERMS_LIMIT + 1), "terms_too_long")]
)
async def test_terms_that_cannot_be_shown_are_refused(cast: Cast, text: str, code: str) -> None:
    assert (await refused(set_terms(cast, text))).code == code


async def test_each_change_stands_in_the_log(cast: Cast, mia: str) -> None:
    await set_terms(cast)
    lions = await cast.group("Lions")
    await sign(cast, mia)
    await assign(cast, mia, lions)
    query = select(AuditEntry.action).where(AuditEntry.subject == mia).order_by(AuditEntry.id)
    done = await cast.read(lambda s: list(s.scalars(query)))
    assert done == ["player.added", "contract.signed", "player.assigned"]
    assert await told(cast) != []
