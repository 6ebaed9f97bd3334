"""The pages of assignments: the list with its filter, giving from a line, changing; and what a line's page includes."""

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server.app import create_app
from server.assignments.listing import PER_PAGE
from server.db import now
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from tests.support.assigning import DEADLINE, HOME, OPEN_PLACE, PART, Field
from tests.support.builders import LAT, LON
from tests.support.days import today_here
from tests.support.rounds import asked_for
from tests.support.statements import statements
from tests.support.trial import it_comes
from tests.support.web import Browser, entered

OURS = {"Sec-Fetch-Site": "same-origin"}
ROUND, DISTRICT = PART
LIST = f"/wilayah/{ROUND}/{DISTRICT}/tugas"
TYPED = {"question": "Berapa ruang?", "why": "Belum dikunjungi.", "deadline": DEADLINE.isoformat(), "who": ""}


@pytest.fixture
def app(field: Field, tmp_path: Path) -> Flask:
    return create_app(field.engine, Settings(data=tmp_path, central_project=1))


@pytest.fixture
def web(app: Flask) -> Browser:
    return entered(app)


def shown(response: TestResponse) -> str:
    """Give a page's text as a person reads it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def of(field: Field, place: str = OPEN_PLACE) -> str:
    return f"/wilayah/{ROUND}/{DISTRICT}/baris/{field.lines[place]}/tugas"


def gives(web: Browser, field: Field, place: str = OPEN_PLACE, **typed: str) -> TestResponse:
    uuid = re.findall(r'name="uuid" value="([^"]+)"', web.get(of(field, place)).text)[0]
    answer: TestResponse = web.post(of(field, place), data={"uuid": uuid} | TYPED | typed, headers=OURS)
    return answer


# ── giving


def test_the_form_is_right_there_for_a_place_nobody_visited(web: Browser, field: Field) -> None:
    page = web.get(of(field))
    assert OPEN_PLACE in shown(page) and "Seluruh Tim Rekaan" in shown(page) and "Anggota Rekaan" in shown(page)
    answer = gives(web, field, who=str(field.team))
    line = f"/wilayah/{ROUND}/{DISTRICT}/baris/{field.lines[OPEN_PLACE]}?lang=id"
    assert (answer.status_code, answer.headers["Location"]) == (303, line)
    listed = shown(web.get(LIST))
    assert "Tugas diberikan." in listed, "the next page says so"
    assert "Berapa ruang?" in listed and "belum sampai di ponsel" in listed and "Tim Rekaan" in listed
    assert [kind for kind, _ in asked_for(field.engine)] == ["assign"]


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(web: Browser, field: Field) -> None:
    answer = gives(web, field, question="Berapa <b>?", why="", deadline="2020-01-01", who=str(field.team))
    assert answer.status_code == 400
    assert "Berapa &lt;b&gt;?</textarea>" in answer.text and f'value="{field.team}" selected' in answer.text
    for name, sentence in (("why", "Isi alasannya dahulu"), ("deadline", "Batas waktu sudah lewat")):
        (told,) = re.findall(rf'<p class="wrong" id="assign-{name}-wrong" role="alert">([^<]+)</p>', answer.text)
        assert told.startswith(sentence), told
        assert re.search(rf'name="{name}"[^>]*aria-describedby="[^"]*assign-{name}-wrong"', answer.text)
    assert asked_for(field.engine) == []


def test_who_has_a_tie_cannot_be_chosen_and_the_page_says_why(web: Browser, field: Field) -> None:
    field.tie(field.member)
    page = web.get(of(field))
    assert len(re.findall(r"<option[^>]* disabled>[^<]*menyatakan benturan kepentingan", page.text)) == 2
    assert "menyatakan benturan" in shown(gives(web, field, who=f"{field.team}/{field.member}"))


def test_a_line_of_another_district_or_none_is_not_there(web: Browser, field: Field) -> None:
    for path in (
        f"/wilayah/{ROUND}/99.02/baris/{field.lines[HOME]}/tugas",
        f"/wilayah/{ROUND}/{DISTRICT}/baris/99/tugas",
    ):
        assert web.get(path).status_code == 404
        assert web.post(path, data=TYPED, headers=OURS).status_code == 404
    assert web.get(f"/wilayah/{ROUND}/99.02/tugas").status_code == 404


# ── the list


def test_the_list_filters_by_state_team_and_day_and_its_address_holds_that(web: Browser, field: Field) -> None:
    late, team, plain = (
        field.give(question="A?"),
        field.give(question="B?", who=str(field.team)),
        field.give(question="C?"),
    )
    field.changed(late, due_at=now() - timedelta(days=1), deadline=today_here() - timedelta(days=1))
    field.changed(plain, state="withdrawn")

    def asked(**which: Any) -> str:
        return "".join(re.findall(r"(\w)\?</p>", web.get(LIST, query_string=which).text))

    assert asked() == "AB" and asked(state="all") == "ABC"
    assert asked(state="overdue") == "A" and asked(state="given") == "B" and asked(state="withdrawn") == "C"
    assert asked(team=field.team) == "B" and asked(until=today_here().isoformat()) == "A"
    assert asked(state="x", team="-1", until="kapan") == "AB"
    page = web.get(LIST, query_string={"state": "all", "until": DEADLINE.isoformat()})
    assert "Lewat batas waktu" not in page.text and "1 lewat batas waktu." in shown(page)
    assert f'value="{DEADLINE.isoformat()}"' in page.text and '<option value="all" selected>' in page.text
    assert team


def test_it_goes_page_by_page_and_costs_the_same_however_many_there_are(web: Browser, field: Field) -> None:
    field.give()
    web.get(LIST)
    with statements(field.engine) as few:
        web.get(LIST)
    for _ in range(PER_PAGE + 4):
        field.give(HOME, who=f"{field.team}/{field.member}")
    with statements(field.engine) as many:
        first = web.get(LIST)
    count = [len([one for one in said if not one.startswith("BEGIN")]) for said in (few, many)]
    assert count[0] == count[1] <= 15, count
    assert first.text.count('<tr><th scope="row">') == PER_PAGE and "Halaman 1 dari 2" in shown(first)
    assert len(first.data) < 150_000
    assert web.get(LIST, query_string={"page": 2}).text.count('<tr><th scope="row">') == 5
    assert all("Halaman 1 dari 2" in shown(web.get(LIST, query_string={"page": page})) for page in (99, -1, "9" * 30))


def test_a_home_is_named_to_its_team_and_to_nobody_else(app: Flask, field: Field) -> None:
    field.give(HOME)
    team, secretariat = (entered(app, [Held(role, DISTRICT, ROUND)]) for role in (Role.VERIFIER, Role.SECRETARIAT))
    assert HOME in team.get(LIST).text
    assert HOME not in secretariat.get(LIST).text and "Desa 00" not in secretariat.get(LIST).text
    csv = secretariat.get(f"{LIST}.csv").data.decode()
    assert HOME not in csv and "LKSA/panti asuhan anak" in csv


def test_the_district_is_not_told_whom_to_expect_when(app: Flask, field: Field) -> None:
    field.give()
    for role in (Role.DISTRICT, Role.PROVINCIAL, Role.OBSERVER):
        assert entered(app, [Held(role, DISTRICT, ROUND)]).get(LIST).status_code == 403


def test_the_list_as_csv_has_what_the_page_shows(web: Browser, field: Field) -> None:
    field.give(question="=1+1", who=f"{field.team}/{field.member}")
    field.changed(field.give(question="B?"), state="withdrawn")
    answer = web.get(f"{LIST}.csv", query_string={"lang": "id"})
    head, row = answer.data.decode("utf-8-sig").splitlines()
    assert head.startswith("Tempat;Wilayah;Status;Tim;Anggota;")
    assert row.startswith("Pojok ASI Pasar;") and "Anggota Rekaan" in row and ";'=1+1;" in row
    assert "attachment" in answer.headers["Content-Disposition"]


# ── changing


def test_another_day_and_withdrawing_from_the_list(web: Browser, field: Field) -> None:
    number = field.give()
    sent = {"why": "Jalan putus.", "before": DEADLINE.isoformat()}
    later = (DEADLINE + timedelta(days=3)).isoformat()
    answer = web.post(f"{LIST}/{number}", data=sent | {"act": "extend", "deadline": later}, headers=OURS)
    assert answer.status_code == 303 and "Batas waktu baru disimpan" in shown(web.get(answer.headers["Location"]))
    assert field.found(number).deadline.isoformat() == later
    wrong = web.post(f"{LIST}/{number}", data=sent | {"act": "withdraw"}, headers=OURS)
    assert wrong.status_code == 400 and "sudah diubah orang lain" in shown(wrong)
    assert "Jalan putus.</textarea>" in wrong.text
    web.post(f"{LIST}/{number}", data=sent | {"act": "withdraw", "before": later}, headers=OURS)
    assert field.found(number).state == "withdrawn"
    assert "ditarik" in shown(web.get(LIST, query_string={"state": "all"}))


def test_a_change_without_a_reason_is_told_beside_its_field(web: Browser, field: Field) -> None:
    number = field.give()
    answer = web.post(f"{LIST}/{number}", data={"act": "withdraw", "before": DEADLINE.isoformat()}, headers=OURS)
    assert answer.status_code == 400 and f'id="task-{number}-why-wrong"' in answer.text
    assert "<details open>" in answer.text
    assert web.post(f"{LIST}/9999", data={"act": "withdraw", "why": "x"}, headers=OURS).status_code == 404


# ── what a line's page includes


def included(browser: Browser, line: int) -> str:
    """Give the page of a line, as somebody sees it."""
    answer: str = browser.get(f"/wilayah/{ROUND}/{DISTRICT}/baris/{line}").text
    return answer


def test_an_unvisited_line_offers_the_form_and_lists_what_was_given(web: Browser, field: Field) -> None:
    field.give(question="Sudah ditanyakan?")
    text = included(web, field.lines[OPEN_PLACE])
    assert "Sudah ditanyakan?" in text and 'name="question"' in text and "Komentar" not in text


def test_a_visited_line_offers_review_and_comment_and_comes_back(web: Browser, field: Field) -> None:
    answers = {"place": {"kind": "pojok_asi", "facility": field.places[OPEN_PLACE].facility_id}, "arrival": "open",
               "point": f"{LAT} {LON} 0 5"}  # fmt: skip
    it_comes(field.engine, "visit_pojok_asi", "uuid:1", answers)
    verify(field.engine, *PART)
    line = field.lines[OPEN_PLACE]
    text = included(web, line)
    assert 'value="review"' in text and 'value="comment"' in text and "/kiriman/visit_pojok_asi/uuid:1" in text
    (form,) = [one for one in re.findall(r"<form.*?</form>", text, re.S) if 'value="comment"' in one]
    data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)) | {"text": "Terima kasih."}
    answer = web.post("/kiriman/visit_pojok_asi/uuid:1", data=data, headers=OURS)
    assert answer.headers["Location"] == f"/wilayah/{ROUND}/{DISTRICT}/baris/{line}?lang=id"
    assert "Keputusan disimpan" in shown(web.get("/"))


@pytest.mark.parametrize("role, form, list_", [
    (Role.VERIFIER, False, True), (Role.SECRETARIAT, True, True), (Role.DISTRICT, False, False),
])  # fmt: skip
def test_a_line_shows_each_what_they_may(app: Flask, field: Field, role: Role, form: bool, list_: bool) -> None:
    field.give(question="Sudah ditanyakan?")
    text = included(entered(app, [Held(role, DISTRICT, ROUND)]), field.lines[OPEN_PLACE])
    assert ('name="question"' in text, "Sudah ditanyakan?" in text) == (form, list_)


# ── several at once


SEVERAL = f"{LIST}/beri"


def sends_several(web: Browser, *lines: int, **typed: str) -> TestResponse:
    uuid = re.findall(r'name="uuid" value="([^"]+)"', web.get(SEVERAL).text)[0]
    answer: TestResponse = web.post(SEVERAL, data={"uuid": uuid, "line": list(lines)} | TYPED | typed, headers=OURS)
    return answer


def test_unvisited_places_are_offered_by_the_filter_and_what_is_ticked_is_given(web: Browser, field: Field) -> None:
    verify(field.engine, *PART)
    page = web.get(SEVERAL)
    assert OPEN_PLACE in page.text and HOME in page.text and page.text.count('name="line"') == 2
    only = web.get(SEVERAL, query_string={"indikator": 17})
    assert OPEN_PLACE in only.text and HOME not in only.text
    answer = sends_several(web, *field.lines.values(), who=str(field.team))
    assert "Tugas yang diberikan: 2." in shown(answer) and "Tidak diberikan" not in shown(answer)
    assert len(asked_for(field.engine)) >= 2 and web.get(LIST).text.count('<tr><th scope="row">') == 2
    assert "belum dikunjungi tanpa tugas" in shown(web.get(SEVERAL)), "nothing waits any more"


def test_what_changed_meanwhile_is_left_out_and_told_and_twice_is_once(web: Browser, field: Field) -> None:
    verify(field.engine, *PART)
    uuid = re.findall(r'name="uuid" value="([^"]+)"', web.get(SEVERAL).text)[0]
    field.give(OPEN_PLACE)
    for _ in range(2):
        data = {"uuid": uuid, "line": list(field.lines.values())} | TYPED
        answer = shown(web.post(SEVERAL, data=data, headers=OURS))
        assert "Tugas yang diberikan: 1. Tidak diberikan: 1 Pojok ASI Pasar" in answer, answer
    assert web.get(LIST).text.count('<tr><th scope="row">') == 2


def test_a_home_that_would_be_given_away_is_left_out_of_several(web: Browser, field: Field) -> None:
    verify(field.engine, *PART)
    answer = shown(sends_several(web, *field.lines.values(), question=f"Di dekat {HOME}?"))
    assert "Tugas yang diberikan: 1." in answer and "Tidak diberikan: 1" in answer


def test_what_is_wrong_with_several_is_told_by_field_and_ticks_are_kept(web: Browser, field: Field) -> None:
    verify(field.engine, *PART)
    none = sends_several(web)
    assert none.status_code == 400 and "Centang sedikitnya satu tempat" in shown(none)
    wrong = sends_several(web, field.lines[HOME], why="")
    assert wrong.status_code == 400 and "Isi alasannya dahulu" in shown(wrong)
    assert re.findall(r'name="line" value="(\d+)" checked', wrong.text) == [str(field.lines[HOME])]
