"""A claim form of a large district: 10,000 rows on each of its longest lists, written, read under limits, imported."""

import pytest
from sqlalchemy import Engine, func, select

from server.claims.choices import names_of_choices
from server.claims.filling import FilledIn
from server.claims.tables import ClaimLine
from server.claims.template import stamp_for, template_of
from server.claims.workbook import MAX_FILE_BYTES, UnusableWorkbook, open_workbook
from server.db import snapshot
from tests.support.builders import INDICATORS, VILLAGES
from tests.support.claiming import ROUND, claims_come
from tests.support.workbooks import DISTRICT
from verification.claim_form.cells import FIRST_ROW, LAST_ROW, Row

ROWS = 10_000


def lists(count: int) -> dict[str, dict[int, Row]]:
    villages = [f"{village.name} ({village.code})" for village in VILLAGES]
    places: list[Row] = [
        {"indicator": 25, "kind": "Sekolah (sekolah)", "facility_name": f"SD Rekaan {n}", "registry_no": f"{n:08}",
         "village": villages[n % 4], "since_year": 2015, "lat": -5.005 + n % 9 / 1e4, "lon": 110.005 + n % 7 / 1e4,
         "run_by": "Pemerintah", "paid": "Gratis", "users": n % 500, "users_before": n % 400}
        for n in range(count)
    ]  # fmt: skip
    documents: list[Row] = [{"indicator": 1, "document_number": f"{n}/2026", "title": f"Keputusan rekaan {n}"}
                            for n in range(count)]  # fmt: skip
    budget: list[Row] = [{"cluster": names_of_choices(INDICATORS)["cluster"]["I"], "agency": f"Dinas {n}", "amount": n}
                         for n in range(count)]  # fmt: skip
    groups: list[Row] = [{"level": "Desa/kelurahan", "area": villages[n % 4], "activities": "Seni, Olahraga", "boys": 9}
                         for n in range(count)]  # fmt: skip
    found = {"Fasilitas": places, "Dokumen": documents, "Anggaran": budget, "Kelompok Anak": groups}
    return {sheet: dict(enumerate(rows, FIRST_ROW)) for sheet, rows in found.items()}


@pytest.mark.ci
def test_ten_thousand_rows_on_each_long_list_come_in(district: Engine) -> None:
    with snapshot(district) as session:
        content = template_of(session, stamp_for(session, ROUND, DISTRICT), FilledIn(lists(ROWS))).content
    assert len(content) < MAX_FILE_BYTES / 4
    plan = claims_come(district, content)
    assert plan.problems == () and LAST_ROW - FIRST_ROW + 1 == ROWS
    assert {number: len(claim.rows) for number, claim in plan.form.claims.items() if claim.rows} == {2: ROWS, 10: ROWS}
    with snapshot(district) as session:
        assert session.scalar(select(func.count(ClaimLine.id))) == ROWS


@pytest.mark.ci
def test_a_row_more_is_refused_with_its_sheet(district: Engine) -> None:
    with snapshot(district) as session:
        content = template_of(session, stamp_for(session, ROUND, DISTRICT), FilledIn(lists(ROWS + 1))).content
    with pytest.raises(UnusableWorkbook) as caught:
        open_workbook(content)
    assert caught.value.reason.code == "workbook_too_many_rows"
