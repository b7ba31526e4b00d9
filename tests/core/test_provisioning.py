"""Which rooms belong to which groups: by id, by name, and what is only suggested."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chats import Chat
from core.chats.provisioning import Holdings, Plan, RemoteRoom, make_plan, normal
from core.groups import Group, Kind


def group(number: int, name: str, kind: Kind = Kind.TEAM) -> Group:
    return Group(id=number, name=name, kind=kind, slug=name)


def room(number: int, title: str) -> RemoteRoom:
    return RemoteRoom(f"group:{number}", title, None)


def chat(number: int, group_id: int) -> Chat:
    return Chat(id=number, group_id=group_id, address=f"group:{number}", title="")


def plan(groups: list[Group], rooms: list[RemoteRoom], *chats: Chat, taken: str = "") -> Plan:
    return make_plan(Holdings(groups, chats, frozenset({taken})), rooms)


def test_a_stored_id_goes_before_every_name() -> None:
    made = plan([group(1, "Tigers")], [room(7, "Bears"), room(8, "Tigers")], chat(7, 1))
    assert [found.address for _, found in made.matched] == ["group:7"]
    assert (made.ties, made.missing, made.orphaned) == ([], [], [])


@pytest.mark.parametrize("title", ["Tigers", "TIGERS", " tigers ", "Tigers!", "\uff34igers"])
def test_a_room_of_the_same_name_is_the_group_s(title: str) -> None:
    [(found, remote)] = plan([group(1, "Tigers")], [room(7, title)]).ties
    assert (found.id, remote.address) == (1, "group:7")


def test_what_two_are_called_is_left_to_people() -> None:
    twice = plan([group(1, "Bears"), group(2, "U-12")], [room(7, "U 12")])
    assert ([found.id for found, _ in twice.ties], twice.ambiguous) == ([2], [])
    thrice = plan([group(1, "U-12"), group(2, "U 12")], [room(7, "u 12")])
    assert (thrice.ties, thrice.ambiguous, thrice.missing) == ([], ["U-12"], [])


def test_two_rooms_of_one_name_are_ambiguous() -> None:
    made = plan([group(1, "Tigers")], [room(7, "Tigers"), room(8, "tigers")])
    assert (made.ties, made.ambiguous, made.missing) == ([], ["Tigers"], [])


def test_near_names_are_only_suggested() -> None:
    made = plan([group(1, "Tigers U12")], [room(7, "U12 Tigers"), room(8, "Chess club")])
    assert made.ties == []
    assert [(one.group.id, one.room.address) for one in made.near] == [(1, "group:7")]
    assert made.missing == []


def test_other_names_are_not_even_suggested() -> None:
    made = plan([group(1, "Tigers U12")], [room(7, "Lions U14")])
    assert made.near == []
    assert [one.id for one in made.missing] == [1]


def test_organisations_need_no_room_but_may_have_one() -> None:
    club, other = group(1, "Club", Kind.ORG), group(2, "Other", Kind.ORG)
    made = plan([club, other], [room(7, "Club")])
    assert [found.id for found, _ in made.ties] == [1]
    assert made.missing == []


def test_an_event_is_never_tied_by_its_name() -> None:
    assert plan([group(1, "Party", Kind.EVENT)], [room(7, "Party")]).ties == []


def test_somebody_else_s_room_is_out_of_the_question() -> None:
    made = plan([group(1, "Tigers")], [room(7, "Tigers")], taken="group:7")
    assert (made.ties, made.ambiguous) == ([], [])
    assert [one.id for one in made.missing] == [1]


def test_a_room_that_is_gone_is_an_orphan() -> None:
    made = plan([group(1, "Tigers")], [], chat(7, 1))
    assert [one.address for one in made.orphaned] == ["group:7"]
    assert made.missing == []


@given(st.lists(st.text(min_size=1, max_size=8), max_size=6), st.lists(st.text(max_size=8)))
def test_each_group_is_told_of_once_and_each_room_given_once(
    names: list[str], titles: list[str]
) -> None:
    groups = [group(number, name) for number, name in enumerate(names)]
    made = plan(groups, [room(number, title) for number, title in enumerate(titles)])
    tied = [found.id for found, _ in made.ties]
    near = {one.group.id for one in made.near}
    missing = [one.id for one in made.missing]
    assert len({*tied, *near, *missing}) == len(tied) + len(near) + len(missing)
    addresses = [remote.address for _, remote in made.ties]
    assert len(set(addresses)) == len(addresses)


def test_signs_alone_are_no_name_in_common() -> None:
    assert normal("!!!") != normal("???")
