"""An attacker who subtracts: all that every role may fetch, at two moments and by two filters, tells no child's answer.

Not by sums that somebody thought of: where two worlds that differ in children's answers show the same to everybody, no
sum of what is shown tells them apart.
"""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from server.db import open_database
from tests.attacker.outputs import Outputs
from tests.attacker.worlds import FEWER, ONE, OTHER, Told, a_world, prepare
from tests.support.builders import load_district
from tests.support.claiming import open_round
from verification.disclosing.counts import Count, CountOf
from verification.summing import children
from verification.summing.children import Band

pytestmark = pytest.mark.ci


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with what is the same in every world."""
    file = tmp_path_factory.mktemp("worlds") / "tilik.sqlite3"
    shutil.copyfile(sqlite_template, file)
    engine: Engine = open_database(f"sqlite:///{file}")
    load_district(engine)
    open_round(engine)
    prepare(engine)
    engine.dispose()
    return file


def seen(template: Path, folder: Path, told: Told, *, turned: bool = False) -> tuple[Outputs, Outputs]:
    with pytest.MonkeyPatch.context() as patched, a_world(template, folder, told, patched, turned=turned) as world:
        return world.at_first(), world.later()


def seen_by_a_district(template: Path, folder: Path, told: Told) -> Outputs:
    """Give what the district and a terminal see at first: enough to see that a difference shows."""
    with pytest.MonkeyPatch.context() as patched, a_world(template, folder, told, patched, look=["district"]) as world:
        return world.at_first()


def differing(some: Outputs, others: Outputs) -> list[str]:
    assert some.keys() == others.keys()
    return sorted(name for name in some if some[name] != others[name])


def test_worlds_that_differ_in_a_child_of_each_batch_and_a_forum_show_the_same(template: Path, tmp_path: Path) -> None:
    one, other = seen(template, tmp_path / "1", ONE), seen(template, tmp_path / "2", OTHER, turned=True)
    for moment in (0, 1):
        assert differing(one[moment], other[moment]) == []
    assert differing(one[0], {name: one[1].get(name, "") for name in one[0]}), "more is told at the second moment"


def test_a_share_of_another_band_shows_in_each_way_out(template: Path, tmp_path: Path) -> None:
    """Else the walk above would pass by what is told."""
    one, fewer = (seen_by_a_district(template, tmp_path / name, told) for name, told in (("1", ONE), ("2", FEWER)))
    there = differing(one, fewer)
    where = ("/laporan/2026/99.01?", ".json?", ".csv?", ".xlsx?", "suara-anak/jawaban", "suara-anak/kabar",
             "terminal why", "--json", "--csv", "terminal xlsx", "indikator/25")  # fmt: skip
    assert [way for way in where if not any(way in name for name in there)] == []


@pytest.mark.parametrize("leak", ["finer bands", "an exact number"])
def test_whatever_tells_more_is_found(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    def finer(part: int, whole: int) -> Band:
        return Band(min(part * 10 // whole, 9) % 5)

    def exact(question: str, those: list[dict[str, str]]) -> object:
        said = [answers[question] for answers in those if answers.get(question)]
        return children.VoiceShare(question, Count(said.count("yes"), CountOf.THINGS), Band.MOST) if said else None

    if leak == "finer bands":
        monkeypatch.setattr(children, "band_of", finer)
    else:
        monkeypatch.setattr(children, "_share", exact)
    one, other = (seen_by_a_district(template, tmp_path / name, told) for name, told in (("1", ONE), ("2", OTHER)))
    assert differing(one, other)
