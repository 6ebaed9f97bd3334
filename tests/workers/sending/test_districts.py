"""Phones know which districts are open, whom to call there, and their subdistricts and villages."""

from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.areas.tables import Area
from server.db import snapshot, writing
from server.opening.tables import Contact
from server.opening.tending import ContactWish, add_contact, end_contact
from server.rounds.states import CLOSED, OPEN
from server.rounds.tables import Round
from tests.support.claiming import ROUND
from tests.support.nation import a_nation
from tests.support.rounds import begin, move_part
from tests.support.statements import statements
from tests.support.web import TESTER
from tests.support.workbooks import DISTRICT
from workers.central.api import Central
from workers.sending.districts import AREAS, DISTRICTS, wanted_districts
from workers.sending.plan import plan_publishing
from workers.sending.publish import publish_districts


@pytest.fixture
def field(district: Engine, central: Central) -> Engine:
    begin(district, DISTRICT)
    with writing(district) as session:
        session.execute(update(Round).where(Round.id == ROUND).values(project=central.project, asks_conditions=False))
        add_contact(session, DISTRICT, ContactWish("other", "Puskesmas rekaan", "000"), TESTER)
        add_contact(session, DISTRICT, ContactWish("uptd_ppa", "UPTD PPA rekaan", "111"), TESTER)
    return district


def row(central: Central) -> dict[str, Any]:
    (found,) = central.entities(DISTRICTS).values()
    return found


def test_a_district_is_there_with_its_contacts_the_uptd_first(field: Engine, central: Central) -> None:
    assert [done.obstacles for done in publish_districts(field, central)] == [(), ()]
    found = row(central)
    assert (found["district"], found["open"]) == (DISTRICT, "1")
    assert found["contacts"].startswith("UPTD PPA rekaan: 111 · Puskesmas rekaan: 000 · SAPA 129")


def test_it_is_not_open_while_a_condition_is_missing_nor_once_it_is_closed(field: Engine, central: Central) -> None:
    with writing(field) as session:
        session.get_one(Round, ROUND).asks_conditions = True
    publish_districts(field, central)
    assert row(central)["open"] == "0"
    with writing(field) as session:
        session.get_one(Round, ROUND).asks_conditions = False
    publish_districts(field, central)
    assert row(central)["open"] == "1"
    for state, open_ in ((CLOSED, "0"), (OPEN, "1")):
        move_part(field, DISTRICT, state)
        publish_districts(field, central)
        assert row(central)["open"] == open_


def test_its_areas_have_names_and_what_they_lie_in_and_no_point(field: Engine, central: Central) -> None:
    publish_districts(field, central)
    found = {one["code"]: one for one in central.entities(AREAS).values()}
    with writing(field) as session:
        mine = select(Area.code).where(Area.district == DISTRICT, Area.level.in_(["subdistrict", "village"]))
        assert found.keys() == set(session.scalars(mine))
    for code, one in found.items():
        assert one["district"] == DISTRICT and code.startswith(f"{one['parent']}.")
        assert {name for name in one if not name.startswith("__")} == {"label", "code", "level", "parent", "district"}


def test_what_has_not_changed_is_not_written_again(
    field: Engine, central: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_districts(field, central)

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("written")

    for write in ("create_entities", "update_entity", "delete_entity"):
        monkeypatch.setattr(central, write, never)
    assert not any(done.acts or done.obstacles for done in publish_districts(field, central))
    with writing(field) as session:
        end_contact(session, session.scalars(select(Contact)).first() or pytest.fail(), TESTER)
    with pytest.raises(AssertionError, match="written"):
        publish_districts(field, central)


def test_a_district_without_contacts_says_nothing(field: Engine, central: Central) -> None:
    with writing(field) as session:
        for contact in session.scalars(select(Contact)).all():
            end_contact(session, contact, TESTER)
    publish_districts(field, central)
    assert row(central)["contacts"] == ""


def test_an_area_that_is_no_more_leaves_and_a_stranger_too(field: Engine, central: Central) -> None:
    publish_districts(field, central)
    stranger = {"uuid": "3f9c2a00-0000-4000-8000-000000000000", "label": "Lama",
                "data": {"code": "99.01.09", "level": "village", "parent": "99.01", "district": DISTRICT}}  # fmt: skip
    central.create_entities(AREAS, [stranger])
    publish_districts(field, central)
    assert stranger["uuid"] not in central.entities(AREAS)


def test_both_lists_are_in_the_plan(field: Engine, central: Central) -> None:
    def counts() -> dict[str, tuple[int, int, int]]:
        plan = plan_publishing(field, central, [])
        return {one.name: (len(one.create), len(one.update), len(one.delete)) for one in plan.rows}

    with writing(field) as session:
        mine = select(Area.code).where(Area.district == DISTRICT, Area.level.in_(["subdistrict", "village"]))
        areas = len(session.scalars(mine).all())
    assert counts() == {"facilities": (0, 0, 0), DISTRICTS: (1, 0, 0), AREAS: (areas, 0, 0)}
    publish_districts(field, central)
    move_part(field, DISTRICT, CLOSED)
    assert counts() == {"facilities": (0, 0, 0), DISTRICTS: (0, 1, 0), AREAS: (0, 0, 0)}


def test_a_district_deleted_at_central_is_named_and_the_areas_go_out(field: Engine, central: Central) -> None:
    publish_districts(field, central)
    (key,) = central.entities(DISTRICTS)
    central.delete_entity(DISTRICTS, key)
    central.delete_entity(AREAS, next(iter(central.entities(AREAS))))
    done = publish_districts(field, central)
    assert [[one.why.code for one in rows.obstacles] for rows in done] == [["entity_deleted_at_central"]] * 2
    assert key in done[0].obstacles[0].what


def test_a_whole_country_is_asked_for_with_as_many_statements_as_a_few_districts(district: Engine) -> None:
    def asked() -> tuple[int, int]:
        with snapshot(district) as session, statements(district) as said:
            districts, _ = wanted_districts(session, 1)
        return len(districts.rows), len(said)

    with writing(district) as session:
        session.execute(update(Round).where(Round.id == ROUND).values(project=1, asks_conditions=True))
    a_nation(district, 3)
    few, before = asked()
    a_nation(district, 30, begin=15)
    assert asked() == (few + 30, before)
