"""The pages on which people decide: what is asked, kept, refused and shown, to whom."""

import html
import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, update

from server.db import writing
from server.facts.evidence import file_mark
from server.register.tables import Facility
from server.roles.account import Account, Held
from server.roles.table import Role
from server.rounds.states import CLOSED, change_part
from tests.support.claiming import ROUND, TESTER
from tests.support.facts import District, a_district
from tests.support.statements import statements
from tests.support.web import Browser, browser_of, entered
from tests.support.workbooks import DISTRICT

pytestmark = pytest.mark.ci

OURS, HERE = {"Sec-Fetch-Site": "same-origin"}, f"/wilayah/{ROUND}/{DISTRICT}"
OUTSIDE = {"findings": Held(Role.DISTRICT, DISTRICT, ROUND), "nobody decides": Held(Role.ASSESSOR, DISTRICT, ROUND)}


@pytest.fixture
def here(district: Engine) -> District:
    found = a_district(district)
    found.visit(arrival="closed")
    return found


@pytest.fixture
def web(app: Flask, here: District) -> Browser:
    return as_(app, here.lead)


def as_(app: Flask, who: Account) -> Browser:
    assert who.person_id
    return browser_of(app, who.person_id)


def line_of(here: District, number: int = 0) -> str:
    return f"{HERE}/baris/{here.line(number)}"


def shown(page: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


def hidden(page: Any) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(uuid|seen|newest)" value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in found}


def sends(web: Browser, here: District, number: int = 0, form: dict[str, str] | None = None, **typed: Any) -> Any:
    address = line_of(here, number)
    fields = hidden(web.get(address)) if form is None else form
    data = fields | {"outcome": "not_found", "why": "Tutup tetap."} | typed
    return web.post(f"{address}/keputusan", data=data, headers=OURS)


def test_a_person_decides_on_the_page_that_shows_the_evidence(web: Browser, here: District) -> None:
    page = web.get(line_of(here))
    assert "Beri keputusan" in shown(page) and "Belum ada keputusan" in shown(page)
    answer = sends(web, here)
    assert answer.status_code == 303 and answer.location.endswith("#deciding")
    page = web.get(line_of(here))
    for words in ("Keputusan disimpan", "Sudah diputuskan", "Tidak ditemukan", "Tutup tetap.", "Orang Rekaan",
                  "berlaku", "Usulan aturan waktu itu: Bukti belum cukup", "Tarik keputusan"):  # fmt: skip
        assert words in shown(page), words


@pytest.mark.parametrize("arrival, decided, said", [
    ("closed", "not_found", "Diputuskan seseorang: Tidak ditemukan. Usulan aturan: Bukti belum cukup."),
    ("open", "not_found", "Diputuskan seseorang: Tidak ditemukan. Usulan aturan: Terkonfirmasi."),
    ("not_there", "confirmed", "Diputuskan seseorang: Terkonfirmasi. Usulan aturan: Tidak ditemukan.")])  # fmt: skip
def test_the_head_says_the_decision_and_then_what_the_rules_proposed_once_each(
    web: Browser, here: District, arrival: str, decided: str, said: str
) -> None:
    here.visit("2", arrival=arrival)
    here.decide(decided)
    text = shown(web.get(line_of(here)))
    head = text[: text.index("Yang diklaim")]
    assert said in head and head.count("Usulan") == 1 and head.count("Diputuskan") == 1


@pytest.mark.parametrize(
    "typed, field",
    [({"outcome": ""}, "outcome"), ({"outcome": "criteria_not_met"}, "criteria"), ({"why": " "}, "why"),
     ({"outcome": "duplicate_claim"}, "other")],
)  # fmt: skip
def test_an_error_stands_beside_its_field_and_what_was_typed_is_kept(
    web: Browser, here: District, typed: dict[str, str], field: str
) -> None:
    sent: dict[str, Any] = {"why": "Menurut tetangga."} | typed
    answer = sends(web, here, **sent)
    assert answer.status_code == 400
    assert f'id="fact-{field}-error"' in answer.text and f'href="#fact-{field}"' in answer.text
    assert field == "why" or "Menurut tetangga." in answer.text
    assert not typed.get("outcome") or f'value="{typed["outcome"]}" required checked' in answer.text
    assert here.facts() == []


def test_the_second_sees_the_firsts_decision_and_keeps_what_they_typed(
    app: Flask, web: Browser, here: District
) -> None:
    second = as_(app, here.supervisor)
    form = hidden(second.get(line_of(here)))
    sends(web, here)
    answer = sends(second, here, form=form, outcome="confirmed", why="Buka pagi hari.")
    assert answer.status_code == 400
    assert "Orang lain memutuskan" in shown(answer) and "Tutup tetap." in shown(answer)
    assert "Buka pagi hari." in answer.text and 'value="confirmed" required checked' in answer.text
    again = second.post(f"{line_of(here)}/keputusan", headers=OURS,
                        data=hidden(answer) | {"outcome": "confirmed", "why": "Buka pagi hari."})  # fmt: skip
    assert again.status_code == 303 and len(here.facts()) == 2


def test_evidence_that_came_meanwhile_is_told_and_the_new_page_can_be_sent(web: Browser, here: District) -> None:
    form = hidden(web.get(line_of(here)))
    here.visit("2")
    answer = sends(web, here, form=form)
    assert answer.status_code == 400
    assert "Buktinya berubah" in shown(answer) and "Kunjungan baru pada baris ini" in shown(answer)
    assert "Tutup tetap." in answer.text
    assert sends(web, here, form=hidden(answer)).status_code == 303


def test_what_reopened_a_decision_is_said_on_the_page(web: Browser, here: District) -> None:
    sends(web, here)
    here.visit("2")
    page = shown(web.get(line_of(here)))
    assert "Dibuka kembali oleh bukti baru" in page and "Kunjungan baru pada baris ini" in page
    assert "Tutup tetap." in page, "the decision stays in the history"


def test_without_a_visit_only_what_papers_show_is_offered(web: Browser, here: District) -> None:
    page = web.get(line_of(here, 1)).text
    assert set(re.findall(r'name="outcome" value="(\w+)"', page)) == {"duplicate_claim", "outside_district", "unsure"}


def test_the_line_claimed_twice_is_named_with_a_way_to_it(web: Browser, here: District) -> None:
    assert sends(web, here, outcome="duplicate_claim", other=here.line(1)).status_code == 303
    page = web.get(line_of(here))
    assert f'href="{line_of(here, 1)}' in page.text and "Points to" not in page.text
    assert sends(web, here, outcome="duplicate_claim", row="6").status_code == 303, "or by its row in the workbook"
    assert here.facts()[-1].other == {"indicator": 17, "facility_id": here.facility(2)}


def test_in_a_closed_part_the_page_says_that_nothing_can_be_decided(web: Browser, here: District) -> None:
    form = hidden(web.get(line_of(here)))
    with writing(here.engine) as session:
        change_part(session, ROUND, DISTRICT, CLOSED, TESTER)
    page = web.get(line_of(here))
    assert "tidak ada yang dapat diputuskan" in shown(page) and 'name="outcome"' not in page.text
    assert sends(web, here, form=form).status_code == 400 and here.facts() == []


@pytest.mark.parametrize("held", OUTSIDE.values(), ids=OUTSIDE)
def test_who_does_not_decide_has_no_form(app: Flask, web: Browser, here: District, held: Held) -> None:
    sends(web, here)
    other = entered(app, [held])
    page = other.get(line_of(here))
    assert 'name="outcome"' not in page.text and "Sudah diputuskan" in shown(page)
    assert ("Tutup tetap." in page.text) is (held.role is Role.ASSESSOR), "no finding before the district could reply"
    assert sends(other, here, form={}).status_code == 403


def test_who_decides_sees_no_points(web: Browser, here: District) -> None:
    sends(web, here)
    for address in (line_of(here), f"{HERE}/baris/sekaligus?baris={here.line()}"):
        assert re.search(r"\b(poin|predikat|peringkat)\b", shown(web.get(address)), re.IGNORECASE) is None


def test_a_page_costs_no_more_for_a_long_history(web: Browser, here: District) -> None:
    address = line_of(here)
    web.get(address)
    with statements(here.engine) as few:
        web.get(address)
    for number in range(6):
        here.decide("not_found" if number % 2 else "unsure", by=here.supervisor)
    with statements(here.engine) as many:
        web.get(address)
    assert len(many) == len(few)
    assert sum("facts.outcome" in one for one in many) == 1, "the history, the people in it and where visits were put"


# ── two checkers: blind on every page


def test_nothing_of_the_first_is_on_any_page_of_the_second(app: Flask, here: District) -> None:
    here.setting("all")
    here.decide("not_found", by=here.supervisor, why="Pintu digembok.")
    here.compute()
    second, first = as_(app, here.other), as_(app, here.supervisor)
    addresses = [line_of(here), f"{HERE}/baris/sekaligus?baris={here.line()}", f"/laporan/{ROUND}/{DISTRICT}",
                 f"/laporan/{ROUND}/{DISTRICT}.json", f"/laporan/{ROUND}/{DISTRICT}.csv", "/jejak-saya"]  # fmt: skip
    for address in addresses:
        page = second.get(address)
        assert page.status_code == 200, address
        assert "Pintu digembok." not in page.text and "tidak ditemukan" not in shown(page).lower().replace(
            "tidak ditemukan: tempatnya", ""
        ), address
    assert "Menunggu pemeriksa kedua" in shown(second.get(line_of(here)))
    assert "Pintu digembok." in first.get(line_of(here)).text, "one's own"


def test_once_both_have_said_theirs_each_reads_the_others(app: Flask, here: District) -> None:
    here.setting("all")
    here.decide("not_found", by=here.supervisor, why="Pintu digembok.")
    assert sends(as_(app, here.other), here, outcome="unsure", why="Ada suara di dalam.").status_code == 303
    for who in (here.supervisor, here.other, here.lead):
        page = shown(as_(app, who).get(line_of(here)))
        assert "Pintu digembok." in page and "Ada suara di dalam." in page and "Dua pemeriksa berbeda" in page


# ── visits


def test_a_visit_is_put_to_the_line_that_was_searched_for(web: Browser, here: District) -> None:
    number = here.visit_row().state_id
    address = f"{HERE}/kunjungan/{number}/keputusan"
    page = web.get(address, query_string={"cari": "terminal"})
    assert "Sekarang milik baris" in shown(page) and "Terminal" in shown(page)
    data = hidden(page) | {"outcome": "belongs", "other": str(here.line(1)), "why": "Salah pilih."}
    assert web.post(address, data=data, headers=OURS).status_code == 303
    assert here.row(1).visit_id == "uuid:1"
    assert "Kunjungan milik baris lain" in shown(web.get(address))


def test_a_visits_error_keeps_what_was_typed(web: Browser, here: District) -> None:
    address = f"{HERE}/kunjungan/{here.visit_row().state_id}/keputusan"
    data = hidden(web.get(address)) | {"outcome": "belongs", "why": "Salah pilih."}
    answer = web.post(address, data=data, headers=OURS)
    assert answer.status_code == 400 and 'id="fact-other-error"' in answer.text and "Salah pilih." in answer.text


def test_the_lines_to_choose_from_are_the_nearest_and_say_how_far_their_claimed_points_are(
    web: Browser, here: District
) -> None:
    """Nobody puts a visit to a place that lies elsewhere without having that before their eyes."""
    address = f"{HERE}/kunjungan/{here.visit_row().state_id}/keputusan"
    for page in (shown(web.get(address)), shown(web.get(address, query_string={"cari": "terminal"}))):
        assert re.search(r"Pasar, [^;]*; titik klaimnya \d\d? m dari titik kunjungan", page), "where it belongs now"
        assert re.search(r"Terminal, [^;]*; titik klaimnya 2\d\d m dari titik kunjungan", page)
    offered = re.findall(r'name="other" value="(\d+)"', web.get(address).text)
    assert offered == [str(here.line(1)), str(here.line(2))], "nothing was considered: the nearest others, in order"


def test_of_homes_no_distance_is_told(web: Browser, here: District) -> None:
    with writing(here.engine) as session:
        session.execute(update(Facility).values(kind="lksa"))
    page = web.get(f"{HERE}/kunjungan/{here.visit_row().state_id}/keputusan", query_string={"cari": "terminal"})
    assert page.status_code == 200 and "titik klaimnya" not in shown(page)


def test_a_decision_that_another_one_followed_names_the_place_it_pointed_to(web: Browser, here: District) -> None:
    """With its village's name: nobody knows villages by their codes."""
    state = here.visit("2", place=None, seen={}, name_given="Kios", arrival="not_there")
    here.put(state, "belongs", 1)
    here.put(state, "set_aside")
    page = shown(web.get(f"{HERE}/kunjungan/{state}/keputusan", query_string={"cari": "tidak ada"}))
    pointed = re.search(r"Menunjuk ke: (Terminal, .*?\(Fasilitas![A-Z]+\d+\))", page)
    assert pointed and not re.search(r"\d\d\.\d\d\.\d\d", pointed[1])


def test_a_visit_of_elsewhere_is_not_there(web: Browser) -> None:
    assert web.get(f"{HERE}/kunjungan/98765/keputusan").status_code == 404


# ── several at once


def bulk(web: Browser, here: District, *numbers: int) -> tuple[str, dict[str, Any]]:
    address = f"{HERE}/baris/sekaligus"
    page = web.get(address, query_string={"baris": [str(here.line(number)) for number in numbers]})
    marks = dict(re.findall(r'name="(shown-\d+)" value="([0-9a-f]+)"', page.text))
    lines = [name.removeprefix("shown-") for name in marks]
    return address, hidden(page) | marks | {"line": lines}


def test_several_lines_are_decided_about_each_with_a_record_that_says_so(web: Browser, here: District) -> None:
    address, form = bulk(web, here, 0, 1)
    answer = web.post(address, data=form | {"outcome": "outside_district", "why": "Desa itu ikut kabupaten lain."},
                      headers=OURS)  # fmt: skip
    assert answer.status_code == 200 and "2 baris diputuskan" in shown(answer)
    facts = here.facts()
    assert {fact.bulk for fact in facts} == {form["uuid"]} and len({fact.uuid for fact in facts}) == 2
    assert [fact.facility_id for fact in facts] == [here.facility(0), here.facility(1)]
    assert here.ledger() == (0, 2, 1)
    assert "bersama baris lain sekaligus" in shown(web.get(line_of(here)))


def test_what_changed_meanwhile_is_left_out_and_told(web: Browser, here: District) -> None:
    address, form = bulk(web, here, 0, 1)
    here.visit("2")
    answer = web.post(address, data=form | {"outcome": "unsure", "why": "Belum jelas."}, headers=OURS)
    assert "1 baris diputuskan" in shown(answer) and "Dilewati: 1 baris" in shown(answer)
    assert "Buktinya berubah" in shown(answer)
    assert [fact.facility_id for fact in here.facts()] == [here.facility(1)]


def test_only_what_was_ticked_is_acted_on_and_twice_is_once(web: Browser, here: District) -> None:
    address, form = bulk(web, here, 0, 1, 2)
    form = form | {"line": [str(here.line(2))], "outcome": "unsure", "why": "Belum jelas."}
    for _ in range(2):
        assert "1 baris diputuskan" in shown(web.post(address, data=form, headers=OURS))
    assert [fact.facility_id for fact in here.facts()] == [here.facility(2)]


def test_what_asks_for_a_visit_leaves_out_lines_without(web: Browser, here: District) -> None:
    address, form = bulk(web, here, 0, 1)
    answer = shown(web.post(address, data=form | {"outcome": "confirmed", "why": "Semua ada."}, headers=OURS))
    assert "1 baris diputuskan" in answer and "seseorang sudah berkunjung" in answer


def test_a_bulk_act_is_limited_and_its_errors_keep_what_was_typed(web: Browser, here: District) -> None:
    address, form = bulk(web, here, 0, 1)
    answer = web.post(address, data=form | {"why": "Semua ada."}, headers=OURS)
    assert answer.status_code == 400 and "Pilih dahulu keputusannya." in shown(answer) and "Semua ada." in answer.text
    many = {f"shown-{number}": "x" for number in range(1, 60)} | {"line": [str(number) for number in range(1, 60)]}
    answer = web.post(address, data=hidden(web.get(address)) | form | many | {"outcome": "unsure", "why": "x"},
                      headers=OURS)  # fmt: skip
    assert answer.status_code == 400 and "Paling banyak 50 baris" in shown(answer)
    assert here.facts() == []
    assert (
        web.post(address, data={"outcome": "unsure", "why": "x", "uuid": form["uuid"]}, headers=OURS).status_code == 400
    )


def test_the_preview_takes_the_lists_filter_and_goes_on_page_by_page(
    web: Browser, here: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.facts.bulk_page.MOST", 2)
    page = web.get(f"{HERE}/baris/sekaligus", query_string={"indikator": "17"})
    assert len(re.findall(r'name="line"', page.text)) == 2 and "2 baris dari 3" in shown(page)
    (following,) = re.findall(r'href="([^"]*hal=2[^"]*)"', page.text)
    assert len(re.findall(r'name="line"', web.get(html.unescape(following)).text)) == 1
    waiting = web.get(f"{HERE}/baris/sekaligus", query_string={"hasil": "unsure"})
    assert re.findall(r'name="line" value="(\d+)"', waiting.text) == [str(here.line())]


def test_a_preview_without_lines_says_so(web: Browser) -> None:
    assert "Tidak ada baris" in shown(web.get(f"{HERE}/baris/sekaligus?baris=x&baris=98765&hal=-1"))


def test_what_the_form_sends_is_what_the_page_showed(web: Browser, here: District) -> None:
    here.file()
    (seen,) = json.loads(hidden(web.get(line_of(here)))["seen"])
    assert seen == [here.visit_row().state_id, "uuid:1", {file_mark("1.jpg"): "a" * 64}, None]
