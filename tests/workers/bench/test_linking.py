"""Scoring matching on two lists: made-up ones of which each pair is known, and what each figure then has to be."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.two_lists import EARLIER, LATER
from tilik import main
from workers.bench.linked_lists import linked_districts
from workers.bench.linking import Linked, bench_linking, table


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    earlier, later = tmp_path / "earlier.csv", tmp_path / "later.csv"
    earlier.write_text(EARLIER, encoding="utf-8")
    later.write_text(LATER, encoding="utf-8")
    return earlier, later


def score(lists: tuple[Path, Path], provinces: Sequence[str] = (), without: Sequence[str] = ()) -> dict[str, Linked]:
    return {result.group: result for result in bench_linking(*lists, lambda *_, **__: None, provinces, without)}


def test_each_figure_is_of_what_it_says(lists: tuple[Path, Path]) -> None:
    """Of two pairs in the north one is joined; a third visit, of another number, is joined with what is its homonym."""
    north = score(lists, provinces=["Utara"])["all"]
    assert north == Linked("all", pairs=2, automatic=0.5, queue=0.5, told=0.5, precision=0.5, wrong=1, asked=0)


def test_each_kind_of_difference_has_a_row(lists: tuple[Path, Path]) -> None:
    found = score(lists)
    assert found["differs in name same distance at_place"].automatic == 1
    assert found["differs in name other distance far"].queue == 0
    assert found["claimed nowhere"].wrong == 1 and found["list baru"].pairs == 3


def test_one_part_is_scored_without_the_other(lists: tuple[Path, Path]) -> None:
    assert score(lists, without=["Utara"])["all"].pairs == score(lists, provinces=["Selatan"])["all"].pairs == 1


def test_matching_is_shown_no_registry_number(lists: tuple[Path, Path]) -> None:
    for district in linked_districts(*lists):
        assert {line.registry_no for line in district.lines} | {p.visit.registry_no for p in district.placed} == {None}


def test_a_point_is_as_exact_as_it_is_written(lists: tuple[Path, Path]) -> None:
    south, north = linked_districts(*lists)
    assert south.lines[0].point is None
    point = north.lines[0].point
    assert point is not None and point.half_cell_m == pytest.approx(5.56, abs=0.01)


def test_the_command_prints_them(lists: tuple[Path, Path]) -> None:
    results = bench_linking(*lists, lambda *_, **__: None, without=["Utara"])
    arguments = ["bench", "match", *map(str, lists), "--without", "Utara"]
    assert CliRunner().invoke(main, arguments).stdout.strip() == table(results)
    shown = CliRunner().invoke(main, [*arguments, "--json"])
    assert json.loads(shown.stdout) == [asdict(result) for result in results]
