"""The page of the rounds: who sees which, when their stages are, and by which rules they are computed."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, update

from server.app import create_app
from server.db import writing
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.planning import RoundWish, add_round, set_stages, set_video
from server.rounds.rules import fix_rules
from server.rounds.states import begin_part, change_part, round_of
from server.rounds.tables import RoundRules
from server.settings import Settings
from tests.support.claiming import ROUND, TESTER
from tests.support.days import today_here
from tests.support.statements import statements
from tests.support.web import as_read, entered
from tests.support.workbooks import DISTRICT

PAGE, NEXT = "/putaran", "2027"
TODAY = today_here()


@pytest.fixture
def app(district: Engine, tmp_path: Path) -> Flask:
    """Let there be, beside the round that is open, the next one, which is planned."""
    with writing(district) as session:
        for code in (DISTRICT, "98.01"):
            begin_part(session, ROUND, code, TESTER)
        change_part(session, ROUND, "98.01", "closed", TESTER)
        days = {"visits": (TODAY - timedelta(days=3), TODAY + timedelta(days=3)), "claims": (None, date(2026, 1, 31))}
        set_stages(session, ROUND, days, TESTER)
        add_round(session, RoundWish(NEXT, 2027, "KLA 2027", stages={"visits": (date(2027, 8, 1), None)}), TESTER)
    return create_app(district, Settings(data=tmp_path))


def shown(app: Flask, *held: Held) -> str:
    return as_read(entered(app, held).get(PAGE).text).partition("Putaran evaluasi Putaran yang ada")[2]


def test_rounds_are_listed_with_state_stages_and_rules_the_newest_first(app: Flask) -> None:
    page = shown(app, Held(Role.SUPERVISOR))
    planned, opened = page.index("KLA 2027 direncanakan"), page.index("terbuka · 1 kabupaten/kota terbuka, 1 ditutup")
    assert planned < opened
    assert "pengisian klaim – 31 Jan 2026" in page and "kunjungan lapangan sedang berlangsung" in page
    assert page.count("sedang berlangsung") == 1
    assert "versi" in page and "Aturan yang berlaku sekarang berbeda" not in page
    assert "Kunjungan video hanya memberi keterangan." in page


def test_what_a_round_goes_by_is_said_as_it_is_now(app: Flask, district: Engine) -> None:
    with writing(district) as session:
        set_video(session, ROUND, counts=True, entry=TESTER)
        fix_rules(session, round_of(session, ROUND), "test", "Notulen 12")
        session.execute(update(RoundRules).where(RoundRules.why == "Notulen 12").values(digest="0" * 64))
    page = shown(app, Held(Role.SECRETARIAT))
    assert "Kunjungan video menunjukkan" in page
    assert "Notulen 12" in page and page.count("Aturan yang berlaku sekarang berbeda.") == 1
    assert "mintalah pengelola server" in page


def test_who_holds_a_district_sees_its_rounds_alone_and_counts_no_other_district(app: Flask) -> None:
    page = shown(app, Held(Role.DISTRICT, DISTRICT, ROUND))
    assert "1 kabupaten/kota terbuka, 0 ditutup" in page
    assert "KLA 2027" not in page and "mintalah pengelola server" not in page
    assert "Belum ada putaran yang dapat Anda lihat." in shown(app, Held(Role.DISTRICT, "97.01", ROUND))


def test_rounds_that_take_visits_of_the_same_days_say_so(app: Flask, district: Engine) -> None:
    with writing(district) as session:
        for round_id in (ROUND, NEXT):
            set_stages(session, round_id, {"visits": (TODAY, TODAY)}, TESTER)
        round_of(session, NEXT).state = "open"
    assert shown(app, Held(Role.SUPERVISOR)).count("Kunjungan pada hari yang sama") == 2


def test_the_page_asks_the_same_number_of_questions_however_many_rounds_there_are(app: Flask, district: Engine) -> None:
    web = entered(app, [Held(Role.SUPERVISOR)])
    with statements(district) as few:
        web.get(PAGE)
    with writing(district) as session:
        for number in range(5):
            add_round(session, RoundWish(f"x{number}", 2030 + number), TESTER)
    with statements(district) as many:
        assert web.get(PAGE).status_code == 200
    assert len(many) == len(few)
