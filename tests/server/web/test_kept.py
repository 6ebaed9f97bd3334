"""What was worked out for a map is kept for a moment, and not a moment longer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from sqlalchemy import Engine

from server.db import open_database, snapshot
from server.web.kept import Kept


def test_it_is_made_anew_once_its_time_is_over(engine: Engine, later: Callable[[float], None]) -> None:
    kept, made = Kept[int](3, 10), count()
    with snapshot(engine) as session:
        found = [kept.of(session, "a", lambda: next(made)) for _ in range(2)]
        later(9.9)
        found.append(kept.of(session, "a", lambda: next(made)))
        later(0.1)
        found.append(kept.of(session, "a", lambda: next(made)))
    assert found == [0, 0, 0, 1]


def test_what_was_not_asked_for_the_longest_makes_room(engine: Engine) -> None:
    kept, made = Kept[int](2), count()
    with snapshot(engine) as session:
        assert [kept.of(session, key, lambda: next(made)) for key in "abacab"] == [0, 1, 0, 2, 0, 3]


def test_another_database_has_its_own(engine: Engine, tmp_path: Path) -> None:
    kept = Kept[str](2)
    other_engine = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    with snapshot(engine) as session, snapshot(other_engine) as other:
        assert kept.of(session, "a", lambda: "this") == "this"
        assert kept.of(other, "a", lambda: "that") == "that"
    other_engine.dispose()


def test_one_makes_it_and_who_comes_meanwhile_waits_for_them(engine: Engine) -> None:
    kept, made, begun = Kept[int](2), count(), Event()

    def slowly() -> int:
        begun.set()
        sleep(0.2)
        return next(made)

    def ask() -> int:
        with snapshot(engine) as session:
            return kept.of(session, "a", slowly)

    with ThreadPoolExecutor(4) as people:
        first = people.submit(ask)
        assert begun.wait(10)
        assert [one.result() for one in (first, *(people.submit(ask) for _ in range(3)))] == [0] * 4


def test_what_could_not_be_made_is_tried_again(engine: Engine) -> None:
    kept = Kept[int](2)

    def fails() -> int:
        raise ValueError

    with snapshot(engine) as session:
        with pytest.raises(ValueError):
            kept.of(session, "a", fails)
        assert kept.of(session, "a", lambda: 1) == 1
