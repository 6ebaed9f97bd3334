"""A plan of ten thousand rows: taken in, listed page by page, looked for, and released."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from server.app import create_app
from server.assignments.tables import Assignment
from server.db import snapshot, writing
from server.register.tables import Facility
from server.settings import Settings
from tests.support.assigning import PART
from tests.support.builders import VILLAGES
from tests.support.planning import PlanField
from tests.support.statements import statements
from tests.support.web import entered

pytestmark = pytest.mark.ci
MANY = 10_000
PLAN = f"/wilayah/{PART[0]}/{PART[1]}/rencana"
PAGES = ("", "?hal=200", "/hari", "/tambah", "/rilis", "?cari=SD Rekaan 77", "?status=missing")


@pytest.fixture
def app(field: PlanField, tmp_path: Path) -> Flask:
    return create_app(field.engine, Settings(data=tmp_path, central_project=1))


def test_ten_thousand_rows_come_in_are_listed_and_released(field: PlanField, app: Flask) -> None:
    ids = [f"{number:08x}-bbbb-4bbb-8bbb-bbbbbbbbbbbb" for number in range(MANY)]
    with writing(field.engine) as session:
        session.execute(insert(Facility), [
            {"id": one, "kind": "sekolah", "name": f"SD Rekaan {number}", "village": VILLAGES[0].code}
            for number, one in enumerate(ids)
        ])  # fmt: skip
    first = field.written()
    wishes = [replace(first, row=row, place=f"#{one}") for row, one in enumerate(ids, start=2)]
    assert len(field.plan(*wishes).added) == MANY
    assert field.plan(*wishes).same == MANY
    web = entered(app)
    for page in PAGES:
        with statements(field.engine) as said:
            answer = web.get(f"{PLAN}{page}")
        asked = [one for one in said if not one.startswith(("BEGIN", "SET ", "PRAGMA"))]
        assert (answer.status_code, len(asked) < 15, len(answer.data) < 150_000) == (200, True, True), page
    assert field.release(most=500).given == 500
    assert field.release().given == MANY - 500
    with snapshot(field.engine) as session:
        assert session.scalar(select(func.count()).select_from(Assignment)) == MANY
