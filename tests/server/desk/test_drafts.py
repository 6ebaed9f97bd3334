"""What a reader answered on a phone: filled in for them alone, beside the files, and no reading before they keep it."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from server.db import now, snapshot, writing
from server.desk.codes import document_code, reader_code
from server.desk.drafts import code_of
from server.desk.tables import DeskReading
from server.roles.account import Held
from server.roles.table import Role
from server.submissions.tables import SubmissionState
from server.told.tables import WhatWasTold
from server.visits.tables import Visit
from server.web.secret import secret_key
from tests.support.claiming import ROUND, claims_come
from tests.support.desk import CENTRE, DESK, DOCUMENTS, HERE, NOT_SO, PROVINCE, hidden, reads, row_of, somebody, stands
from tests.support.handing import OURS, Desk
from tests.support.told import it_is_told
from tests.support.web import Browser, browser_of, person
from tests.support.workbooks import DISTRICT, filled
from workers.central.xml import read_answers
from xlsforms.build import build
from xlsforms.fill import FormFiller
from xlsforms.scenarios import DISTRICT as ON_THE_PHONE
from xlsforms.scenarios import media_for

PART, NOTE = (ROUND, DISTRICT), "Lampiran kurang, hanya untuk Tim Penilai."
SAID = {"opened": "yes", "matches_number": "yes", "matches_date": "not_seen", "in_force": "na", "issuer_ok": "no",
        "covers": "I II", "says": "partly", "page": "7", "desk_note": NOTE}  # fmt: skip


def as_central_says() -> str:
    return now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def a_reader(desk: Desk, *held: Held) -> tuple[int, Browser]:
    with writing(desk.engine) as session:
        number = person(session, *held)
    return number, browser_of(desk.app, number)


def code_for(desk: Desk, number: int) -> str:
    return reader_code(secret_key(desk.settings), number, ROUND)


def sent(desk: Desk, reader: str, document: str, root: str = "uuid:1", **other: Any) -> None:
    codes = {"desk_district_code": DISTRICT, "reader_code": reader, "document_code": document}
    it_is_told(desk.engine, "desk", root, SAID | codes | other, submitted_at=as_central_says())


def shown(web: Browser, path: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", web.get(path).text)))


def checked(page: str) -> set[tuple[str, str]]:
    return set(re.findall(r'name="(\w+)" value="([\w]+)" checked', page))


def is_filled_in(page: str) -> bool:
    return "dari jawaban Anda di ponsel" in page


def read_by(desk: Desk) -> list[DeskReading]:
    with snapshot(desk.engine) as session:
        found = list(session.scalars(select(DeskReading).order_by(DeskReading.id)))
        session.expunge_all()
    return found


def test_from_the_form_to_a_reading_that_its_reader_keeps(desk: Desk, filler: FormFiller) -> None:
    row, (_, web) = row_of(desk, "12/2026", "1a"), a_reader(desk, HERE)
    queue = shown(web, DESK)
    (reader,), documents = re.findall(r"P-\w{9}", queue), re.findall(r"D-\w{8}", queue)
    assert len(set(documents)) == 4 and code_of(PART, stands(desk, row)) in documents
    form = build("check_document")
    answers = {"desk_district": ON_THE_PHONE, "reader_code": reader, **SAID, "covers": ["I", "II"], "page": 7}
    answers["document_code"] = code_of(PART, stands(desk, row))
    filled_in = filler.fill(form.xform, answers, media=media_for(form))
    assert (filled_in.problem, filled_in.refused) == (None, [])
    sent_at = as_central_says()
    it_is_told(desk.engine, "desk", "uuid:1", read_answers(filled_in.xml), submitted_at=sent_at)
    assert read_by(desk) == [] and stands(desk, row).state == "received", "a draft is no reading"
    with snapshot(desk.engine) as session:
        assert session.scalars(select(Visit)).all() == []
    assert shown(web, DESK).count("menunggu disimpan") == 1
    page = web.get(f"{DESK}/{row}").text
    assert is_filled_in(page) and "<img" in page
    assert checked(page) == {("opened", "yes"), ("matches_number", "yes"), ("matches_date", "not_seen"),
                             ("in_force", "na"), ("issuer_ok", "no"), ("covers", "I"), ("covers", "II"),
                             ("says", "partly")}  # fmt: skip
    assert 'value="7"' in page and NOTE in page
    data = {"uuid": hidden(page, "uuid"), "before": hidden(page, "before"), "covers": ["I", "II"], "page": "7",
            "note": NOTE, **{name: value for name, value in checked(page) if name != "covers"}}  # fmt: skip
    assert web.post(f"{DESK}/{row}", data=data, headers=OURS).status_code == 303
    (reading,) = read_by(desk)
    assert (reading.says, reading.matches_date, reading.page, reading.note) == ("partly", "not_seen", 7, NOTE)
    assert reading.files == stands(desk, row).before
    assert not is_filled_in(web.get(f"{DESK}/{row}").text), "what was kept since is offered no more"
    assert "menunggu disimpan" not in shown(web, DESK)
    sent(desk, reader, answers["document_code"], "uuid:2", says="no")
    assert ("says", "no") in checked(web.get(f"{DESK}/{row}").text), "a later one is"


@pytest.mark.parametrize("held", [CENTRE, HERE, Held(Role.PROVINCIAL, PROVINCE, ROUND), Held(Role.ASSESSOR),
                                  Held(Role.DISTRICT, DISTRICT, ROUND), Held(Role.LEAD, DISTRICT, ROUND),
                                  Held(Role.SUPERVISOR, PROVINCE, ROUND), Held(Role.OPERATOR)], ids=str)  # fmt: skip
def test_nobody_else_sees_a_draft_anywhere(desk: Desk, held: Held) -> None:
    row, (number, _), (_, other) = row_of(desk, "12/2026", "1a"), a_reader(desk, HERE), a_reader(desk, held)
    own = code_for(desk, number)
    sent(desk, own, code_of(PART, stands(desk, row)))
    part = f"/wilayah/{ROUND}/{DISTRICT}"
    paths = (DESK, f"{DESK}/{row}", "/kiriman/check_document/uuid:1", "/kiriman", "/menunggu", part,
             f"{part}/wawancara", f"{part}/forum-anak")  # fmt: skip
    for path in paths:
        answer = other.get(path)
        page = answer.text
        assert answer.status_code in (200, 403, 404), path
        assert not is_filled_in(page) and NOTE not in page and own not in page and 'not_seen" checked' not in page
        assert "menunggu disimpan" not in page


def test_who_reads_second_is_blind_to_a_draft_and_the_first_to_theirs(desk: Desk) -> None:
    row, (first, one), (second, other) = row_of(desk, "12/2026", "1a"), a_reader(desk, HERE), a_reader(desk, CENTRE)
    document = code_of(PART, stands(desk, row))
    sent(desk, code_for(desk, first), document, says="no")
    sent(desk, code_for(desk, second), document, "uuid:2", says="yes")
    assert ("says", "no") in checked(one.get(f"{DESK}/{row}").text)
    assert ("says", "yes") in checked(other.get(f"{DESK}/{row}").text)
    reads(one, row, NOT_SO)
    assert ("says", "yes") in checked(other.get(f"{DESK}/{row}").text), "another's reading takes none away"


def test_the_newest_counts_and_of_what_was_not_opened_nothing_else(desk: Desk) -> None:
    row, (number, web) = row_of(desk, "12/2026", "1a"), a_reader(desk, HERE)
    for root, answers in (("uuid:1", {}), ("uuid:2", {"opened": "no"})):
        sent(desk, code_for(desk, number), code_of(PART, stands(desk, row)), root, **answers)
    page = web.get(f"{DESK}/{row}").text
    assert checked(page) == {("opened", "no")} and 'value="7"' not in page and NOTE in page


def test_a_form_that_is_imported_anew_changes_no_code(desk: Desk) -> None:
    row, (number, web) = row_of(desk, "12/2026", "1a"), a_reader(desk, HERE)
    before = code_of(PART, stands(desk, row))
    sent(desk, code_for(desk, number), before)
    assert claims_come(desk.engine, filled(DOCUMENTS | {"Dokumen!D4": "Judul lain"})).problems == ()
    new = row_of(desk, "12/2026", "1a")
    assert new != row and code_of(PART, stands(desk, new)) == before
    assert is_filled_in(web.get(f"{DESK}/{new}").text)


WRONG = {"a reader's code that is nobody's": {"reader_code": "P-KQ7M2FHA5"}, "a reader's of another round": {},
         "a document's code of no document": {"document_code": "D-7KQM2FHX"}}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_codes_that_are_nobodys_are_told_to_who_judges_and_fill_in_nothing(desk: Desk, wrong: dict[str, str]) -> None:
    row, (number, web) = row_of(desk, "12/2026", "1a"), a_reader(desk, HERE)
    assessor = somebody(desk, Held(Role.ASSESSOR))
    document = code_of(PART, stands(desk, row))
    sent(desk, code_for(desk, number), document)
    assert "tidak dikenal di sini" not in shown(assessor, DESK)
    of_another = {"reader_code": reader_code(secret_key(desk.settings), number, "lain")}
    sent(desk, code_for(desk, number), document, "uuid:2", says="no", **(wrong or of_another))
    assert "tidak dikenal di sini: 1" in shown(assessor, DESK) and "tidak dikenal di sini" not in shown(web, DESK)
    assert ("says", "partly") in checked(web.get(f"{DESK}/{row}").text)


def test_one_of_a_district_of_no_round_is_set_aside_with_its_reason(desk: Desk) -> None:
    sent(desk, "P-KQ7M2FHA5", "D-7KQM2FHX", desk_district_code="98.01")
    with snapshot(desk.engine) as session:
        told = session.scalars(select(WhatWasTold)).one()
    assert told.aside is not None and told.aside.code == "told_of_no_district"


def test_what_was_rejected_at_central_fills_in_nothing(desk: Desk) -> None:
    row, (number, web) = row_of(desk, "12/2026", "1a"), a_reader(desk, HERE)
    sent(desk, code_for(desk, number), code_of(PART, stands(desk, row)))
    with writing(desk.engine) as session:
        session.execute(update(SubmissionState).values(review_state="rejected"))
    assert not is_filled_in(web.get(f"{DESK}/{row}").text)


def test_a_document_that_waits_for_nobody_is_filled_in_for_nobody(desk: Desk) -> None:
    """Its reader, too, is asked nothing once others have read."""
    row, (number, web) = row_of(desk, "12/2026", "1a"), a_reader(desk, HERE)
    reads(somebody(desk, CENTRE), row)
    sent(desk, code_for(desk, number), code_of(PART, stands(desk, row)))
    page = web.get(f"{DESK}/{row}").text
    assert not is_filled_in(page) and NOTE not in page


def test_a_code_tells_part_question_and_number_apart() -> None:
    assert document_code(PART, 1, "12/2026", "1a") == document_code(PART, 1, "12/2026", "1a")
    assert document_code(PART, 1, "12/2026", "1a") != document_code(PART, 1, "12/2026", "1b")
