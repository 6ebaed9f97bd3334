"""A reason that names another line says which: its place where it may be named, its cell, and the way to it."""

import html
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from server.claims.tables import ClaimLine
from server.db import writing
from server.reasons import as_json
from server.results.rows import codes_of
from server.results.tables import LineResult
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from tests.support.claiming import ROUND, claims_come
from tests.support.web import entered
from tests.support.workbooks import DISTRICT, a_place, filled
from verification.reason import Reason

PLACES = f"/wilayah/{ROUND}/{DISTRICT}"


@pytest.fixture
def listed_twice(district: Engine) -> tuple[int, int]:
    """Claim a library under indicator 9 and, by another name, under 27; gives the lines, the later one open for it."""
    library = a_place("Taman Baca Melati", A=9, B="taman_baca")
    house = a_place("Rumah Pintar", A=27, B="pusat_kreativitas")
    claims_come(district, filled({}, library, house))
    verify(district, ROUND, DISTRICT)
    with writing(district) as session:
        first, second = session.scalars(select(ClaimLine.id).order_by(ClaimLine.id))
        why = Reason("counts_elsewhere_first", {"indicator": 9, "line": first, "annex": "Sekali saja."})
        session.execute(update(LineResult).filter_by(line_id=second).values(
            outcome="unsure", reasons=[as_json(why)], reason_codes=codes_of([why])))  # fmt: skip
    return first, second


@pytest.fixture
def supervisor(app: Flask, listed_twice: tuple[int, int]) -> FlaskClient:
    return entered(app, [Held(Role.SUPERVISOR)])


SAID = "daftar indikator 9 (Taman Baca Melati, Fasilitas!C4)"


def test_the_page_of_a_line_names_the_line_of_the_other_list_and_leads_to_it(
    supervisor: FlaskClient, listed_twice: tuple[int, int]
) -> None:
    first, second = listed_twice
    page = supervisor.get(f"{PLACES}/baris/{second}").text
    why = page[page.index('id="why"') : page.index("</section>", page.index('id="why"'))]
    assert SAID in html.unescape(why)
    assert re.search(rf'href="{PLACES}/baris/{first}\?lang=id">Taman Baca Melati</a>', why)
    assert SAID in html.unescape(supervisor.get(f"{PLACES}/baris").text)


def test_the_report_names_it_too(supervisor: FlaskClient) -> None:
    assert SAID in json.dumps(supervisor.get(f"/laporan/{ROUND}/{DISTRICT}.json").json, ensure_ascii=False)
