"""The page of a district's lines: what it says, to whom, and what it costs."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, select, update

from server.claims.tables import ClaimLine
from server.db import snapshot, writing
from server.register.tables import Facility
from server.results.tables import LineResult
from server.roles.account import Held
from server.roles.table import Role
from tests.support.acts import written_down
from tests.support.claiming import ROUND
from tests.support.room import a_part, facility_of
from tests.support.statements import statements
from tests.support.web import Browser, entered
from tests.support.workbooks import DISTRICT

PATH = f"/wilayah/{ROUND}/{DISTRICT}/baris"
SUPERVISOR, OFFICER = Held(Role.SUPERVISOR), Held(Role.DISTRICT, DISTRICT, ROUND)


def rows(page: str) -> list[str]:
    return re.findall(r"<tr class=.*?</tr>", page, re.DOTALL)


def acts(engine: Engine) -> list[str]:
    return [entry.act for entry in written_down(engine)]


def numbers(page: str) -> list[str]:
    return re.findall(r'<td class="no">([\d.]+)</td>', page)


@pytest.fixture
def ask(app: Flask, district: Engine) -> Callable[..., str]:
    a_part(district, 120)
    browsers: dict[Held, Browser] = {}

    def asked(path: str = PATH, held: Held = SUPERVISOR, **args: Any) -> str:
        web = browsers.setdefault(held, entered(app, [held]))
        answer = web.get(path, query_string=args or None)
        assert answer.status_code == 200
        return str(answer.text)

    return asked


def test_a_page_has_fifty_rows_and_says_which_of_how_many(ask: Callable[..., str]) -> None:
    first, last, beyond = ask(), ask(hal=3), ask(hal=99)
    assert len(rows(first)) == 50
    assert "1–50 dari 120" in first
    assert len(rows(last)) == 20
    assert "101–120 dari 120" in last
    assert numbers(beyond) == numbers(last), "the last page, for who asks for one beyond it"
    assert 'rel="next"' in first
    assert 'rel="next"' not in last
    seen = [number for page in (1, 2, 3) for number in numbers(ask(hal=page))]
    assert len(seen) == len(set(seen)) == 120


def test_a_row_says_what_a_place_is_what_was_found_and_by_whom(ask: Callable[..., str]) -> None:
    (row,) = rows(ask(cari="Rekaan 16"))
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))
    for text in ("25.6", "SDN Rekaan 16", "Desa 00, Kecamatan Satu", "terkonfirmasi", "8 Nov 2026", "Tim Anggrek",
                 "16 m ± 5 m"):  # fmt: skip
        assert text in said, text
    assert f"{PATH}/16" in row


def test_the_address_of_each_page_holds_the_filter(ask: Callable[..., str]) -> None:
    page = ask(hasil="not_visited", urut="number")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', page)
    following = following.replace("&amp;", "&")
    assert {"hasil=not_visited", "urut=number", "hal=2"} <= set(following.partition("?")[2].split("&"))
    assert "51–60 dari 60 yang cocok (120 seluruhnya)" in ask(following)
    assert re.search(r"/peta\?[^\"]*hasil=not_visited", page), "and so does the way to the map"


def test_each_value_says_how_many_rows_it_would_leave(ask: Callable[..., str]) -> None:
    page = ask(kecamatan="99.01.01")
    assert '<option value="not_visited">belum dikunjungi (30)</option>' in page
    assert '<option value="99.01.01" selected>Kecamatan Satu (60)</option>' in page
    assert '<option value="99.01.02">Kecamatan Dua (60)</option>' in page, (
        "of a field, what choosing another would show"
    )
    assert re.search(r'<option value="\d+">Tim Anggrek \(10\)</option>', page)


def test_what_is_not_known_is_said_and_everything_else_shown(ask: Callable[..., str]) -> None:
    for args in ({"indikator": 99}, {"kecamatan": "12.34.56"}, {"alasan": "there_is_no_such"}, {"pengunjung": 9999},
                 {"hasil": "not_found"}, {"dari": "kemarin"}):  # fmt: skip
        page = ask(**args)
        assert "Tidak dikenal di sini" in page, args
        assert 'aria-invalid="true"' in page, args
        assert "1–50 dari 120" in page, args


def test_nothing_that_fits_and_nothing_at_all_are_two_sentences(
    ask: Callable[..., str], app: Flask, district: Engine
) -> None:
    assert "Tidak ada yang cocok dengan saringan ini; seluruhnya ada 120." in ask(cari="tidak ada")
    with writing(district) as session:
        session.execute(delete(LineResult))
    assert "belum mengklaim satu tempat pun" in ask()


# ── to whom


def test_a_district_reads_no_visitor_no_home_and_no_adverse_outcome(ask: Callable[..., str]) -> None:
    page = "".join(ask(held=OFFICER, hal=number) for number in (1, 2, 3))
    assert "Tim Anggrek" not in page
    assert "Panti Rekaan" not in page
    assert "bukti tidak sesuai: belum dapat dikonfirmasi" in page
    for code in ("required_absent", "not_at_claimed_place", "criteria_not_met", "not_found"):
        assert code not in page
    assert "Tidak dikenal di sini" in ask(held=OFFICER, pengunjung=4)
    table = ask(f"{PATH}.csv", held=OFFICER)
    assert "SDN Rekaan 16" in table
    assert not re.search("Tim (Melati|Anggrek|Kenanga)|Panti", table)
    assert "Panti Rekaan" in ask(cari="Panti")


def test_homes_that_are_named_are_written_down(ask: Callable[..., str], district: Engine) -> None:
    ask(jenis="sekolah")
    ask(held=OFFICER)
    assert "homes_seen" not in acts(district)
    ask(jenis="lksa")
    assert "homes_seen" in acts(district)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_filtered_is_downloaded(ask: Callable[..., str], app: Flask, district: Engine, ending: str) -> None:
    web = entered(app, [SUPERVISOR])
    answer = web.get(f"{PATH}.{ending}", query_string={"hasil": "confirmed"})
    assert answer.status_code == 200
    assert f"baris.{ending}" in answer.headers["Content-Disposition"]
    assert "lines_exported" in acts(district)
    if ending == "csv":
        table = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
        assert len(table) == 1 + 15
        assert {row[4] for row in table[1:]} == {"terkonfirmasi"}
        assert not [name for name in table[0] if "oin" in name], "no points"


def test_who_may_not_download_is_refused(ask: Callable[..., str], app: Flask) -> None:
    observer = entered(app, [Held(Role.OBSERVER)])
    assert observer.get(PATH).status_code == 200
    assert observer.get(f"{PATH}.csv").status_code == 403


def test_a_line_that_shares_its_place_names_the_others_cell(ask: Callable[..., str], district: Engine) -> None:
    with writing(district) as session:
        session.execute(update(LineResult).where(LineResult.line_id == 3).values(
            reasons=[{"code": "same_registry_number", "values": {"line": 6}}]))  # fmt: skip
    with snapshot(district) as session:
        cell = session.scalars(select(ClaimLine.cell).filter_by(id=6)).one()
    assert cell in ask(cari="Rekaan 3")


def test_what_a_person_decided_is_marked_and_its_reason_said(ask: Callable[..., str], district: Engine) -> None:
    said = [{"code": "decided_by_person", "values": {"fact": 3}}, {"code": "arrival_closed", "values": {}}]
    with writing(district) as session:
        session.execute(update(LineResult).where(LineResult.line_id == 16).values(fact_id=3, reasons=said))
        session.execute(update(LineResult).where(LineResult.line_id == 18).values(reopened_id=3))
    (row,) = rows(ask(cari="Rekaan 16"))
    assert "diputuskan orang" in row
    assert "Tempat sedang tutup" in row
    (row,) = rows(ask(cari="Rekaan 18"))
    assert "dibuka kembali oleh bukti baru" in row


def test_a_name_cannot_break_the_page(ask: Callable[..., str], district: Engine) -> None:
    with writing(district) as session:
        session.execute(update(ClaimLine).where(ClaimLine.id == 4).values(name='"><script>x</script>'))
        session.execute(update(Facility).where(Facility.id == facility_of(4)).values(name="x"))
    assert "<script>x" not in ask(cari="script")


# ── what it costs


def cost(app: Flask, engine: Engine, **args: Any) -> tuple[int, int]:
    """Count the statements of a page, and its bytes."""
    web = entered(app, [Held(Role.VERIFIER, DISTRICT, ROUND)])
    web.get(PATH, query_string=args)
    with statements(engine) as said:
        answer = web.get(PATH, query_string=args)
    assert answer.status_code == 200
    return len([one for one in said if not one.startswith(("PRAGMA", "BEGIN"))]), len(answer.data)


@pytest.mark.parametrize(
    "args", [{}, {"pengunjung": 4, "cari": "Rekaan", "dari": "2026-11-01"}, {"hal": 2, "jenis": "lksa"}]
)
def test_it_asks_as_many_statements_of_many_as_of_few(app: Flask, district: Engine, args: dict[str, Any]) -> None:
    a_part(district, 10)
    few, _ = cost(app, district, **args)
    with writing(district) as session:
        for table in ("visit_results", "line_results", "submission_states", "claim_lines"):
            session.execute(LineResult.metadata.tables[table].delete())
        for table in ("results", "claims", "claim_files", "facilities", "forms", "round_changes", "round_parts"):
            session.execute(LineResult.metadata.tables[table].delete())
    a_part(district, 1000)
    many, size = cost(app, district, **args)
    assert many == few <= 15
    assert size < 150_000
