"""A reason that names another line says which: its place where it may be named, its cell, and the way to it."""

import html
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from server.claims.tables import ClaimLine
from server.db import snapshot, writing
from server.reasons import as_json
from server.results.rows import codes_of
from server.results.tables import LineResult
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from tests.support.builders import ALL_FIVE, LAT, LON
from tests.support.claiming import ROUND, claims_come
from tests.support.trial import it_comes
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


# ── of two claimed points


def pages_of(engine: Engine, app: Flask, *claimed: dict[str, Any]) -> list[str]:
    """Claim places, visit each where its row says, and read their pages."""
    visited = [place.pop("at") for place in claimed]
    claims_come(engine, filled({}, *claimed))
    with snapshot(engine) as session:
        lines = session.scalars(select(ClaimLine).order_by(ClaimLine.id)).all()
        known = [(line.id, line.facility_id, line.kind) for line in lines]
    for (number, facility, kind), north in zip(known, visited, strict=True):
        point = {"type": "Point", "coordinates": [LON, north, 0], "properties": {"accuracy": 5}}
        it_comes(engine, "visit_pojok_asi", f"uuid:{number}", {
            "kind": kind, "arrival": "open", "facility": facility, "point": point, "seen": ALL_FIVE})  # fmt: skip
    verify(engine, ROUND, DISTRICT)
    web = entered(app, [Held(Role.SUPERVISOR)])
    return [html.unescape(web.get(f"{PLACES}/baris/{number}", query_string={"lang": language}).text)
            for number, *_ in known for language in ("id", "en")]  # fmt: skip


def test_one_room_between_two_points_is_told_with_how_far_all_lie_apart(district: Engine, app: Flask) -> None:
    first, second = LAT, round(LAT + 0.0004, 4)
    rows = [a_place("Balai Kota", G=first, at=LAT + 0.0002), a_place("Balaikota", G=second, at=LAT + 0.0002)]
    id_first, _, id_second, en_second = pages_of(district, app, *rows)
    said = "Kedua baris diklaim di titik yang berjarak 44 m, tetapi kedua kunjungannya hanya berjarak 0 m."
    assert said in id_second and "Balai Kota, Fasilitas!C4" in id_second and said not in id_first
    assert "points 44 m apart, but the visits to them stood only 0 m apart." in en_second


def test_a_row_at_the_very_point_of_another_says_so_and_leads_to_it(district: Engine, app: Flask) -> None:
    rows = [
        a_place("Balai Kota", at=LAT),
        a_place("Balaikota", at=LAT),
        a_place("Lain", G=round(LAT - 0.01, 4), at=LAT),
    ]
    first, _, second, in_english, other, _ = pages_of(district, app, *rows)
    for page, called in ((first, "Balaikota, Fasilitas!C5"), (second, "Balai Kota, Fasilitas!C4")):
        assert re.search(rf'Satu titik dengan\s+<a href="{PLACES}/baris/\d+\?lang=id">{re.escape(called)}</a>', page)
    assert "One point with" in in_english and "Satu titik dengan" not in other


def test_two_registry_numbers_at_one_point_are_two_places_and_homes_have_no_point(district: Engine, app: Flask) -> None:
    numbered = [a_place(f"Balai {n}", D=f"R{n}", at=LAT) for n in (1, 2)]
    homes = [a_place(f"Panti {n}", A=13, B="lksa", at=LAT) for n in (1, 2)]
    pages = pages_of(district, app, *numbered, *homes)
    assert len(pages) == 8 and not [page for page in pages if "Satu titik" in page or "One point" in page]
