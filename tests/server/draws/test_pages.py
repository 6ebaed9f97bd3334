"""The pages of drawings: what visits buy before anybody travels, whom points are told, approving and dropping."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from server.app import create_app
from server.plan.wishes import PlanWish
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.words import catalogue
from tests.support.assigning import OPEN_PLACE
from tests.support.drawing import DRAWS, INDICATOR, DrawField, a_draw_field
from tests.support.planning import DAY, PlanField
from tests.support.web import as_read, entered

PLAN = DRAWS.removesuffix("/undian")
OURS = {"Sec-Fetch-Site": "same-origin"}
PLANNER, ASSESSOR, SECRETARIAT = (
    [Held(role)] for role in (Role.SUPERVISOR, Role.ASSESSOR, Role.SECRETARIAT)
)  # fmt: skip


@pytest.fixture
def app(field: DrawField, tmp_path: Path) -> Flask:
    return create_app(field.engine, Settings(data=tmp_path, central_project=1))


def shown(response: TestResponse) -> str:
    return as_read(response.text)


def test_the_error_that_visits_buy_is_told_before_anything_is_drawn(app: Flask) -> None:
    page = shown(entered(app, PLANNER).get(f"{DRAWS}/baru?indicator={INDICATOR}"))
    assert "(40 tempat)" in page and "Acak sederhana" in page
    assert "10 10 (25 %)" in page, "ten of ten confirmed would still allow ten of forty false"


def test_a_drawing_is_shown_with_what_it_buys_and_waits_for_tim_penilai(app: Flask, field: DrawField) -> None:
    web = entered(app, PLANNER)
    typed = {"indicator": f"{INDICATOR}", "design": "random", "visits": "12", "seed": "contoh", "day": DAY.isoformat(),
             "a_day": "5", "team": f"{field.team}"}  # fmt: skip
    assert web.post(f"{DRAWS}/baru", data=typed | {"visits": "99"}, headers=OURS).status_code == 400
    done = web.post(f"{DRAWS}/baru", data=typed, headers=OURS)
    assert done.status_code == 303
    page = shown(web.get(done.location))
    assert "12 dari 40 tempat, dengan 3 pengganti, dalam 3 hari" in page
    assert "masih mungkin 9 dari 40 keliru (22,5 %)" in page and "contoh" in page and "30 %" in page
    assert "Menunggu persetujuan Tim Penilai" in page and "Setujui undian" not in page
    assert "Poin yang dipertaruhkan" not in page, "a supervisor decides facts"
    assert web.post(done.location, data={"act": "approve"}, headers=OURS).status_code == 403
    assert "Menunggu persetujuan" in shown(web.get(DRAWS))
    judging = entered(app, ASSESSOR)
    page = shown(judging.get(done.location))
    assert "Poin yang dipertaruhkan Nilai mandiri 12,5" in page
    assert "10 10 (25 %)" in page and "30 2 (5 %)" in page, "what fewer and more visits would buy"
    assert "ketua tim atau Tim Penilai menyetujui penggantian itu" in page
    assert f'href="{PLAN}?' in judging.get(DRAWS).text and judging.get(PLAN).status_code == 200
    assert judging.post(done.location, data={"act": "approve"}, headers=OURS).status_code == 303
    page = shown(judging.get(done.location))
    assert "Disetujui" in page and "0 terkonfirmasi, 0 tidak sesuai, 12 belum ada hasilnya" in page
    assert judging.post(done.location, data={"act": "approve"}, headers=OURS).status_code == 400
    assert "Terundi (undian" in shown(web.get(DRAWS.removesuffix("/undian")))


def test_a_list_that_is_not_drawn_from_says_so_before_anybody_fills_in_a_drawing(app: Flask, field: DrawField) -> None:
    web, at = entered(app, PLANNER), f"{DRAWS}/baru?indicator={INDICATOR}"
    assert 'name="design"' in web.get(at).text
    number = field.draw()
    page = web.get(at).text
    assert "masih menunggu persetujuan. Batalkan dulu" in page and 'name="design"' not in page
    field.approve(number)
    page = web.get(at).text
    assert "sudah punya undian yang disetujui" in page and 'name="design"' not in page


def test_what_the_plan_has_on_another_day_is_told_beside_the_day_that_was_drawn(app: Flask, field: DrawField) -> None:
    """Approving leaves it as it is: the drawing's page and the plan's would tell two days of one visit."""
    at, web, other = f"{DRAWS}/{field.draw(visits='40')}", entered(app, ASSESSOR), DAY + timedelta(40)
    assert "Sudah ada di rencana" not in shown(web.get(at))
    field.plan(PlanField.wish(field, OPEN_PLACE, day=other.isoformat()))
    for _ in ("before", "after"):
        page = shown(web.get(at))
        assert page.count("Sudah ada di rencana: ") == 1
        assert f"Sudah ada di rencana: {catalogue('id').show(other)} {OPEN_PLACE}" in page
        web.post(at, data={"act": "approve"}, headers=OURS)


def test_a_drawn_place_that_is_only_a_substitute_in_the_plan_is_told_to_get_a_visit_of_its_own(
    app: Flask, field: DrawField
) -> None:
    number = field.draw(visits="40")
    at, web = f"{DRAWS}/{number}", entered(app, ASSESSOR)
    place = next(
        row.facility_id for row in field.drawn(number) if row.facility_id != field.places[OPEN_PLACE].facility_id
    )
    stand_in = PlanField.wish(field, OPEN_PLACE, place=place, substitute_for=field.places[OPEN_PLACE].facility_id)
    assert "kini hanya pengganti" not in shown(web.get(at))
    field.plan(PlanField.wish(field, OPEN_PLACE), stand_in)
    assert shown(web.get(at)).count("kini hanya pengganti") == 1
    web.post(at, data={"act": "approve"}, headers=OURS)
    assert "kini hanya pengganti" not in shown(web.get(at))


def test_the_secretariat_plans_and_sees_what_is_at_stake_and_may_drop_and_not_approve(
    app: Flask, field: DrawField
) -> None:
    at, web = f"{DRAWS}/{field.draw()}", entered(app, SECRETARIAT)
    assert "Poin yang dipertaruhkan" in shown(web.get(at))
    assert web.post(at, data={"act": "approve"}, headers=OURS).status_code == 403
    assert "Tulis alasan" in shown(web.post(at, data={"act": "drop", "why": ""}, headers=OURS))
    assert web.post(at, data={"act": "drop", "why": "Tim berhalangan."}, headers=OURS).status_code == 303
    assert "Dibatalkan" in shown(web.get(at)) and "Tim berhalangan." in shown(web.get(at))


@pytest.mark.parametrize(
    ("said", "told"),
    [({"visits": "5"}, "Kurang dari 10 tempat yang diundi: tidak ada rentang"),
     ({"design": "lqas"}, "Lulus bila paling sedikit 13"),
     ({"design": "audit"}, "Bila tidak satu pun dari"), ({"design": "risk"}, "Satu tanda risiko")],
)  # fmt: skip
def test_each_design_says_what_it_shows(app: Flask, field: DrawField, said: dict[str, Any], told: str) -> None:
    assert told in shown(entered(app, ASSESSOR).get(f"{DRAWS}/{field.draw(**said)}"))


def test_what_is_approved_stands_above_the_button(app: Flask, field: DrawField) -> None:
    page = shown(entered(app, ASSESSOR).get(f"{DRAWS}/{field.draw()}"))
    assert page.rindex("Pojok ASI Rekaan") < page.index("Setujui undian")


def test_what_stands_in_for_a_chosen_place_is_no_visit_that_points_hang_on(app: Flask, field: DrawField) -> None:
    first, second, third = [one.facility_id for one in field.drawn(field.draw())][:3]
    wish = PlanWish(team=str(field.team), day=DAY.isoformat())
    field.plan(replace(wish, place=first), replace(wish, place=second),
               replace(wish, place=third, substitute_for=first, substitute_order="1"))  # fmt: skip
    page = shown(entered(app, ASSESSOR).get(f"{PLAN}/setujui"))
    assert "3 kunjungan menunggu" in page and "17. Jumlah Pojok ASI: 2 dari 40. Nilai mandiri 12,5" in page


@pytest.mark.parametrize(("design", "is_said"), [("audit", True), ("lqas", True), ("random", False), ("risk", False)])
def test_beside_an_interval_and_a_rule_it_is_said_which_of_them_decides(
    app: Flask, field: DrawField, design: str, is_said: bool
) -> None:
    at, web = f"{DRAWS}/{field.draw(design=design)}", entered(app, ASSESSOR)
    page = shown(web.get(at))
    assert "masih mungkin" in page
    assert ("hanya ditentukan kalimat di atas" in page) is is_said
    assert ("rests on the sentence above alone" in shown(web.get(f"{at}?lang=en"))) is is_said


@pytest.mark.parametrize(("lines", "is_whole"), [(10, True), (19, True), (20, False)])
def test_lqas_on_a_list_no_longer_than_its_visits_is_told_as_the_whole_list(
    district: Engine, tmp_path: Path, lines: int, is_whole: bool
) -> None:
    field = a_draw_field(district, lines - 1)
    at = f"{DRAWS}/{field.draw(design='lqas')}"
    web = entered(create_app(field.engine, Settings(data=tmp_path, central_project=1)), ASSESSOR)
    page = shown(web.get(at))
    assert ("Seluruh daftar dikunjungi; bukan LQAS" in page) is is_whole
    assert ("Membedakan daftar yang 80 %" in page) is not is_whole
    assert ("Lulus bila paling sedikit 13 dari 19" in page) is not is_whole
    assert ("this is not LQAS" in shown(web.get(f"{at}?lang=en"))) is is_whole


def test_another_district_s_drawing_is_not_there(app: Flask, field: DrawField) -> None:
    number = field.draw()
    assert entered(app, ASSESSOR).get(f"{DRAWS}/{number}".replace("/99.01/", "/99.02/")).status_code == 404
