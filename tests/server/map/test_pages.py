"""The map's page and its data: what they cost, what the filter leaves, and how browsers keep them."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, update

from server.app import create_app
from server.areas.tables import Area
from server.db import writing
from server.map.svg import MOST_MARKS
from server.settings import Settings
from server.visits.tables import Visit
from server.web.guard import need_of
from server.web.kept import A_MOMENT
from tests.support.mapping import DATA, PAGE, a_large_district
from tests.support.statements import statements
from tests.support.web import browser, entered
from verification.model import CONTRADICTS

OUTLINES = f"{DATA}?bagian=batas"
MOST_STATEMENTS, MOST_BYTES = 15, 150_000
FEW = "?cari=rekaan 17"


def web_of(engine: Engine, folder: Path) -> FlaskClient:
    return entered(create_app(engine, Settings(data=folder, central_project=1)))


@pytest.fixture
def web(engine: Engine, tmp_path: Path) -> FlaskClient:
    """Give the pages on a district of six villages and forty places."""
    a_large_district(engine, 40)
    return web_of(engine, tmp_path)


def marks(web: FlaskClient, query: str = "") -> list[list[Any]]:
    answer = web.get(f"{DATA}{query}").json
    assert answer
    return list(answer["marks"])


# ── what it costs


def said_for(engine: Engine, web: FlaskClient, path: str) -> int:
    """Count the statements that a page takes once what is worked out once is there, and see that it is no larger."""
    web.get(path)
    with statements(engine) as said:
        answer = web.get(path)
    assert answer.status_code == 200
    assert len(answer.data) <= MOST_BYTES or ".json" in path
    return len(said)


@pytest.mark.parametrize("lines", [200, pytest.param(10_000, marks=pytest.mark.ci)])
def test_no_more_statements_for_ten_thousand_places_than_for_a_few(engine: Engine, tmp_path: Path, lines: int) -> None:
    a_large_district(engine, lines, *((22, 13) if lines > 200 else (3, 2)))
    web = web_of(engine, tmp_path)
    assert len(marks(web)) == lines > MOST_MARKS > len(marks(web, FEW)) > 1
    for path in (PAGE, DATA):
        assert said_for(engine, web, path) <= said_for(engine, web, f"{path}{FEW}") <= MOST_STATEMENTS
    assert said_for(engine, web, OUTLINES) <= MOST_STATEMENTS


def test_no_more_stops_for_a_keyboard_than_a_sheet_bears(engine: Engine, tmp_path: Path) -> None:
    a_large_district(engine, MOST_MARKS + 1)
    page = web_of(engine, tmp_path).get(PAGE).text
    drawing = page.partition('<svg class="map"')[2].partition("</svg>")[0]
    assert drawing.count("<a ") == 1 and 'class="count"' in drawing, "one subdistrict, which is counted"
    assert f"{MOST_MARKS + 1} tempat di peta" in page
    assert "kecamatan=99.01.01" in drawing, "a count leads to the map of its subdistrict"


# ── what it shows


def test_a_mark_says_all_that_the_script_draws_and_tells(web: FlaskClient) -> None:
    first = next(mark for mark in marks(web) if mark[0] == 4)
    number, name, outcome, claimed, half_cell_m, visited, error_m, distance_m = first
    assert (number, name, outcome) == (4, "17 · Pojok ASI Rekaan 4", 3), "the last of the outcomes as lists have them"
    assert (half_cell_m, error_m, distance_m) == (1, round(8.0 * 1.62), 31)
    assert abs(claimed[0] - visited[0]) + abs(claimed[1] - visited[1]) < 200
    outlines = web.get(OUTLINES).json
    assert outlines and len(outlines["names"][1]) == 6 and outlines["path"].count("z") == 6
    right, bottom = outlines["whole"][2:]
    assert all(0 < mark[3][0] < right and 0 < mark[3][1] < bottom for mark in marks(web))


def test_each_mark_leads_to_its_line(web: FlaskClient) -> None:
    page = web.get(PAGE).text
    assert set(re.findall(r'href="/wilayah/2026/99.01/baris/(\d+)', page)) == {str(n) for n in range(1, 41)}
    assert 'data-line="/wilayah/2026/99.01/baris/0?' in page, "and where the script draws it"


def test_what_contradicts_is_told_as_everywhere(web: FlaskClient) -> None:
    said = web.get(PAGE).text + web.get(DATA).text
    assert "not_yet_confirmed" in said
    assert [word for word in CONTRADICTS if f'"{word}"' in said or f">{word}" in said or f" {word}" in said] == []


@pytest.mark.parametrize("query, left", [
    ("hasil=confirmed", 10), ("hasil=not_yet_confirmed", 10), ("cari=rekaan 4", 2), ("indikator=25", 0),
    ("kecamatan=99.01.01", 40), ("hasil=confirmed&cari=rekaan 4", 2), ("jenis=sekolah", 0),
])  # fmt: skip
def test_the_lists_filter_holds_for_page_and_data(web: FlaskClient, query: str, left: int) -> None:
    page = web.get(f"{PAGE}?{query}").text
    assert len(marks(web, f"?{query}")) == left and f"{left} tempat di peta" in page
    first = query.partition("&")[0].replace(" ", "+")
    for there in ("peta.json", "baris"):
        assert re.search(rf'/99.01/{there}\?[^"]*{re.escape(first)}', page), "what leads on keeps the filter"


def test_a_filter_that_is_not_understood_is_said_to_be_none(web: FlaskClient) -> None:
    page = web.get(f"{PAGE}?hasil=palsu").text
    assert "40 tempat di peta" in page and "tidak dipakai" in page


def test_visits_whose_points_are_gone_leave_their_distance(web: FlaskClient, engine: Engine) -> None:
    """A district that was closed has none any more."""
    with writing(engine) as session:
        session.execute(update(Visit).values(lon=None, lat=None, accuracy_m=None))
    gone = [mark for mark in marks(web) if len(mark) > 5]
    assert len(gone) == 30 and all(mark[5] is None and mark[6] is None and mark[7] == 31 for mark in gone)
    assert 'class="visit" cx' not in web.get(PAGE).text


def test_so_do_visits_that_are_no_longer_there(web: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(delete(Visit))
    assert len(marks(web)) == 40 and web.get(PAGE).status_code == 200


def test_without_outlines_the_page_says_so_and_leads_to_the_list(web: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(update(Area).values(outline=None))
    page = web.get(PAGE).text
    assert "belum dimuat" in page and "map.js" not in page and "/baris?" in page
    assert web.get(DATA).status_code == 404


@pytest.mark.parametrize("path", ["/wilayah/1999/99.01/peta", "/wilayah/2026/99.02/peta", "/wilayah/x/y/peta"])
def test_what_there_is_not(web: FlaskClient, path: str) -> None:
    assert web.get(path).status_code == web.get(f"{path}.json").status_code == 404


# ── how browsers keep it


def test_a_browser_keeps_the_data_and_asks_before_it_shows_it_again(
    web: FlaskClient, engine: Engine, later: Callable[[float], None]
) -> None:
    for path in (DATA, OUTLINES):
        first = web.get(path)
        assert first.headers["Cache-Control"] == "private, no-cache" and "Cookie" in first.vary
        again = web.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    seen = web.get(DATA).headers["ETag"]
    with writing(engine) as session:
        session.execute(update(Visit).values(lon=None, lat=None))
    later(A_MOMENT)
    assert web.get(DATA, headers={"If-None-Match": seen}).status_code == 200, "what is gone is gone"


def test_the_mark_of_one_account_says_nothing_to_another(web: FlaskClient, engine: Engine, tmp_path: Path) -> None:
    other = web_of(engine, tmp_path)
    assert web.get(DATA).data == other.get(DATA).data
    assert other.get(DATA, headers={"If-None-Match": web.get(DATA).headers["ETag"]}).status_code == 200


def test_data_is_compressed_for_whom_it_helps_and_pages_never(web: FlaskClient) -> None:
    """Pages hold the token of their forms; the data hold no secret and repeat nothing that was asked."""
    plain, small = web.get(DATA), web.get(DATA, headers={"Accept-Encoding": "gzip, br"})
    assert small.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(small.data) == plain.data and len(small.data) < len(plain.data) / 2
    assert "Content-Encoding" not in web.get(PAGE, headers={"Accept-Encoding": "gzip"}).headers
    asked = web.get(f"{DATA}?cari=sebuah-rahasia").text
    assert "sebuah-rahasia" not in asked and json.loads(asked) == {"marks": []}


def test_nobody_has_it_who_may_not_see_the_district(web: FlaskClient) -> None:
    app = web.application
    assert {need_of(app, f"map.{name}").permission for name in ("map_page", "map_data")} == {"see_report"}
    assert browser(app).get(DATA).status_code == 303
