"""Who is meant: members of the group alone, by whatever they are named."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from core.access import MemberState, Permission, Role
from core.people import Person, Sender, recognise
from core.people.name_words import NameWord, words_of
from core.people.who import MOST_MEANT, Who, find_meant
from tests.cast import BOB, CHARLIE, Cast, Somebody, refused


async def meant(cast: Cast, who: Who, *, by: Somebody | None = None) -> list[str]:
    """The names of those who may be meant, asked by alice."""
    asker = by or cast.alice
    found = await cast.read(
        lambda s: find_meant(
            s, asker(s), group=cast.tigers(s), permission=Permission.CHANGE_ROLE, who=who
        )
    )
    return [row.person.name for row in found.members]


@pytest.mark.parametrize("text", ["@bob", "@BOB", "Bob", "bob", "bo", "Bobb"])
async def test_bob_is_found_by_username_and_name_even_misspelt(cast: Cast, text: str) -> None:
    assert await meant(cast, Who(text=text)) == ["Bob"]


@pytest.mark.parametrize(("text", "certain"), [("bo", True), ("Bobb", False)])
async def test_who_is_merely_spelt_alike_is_asked_about(
    sqlite_cast: Cast, text: str, certain: bool
) -> None:
    cast = sqlite_cast
    found = await cast.read(
        lambda s: find_meant(
            s,
            cast.alice(s),
            group=cast.tigers(s),
            permission=Permission.CHANGE_ROLE,
            who=Who(text=text),
        )
    )
    assert found.certain is certain


async def test_bob_is_found_by_number_and_by_his_message(cast: Cast) -> None:
    assert await meant(cast, Who(person_id=cast.bob.id)) == ["Bob"]
    assert await meant(cast, Who(about=BOB)) == ["Bob"]


@pytest.mark.parametrize("text", ["josé", "jose", "JOSE müller", "muller jos", "Jose Miller"])
async def test_accents_case_and_order_do_not_matter(cast: Cast, text: str) -> None:
    await cast.somebody("José Müller", role=Role.MEMBER)
    assert await meant(cast, Who(text=text)) == ["José Müller"]


async def test_the_exact_name_wins_over_longer_ones(cast: Cast) -> None:
    for name in ("Dana Novak", "Dana", "Dana Smith"):
        await cast.somebody(name, role=Role.MEMBER)
    assert await meant(cast, Who(text="dana")) == ["Dana"]
    assert await meant(cast, Who(text="dan")) == ["Dana Novak", "Dana", "Dana Smith"]


async def test_a_name_without_letters_is_found_as_it_is(cast: Cast) -> None:
    await cast.somebody("🎉", role=Role.MEMBER)
    assert await meant(cast, Who(text="🎉")) == ["🎉"]


async def test_no_more_are_meant_than_fit_on_buttons(sqlite_cast: Cast) -> None:
    for number in range(MOST_MEANT + 2):
        await sqlite_cast.somebody(f"Kim {number}", role=Role.MEMBER)
    assert len(await meant(sqlite_cast, Who(text="kim"))) == MOST_MEANT


@pytest.mark.attack(58)
@pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE people; --", "@%"])
async def test_wildcards_are_inert(cast: Cast, text: str) -> None:
    assert (await refused(meant(cast, Who(text=text)))).code == "who_not_here"


@pytest.mark.attack(17)
@pytest.mark.parametrize(
    "who", [Who(text="@charlie"), Who(text="Charlie"), Who(about=CHARLIE), Who(person_id=10**15)]
)
async def test_somebody_outside_looks_like_nobody(cast: Cast, who: Who) -> None:
    stranger = await refused(meant(cast, who))
    nobody = await refused(meant(cast, Who(text="Zaphod")))
    assert (stranger.code, stranger.fields) == (nobody.code, nobody.fields)


async def test_charlie_gets_the_same_answer_for_members_and_for_nobody(cast: Cast) -> None:
    answers = [
        await refused(meant(cast, Who(text=text), by=cast.charlie)) for text in ("Bob", "Zaphod")
    ]
    assert [answer.code for answer in answers] == ["group_unknown"] * 2


async def test_bob_gets_the_same_answer_for_members_and_for_nobody(sqlite_cast: Cast) -> None:
    answers = [
        await refused(meant(sqlite_cast, Who(text=text), by=sqlite_cast.bob))
        for text in ("Alice", "Zaphod")
    ]
    assert [answer.code for answer in answers] == ["not_allowed"] * 2


async def test_who_has_left_is_not_meant(sqlite_cast: Cast) -> None:
    await sqlite_cast.part(sqlite_cast.bob, MemberState.LEFT)
    assert (await refused(meant(sqlite_cast, Who(text="Bob")))).code == "who_not_here"


async def test_nobody_named_is_asked_for(sqlite_cast: Cast) -> None:
    assert (await refused(meant(sqlite_cast, Who()))).code == "who_missing"


async def test_a_new_name_is_found_and_the_old_one_is_not(cast: Cast) -> None:
    renamed = Sender(platform="telegram", address="1002", name="Robert", username="bob")
    await cast.write(lambda s: recognise(s, sender=renamed, now=cast.now))
    assert await meant(cast, Who(text="rob")) == ["Robert"]
    assert (await refused(meant(cast, Who(text="bob")))).code == "who_not_here"


async def test_the_words_of_a_name_go_with_the_person(cast: Cast) -> None:
    await cast.write(lambda s: s.execute(delete(Person).where(Person.id == cast.bob.id)))
    words = await cast.read(
        lambda s: s.scalars(select(NameWord.word).order_by(NameWord.word)).all()
    )
    assert words == ["alice", "charlie"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ana-María O'Neil", ["ana", "maria", "neil", "o"]),
        ("Straße", ["strasse"]),
        ("ﬁona", ["fiona"]),
        ("Ирина", ["ирина"]),
        ("王小明", ["王小明"]),
        ("🎉", []),
        ("x" * 200, ["x" * 64]),
    ],
)
def test_names_are_folded(name: str, words: list[str]) -> None:
    assert words_of(name) == words
