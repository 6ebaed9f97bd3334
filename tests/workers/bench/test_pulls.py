"""The bench measures what it says: the documented keys, with values that can be, on every database that is named."""

from dataclasses import asdict

import pytest

from server.settings import Settings
from tests.support.environment import DATABASES, postgres_url
from workers.bench.pulls import PullMeasured, bench_pulls, table

pytestmark = pytest.mark.ci  # it measures, in processes of its own

KEYS = ["name", "n", "server", "seconds", "baseline_seconds", "ratio", "cpu_us_per_row", "peak_mb"]


@pytest.fixture(scope="module", params=DATABASES)
def named(request: pytest.FixtureRequest) -> str | None:
    """Name a PostgreSQL beside SQLite, or none."""
    return postgres_url() if request.param == "postgresql" else None


@pytest.fixture(scope="module")
def results(named: str | None) -> list[PullMeasured]:
    """Measure a handful of submissions at the sandbox, on every database there is."""
    settings = Settings(central_url=None, central_user=None, central_password=None)
    return bench_pulls(settings, [5], named, 1, lambda *_, **__: None)


def test_each_database_is_measured_by_a_pull_a_poll_and_a_certificate(
    results: list[PullMeasured], named: str | None
) -> None:
    databases = DATABASES if named else ("sqlite",)
    assert [(r.name, r.n, r.server) for r in results] == [
        (f"{what}/{database}", 5, "sandbox") for database in databases for what in ("pull", "poll", "certify")
    ]


def test_the_keys_are_the_documented_ones_in_their_order(results: list[PullMeasured]) -> None:
    assert [list(asdict(result)) for result in results] == [KEYS] * len(results)


def test_the_values_can_be(results: list[PullMeasured]) -> None:
    for result in results:
        assert result.seconds > 0 and result.baseline_seconds > 0 and result.cpu_us_per_row > 0
        assert result.ratio == pytest.approx(result.seconds / result.baseline_seconds, rel=0.2)
        assert 0 <= result.peak_mb < 500
    assert max(result.peak_mb for result in results) > 0.5, "a process that never pulled before needs memory for it"


def test_the_table_has_a_row_for_each_and_a_heading(results: list[PullMeasured]) -> None:
    lines = table(results).splitlines()
    assert len(lines) == 1 + len(results) and lines[0].split()[:3] == ["name", "n", "server"]
    assert [line.split()[0] for line in lines[1:]] == [result.name for result in results]
