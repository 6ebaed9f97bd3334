"""Who of Tim Penilai is told that a plan or a drawing waits, on their page and by a message; and who is not."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, insert, select, update

from server.app import create_app
from server.assignments.queries import to_go
from server.db import now, snapshot, writing
from server.messages.channels import Topic
from server.messages.sentences import said
from server.messages.tables import Message
from server.messages.waiting import tell_what_waits
from server.people.tables import Person
from server.plan.tables import PlannedVisit
from server.plan.waiting import agreements_that_wait
from server.register.tables import Facility
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import Team, Tie
from server.rounds.states import CLOSED
from server.rounds.tables import Round, RoundPart
from server.settings import Settings
from tests.support.assigning import PART
from tests.support.drawing import DRAWS, a_draw_field
from tests.support.environment import SQLITE
from tests.support.planning import OTHER_PLACE, PlanField
from tests.support.rounds import move_part
from tests.support.statements import statements
from tests.support.telling import mailing, somebody
from tests.support.web import Browser, browser_of, entered, person
from tests.support.workbooks import DISTRICT

ROUND = PART[0]
PROVINCE = DISTRICT.partition(".")[0]
AGREE = f"/wilayah/{ROUND}/{DISTRICT}/rencana/setujui"
RELEASE = f"/wilayah/{ROUND}/{DISTRICT}/rencana/rilis"
MAY = (Held(Role.ASSESSOR), Held(Role.ASSESSOR, PROVINCE), Held(Role.ASSESSOR, DISTRICT, ROUND))
MAY_NOT = (
    Held(Role.ASSESSOR, "98"), Held(Role.ASSESSOR, f"{PROVINCE}.99"), Held(Role.ASSESSOR, DISTRICT, "1999"),
    Held(Role.READER), Held(Role.SUPERVISOR), Held(Role.SECRETARIAT), Held(Role.LEAD, DISTRICT, ROUND),
    Held(Role.INSPECTORATE), Held(Role.DISTRICT, DISTRICT),
)  # fmt: skip
SETTINGS = mailing()


@pytest.fixture
def app(engine: Engine) -> Flask:
    return create_app(engine, Settings(central_project=1))


@pytest.fixture(autouse=True)
def _another_round(district: Engine) -> None:
    with writing(district) as session:
        session.add(Round(id="1999", name="Lama", data_year=1998, indicator_set="x", areas_id=1, state="planned"))


def page(app: Flask, *held: Held) -> str:
    return " ".join(entered(app, held).get("/menunggu").text.split())


def people(field: PlanField) -> None:
    """Let there be everybody who may agree, everybody else, and one who may and has a tie to the district."""
    with writing(field.engine) as session:
        for which, holders in (("in", MAY), ("out", MAY_NOT)):
            for number, held in enumerate(holders):
                somebody(session, f"{which}{number}@contoh.test", held)
        tied = somebody(session, "tied@contoh.test", Held(Role.ASSESSOR))
        session.add(a_tie(tied.id))


def a_tie(person_id: int) -> Tie:
    return Tie(person_id=person_id, district=DISTRICT, why="x", declared_by="x", declared_at=now())


def told(field: PlanField) -> list[tuple[str | None, str]]:
    """Look for what waits; give whom that told, and what of."""
    with writing(field.engine) as session:
        tell_what_waits(session, SETTINGS)
        query = select(Person.email, Message.about).join(Message, Message.person_id == Person.id)
        found = session.execute(query.order_by(Person.id)).all()
    return [(email, about) for email, about in found]


# ── on the page


@pytest.mark.parametrize("held", MAY)
def test_whoever_may_agree_finds_the_plan_and_where_to_agree(app: Flask, field: PlanField, held: Held) -> None:
    field.plan(field.wish(), field.wish(OTHER_PLACE))
    web = entered(app, [held])
    found = " ".join(web.get("/menunggu").text.split())
    assert 'Rencana kunjungan untuk disetujui <b class="count">2</b>' in found and f'href="{AGREE}"' in found
    assert web.get(AGREE).status_code == 200, "the link opens"
    assert "Visit plans to agree to" in web.get("/menunggu?lang=en").text


@pytest.mark.parametrize("held", MAY_NOT)
def test_whoever_may_not_agree_finds_nothing_of_it(app: Flask, field: PlanField, held: Held) -> None:
    field.plan(field.wish())
    assert "untuk disetujui" not in (found := page(app, held)) and AGREE not in found


def test_whoever_has_a_tie_to_the_district_finds_nothing_of_it(app: Flask, field: PlanField) -> None:
    field.plan(field.wish())
    with writing(field.engine) as session:
        tied = person(session, Held(Role.ASSESSOR))
        session.add(a_tie(tied))
    assert "untuk disetujui" not in browser_of(app, tied).get("/menunggu").text


def test_what_was_agreed_to_or_lies_in_a_closed_part_waits_for_nobody(app: Flask, field: PlanField) -> None:
    field.plan(field.wish())
    field.agree()
    assert "untuk disetujui" not in page(app, MAY[0])
    field.plan(field.wish(mode="video"))
    assert "untuk disetujui" in page(app, MAY[0]), "planned otherwise, it is agreed to anew"
    move_part(field.engine, DISTRICT, CLOSED)
    assert "untuk disetujui" not in page(app, MAY[0])


def test_a_drawing_waits_until_it_is_approved_or_dropped(app: Flask, district: Engine) -> None:
    drawn = a_draw_field(district)
    drawn.drop(drawn.draw())
    assert "untuk disetujui" not in page(app, MAY[0])
    number = drawn.draw(seed="lain")
    found = page(app, MAY[0])
    assert 'Undian untuk disetujui <b class="count">1</b>' in found and f'href="{DRAWS}"' in found
    assert "Undian untuk disetujui" not in page(app, Held(Role.SUPERVISOR)), "who draws"
    drawn.approve(number)
    assert "untuk disetujui" not in page(app, MAY[0]), "and the plan that it made is agreed to"


def test_what_is_agreed_to_waits_for_its_release_and_then_for_who_is_to_go(app: Flask, district: Engine) -> None:
    drawn = a_draw_field(district)
    lead, member = (browser_of(app, number) for number in (drawn.lead, drawn.member))
    drawn.plan(PlanField.wish(drawn, OTHER_PLACE))
    number = drawn.draw()
    for web in (lead, member):
        assert "Tidak ada yang menunggu Anda." in web.get("/menunggu").text, "it waits for Tim Penilai"
    drawn.approve(number)
    assert 'siap dirilis <b class="count">15</b>' in (found := seen(lead)) and f'href="{RELEASE}"' in found
    assert lead.get(RELEASE).status_code == 200
    assert "siap dirilis" not in seen(member) and "siap dirilis" not in page(app, *MAY), "who may not release"
    assert 'siap dirilis <b class="count">15</b>' in page(app, Held(Role.SECRETARIAT))
    drawn.release()
    assert "siap dirilis" not in seen(lead)
    tasks = f"/wilayah/{ROUND}/{DISTRICT}/tugas?team={drawn.team}"
    for web in (lead, member):
        assert 'Kunjungan Anda <b class="count">16</b>' in (found := seen(web)) and f'href="{tasks}"' in found
        assert "16 tugas" in web.get(tasks).text, "the list has as many"
    assert "Your visits" in member.get("/menunggu?lang=en").text
    assert "Kunjungan Anda" not in page(app, Held(Role.SUPERVISOR)), "who is in no team"
    with snapshot(district) as session:
        assert {person_id for person_id, _ in to_go(session)} == {drawn.lead, drawn.member}
    move_part(district, DISTRICT, CLOSED)
    assert "Tidak ada yang menunggu Anda." in seen(member)
    with snapshot(district) as session:
        assert list(to_go(session)) == [], "and nobody is told by a message"


def test_a_visit_waits_for_whom_it_names_and_for_nobody_with_a_tie(app: Flask, field: PlanField) -> None:
    field.plan(field.wish(member=str(field.member)), field.wish(OTHER_PLACE))
    field.release()
    lead, member = (browser_of(app, number) for number in (field.lead, field.member))
    assert 'Kunjungan Anda <b class="count">1</b>' in seen(lead)
    assert 'Kunjungan Anda <b class="count">2</b>' in seen(member)
    with writing(field.engine) as session:
        session.add(a_tie(field.lead))
    assert "Kunjungan Anda" not in seen(lead)
    with writing(field.engine) as session:
        assert {person_id for person_id, _ in to_go(session)} == {field.member}
        session.get_one(Team, field.team).ended_at = now()
        session.flush()
        assert list(to_go(session)) == [], "a team that was dissolved goes nowhere"


def seen(web: Browser) -> str:
    return " ".join(web.get("/menunggu").text.split())


def test_plans_of_many_districts_ask_no_more_than_one(app: Flask, field: PlanField) -> None:
    field.plan(field.wish())
    web = entered(app, [Held(Role.ASSESSOR)])
    few = asked(field.engine, web)
    in_many_districts(field, 60)
    assert 'disetujui <b class="count">61</b>' in web.get("/menunggu").text
    assert "dan 41 lagi di tempat lain" in web.get("/menunggu").text
    assert asked(field.engine, web) == few <= 15


@pytest.mark.parametrize("engine", [SQLITE], indirect=True)  # PostgreSQL reads a table of few rows as a whole
def test_what_waits_is_found_by_an_index_and_not_among_all_that_was_ever_planned(field: PlanField) -> None:
    with snapshot(field.engine) as session:
        said: list[tuple[str, Any]] = []
        event.listen(field.engine, "before_cursor_execute", lambda *found: said.append((found[2], found[3])))
        assert list(agreements_that_wait(session)) == []
        statement, values = next(one for one in said if "planned_visits" in one[0])
        plan = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert [step for step in plan if "ix_planned_visits_not_agreed" in step], plan


def asked(engine: Engine, web: Browser) -> int:
    web.get("/menunggu")
    with statements(engine) as found:
        web.get("/menunggu")
    return len(found)


def in_many_districts(field: PlanField, count: int) -> None:
    """Plan a visit in so many other districts of the round."""
    one = field.row()
    row = {column.key: getattr(one, column.key) for column in PlannedVisit.__table__.columns if column.key != "id"}
    rows = []
    with writing(field.engine) as session:
        for number in range(1, count + 1):
            code, place = f"98.{number:02}", f"{number:08x}-dddd-4ddd-8ddd-dddddddddddd"
            session.add(RoundPart(round_id=ROUND, district=code, state="open"))
            session.add(Facility(id=place, kind="pojok_asi", name=f"Rekaan {number}", village=f"{code}.01.2001"))
            rows.append(row | {"district": code, "facility_id": place})
        session.flush()
        session.execute(insert(PlannedVisit), rows)


# ── by a message


def test_whoever_may_agree_is_told_and_nobody_else(field: PlanField) -> None:
    people(field)
    assert told(field) == [], "nothing is planned"
    field.plan(field.wish(), field.wish(OTHER_PLACE))
    assert told(field) == [(f"in{number}@contoh.test", "plans") for number in range(len(MAY))]


def test_a_drawing_is_told_of_as_a_plan_is(district: Engine) -> None:
    drawn = a_draw_field(district)
    people(drawn)
    number = drawn.draw()
    assert told(drawn) == [(f"in{number}@contoh.test", "drawings") for number in range(len(MAY))]
    drawn.approve(number)
    later(drawn)
    with writing(drawn.engine) as session:
        assert tell_what_waits(session, SETTINGS) == 0


def test_after_agreeing_nobody_is_told_and_of_what_is_planned_otherwise_they_are(field: PlanField) -> None:
    people(field)
    field.plan(field.wish())
    told(field)
    later(field)
    assert len(told(field)) == len(MAY), "nothing has changed"
    field.agree()
    assert len(told(field)) == len(MAY), "nothing waits"
    field.plan(field.wish(mode="video"))
    changed(field)
    assert len(told(field)) == 2 * len(MAY), "the same row, and other news"


def later(field: PlanField) -> None:
    """Let what was told have been told two days ago."""
    then = now() - timedelta(days=2)
    with writing(field.engine) as session:
        session.execute(update(Message).values(state="sent", once="then", asked_at=then, ended_at=then))


def changed(field: PlanField) -> None:
    """Let the plan have been changed a minute later than it was: tests are quicker than people."""
    with writing(field.engine) as session:
        session.execute(update(PlannedVisit).values(changed_at=now() + timedelta(minutes=1)))


def test_the_message_says_nothing_of_where_or_of_what(field: PlanField) -> None:
    people(field)
    field.plan(field.wish(why="Kuncialasan"))
    told(field)
    with snapshot(field.engine) as session:
        one = session.scalars(select(Message)).first()
    assert one is not None and (one.kind, one.about) == (Topic.WAITS, "plans")
    found = said(SETTINGS, one.kind, "id")
    assert (found.subject, found.text) == (
        "Ada yang menunggu di Tilik",
        "Ada yang menunggu di Tilik. Masuk di https://tilik.contoh.test\n\n"
        "Something waits in Tilik. Log in at https://tilik.contoh.test\n",
    )
