"""A plan as a file: what is given out can be brought back, and what is wrong is told by its cell."""

import base64
import io
import json
import zlib
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from server.claims.package import UnusableWorkbook
from server.db import snapshot, writing
from server.plan.checking import check_plan, frame_of
from server.plan.files import ReadPlan, pack, read_plan_file, unpack, written_out
from server.plan.filter import PlanFilter
from server.plan.listing import plan_of
from server.plan.planning import withdraw
from server.plan.wishes import FIELDS, NotPlanned, PlanChange
from server.spreadsheets import as_csv, as_xlsx
from server.words import LANGUAGES, catalogue
from tests.support.assigning import HOME, OPEN_PLACE, PART
from tests.support.planning import DAY, NUMBERS, OTHER_PLACE, SCHOOL, SHELTER, PlanField, reasons
from tests.support.web import TESTER
from verification.reason import Reason

HEADS = ("Kode", "NPSN", "Nama tempat", "Desa", "Tim", "Anggota", "Tanggal", "Cara", "Modul", "Pengganti", "Urutan",
         "Alasan", "Catatan kami")  # fmt: skip


def sheet(*rows: tuple[Any, ...], heads: tuple[str, ...] = HEADS) -> bytes:
    book = Workbook()
    for row in (("Rencana tim, minggu pertama",), heads, *rows):
        book.active.append(row)  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def would(field: PlanField, content: bytes) -> tuple[ReadPlan, PlanChange]:
    said = read_plan_file(content)
    with snapshot(field.engine) as session:
        return said, check_plan(frame_of(session, *PART), said.wishes)


def team(field: PlanField) -> str:
    return field.written().team


def given_out(field: PlanField, language: str = "id", *, with_all: bool = True) -> tuple[list[str], list[list[Any]]]:
    with snapshot(field.engine) as session:
        of = plan_of(session, PART, PlanFilter(), TESTER, catalogue(language))
        return written_out(of, frame_of(session, *PART), with_all=with_all)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_given_out_changes_nothing_when_it_comes_back(field: PlanField, language: str, kind: str) -> None:
    planned = field.places[OPEN_PLACE].facility_id
    field.plan(field.wish(modules="practice,recount", member=str(field.member), why="=1+1; acak"),
               field.wish(OTHER_PLACE, substitute_for=planned, mode="video"), field.wish(HOME))  # fmt: skip
    head, rows = given_out(field, language)
    words = catalogue(language)
    content = as_csv(head, rows, words).encode() if kind == "csv" else as_xlsx("Rencana", head, rows, words)
    said, change = would(field, content)
    assert (list(said.problems), list(change.problems)) == ([], [])
    assert (change.same, change.is_empty, change.left) == (3, True, 1)


def test_the_file_has_every_place_but_shelters_and_no_homes_name(field: PlanField) -> None:
    _, rows = given_out(field)
    codes = {str(row[0]) for row in rows}
    assert {f"#{NUMBERS[OTHER_PLACE]}", f"#{NUMBERS[SCHOOL]}"} < codes
    text = str(rows)
    assert SHELTER not in text and NUMBERS[SHELTER] not in text and len(rows) == 4
    assert "20301234" in text


def test_what_was_taken_out_does_not_come_back_by_the_file_that_is_given_out(field: PlanField) -> None:
    field.plan(field.wish(), field.wish(OTHER_PLACE))
    with writing(field.engine) as session:
        withdraw(session, PART, field.row().id, TESTER)
    head, rows = given_out(field, with_all=False)
    assert [row[0] for row in rows] == [f"#{NUMBERS[OTHER_PLACE]}"] and len(head) == len(rows[0])


def test_a_list_of_ones_own_is_read_by_its_headings(field: PlanField) -> None:
    content = sheet(
        ("#12E45678", None, None, None, team(field), None, datetime.combine(DAY, datetime.min.time()), None, None),
        (None, 20301234, None, None, team(field).upper(), "Anggota Rekaan", f"{DAY.day}/{DAY.month}/{DAY.year}",
         "MELALUI PANGGILAN VIDEO", "Bencana; perjalanan ke sekolah", None, None, "acak", "jangan lupa"),
        (None, None, OPEN_PLACE, "Desa Contoh", team(field), None, DAY.isoformat(), "", "practice",
         "#00012345", 2.0),
        (None, None, "SD yang belum direncanakan"),
    )  # fmt: skip
    said, change = would(field, content)
    village = {"name": "plan_place_unknown"}
    assert dict(reasons(change)) in ({}, village)
    assert [(one.row, one.substitute_order) for one in said.wishes] == [(3, ""), (4, ""), (5, "2"), (6, "")]
    first, second = sorted(change.added, key=lambda one: one.mode)[:2]
    assert change.left == 1 and {first.day, second.day} == {DAY}
    school = next(one for one in change.added if one.mode == "video")
    assert (school.modules, school.person_id) == ("disaster travel", field.member)


@pytest.mark.parametrize("separator", ";,\t")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-8"])
def test_a_csv_of_any_excel(field: PlanField, separator: str, encoding: str) -> None:
    lines = [["Kode tempat", "Tim", "Hari"], ["#12e45678", team(field), DAY.isoformat()]]
    content = "\r\n".join(separator.join(line) for line in lines).encode(encoding)
    _, change = would(field, content)
    assert (len(change.added), reasons(change)) == (1, [])


def test_what_is_wrong_is_told_by_its_cell(field: PlanField) -> None:
    said, change = would(field, sheet(("#ffffffff", None, None, None, "Tim Lain", None, "kapan")))
    cells = [(f"{said.letters[one.field]}{one.row}", one.reason.code) for one in change.problems]
    assert cells == [("A3", "plan_place_unknown"), ("E3", "plan_team_unknown"), ("G3", "plan_day_unreadable")]
    assert change.added == []


REFUSED = [
    (b"", "workbook_empty"), (b"Kode;Tim\r\n", "plan_file_empty"), (b"\x00\x01", "table_letters_wrong"),
    (b"PK\x03\x04 no workbook", "not_a_workbook"), (b"Kode;ID;Tim\r\nx;y;z", "plan_column_twice"),
    (b"satu;dua\r\ntiga;empat", "plan_without_headings"), (b"Kode;Tim\r\n\"x;y\r\n", "table_quotes_wrong"),
    (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "workbook_of_other_kind"),
    (b"Kode;Tim;Hari\r\n" + b"x;y;z\r\n" * 20_001, "plan_file_too_long"),
]  # fmt: skip


@pytest.mark.parametrize("content, code", REFUSED, ids=[code for _, code in REFUSED])
def test_what_is_no_plan_is_refused_with_a_sentence(content: bytes, code: str) -> None:
    with pytest.raises((NotPlanned, UnusableWorkbook)) as told:
        read_plan_file(content)
    reason: Reason = told.value.reason
    assert reason.code == code and catalogue("id").knows(f"reason.{code}")


def test_an_empty_workbook_and_one_of_other_things(field: PlanField) -> None:
    for content in (sheet(heads=("a", "b")), sheet()):
        with pytest.raises(NotPlanned):
            read_plan_file(content)


def test_what_was_shown_comes_back_as_it_was(field: PlanField) -> None:
    wishes = (field.written(modules="practice", why="acak"),
              field.written(OTHER_PLACE, row=3, substitute_for=field.places[OPEN_PLACE].facility_id))  # fmt: skip
    with snapshot(field.engine) as session:
        frame = frame_of(session, *PART)
        change = check_plan(frame, wishes)
        packed = pack(change, frame, {one.id: one.name for one in frame.teams})
        again = check_plan(frame, unpack(packed))
    assert (again.added, again.problems) == (change.added, [])


@pytest.mark.parametrize("text", ["", "x", "c$}S", '"', "é" * 50])
def test_and_nothing_else_does(text: str) -> None:
    with pytest.raises(NotPlanned) as told:
        unpack(text)
    assert told.value.reason.code == "decision_page_wrong"


def test_a_bomb_that_would_unfold_is_not_unfolded() -> None:
    row = json.dumps([["x"] * len(FIELDS)])
    bomb = base64.b85encode(zlib.compress(b" " * 5_000_000 + row.encode(), 9)).decode()
    assert len(unpack(base64.b85encode(zlib.compress(row.encode())).decode())) == 1
    with pytest.raises(NotPlanned):
        unpack(bomb)


def test_the_headings_are_those_of_the_fields() -> None:
    for language in LANGUAGES:
        heads = [catalogue(language).say(f"plan.column.{name}") for name in FIELDS]
        assert len(set(heads)) == len(heads)
    book = load_workbook(io.BytesIO(as_xlsx("Rencana", heads, [], catalogue("id"))))
    assert [cell.value for cell in book.active[1]] == heads  # type: ignore[index]
    assert isinstance(DAY, date)
