"""The pages of the plan, as a lead uses them: by hand, from a file, one day of it, and its release."""

import html
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.app import create_app
from server.claims.tables import Claim
from server.db import now, writing
from server.plan.planning import withdraw
from server.plan.tables import PlannedVisit
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.spreadsheets import as_xlsx
from server.words import catalogue
from tests.support.acts import written_down
from tests.support.assigning import HOME, OPEN_PLACE, PART
from tests.support.planning import DAY, NUMBERS, OTHER_PLACE, SCHOOL, SHELTER, PlanField
from tests.support.statements import statements
from tests.support.web import TESTER, Browser, as_read, entered
from tests.support.workbooks import hidden

OURS = {"Sec-Fetch-Site": "same-origin"}
ROUND, DISTRICT = PART
PLAN, TASKS = (f"/wilayah/{ROUND}/{DISTRICT}/{page}" for page in ("rencana", "tugas"))
CODE = re.compile(r'name="packed" value="([^"]+)"')


@pytest.fixture
def app(field: PlanField, tmp_path: Path) -> Flask:
    return create_app(field.engine, Settings(data=tmp_path, central_project=1))


@pytest.fixture
def web(app: Flask) -> Browser:
    return entered(app)


def shown(response: TestResponse) -> str:
    """Give a page's text as a person reads it."""
    return as_read(response.text)


def adds(web: Browser, field: PlanField, *places: str, **typed: str) -> TestResponse:
    data = {"place": [field.places[one].facility_id for one in places], "who": str(field.team), "day": DAY.isoformat(),
            "mode": "on_site", "modules": ["practice"]} | typed  # fmt: skip
    answer: TestResponse = web.post(f"{PLAN}/tambah", data=data, headers=OURS)
    return answer


def sends(web: Browser, content: str | bytes, name: str = "rencana.csv") -> TestResponse:
    raw = content.encode() if isinstance(content, str) else content
    answer: TestResponse = web.post(f"{PLAN}/berkas", data={"file": (io.BytesIO(raw), name)}, headers=OURS,
                                    content_type="multipart/form-data")  # fmt: skip
    return answer


def test_places_are_looked_for_ticked_and_planned(web: Browser, field: PlanField) -> None:
    page = web.get(f"{PLAN}/tambah?cari=stasiun")
    assert OTHER_PLACE in page.text and SCHOOL not in page.text and SHELTER not in page.text
    assert adds(web, field, OTHER_PLACE, OPEN_PLACE).status_code == 303
    text = shown(web.get(PLAN))
    assert OTHER_PLACE in text and OPEN_PLACE in text and "2 kunjungan menunggu persetujuan Tim Penilai" in text
    field.agree()
    text = shown(web.get(PLAN))
    assert "Belum dirilis" in text and "2 baris rencana belum diketahui ponsel tim" in text


def test_no_search_finds_a_shelter_nor_a_home_by_its_name_for_whom_it_is_not_named(
    app: Flask, web: Browser, field: PlanField
) -> None:
    for asked in ("rumah aman", NUMBERS[SHELTER], "rekaan", ""):
        text = web.get(f"{PLAN}/tambah?cari={asked}").text
        assert SHELTER not in text and field.places[SHELTER].facility_id not in text
    secretariat = entered(app, [Held(Role.SECRETARIAT, "")])
    assert HOME not in secretariat.get(f"{PLAN}/tambah?cari=panti").text
    assert "LKSA" not in shown(secretariat.get(f"{PLAN}/tambah?cari=panti")).split("Tempat yang dikunjungi")[-1][:80]


def test_what_is_wrong_is_told_and_what_was_typed_stays(web: Browser, field: PlanField) -> None:
    page = adds(web, field, OPEN_PLACE, modules="titles", why="Alasan saya")
    assert page.status_code == 400 and "tidak ada di formulir untuk jenis tempat ini" in page.text
    assert "Alasan saya" in page.text and f'value="{field.places[OPEN_PLACE].facility_id}" checked' in page.text
    nothing = adds(web, field)
    assert nothing.status_code == 400 and "Sebutkan tempatnya" in nothing.text
    assert "Pilih timnya" in adds(web, field, OPEN_PLACE, who="", day="").text


def test_a_row_is_changed_and_taken_out(web: Browser, field: PlanField) -> None:
    adds(web, field, OPEN_PLACE)
    row = f"{PLAN}/{field.row().id}"
    assert 'name="modules" value="practice" checked' in web.get(row).text
    typed = {"who": f"{field.team}/{field.member}", "day": DAY.isoformat(), "mode": "video", "act": "change"}
    assert web.post(row, data=typed, headers=OURS).status_code == 303
    assert (field.row().person_id, field.row().mode, field.row().modules) == (field.member, "video", "")
    assert web.post(row, data=typed | {"day": "2020-01-01"}, headers=OURS).status_code == 400
    assert web.post(row, data={"act": "withdraw"}, headers=OURS).status_code == 303
    assert field.row().state == "withdrawn" and web.get(row).status_code == 404


def test_a_file_is_shown_first_and_then_carried_out(web: Browser, field: PlanField) -> None:
    team = field.written().team
    content = f"Kode;Tim;Hari\r\n#{NUMBERS[OTHER_PLACE]};{team};{DAY:%d/%m/%Y}\r\n#{NUMBERS[SCHOOL]};;\r\n"
    page = sends(web, content)
    assert "menambah 1 kunjungan dan mengubah 0" in shown(page) and OTHER_PLACE in page.text
    assert f"{team}, {catalogue('id').show(DAY)}" in shown(page), "the day as it was read: 3/12 is no month"
    assert PLAN in page.text and "Belum ada kunjungan" in web.get(PLAN).text, "nothing has happened yet"
    packed = html.unescape(CODE.findall(page.text)[0])
    assert web.post(f"{PLAN}/berkas", data={"packed": packed}, headers=OURS).status_code == 303
    assert OTHER_PLACE in web.get(PLAN).text
    again = sends(web, content)
    assert "1 sudah sama" in shown(again) and not CODE.findall(again.text)
    twice = web.post(f"{PLAN}/berkas", data={"packed": packed}, headers=OURS)
    assert twice.status_code == 303 and len(written_down(field.engine)) > 0


def test_what_is_hidden_in_a_file_is_told_and_not_that_nobody_filled_in(web: Browser, field: PlanField) -> None:
    team = field.written().team
    rows = [[f"#{NUMBERS[OTHER_PLACE]}", team, f"{DAY:%d/%m/%Y}"], [f"#{NUMBERS[SCHOOL]}", "", ""]]
    content = as_xlsx("Rencana", ["Kode", "Tim", "Hari"], rows, catalogue("id"))
    assert "disembunyikan" not in shown(sends(web, content, "x.xlsx"))
    page = shown(sends(web, hidden(content, "Rencana", rows=(2, 3), columns=("B",)), "x.xlsx"))
    assert "Rencana: 1 baris yang disembunyikan atau tersaring ikut dibaca: 2." in page
    assert "Rencana: 1 kolom yang disembunyikan ikut dibaca: B." in page


def test_a_file_with_anything_wrong_changes_nothing_and_names_the_cells(web: Browser, field: PlanField) -> None:
    page = sends(web, f"Kode;Tim;Hari\r\n#{NUMBERS[OTHER_PLACE]};{field.written().team};kapan\r\n<b>;x;y\r\n")
    assert page.status_code == 400 and not CODE.findall(page.text)
    assert "C2" in shown(page) and "A3" in shown(page) and "<b>;" not in page.text
    assert "Belum ada kunjungan" in web.get(PLAN).text


def test_what_a_file_would_plan_stands_above_the_button(web: Browser, field: PlanField) -> None:
    page = sends(web, f"Kode;Tim;Hari\r\n#{NUMBERS[OTHER_PLACE]};{field.written().team};{DAY}\r\n")
    assert page.status_code == 200
    assert shown(page).rindex(OTHER_PLACE) < shown(page).index(catalogue("id").say("plan.carry_out"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xff\xfe\x00", b"a,b\n1,2", b"=cmd();x\r\n" * 50])
def test_any_other_file_gets_a_sentence(web: Browser, content: bytes) -> None:
    page = sends(web, content, "x.xlsx")
    assert page.status_code == 400 and 'role="alert"' in page.text
    assert web.post(f"{PLAN}/berkas", data={"packed": "???"}, headers=OURS).status_code == 400


def test_the_plan_is_downloaded_as_it_can_be_brought_back(web: Browser, field: PlanField) -> None:
    adds(web, field, OPEN_PLACE)
    for ending in ("csv", "xlsx"):
        file = web.get(f"{PLAN}/rencana.{ending}?isi=semua")
        page = sends(web, file.data, f"x.{ending}")
        assert "1 sudah sama; 3 baris tanpa tim dan hari dilewati" in shown(page)
    assert web.get(f"{PLAN}/rencana.pdf").status_code == 404


def releases(web: Browser, page: TestResponse) -> str:
    mark = re.search(r'name="mark" value="(\w*)"', page.text)
    return shown(web.post(f"{PLAN}/rilis", data={"mark": mark[1] if mark else ""}, headers=OURS))


def test_releasing_says_what_was_done(web: Browser, field: PlanField) -> None:
    adds(web, field, OPEN_PLACE, OTHER_PLACE)
    assert "Dirilis: 0 tugas baru" in releases(web, web.get(f"{PLAN}/rilis")), "nobody agreed"
    field.agree()
    page = web.get(f"{PLAN}/rilis")
    assert "2 baris rencana berubah" in shown(page)
    assert "Dirilis: 2 tugas baru" in releases(web, page)
    assert "Dirilis: 0 tugas baru" in releases(web, web.get(f"{PLAN}/rilis"))
    assert "Dijadwalkan" in shown(web.get(PLAN))


def test_what_becomes_of_each_row_is_shown_before_it_is_released(web: Browser, field: PlanField) -> None:
    """What was given before and is planned otherwise now, what was taken out, and what is new."""
    field.plan(field.wish(), field.wish(OTHER_PLACE))
    field.release()
    field.plan(field.wish(mode="video"), field.wish(SCHOOL))
    field.agree()
    with writing(field.engine) as session:
        withdraw(session, PART, field.row(OTHER_PLACE).id, TESTER)
    page = web.get(f"{PLAN}/rilis")
    table, becomes = shown(page), {OPEN_PLACE: "tugasnya diperbarui", OTHER_PLACE: "tugasnya ditarik",
                                   SCHOOL: "menjadi tugas baru"}  # fmt: skip
    for place, what in becomes.items():
        assert re.search(f"{re.escape(place)}((?!tugas).)*{what}", table), place
    assert page.text.index(SCHOOL) < page.text.index("<button>Rilis"), "the evidence is before whoever releases"
    assert "Dirilis: 1 tugas baru, 1 diperbarui, 1 ditarik." in releases(web, page)


def test_only_what_was_shown_is_released(web: Browser, field: PlanField) -> None:
    field.plan(field.wish())
    field.agree()
    page = web.get(f"{PLAN}/rilis")
    field.plan(field.wish(OTHER_PLACE))
    field.agree()
    answer = releases(web, page)
    assert "Dirilis:" not in answer and OTHER_PLACE in answer, "another place has come: it is shown first"
    assert "Dirilis: 2 tugas baru" in releases(web, web.get(f"{PLAN}/rilis"))


def test_what_cannot_be_released_is_told_beforehand(web: Browser, field: PlanField) -> None:
    field.plan(field.wish())
    field.agree()
    with writing(field.engine) as session:
        session.get_one(PlannedVisit, field.row().id).day -= timedelta(days=400)
    page = shown(web.get(f"{PLAN}/rilis"))
    assert "Belum dapat dirilis" in page and "menjadi tugas baru" not in page


def test_verifiers_are_told_whom_a_substitute_stands_in_for_and_who_approves_but_nobody_else_a_homes_name(
    app: Flask, web: Browser, field: PlanField
) -> None:
    planned = {place: field.places[place].facility_id for place in (OPEN_PLACE, HOME)}
    field.plan(field.wish(), field.wish(HOME), field.wish(OTHER_PLACE, substitute_for=planned[OPEN_PLACE]))
    field.release()
    assert f"Pengganti untuk {OPEN_PLACE}, bila ketua tim atau Tim Penilai" in shown(web.get(TASKS))
    assert f";{OPEN_PLACE};" in web.get(f"{TASKS}.csv", query_string={"lang": "id"}).text
    field.plan(field.wish(OTHER_PLACE, substitute_for=planned[HOME]))
    field.release()
    verifier, secretariat = (
        shown(entered(app, [Held(role, DISTRICT, ROUND)]).get(TASKS)) for role in (Role.VERIFIER, Role.SECRETARIAT)
    )
    assert f"Pengganti untuk {HOME}," in verifier
    assert HOME not in secretariat and "Pengganti untuk LKSA/panti asuhan anak" in secretariat


def test_what_waits_for_tim_penilai_is_told_where_the_plan_is_released_and_is_never_called_released(
    web: Browser, field: PlanField
) -> None:
    field.plan(field.wish())
    page = web.get(f"{PLAN}/rilis").text
    assert "1 kunjungan menunggu persetujuan Tim Penilai." in page and "menunggu dirilis" not in page
    field.release()
    page = web.get(f"{PLAN}/rilis").text
    assert "menunggu persetujuan" not in page and "Tidak ada baris rencana yang menunggu dirilis" in page


def test_a_day_tells_each_team_what_is_expected_and_not_here(web: Browser, field: PlanField) -> None:
    assert "tidak ada yang tertunggak" in shown(web.get(f"{PLAN}/hari"))
    adds(web, field, OPEN_PLACE, OTHER_PLACE)
    unreleased = web.get(f"{PLAN}/hari?hari={DAY.isoformat()}").text
    assert all(one in unreleased for one in (f"tim={field.team}", "status=unreleased", f"hari={DAY.isoformat()}"))
    field.release()
    field.plan(field.wish(SCHOOL, substitute_for=field.places[OPEN_PLACE].facility_id))
    text = shown(web.get(f"{PLAN}/hari?hari={DAY.isoformat()}"))
    assert "Tim Rekaan 2 0 2 0 0 0 0 0 0" in text, "what stands in for a place is none of its own"
    field.changed(field.asked().id, due_at=now() - timedelta(days=9))
    with writing(field.engine) as session:
        session.merge(field.row()).day = DAY - timedelta(days=1)
    assert "Tim Rekaan 1 0 1 0 0 0 0 0 1" in shown(web.get(f"{PLAN}/hari?hari={DAY.isoformat()}"))
    assert web.get(f"{PLAN}/hari?hari=kapan").status_code == 200


def test_the_list_is_filtered(web: Browser, field: PlanField) -> None:
    adds(web, field, OPEN_PLACE)
    for asked, there in ((f"tim={field.team}", True), (f"hari={DAY.isoformat()}", True), ("hari=2020-01-01", False),
                         ("status=proposed", True), ("status=missing", False), ("cari=pasar", True),
                         ("cari=xyz", False), ("status=sihir", True), ("tim=987654", True)):  # fmt: skip
        assert (OPEN_PLACE in web.get(f"{PLAN}?{asked}").text) is there, asked


def test_who_reads_assignments_reads_the_plan_and_changes_nothing(app: Flask, web: Browser, field: PlanField) -> None:
    adds(web, field, OPEN_PLACE)
    verifier = entered(app, [Held(Role.VERIFIER, DISTRICT, ROUND)])
    page = verifier.get(PLAN)
    assert OPEN_PLACE in page.text and "/tambah" not in page.text and f"{PLAN}/{field.row().id}" not in page.text
    assert verifier.get(f"{PLAN}/tambah").status_code == 403
    assert entered(app, [Held(Role.DISTRICT, DISTRICT)]).get(PLAN).status_code == 403


def test_tim_penilai_sees_the_plan_that_it_agrees_to_and_what_hangs_on_it(
    app: Flask, web: Browser, field: PlanField
) -> None:
    instead_of = {"substitute_for": field.places[OPEN_PLACE].facility_id, "substitute_order": "1"}
    assert adds(web, field, OPEN_PLACE, modules="practice").status_code == 303
    assert adds(web, field, OTHER_PLACE, **instead_of).status_code == 303
    assert adds(web, field, SCHOOL, modules="access").status_code == 303
    with writing(field.engine) as session:
        session.scalars(select(Claim).filter_by(indicator=17)).one().self_score = 12.5
    judge = entered(app, [Held(Role.ASSESSOR)])
    page = shown(judge.get(f"{PLAN}/setujui"))
    assert "3 kunjungan menunggu persetujuan" in page
    assert "17. Jumlah Pojok ASI: 1 dari 1. Nilai mandiri 12,5; setiap tempat 12,5; semua kunjungan ini 12,5" in page
    assert "dipilih, bukan diundi" in page and "Akses dan biaya" in page
    assert f"Pengganti ke-1 untuk {OPEN_PLACE}" in page and "ketua tim atau Tim Penilai menyetujui" in page
    assert OPEN_PLACE in judge.get(PLAN).text, "what the way to that page leads over is open too"
    assert judge.get(f"{PLAN}/hari").status_code == 200
    assert "Tambahkan satu per satu" not in judge.get(f"{PLAN}").text
    for address in (TASKS, f"{PLAN}/tambah", f"{PLAN}/rilis", f"{PLAN}/berkas", f"{PLAN}/{field.row().id}"):
        assert judge.get(address).status_code == 403, "and nothing else"


def test_who_cannot_plan_is_not_told_to(app: Flask, web: Browser) -> None:
    assert "Belum ada kunjungan yang direncanakan. Tambahkan" in shown(web.get(PLAN))
    judge = shown(entered(app, [Held(Role.ASSESSOR)]).get(PLAN))
    assert "Belum ada kunjungan yang direncanakan." in judge and "Tambahkan" not in judge


def test_pages_ask_little(app: Flask, web: Browser, field: PlanField) -> None:
    adds(web, field, OPEN_PLACE, OTHER_PLACE, HOME)
    for page in ("", "/hari", "/tambah", f"/{field.row().id}", "/rilis", "/berkas"):
        with statements(field.engine) as asked:
            assert web.get(f"{PLAN}{page}").status_code == 200
        said = [one for one in asked if not one.startswith(("BEGIN", "SET ", "PRAGMA"))]
        assert len(said) < 15, (page, len(said))  # and once in a while that somebody is there
    judge = entered(app, [Held(Role.ASSESSOR)])
    with statements(field.engine) as asked:
        assert judge.get(f"{PLAN}/setujui").status_code == 200
    said = [one for one in asked if not one.startswith(("BEGIN", "SET ", "PRAGMA"))]
    assert len(said) <= 17, said
