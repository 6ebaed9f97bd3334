"""The page on which a district is closed: what is open first, then a reason and its code typed again."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from server.db import now, snapshot, writing
from server.decisions.deciding import Wish, decide
from server.login.tables import LoginSession
from server.results.tables import LineResult
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from server.submissions.tables import SubmissionState
from server.traces.deleting import delete_traces
from server.work.kinds import DeleteTraces
from server.work.queue import FAILED, ask
from server.work.tables import Job
from tests.support.arriving import a_visit_comes
from tests.support.claiming import ROUND, claims_come
from tests.support.rounds import part_of, written
from tests.support.statements import statements
from tests.support.web import TESTER, Browser, browser_of, entered, person
from tests.support.workbooks import DISTRICT, a_place, filled, row_of

PAGE = f"/wilayah/{ROUND}/{DISTRICT}/penutupan"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def web(app: Flask, district: Engine) -> Browser:
    claims_come(district, filled({f"Klaim!E{row_of(17)}": 15}, a_place()))
    return entered(app)


def post(web: Browser, path: str = PAGE, **typed: str) -> tuple[int, str]:
    answer = web.post(path, data=typed, headers=OURS)
    return answer.status_code, answer.text


def shown(web: Browser, code: str) -> bool:
    """Tell whether something is listed as open: by its link."""
    return code in re.findall(r'href="([^"]+)"', web.get(PAGE).text)


def test_what_is_open_is_listed_with_its_count_and_leads_to_its_list(web: Browser, district: Engine) -> None:
    verify(district, ROUND, DISTRICT)
    page = web.get(PAGE).text
    assert "<b>1</b> tempat belum dikunjungi" in page
    assert "hasil=not_visited" in page and f"/wilayah/{ROUND}/{DISTRICT}/baris" in page
    a_visit_comes(district, "uuid:unread", read=False)
    assert "<b>1</b> kiriman belum dibaca" in web.get(PAGE).text


def test_a_reason_and_the_code_close_it_and_the_result_is_frozen(web: Browser, district: Engine) -> None:
    a_visit_comes(district, read=False)
    assert post(web, why="Semua sudah diputuskan.", typed=DISTRICT)[0] == 303
    assert part_of(district, DISTRICT) == "closed"
    page = web.get(PAGE).text
    assert "Bagian ini ditutup dan hasilnya dibekukan." in page and "Semua sudah diputuskan." in page
    assert "Titik lokasi 1 kiriman sedang dihapus." in page


@pytest.mark.parametrize("typed", [{"why": "", "typed": DISTRICT}, {"why": "Selesai.", "typed": "99.02"}, {}])
def test_without_either_it_stays_open_and_what_was_typed_is_kept(
    web: Browser, district: Engine, typed: dict[str, str]
) -> None:
    before = written(district)
    status, page = post(web, **typed)
    assert (status, part_of(district, DISTRICT), written(district)) == (400, "open", before)
    assert all(text in page for text in typed.values())
    assert 'class="wrong"' in page, "beside its field"


def test_who_has_not_just_shown_that_it_is_them_is_asked_first(web: Browser, district: Engine) -> None:
    with writing(district) as session:
        session.execute(update(LoginSession).values(proved_at=now() - timedelta(hours=1)))
    assert "Tunjukkan bahwa ini Anda" in web.get(PAGE).text
    answer = web.post(PAGE, data={"why": "x", "typed": DISTRICT}, headers=OURS)
    assert (answer.status_code, "/masuk/buktikan" in answer.location) == (303, True)
    assert part_of(district, DISTRICT) == "open"


def test_what_is_half_done_keeps_it_open_and_says_so(web: Browser, district: Engine) -> None:
    form_pk = a_visit_comes(district)
    with writing(district) as session:
        decide(session, form_pk, "uuid:1", Wish("comment", "uuid:1", text="Mohon dilengkapi."), TESTER)
    page = web.get(PAGE).text
    assert "<b>1</b> keputusan belum sampai di Central" in page and '<form method="post" class="decide"' not in page
    status, page = post(web, why="x", typed=DISTRICT)
    assert (status, part_of(district, DISTRICT)) == (400, "open")
    assert "1 keputusan belum sampai di Central; tunggu sampai terkirim." in page


def test_a_decision_that_evidence_reopened_keeps_it_open(web: Browser, district: Engine) -> None:
    verify(district, ROUND, DISTRICT)
    with writing(district) as session:
        session.execute(update(LineResult).values(reopened_id=1))
    assert "<b>1</b> keputusan dibuka kembali" in web.get(PAGE).text
    assert post(web, why="x", typed=DISTRICT)[0] == 400


def test_work_that_failed_keeps_it_open(web: Browser, district: Engine) -> None:
    with writing(district) as session:
        ask(session, DeleteTraces(ROUND, DISTRICT))
        session.flush()
        session.execute(update(Job).filter_by(kind="traces").values(state=FAILED))
    assert post(web, why="x", typed=DISTRICT)[0] == 400
    assert part_of(district, DISTRICT) == "open"


def test_opened_again_with_a_reason_and_not_without(web: Browser, district: Engine) -> None:
    post(web, why="Selesai.", typed=DISTRICT)
    assert post(web, f"{PAGE}/buka", why=" ")[0] == 400
    assert part_of(district, DISTRICT) == "closed"
    assert post(web, f"{PAGE}/buka", why="Satu kunjungan tertinggal.")[0] == 303
    assert part_of(district, DISTRICT) == "open"
    assert "Satu kunjungan tertinggal." in web.get(PAGE).text


def test_the_proof_is_on_the_page_and_can_be_kept_and_has_no_coordinate(web: Browser, district: Engine) -> None:
    for number in range(3):
        a_visit_comes(district, f"uuid:{number}", at=(110.0051317, -5.0041739))
    post(web, why="Selesai.", typed=DISTRICT)
    delete_traces(district, Nothing(), ROUND, DISTRICT)  # type: ignore[arg-type]
    proof = web.get(f"{PAGE}/bukti.csv").text
    head, row = proof.split("\r\n")[:2]
    assert head == "number,begun_at,finished_at,submissions,versions,points,digest"
    assert row.split(",")[3:6] == ["3", "3", "3"] and re.fullmatch(r"[0-9a-f]{64}", row.split(",")[6])
    page = web.get(PAGE).text
    assert row.split(",")[6] in page
    assert not re.search("0041739|0051317", page + proof)


class Nothing:
    """A store that has nothing to lose."""

    def remove(self, digest: str) -> None:
        raise AssertionError(digest)


def test_who_verifies_there_may_not_close_and_who_is_elsewhere_sees_nothing(
    web: Browser, app: Flask, district: Engine
) -> None:
    with writing(district) as session:
        others = [person(session, Held(Role.LEAD, DISTRICT, ROUND)), person(session, Held(Role.SUPERVISOR, "99.02"))]
    for one in others:
        assert post(browser_of(app, one), why="x", typed=DISTRICT)[0] in (403, 404)
    assert part_of(district, DISTRICT) == "open"


def test_it_takes_as_many_statements_for_many_as_for_one(web: Browser, app: Flask, district: Engine) -> None:
    a_visit_comes(district)
    with statements(district) as few:
        web.get(PAGE)
    for number in range(30):
        a_visit_comes(district, f"uuid:more-{number}")
    with statements(district) as many:
        web.get(PAGE)
    assert len(few) == len(many) and sum(one != "BEGIN" for one in many) <= 15, "\n".join(many)
    with snapshot(district) as session:
        assert len(session.scalars(select(SubmissionState.id)).all()) == 31
