"""What a place is called at a project: its own id at one, at each other an id of that project's own, and back."""

import re
import uuid
from collections.abc import Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from server.db import snapshot, writing
from server.register.at_central import IdsAt, may_be_turned, note_ids, noted_ids, places_picked, turned
from server.register.tables import CentralProject, Facility
from tests.support.builders import VILLAGES
from tests.support.environment import examples
from tests.support.statements import statements

PLACES = [str(uuid.UUID(int=number * 0x1234567_89ABCDEF_12345678, version=4)) for number in range(1, 5)]
TAKEN_BY_CENTRAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
FIRST, SECOND, THIRD = 7, 8, 9
ids = st.uuids(version=4).map(str)
projects = st.integers(1, 2**31 - 1)


# ── there and back


@settings(max_examples=examples(200))
@given(ids, projects)
def test_an_id_of_a_projects_own_leads_back_and_is_one_that_central_takes(place: str, project: int) -> None:
    own = turned(place, project)
    assert turned(own, project) == place != own
    assert TAKEN_BY_CENTRAL.fullmatch(own)
    assert own[:8] == place[:8], "the code that stands on printed lists and in what a form is called"


@settings(max_examples=examples(50))
@given(st.sets(ids, min_size=2, max_size=20), st.sets(projects, min_size=2, max_size=20))
def test_no_two_projects_and_no_two_places_share_one(places: set[str], numbers: set[int]) -> None:
    own = {turned(place, number) for place in places for number in numbers}
    assert len(own | places) == len(places) * (len(numbers) + 1)


def test_the_projects_of_one_central_each_have_their_own() -> None:
    assert len({turned(PLACES[0], number) for number in range(20_000)}) == 20_000


def test_an_id_stays_what_it_was_in_every_version_of_tilik() -> None:
    """Phones have it, and visits that were sent say it."""
    assert turned("2dd725f8-c8bb-40e3-807d-056883df1310", 8) == "2dd725f8-97dd-4e5e-85e6-e2c5c3c7c2ca"


@pytest.mark.parametrize(
    "odd", ["", "f1", "x" * 36, "\0", PLACES[0].upper(), PLACES[0] + "\n", PLACES[0].replace("-", ""),
            "2dd725f8-c8bb-10e3-807d-056883df1310"],
)  # fmt: skip
def test_what_is_no_id_of_central_stays(odd: str) -> None:
    assert turned(odd, SECOND) == odd


# ── by which ids a project has the places


@pytest.fixture
def register(engine: Engine) -> Engine:
    with writing(engine) as session:
        session.add_all([Facility(id=place, kind="pojok_asi", name="x", village=VILLAGES[0].code) for place in PLACES])
    return engine


def note(engine: Engine, project: int, listed: Collection[str] = ()) -> bool:
    with writing(engine) as session:
        return note_ids(session, project, listed).own


def own(places: Collection[str], project: int) -> list[str]:
    return [turned(place, project) for place in places]


def test_the_first_has_the_places_and_each_other_its_own(register: Engine) -> None:
    with snapshot(register) as session:
        assert noted_ids(session, FIRST) is None
    assert [note(register, project) for project in (FIRST, SECOND, THIRD, FIRST, SECOND)] == [
        False, True, True, False, True,
    ]  # fmt: skip
    with snapshot(register) as session:
        assert [noted_ids(session, one) for one in (FIRST, SECOND)] == [IdsAt(FIRST, False), IdsAt(SECOND, True)]


def test_so_it_is_before_there_are_any_places(engine: Engine) -> None:
    assert [note(engine, project) for project in (FIRST, SECOND)] == [False, True]


def test_a_list_that_stands_goes_on_as_it_is(register: Engine) -> None:
    """Such as at another Central, to which Tilik sent places before there were ids of projects' own."""
    note(register, FIRST)
    assert note(register, SECOND, PLACES[:3]) is False
    assert note(register, THIRD, own(PLACES[:1], THIRD)) is True


def test_a_list_of_a_few_where_the_rest_was_refused_gets_ids_of_its_own(register: Engine) -> None:
    note(register, FIRST)
    assert note(register, SECOND, PLACES[:2]) is True


def test_a_list_that_stands_by_its_own_goes_on_where_the_note_is_lost(register: Engine) -> None:
    assert note(register, SECOND, own(PLACES[:1], SECOND)) is True
    assert note(register, FIRST, PLACES[:1]) is False


def test_what_was_settled_once_stays(register: Engine) -> None:
    note(register, FIRST)
    note(register, SECOND)
    assert note(register, SECOND, PLACES) is True and note(register, FIRST, own(PLACES, FIRST)) is False


# ── what was picked there


def picked(engine: Engine, *what: tuple[int, str]) -> dict[tuple[int, str], str]:
    with snapshot(engine) as session:
        return places_picked(session, what)


def test_what_was_picked_is_the_place_of_the_register(register: Engine) -> None:
    note(register, FIRST)
    note(register, SECOND)
    its = turned(PLACES[0], SECOND)
    assert picked(register, (SECOND, its), (FIRST, PLACES[1])) == {(SECOND, its): PLACES[0]}


def test_a_place_by_its_own_id_is_that_place_everywhere(register: Engine) -> None:
    note(register, FIRST)
    note(register, SECOND)
    assert picked(register, (SECOND, PLACES[0])) == {}
    with writing(register) as session:  # even where it could be another's
        session.add(Facility(id=turned(PLACES[0], SECOND), kind="pojok_asi", name="x", village=VILLAGES[0].code))
    assert picked(register, (SECOND, PLACES[0])) == {}


def test_what_the_register_knows_in_neither_way_stays_as_it_came(register: Engine) -> None:
    note(register, FIRST)
    note(register, SECOND)
    strange = (str(uuid.uuid4()), turned(PLACES[0], THIRD), "x" * 36, "f1", "\0", "")
    assert picked(register, *((SECOND, one) for one in strange)) == {}


def test_what_comes_from_a_project_that_nothing_is_noted_of_is_looked_up_too(register: Engine) -> None:
    """As after an older backup was restored."""
    its = turned(PLACES[0], SECOND)
    assert picked(register, (SECOND, its)) == {(SECOND, its): PLACES[0]}


def test_the_project_that_has_the_places_by_their_own_ids_costs_no_look_at_the_register(register: Engine) -> None:
    note(register, FIRST)
    with snapshot(register) as session, statements(register) as said:
        assert places_picked(session, [(FIRST, place) for place in PLACES]) == {}
        assert may_be_turned(session, [FIRST]) == frozenset() and may_be_turned(session, [FIRST, THIRD]) == {THIRD}
    assert not any(Facility.__tablename__ in one for one in said) and CentralProject.__tablename__ in said[-1]
