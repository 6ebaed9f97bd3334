"""The bench of intervals tells every kind in the documented keys, and why no ratio has one."""

import json
from dataclasses import asdict

import pytest
from click.testing import CliRunner

from tilik import main
from workers.bench import covering
from workers.bench.covering import GIVEN, Covered, bench_coverage, table, worst

KEYS = ["name", "lines", "visits", "share", "repeats", "given", "coverage", "width"]


@pytest.fixture(scope="module")
def results() -> list[Covered]:
    return bench_coverage(20, lambda *_, **__: None, lines=(40,))


@pytest.mark.ci
def test_every_kind_is_measured_and_the_numbers_are_always_the_same(results: list[Covered]) -> None:
    assert {tuple(asdict(one)) for one in results} == {tuple(KEYS)}
    assert [*dict.fromkeys(one.name for one in results)] == [*covering.CASES]
    assert all(0 < one.coverage <= 1 and 0 < one.width < 1.5 for one in results)
    assert bench_coverage(20, lambda *_, **__: None, ["hidden"], lines=(40,)) == [
        one for one in results if one.name == "hidden"
    ]


@pytest.mark.ci
def test_a_ratio_holds_what_is_so_too_seldom_to_be_given() -> None:
    few = {one.visits: one.coverage for one in bench_coverage(1500, lambda *_, **__: None, ["ratio"])}
    assert few[10] < 0.9 and few[50] < 0.93


@pytest.mark.ci
def test_the_command_prints_them(results: list[Covered], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covering, "bench_coverage", lambda repeats, tell: results if repeats == 20 else [])
    shown = CliRunner().invoke(main, ["bench", "coverage", "--repeats", "20", "--json"])
    assert json.loads(shown.stdout) == [asdict(one) for one in results]
    told = CliRunner().invoke(main, ["bench", "coverage", "--repeats", "20"]).stdout
    assert told.split() == table(results).split()


def test_intervals_hold_what_is_so_as_often_as_they_say() -> None:
    """Small; `tilik bench coverage` is the same, larger."""
    results = bench_coverage(30, lambda *_, **__: None, GIVEN, lines=(40,))
    assert sum(one.coverage * one.repeats for one in results) / sum(one.repeats for one in results) >= 0.95
    assert {one.name for one in results} == set(GIVEN)


@pytest.mark.ci
def test_each_interval_covers_more_than_093_wherever_it_is_given() -> None:
    results = bench_coverage(500, lambda *_, **__: None, GIVEN, lines=(40, 100))
    assert worst(results) >= 0.93
    assert all(one.given == 1 for one in results)
