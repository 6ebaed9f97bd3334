"""Lists of what came, of what belongs to no claim, of what is set aside, missing or awaited: what is on each."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, update

from server.app import create_app
from server.assignments.tables import Assignment
from server.claims.tables import ClaimLine
from server.db import now, writing
from server.decisions.tables import Decision
from server.lists.filter import NAMES, ListFilter, read
from server.lists.kinds import LISTS
from server.results.tables import VisitResult
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.submissions.tables import Attachment, FileList, SubmissionState
from server.sync.certificates import Cause, Detail, Difference, FormDetail, keep_certificate
from server.words import catalogue
from tests.support.acts import written_down
from tests.support.claiming import ROUND, open_round
from tests.support.room import PROJECT, a_part, facility_of
from tests.support.statements import statements
from tests.support.web import Browser, entered
from tests.support.workbooks import DISTRICT
from verification.reason import Reason
from xlsforms.forms import FORMS

PART = f"/wilayah/{ROUND}/{DISTRICT}"
PATHS = {"submissions": "kiriman", "visits": "kunjungan", "unmatched": "tanpa-klaim", "aside": "disisihkan",
         "missing_files": "berkas-kurang", "expected": "belum-tiba"}  # fmt: skip
SUPERVISOR, ASSESSOR = Held(Role.SUPERVISOR), Held(Role.ASSESSOR)
Ask = Callable[..., str]


@pytest.fixture
def app(district: Engine) -> Flask:
    return create_app(district, Settings.model_validate({"secret_key": "k" * 40, "central_project": PROJECT}))


@pytest.fixture
def ask(app: Flask, district: Engine) -> Ask:
    """48 lines, every second visited."""
    a_part(district, 48)
    browsers: dict[Held, Browser] = {}

    def asked(name: str, held: Held = SUPERVISOR, **args: Any) -> str:
        web = browsers.setdefault(held, entered(app, [held]))
        answer = web.get(f"{PART}/{PATHS.get(name, name)}", query_string=args)
        assert answer.status_code == 200
        return str(answer.text)

    return asked


def rows(page: str) -> list[str]:
    """Give the rows as they are read."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)) for row in body.split("<tr>")[1:]]


def roots(page: str) -> set[str]:
    return set(re.findall(r"/kiriman/\w+/(uuid:\d+)", page))


def change(engine: Engine, table: Any, which: Any, **values: Any) -> None:
    with writing(engine) as session:
        session.execute(update(table).where(which).values(**values))


def submission(engine: Engine, number: int, **values: Any) -> None:
    change(engine, SubmissionState, SubmissionState.id == number, **values)


# ── the filter


def test_a_filter_is_read_from_the_address_that_it_writes() -> None:
    wanted = ListFilter("SDN 1", "visit_school", "counts", 4, date(2026, 11, 2), date(2026, 11, 4), "hurried")
    assert set(wanted.args()) == set(NAMES.values())
    assert read(wanted.args()) == wanted
    strange = {"dari": "kemarin", "pengunjung": "Tim", "status": "x y", "pertanda": "curang"}
    assert read(strange).unknown == ("state", "visitor", "since", "sign")


def test_forms_are_called_by_their_titles() -> None:
    """As who fills them in reads them; a form that is added is given its sentence."""
    for form_id in FORMS:
        assert catalogue("id").knows(f"form.{form_id}"), form_id
        assert catalogue("en").knows(f"form.{form_id}"), form_id


@pytest.mark.parametrize("name", LISTS)
def test_each_list_filters_searches_and_says_what_it_does_not_know(ask: Ask, district: Engine, name: str) -> None:
    everything_happens(district)
    whole = ask(name)
    assert len(rows(whole)) >= 2
    assert "Tim Anggrek" in whole
    (visitor,) = re.findall(r'<option value="(\d+)">Tim Anggrek', whole)
    found = ask(name, pengunjung=visitor)
    assert 0 < len(rows(found)) < len(rows(whole))
    assert {"Tim Anggrek" in row for row in rows(found)} == {True}
    found = ask(name, formulir="visit_school")
    assert {"Kunjungan Sekolah" in row for row in rows(found)} <= {True}
    assert not rows(ask(name, cari="tidak ada yang bernama begini"))
    assert rows(ask(name, cari="Rekaan"))
    for args in ({"status": "no_such"}, {"formulir": "no_form"}, {"pengunjung": 999}, {"sampai": "besok"}):
        page = ask(name, **args)
        assert "Tidak dikenal di sini" in page, args
        assert len(rows(page)) == len(rows(whole)), args


def everything_happens(engine: Engine) -> None:
    """Let every list have rows, of several forms and visitors."""
    with writing(engine) as session:
        for number in (4, 6, 8, 10):
            session.add(Attachment(form_pk=number % 3 + 1, root_id=f"uuid:{number}", instance_id=f"uuid:{number}",
                                   name=f"{number}.jpg", state="expected"))  # fmt: skip
    for number in (16, 18, 20, 22):
        somebody_is_to_go(engine, number, date(2099, 1, 2))
    which = VisitResult.state_id.in_([28, 30, 32, 34])
    change(engine, VisitResult, which, lines=[], reason_code="unclaimed",
           reason=Reason("unclaimed", {"kind": "sekolah"}))  # fmt: skip
    change(engine, SubmissionState, SubmissionState.id.in_([40, 42, 44, 46]), aside=Reason("visit_without_place"))


# ── what is on each list


def test_submissions_are_those_of_this_district_and_round_with_how_each_stands(ask: Ask, district: Engine) -> None:
    open_round(district, "2031", 2031)
    submission(district, 4, review_state="rejected")
    submission(district, 6, deleted_at="2026-11-21T00:00:00.000Z")
    submission(district, 8, aside=Reason("visit_without_place"))
    submission(district, 10, district="99.02")
    submission(district, 12, round_id="2031")
    submission(district, 16, round_id=None)
    submission(district, 14, attachments_present=1, attachments_expected=3)
    page = ask("submissions")
    assert roots(page) == {f"uuid:{n}" for n in range(2, 49, 2)} - {"uuid:10", "uuid:12", "uuid:16"}
    assert roots(ask("submissions", status="rejected")) == {"uuid:4"}
    assert roots(ask("submissions", status="deleted")) == {"uuid:6"}
    assert roots(ask("submissions", status="aside")) == {"uuid:8"}
    assert '<option value="counts">dihitung (18)</option>' in page
    assert any("1 dari 3 berkas sudah tiba" in row for row in rows(page))


def test_a_visit_leads_to_what_it_was_held_against(ask: Ask) -> None:
    assert '<section class="signs">' not in ask("visits"), "where there is no sign, none is spoken of"
    page = ask("visits", cari="Rekaan 16")
    (row,) = rows(page)
    assert "SDN Rekaan 16" in row
    assert "baris 25.6: terkonfirmasi" in row
    assert f'href="{PART}/baris/16"' in page
    assert roots(page) == {"uuid:16"}


def test_a_visit_whose_submission_was_removed_stays_without_what_is_gone(ask: Ask, district: Engine) -> None:
    with writing(district) as session:
        session.execute(delete(SubmissionState).where(SubmissionState.id == 16))
    page = ask("visits")
    assert "uuid:16" not in page
    assert len(rows(page)) == 24
    assert any("baris 25.6" in row for row in rows(page))


def test_visits_that_belong_to_no_line_say_why(ask: Ask, district: Engine) -> None:
    assert "Setiap kunjungan yang dihitung menjadi dasar satu klaim atau lebih" in ask("unmatched")
    for number, reason in ((4, Reason("unclaimed", {"kind": "sekolah"})),
                           (6, Reason("later_visit_counts", {"visit": "uuid:8"}))):  # fmt: skip
        change(district, VisitResult, VisitResult.state_id == number, lines=[], reason_code=reason.code, reason=reason)
    page = ask("unmatched")
    assert roots(page) == {"uuid:4", "uuid:6"}
    assert any("dikunjungi tetapi tidak ada pada klaim mana pun" in row for row in rows(page))
    assert roots(ask("unmatched", status="later_visit_counts")) == {"uuid:6"}


def test_visits_are_found_by_their_signs_each_with_how_often_it_is_false(ask: Ask, district: Engine) -> None:
    signs = {4: [["no_altitude", None], ["same_coordinates", "uuid:6"], ["same_coordinates", "uuid:8"]],
             6: [["no_altitude", None]], 8: [["no_such_sign", None]], 10: [["hurried", None]]}  # fmt: skip
    for number, kept in signs.items():
        change(district, VisitResult, VisitResult.state_id == number, flags=kept)
    page = ask("visits")
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "Titik tanpa ketinggian: 2 dari 24 kunjungan. Titik lokasi tanpa ketinggian (0), padahal berakurasi." in said
    assert "Titik sama dengan kunjungan lain: 1 dari 24 kunjungan." in said and "muncul pada 1 dari 11." in said
    assert (
        said.index("Titik tanpa ketinggian: 2") < said.index("Titik sama dengan kunjungan lain: 1")
        and "no_such_sign" not in page
    )
    assert '<option value="no_altitude">Titik tanpa ketinggian (2)</option>' in page
    assert f'href="{PART}/kunjungan?pertanda=hurried"' in page
    found = ask("visits", pertanda="no_altitude")
    assert roots(found) == {"uuid:4", "uuid:6"} and found.count('<section class="signs">') == 1
    assert found.count("<li><strong>") == 1, "of what was asked for alone"
    assert sum("Pertanda: Titik sama dengan kunjungan lain." in row for row in rows(found)) == 1
    assert '<section class="signs">' not in ask("visits", cari="Rekaan"), "numbers of a part would be no district's"
    assert not rows(ask("unmatched", pertanda="hurried"))
    assert "Tidak dikenal di sini" in ask("submissions", pertanda="hurried")


def test_set_aside_is_of_this_district_and_of_this_round_or_none_yet(ask: Ask, district: Engine) -> None:
    open_round(district, "2031", 2031)
    why = Reason("in_no_round", {"day": "2026-11-02"})
    submission(district, 4, aside=Reason("visit_without_place"))
    submission(district, 6, aside=why, round_id=None)
    submission(district, 8, aside=why, round_id="2031")
    submission(district, 10, aside=why, district="99.02")
    submission(district, 12, aside=why, district=None)
    submission(district, 14, review_state="rejected")
    submission(district, 16, problem=Reason("content_not_given"))
    page = ask("aside")
    assert roots(page) == {"uuid:4", "uuid:6", "uuid:14", "uuid:16"}
    (row,) = rows(ask("aside", status="in_no_round"))
    assert "Pilih putarannya" in row
    assert "Belum termasuk putaran mana pun" in row
    assert roots(ask("aside", status="rejected_at_central")) == {"uuid:14"}
    assert '<option value="content_not_given">isinya belum diberikan Central (1)</option>' in page


def test_missing_files_are_named_with_what_to_ask(ask: Ask, district: Engine) -> None:
    assert "Semua berkas yang disebut kiriman kabupaten/kota ini sudah ada di sini" in ask("missing_files")

    def file(number: int, name: str, state: str, **more: Any) -> Attachment:
        ids = {"form_pk": number % 3 + 1, "root_id": f"uuid:{number}", "instance_id": f"uuid:{number}"}
        return Attachment(**(ids | {"name": name, "state": state} | more))

    submission(district, 10, deleted_at="2026-11-21T00:00:00.000Z")
    with writing(district) as session:
        session.add_all([
            file(4, "1700000000001.jpg", "expected"), file(4, "1700000000002.jpg", "stored", digest="x"),
            file(6, "1700000000003.jpg", "refused", problem=Reason("attachment_too_large", {"limit": 20})),
            file(8, "ibu mawar.jpg", "given_up"), file(10, "1700000000004.jpg", "expected"),
            file(12, "1700000000005.jpg", "expected", replaced_at=now()),
            file(14, "1700000000006.jpg", "expected", instance_id="uuid:before"),
            FileList(form_pk=2, root_id="uuid:4", instance_id="uuid:4", settled=False, recheck=False, attempts=3,
                     next_ask_at=now() + timedelta(hours=2)),
        ])  # fmt: skip
    page = ask("missing_files")
    assert roots(page) == {"uuid:4", "uuid:6", "uuid:8", "uuid:14"}
    assert "mawar" not in page, "a name that a person could have typed is not repeated"
    said = {row.split(".jpg")[0][-13:]: row for row in rows(page)}
    assert "Ditanyakan lagi ke Central dengan sendirinya, berikutnya" in said["1700000000001"]
    assert "Berkas lebih besar dari 20 MB" in said["1700000000003"]
    assert "Mintalah pengelola Tilik memeriksa berkas ini di Central" in said["1700000000003"]
    assert "versi kiriman sebelum disunting" in said["1700000000006"]
    assert roots(ask("missing_files", status="given_up")) == {"uuid:8"}


def somebody_is_to_go(engine: Engine, number: int, deadline: date, led_there: bool = True, **more: Any) -> None:
    """Ask for a visit to a place; a visit there, its submission, may have led to it."""
    with writing(engine) as session:
        decision = Decision(
            uuid=facility_of(number), form_pk=number % 3 + 1, root_id=f"uuid:{number}", instance_id=f"uuid:{number}",
            kind="follow_up", text="Adakah wastafel?", why="x", facility_id=facility_of(number), deadline=deadline,
            decided_by="person:1", decided_at=now(),
        )  # fmt: skip
        if led_there:
            session.add(decision)
            session.flush()
        session.add(Assignment(**({
            "uuid": facility_of(10_000 + number), "round_id": ROUND, "district": DISTRICT,
            "facility_id": facility_of(number), "decision_id": decision.id, "question": "Adakah wastafel?", "why": "x",
            "deadline": deadline, "due_at": datetime(deadline.year, deadline.month, deadline.day, 17, tzinfo=UTC),
            "given_on": date(2026, 11, 20), "given_by": "person:1", "given_at": now(), "state": "sent",
        } | more)))  # fmt: skip


def test_awaited_is_what_was_asked_for_and_has_not_come(ask: Ask, district: Engine) -> None:
    assert "Tidak ada kunjungan yang diminta dan belum tiba" in ask("expected")
    open_round(district, "2031", 2031)
    somebody_is_to_go(district, 4, date(2020, 2, 1))
    somebody_is_to_go(district, 8, date(2099, 2, 1))
    somebody_is_to_go(district, 10, date(2020, 2, 1), state="visited")
    somebody_is_to_go(district, 14, date(2020, 2, 1), state="withdrawn")
    somebody_is_to_go(district, 16, date(2020, 2, 1), district="99.02")
    somebody_is_to_go(district, 20, date(2020, 2, 1), round_id="2031")
    somebody_is_to_go(district, 7, date(2099, 3, 1), led_there=False)  # nobody was there before
    page = ask("expected")
    first, _, last = rows(page)
    assert roots(page) == {"uuid:4", "uuid:8"}
    assert "1 Feb 2020" in first
    assert "SDN Rekaan 7" in last
    assert roots(ask("expected", status="overdue")) == {"uuid:4"}


def test_what_is_at_central_and_not_here_is_said_by_the_certificate_alone(ask: Ask, district: Engine) -> None:
    assert "Belum ada sertifikat sinkron" in ask("expected")
    form = FormDetail("visit_school")
    with writing(district) as session:
        keep_certificate(session, PROJECT, "2026-11-20T00:00:00.000Z", Detail([form]))
    assert "semua kiriman di Central sudah ada di sini" in ask("expected")
    for cause in (Cause.MISSING_HERE, Cause.MISSING_HERE, Cause.NOT_PULLED_YET, Cause.FILES_MISSING):
        form.add(Difference("uuid:x", cause))
    with writing(district) as session:
        keep_certificate(session, PROJECT, "2026-11-21T00:00:00.000Z", Detail([form]))
    assert "mencatat 3 kiriman yang ada di Central tetapi belum ada di sini" in ask("expected")


# ── to whom


@pytest.mark.parametrize("name", LISTS)
def test_a_home_is_named_to_whom_it_may_be_and_that_is_written_down(ask: Ask, district: Engine, name: str) -> None:
    everything_happens(district)
    claimed = {"missing_files": 4, "expected": 16, "aside": 40}.get(name, 28)  # a school by register and form
    change(district, ClaimLine, ClaimLine.id == claimed, kind="lksa")  # the district lists it as a home
    page = ask(name, held=ASSESSOR)
    assert "Panti Rekaan" not in page
    assert not re.search(rf"Rekaan {claimed}\b", page)
    assert not rows(ask(name, held=ASSESSOR, cari="Panti"))
    assert not rows(ask(name, held=ASSESSOR, cari=f"Rekaan {claimed}"))
    assert rows(ask(name, held=ASSESSOR, cari="Rekaan"))
    assert "homes_seen" not in acts(district)
    assert "Panti Rekaan" in ask(name)
    assert rows(ask(name, cari=f"Rekaan {claimed}"))
    assert "homes_seen" in acts(district)


def test_a_place_of_no_known_kind_is_neither_named_nor_found(ask: Ask, district: Engine) -> None:
    submission(district, 16, kind=None, problem=Reason("unreadable_kind"))
    page = ask("aside")
    assert roots(page) == {"uuid:16"}
    assert "Rekaan 16" not in page
    assert not rows(ask("aside", cari="Rekaan 16"))


def acts(engine: Engine) -> list[str]:
    return [entry.act for entry in written_down(engine)]


@pytest.mark.parametrize("held", [Held(Role.DISTRICT, DISTRICT), Held(Role.PROVINCIAL, "99"), Held(Role.OBSERVER),
                                  Held(Role.SUPERVISOR, "99.02")])  # fmt: skip
def test_they_are_for_whom_submissions_may_be_seen(ask: Ask, app: Flask, held: Held) -> None:
    web = entered(app, [held])
    assert {web.get(f"{PART}/{path}").status_code for path in PATHS.values()} == {403}
    assert {web.get(f"{PART}/daftar/{name}.csv").status_code for name in LISTS} == {403}


def test_a_member_sees_them_but_downloads_nothing(ask: Ask, app: Flask) -> None:
    web = entered(app, [Held(Role.VERIFIER, DISTRICT, ROUND)])
    assert web.get(f"{PART}/kiriman").status_code == 200
    assert "daftar/submissions.csv" not in web.get(f"{PART}/kiriman").text
    assert web.get(f"{PART}/daftar/submissions.csv").status_code == 403


# ── downloads


@pytest.mark.ci
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_filtered_is_downloaded(app: Flask, ask: Ask, district: Engine, name: str, ending: str) -> None:
    everything_happens(district)
    web, shown = entered(app, [SUPERVISOR]), rows(ask(name, formulir="visit_school"))
    answer = web.get(f"{PART}/daftar/{name}.{ending}", query_string={"formulir": "visit_school"})
    assert answer.status_code == 200
    assert "list_exported" in acts(district)
    if ending == "csv":
        table = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
        assert len(table) == 1 + len(shown)
        assert {row[4] for row in table[1:]} == {"Kunjungan Sekolah"}
        assert not [cell for cell in table[0] if "." in cell], "each head has its words"


def test_a_list_or_a_kind_of_file_that_is_not_is_not_found(ask: Ask, app: Flask) -> None:
    web = entered(app, [SUPERVISOR])
    for ending in ("daftar/lines.csv", "daftar/visits.pdf", "daftar/visits"):
        assert web.get(f"{PART}/{ending}").status_code == 404


# ── what it costs


@pytest.mark.ci
@pytest.mark.parametrize("name", LISTS)
def test_it_asks_as_many_statements_of_many_as_of_few(app: Flask, district: Engine, name: str) -> None:
    web = entered(app, [Held(Role.VERIFIER, DISTRICT, ROUND)])

    def cost() -> tuple[int, int]:
        everything_happens(district)
        path = f"{PART}/{PATHS[name]}"
        web.get(path)
        with statements(district) as said:
            answer = web.get(path)
        assert answer.status_code == 200
        return len([one for one in said if not one.startswith(("PRAGMA", "BEGIN", "SET LOCAL"))]), len(answer.data)

    a_part(district, 100)
    few, _ = cost()
    with writing(district) as session:
        for table in ("assignments", "decisions", "attachments", "visit_results", "line_results", "submission_states",
                      "claim_lines", "results", "claims", "claim_files", "facilities", "forms", "round_changes",
                      "round_parts"):  # fmt: skip
            session.execute(VisitResult.metadata.tables[table].delete())
    a_part(district, 1000)
    many, size = cost()
    assert many == few <= 15
    assert size < 150_000
