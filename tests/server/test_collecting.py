"""While much is worked through the collector stands still, and what libraries leave in cycles goes all the same."""

import gc
from collections.abc import Iterator
from weakref import ref

import pytest
from sqlalchemy import Engine

from server import collecting
from server.collecting import not_collecting
from server.results import kept
from server.results.reading import read_unread
from server.results.verifying import verify
from workers.bench.country import Each, codes, make_country
from workers.bench.large import ROUND

pytestmark = pytest.mark.ci  # all that a process holds is looked through, several times


class _Cycle:
    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def _it_goes_on() -> Iterator[None]:
    yield
    assert gc.isenabled()


@pytest.fixture(scope="module", autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    gc.unfreeze()  # what the tests' own beginning froze is looked at once
    gc.collect()
    gc.freeze()


def _work(objects: int) -> tuple[ref[_Cycle], list[list[int]]]:
    with not_collecting():
        assert not gc.isenabled()
        with not_collecting():
            assert not gc.isenabled(), "within itself it does nothing"
        assert not gc.isenabled()
        return ref(_Cycle()), [[number] for number in range(objects)]


def test_what_stays_of_much_work_is_looked_at_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "_TIMES", 3)
    monkeypatch.setattr(collecting, "_passed_over", iter(range(1, 7)))
    left = []
    for number in range(1, 7):
        cycle, made = _work(collecting._FEW + 10_000)
        left.append(cycle)
        young = gc.get_count()[0]
        assert young < len(made), "the collector does not look at it next"
        alive = [one for one in left if one() is not None]
        assert len(alive) == number % 3, "what nobody can reach any more goes the third time"


def test_after_little_work_the_collector_goes_on_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "_passed_over", iter(()))  # asked for the next, it would raise
    cycle, made = _work(100)
    assert len(made) == 100
    gc.collect()
    assert cycle() is None


def test_the_collector_goes_on_after_an_error() -> None:
    with pytest.raises(ValueError, match="a test"), not_collecting():
        raise ValueError("a test")
    assert gc.isenabled()


def test_what_a_verification_made_is_passed_over_where_as_much_goes_for_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 1)
    make_country(engine, 4, Each(200, 400))
    read_unread(engine)
    *_, left = [_still_to_look_at(engine, code) for code in codes(4)]
    assert left < collecting._FEW


def _still_to_look_at(engine: Engine, code: str) -> int:
    """Say how many more objects the collector looks at since a part was verified."""
    before = len(gc.get_objects())
    verify(engine, ROUND, code)
    return len(gc.get_objects()) - before
