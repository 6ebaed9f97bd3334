"""What waits for whom: the counts, where they lead, and that nobody is told of what is not theirs."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, update

from server.app import create_app
from server.db import now, writing
from server.decisions.tables import Decision
from server.people.tables import Person
from server.results.sums import add_up
from server.results.tables import LineResult
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.states import CLOSED
from server.rounds.tables import Round, RoundPart
from server.settings import Settings
from server.work.queue import put
from server.work.tables import Job
from tests.support.arriving import a_visit_comes, belongs
from tests.support.assigning import HOME, OPEN_PLACE, a_field
from tests.support.claiming import ROUND
from tests.support.drawing import a_draw_field
from tests.support.room import a_part
from tests.support.statements import statements
from tests.support.web import browser_of, entered, person
from tests.support.workbooks import DISTRICT
from verification.reason import Reason

SUPERVISOR, OPERATOR = Held(Role.SUPERVISOR, DISTRICT), Held(Role.OPERATOR)


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    return create_app(engine, Settings(data=tmp_path, central_project=1))


@pytest.fixture
def part(district: Engine) -> int:
    number = a_part(district, 24)
    with writing(district) as session:
        session.execute(update(LineResult).where(LineResult.line_id == 1).values(reopened_id=1))
        add_up(session, number)
    return number


def page(app: Flask, *held: Held) -> str:
    return " ".join(entered(app, held).get("/menunggu").text.split())


def test_undecided_lines_and_reopened_decisions_lead_to_the_lists_where_they_are(app: Flask, part: int) -> None:
    found = page(app, SUPERVISOR)
    assert f"/wilayah/{ROUND}/{DISTRICT}/baris?keputusan=waits" in found
    assert f"/wilayah/{ROUND}/{DISTRICT}/baris?keputusan=reopened" in found
    assert 'Keputusan yang dibuka kembali <b class="count">1</b>' in found
    assert 'Tempat yang perlu diputuskan <b class="count">4</b>' in found, "three undecided and the reopened one"


def test_nothing_waits_for_who_decides_nothing_or_elsewhere(app: Flask, part: int) -> None:
    for held in (Held(Role.OBSERVER), Held(Role.SUPERVISOR, "98"), Held(Role.DISTRICT, DISTRICT)):
        assert "Tidak ada yang menunggu Anda." in page(app, held)


def test_visits_that_are_overdue_wait_for_who_may_ask_again(app: Flask, district: Engine) -> None:
    field = a_field(district)
    field.changed(field.give(), due_at=now() - timedelta(hours=1))
    field.give(HOME)
    found, where = page(app, SUPERVISOR), f"/wilayah/{ROUND}/{DISTRICT}/tugas?state=overdue"
    assert 'Kunjungan yang lewat batas waktu <b class="count">1</b>' in found and where in found
    listed = entered(app, [SUPERVISOR]).get(where).text
    assert OPEN_PLACE in listed and HOME not in listed
    assert "lewat batas waktu" not in page(app, Held(Role.VERIFIER, DISTRICT, ROUND)), "who may give none"
    with writing(district) as session:
        session.execute(update(RoundPart).values(state=CLOSED))
    assert "lewat batas waktu" not in page(app, SUPERVISOR), "a part that is closed"


def test_what_is_set_aside_waits_in_its_district_or_for_who_sees_all(app: Flask, district: Engine, part: int) -> None:
    a_visit_comes(district, "uuid:nowhere", at=None)
    assert "Tanpa wilayah" in page(app, Held(Role.SUPERVISOR))
    assert "Tanpa wilayah" not in page(app, SUPERVISOR)


def test_failed_work_waits_for_operators(app: Flask, district: Engine) -> None:
    with writing(district) as session:
        put(session, "pull", "x")
        session.execute(update(Job).values(state="failed", problem=Reason("central_unreachable")))
    assert 'Pekerjaan yang gagal <b class="count">1</b>' in page(app, OPERATOR)
    assert "Pekerjaan yang gagal" not in page(app, SUPERVISOR)


def test_ones_own_decisions_wait_until_they_are_at_central(app: Flask, district: Engine) -> None:
    a_visit_comes(district, "uuid:1")
    form_pk = belongs(district).form_pk
    with writing(district) as session:
        mine = person(session, SUPERVISOR)
        session.add(Decision(uuid="u", form_pk=form_pk, root_id="uuid:1", instance_id="uuid:1", kind="comment",
                             text="x", decided_by=f"person:{mine}", decided_at=now(),
                             problem=Reason("central_unreachable")))  # fmt: skip
        assert session.get(Person, mine)
    found = browser_of(app, mine).get("/menunggu").text
    assert "Keputusan Anda yang belum sampai di Central" in found and "uuid:1" in found
    assert "uuid:1" not in page(app, SUPERVISOR), "of another"


def test_it_takes_at_most_sixteen_statements(app: Flask, district: Engine, part: int) -> None:
    web = entered(app)
    with statements(district) as said:
        web.get("/menunggu")
    assert len(said) <= 16


def test_what_waits_in_two_rounds_of_a_district_says_in_which(app: Flask, district: Engine) -> None:
    field = a_draw_field(district)
    field.draw()
    with writing(district) as session:
        session.get_one(Round, ROUND).name = "KLA rekaan"
    found = page(app, Held(Role.ASSESSOR))
    assert "Undian untuk disetujui" in found
    assert ">Kabupaten Contoh, KLA rekaan</a>" in found
