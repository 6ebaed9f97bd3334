"""The bench of the rules measures what it says: every step, with the documented keys, and a district that is one."""

import json
from collections import Counter
from dataclasses import asdict

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from server.db import snapshot
from server.results.reading import read_unread
from server.results.verifying import result_of, verify
from server.rulebook import load_indicators, load_rules
from tests.support.environment import postgres_url
from tilik import main
from verification.comparing.beside import Beside
from verification.model import Outcome
from verification.places.areas import Villages
from verification.verify import verify_district
from workers.bench import national, verifying
from workers.bench.country import Each, codes, make_country
from workers.bench.district import DATA_YEAR, made_up_district
from workers.bench.large import ROUND
from workers.bench.national import ChangeMeasured, CountryMeasured
from workers.bench.verifying import LAYOUTS, STEPS, StepMeasured, bench_verify, table

pytestmark = pytest.mark.ci  # it measures, in processes of its own

KEYS = ["name", "n", "seconds", "baseline_seconds", "ratio", "peak_mb"]


@pytest.fixture(scope="module")
def results() -> list[StepMeasured]:
    return bench_verify([20], 1, lambda *_, **__: None, {"spread": 20})


def test_every_step_is_measured_in_the_documented_keys(results: list[StepMeasured]) -> None:
    assert [list(asdict(result)) for result in results] == [KEYS] * len(STEPS)
    assert [(r.name, r.n) for r in results] == [(f"{step}/spread", 20) for step in STEPS]


def test_the_values_can_be(results: list[StepMeasured]) -> None:
    for result in results:
        assert 0 < result.baseline_seconds < result.seconds < 10
        assert result.ratio == pytest.approx(result.seconds / result.baseline_seconds, rel=0.2)
        assert 0 <= result.peak_mb < 200


def test_the_table_has_a_row_for_each_and_a_heading(results: list[StepMeasured]) -> None:
    lines = table(results).splitlines()
    assert lines[0].split()[:3] == ["name", "n", "seconds"]
    assert [line.split()[0] for line in lines[1:]] == [result.name for result in results]


def test_the_command_prints_them_with_what_the_country_took(
    results: list[StepMeasured], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = ChangeMeasured("change/sqlite", 30, 60, 5.0, 6.0, 70.0)
    monkeypatch.setattr(verifying, "bench_verify", lambda sizes, repeats, tell: results if sizes == (20,) else [])
    monkeypatch.setattr(national, "bench_country", lambda sizes, postgres, tell: [])
    monkeypatch.setattr(national, "bench_change", lambda postgres, tell: [changed])
    shown = CliRunner().invoke(main, ["bench", "verify", "-n", "20", "--json"])
    assert json.loads(shown.stdout) == {"steps": [asdict(one) for one in results], "country": [asdict(changed)]}
    shown = CliRunner().invoke(main, ["bench", "verify", "-n", "20"])
    assert "district/spread" in shown.stdout and "with nothing at hand 70 ms" in shown.stdout


def test_from_stored_submissions_to_stored_findings() -> None:
    """A small country is read and verified, on both databases; two workers compute alone."""
    found = national.bench_country([2], postgres_url("postgres"), lambda *_, **__: None, Each(30, 60))
    assert [one.name for one in found] == [
        f"{what}/{kind}" for kind in ("sqlite", "postgresql") for what in ("read", "verify", "two workers")
    ]  # fmt: skip
    assert all(one.us_per_visit > 0 and one.peak_mb > 0 for one in found if isinstance(one, CountryMeasured))


def test_a_made_up_country_is_visited_and_found(engine: Engine) -> None:
    make_country(engine, 2, Each(30, 60))
    assert read_unread(engine) == 120
    for code in codes(2):
        assert verify(engine, ROUND, code)
        with snapshot(engine) as session:
            found = result_of(session, ROUND, code)
            assert found and found.lines == 30 and found.visited > 20 and found.confirmed > 10


@pytest.mark.parametrize("subdistricts", LAYOUTS.values())
def test_the_district_that_is_measured_has_what_a_district_has(subdistricts: int) -> None:
    """Most visits belong to their line for sure; some have no point, a vague one, or a claim that is far off."""
    made_up = made_up_district(200, subdistricts)
    result = verify_district(load_indicators(), made_up.claims, made_up.visits, Villages(made_up.villages),
                             made_up.names, load_rules(), Beside(DATA_YEAR))  # fmt: skip
    found = Counter(line.outcome for line in result.lines)
    assert len(result.lines) == len(result.visits) == 200 and found[Outcome.CONFIRMED] > 150
    right = [line for line in result.lines if line.match and line.match.visit_id == f"visit-{line.line_id}"]
    assert len(right) > 190
    assert {"no_point", "location_unsure"} <= {line.reasons[0].code for line in result.lines}
    assert len({village.code[:8] for village in made_up.villages}) == subdistricts
    assert made_up_district(200, subdistricts).visits == made_up.visits, "the same comes out every time"
