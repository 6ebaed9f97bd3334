"""Estimating on made-up pairs, of which m and u are known: EM has to find them without being told which are true."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.support.two_lists import EARLIER, LATER
from tilik import main
from verification.matching.compare import LEVELS
from workers.bench.estimating import COMPARED, Pairs, by_em, estimate, put_together

M = ([0.8, 0.1, 0.04, 0.02, 0.02, 0.01, 0.01], [0.7, 0.15, 0.1, 0.05])
U = ([0.002, 0.003, 0.02, 0.1, 0.02, 0.01, 0.845], [0.02, 0.05, 0.5, 0.43])
VISITS, LINES = 3000, 30


def made_up(visits: int = VISITS) -> Pairs:
    """Draw visits of which four in five are to the first line of their block."""
    chance = np.random.default_rng(12)
    true = np.zeros((visits, LINES), dtype=bool)
    true[:, 0] = chance.random(visits) < 0.8
    levels = []
    for m, u in zip(M, U, strict=True):
        drawn = [chance.choice(len(m), (visits, LINES), p=side) + 1 for side in (m, u)]
        levels.append(np.where(true, *drawn).ravel().astype(np.int8))
    return Pairs(np.repeat(np.arange(visits), LINES), levels, true.ravel())


def test_em_finds_what_the_pairs_were_drawn_from() -> None:
    start = [[np.append(1.0, np.linspace(2, 1, len(side)) / len(side)) for side in M],
             [np.append(1.0, np.linspace(1, 2, len(side)) / len(side)) for side in U]]  # fmt: skip
    pairs = made_up()
    m, u, share = by_em(pairs, *start)
    for axis in range(len(COMPARED)):
        assert m[axis][1:] == pytest.approx(M[axis], abs=0.04)
        assert u[axis][1:] == pytest.approx(U[axis], abs=0.01)
    assert share[pairs.true].mean() > 0.9 and share[~pairs.true].mean() < 0.01


def test_visits_of_two_districts_stay_apart() -> None:
    part = made_up(2)
    assert np.bincount(put_together([part, part]).visit).tolist() == [LINES] * 4


def test_each_level_is_estimated_and_beside_it_stands_what_the_numbers_say(tmp_path: Path) -> None:
    earlier, later = tmp_path / "earlier.csv", tmp_path / "later.csv"
    earlier.write_text(EARLIER, encoding="utf-8")
    later.write_text(LATER, encoding="utf-8")
    found = {(e.what, e.level): e for e in estimate(earlier, later, lambda *_, **__: None, ["Utara"])}
    assert {level for what, level in found if what == "name"} == set(LEVELS["name"])
    assert found["name", "same"].m_numbers > found["name", "same"].u_numbers
    assert found["namesakes", "at_place"].m_numbers > found["others", "at_place"].m_numbers
    shown = CliRunner().invoke(main, ["bench", "estimate", str(earlier), str(later), "--json"])
    assert len(json.loads(shown.stdout)) == len(found)
    table = CliRunner().invoke(main, ["bench", "estimate", str(earlier), str(later), "--province", "Utara"]).stdout
    assert table.splitlines()[1].split()[:2] == ["name", "same"]
