"""The bench of the pages measures what it says: a district through the product's own commands, people on its pages."""

import json
from dataclasses import asdict
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import Engine

from server.settings import CHECKOUT, Settings
from tests.support.environment import DATABASES, postgres_url
from tilik import main
from workers.bench import pages
from workers.bench.large import LargeDistrict, TruePlace, lines_of
from workers.bench.pages import GUNICORN, Load, PageMeasured, bench_pages, table
from workers.bench.replayed import Feeds

KEYS = ["name", "n", "p50_ms", "p95_ms", "ratio", "kilobytes", "statements"]
SMALL = [LargeDistrict("99.01", 40, 60, 5), LargeDistrict("99.02", 30, 20, 0)]


@pytest.fixture(scope="module", params=DATABASES)
def results(request: pytest.FixtureRequest) -> list[PageMeasured]:
    """Let two people open every page three times, on every database there is.

    Each of two processes keeps what it made for each of them: by the fifth visit at most all of it was made.
    """
    named = postgres_url() if request.param == "postgresql" else None
    return bench_pages(SMALL, Load(people=2, rounds=3, think_seconds=0.01), named, lambda *_, **__: None)


@pytest.mark.ci  # processes, and a database of its own
def test_every_page_that_there_is_is_measured_in_each_district(results: list[PageMeasured]) -> None:
    names = {(one.name.partition("/")[0], one.n) for one in results}
    for district in SMALL:
        assert {("empty", district.lines), ("index", district.lines), ("paper", district.lines)} <= names
    assert [list(asdict(one)) for one in results] == [KEYS] * len(results)
    assert all(0 < one.p50_ms <= one.p95_ms and one.ratio > 0 and one.kilobytes > 0 for one in results)


@pytest.mark.ci
def test_a_page_takes_as_many_statements_for_few_lines_as_for_more(results: list[PageMeasured]) -> None:
    by_page: dict[str, set[int]] = {}
    for one in results:
        by_page.setdefault(one.name, set()).add(one.statements)
    differ = {name for name, found in by_page.items() if len(found) > 1}
    assert {
        name for name in differ if not name.startswith("unmatched/")
    } == set()  # that list is empty in the small one
    assert min(one.statements for one in results) >= 1, "the counting counts"


@pytest.mark.ci
def test_a_district_is_as_large_as_was_asked_and_says_that_it_is_made_up(tmp_path: Any, engine: Engine) -> None:
    pages.prepare(engine, Settings(data=tmp_path), SMALL[:1], lambda *_, **__: None)
    lines = lines_of(engine, SMALL[0])
    assert len(lines) == 40 and all("(fiktif)" in line.name for line in lines)
    assert {line.kind for line in lines} == {"sekolah", "pojok_asi", "lksa"}


def test_it_is_served_as_compose_does() -> None:
    started = yaml.safe_load((CHECKOUT / "compose.yaml").read_text(encoding="utf-8"))["services"]["web"]["command"]
    begin = started.index(GUNICORN[0])
    assert started[begin : begin + len(GUNICORN)] == GUNICORN


def test_the_table_and_the_json_have_a_row_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = [PageMeasured("lines/sqlite", 20, 40.0, 90.0, 4.0, 55.5, 11)]
    asked: list[Any] = []

    def measure(*what: Any) -> list[PageMeasured]:
        asked.append(what)
        return measured

    monkeypatch.setattr(pages, "bench_pages", measure)
    shown = CliRunner().invoke(main, ["bench", "pages", "-n", "20", "--people", "3", "--json"])
    assert [list(row) for row in json.loads(shown.stdout)] == [KEYS]
    assert asked[0][0] == [LargeDistrict("99.01", 20, 10_000, 5000)] and asked[0][1].people == 3
    assert "lines/sqlite" in table(measured)


@pytest.mark.ci
def test_visits_are_spread_over_the_places_and_some_are_left_out(tmp_path: Any) -> None:
    places = [TruePlace(f"f{n}", "sekolah", f"SD {n} (fiktif)", 110.0, -5.0) for n in range(14)]
    feeds = Feeds(tmp_path)
    feeds.visit(places, 24, 3)
    feeds.write()
    rows = json.loads((tmp_path / "visit_school.feed").read_text(encoding="utf-8"))["value"]
    visited = [row["place"]["facility"] for row in rows if row["place"]["facility"]]
    assert len(rows) == 24 and not {"f0", "f7"} & set(visited)
    assert sum(row["photo_front"] is not None for row in rows) == 3
