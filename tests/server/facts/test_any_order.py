"""Whatever comes, in whichever order: nothing decided is lost, and however often it is computed, it is the same."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete
from sqlalchemy.exc import NoResultFound

from server.db import open_database, writing
from server.facts.before import NotThere, Refused
from server.results.tables import IndicatorResult, LineResult, Result, VisitResult
from tests.support.builders import load_district
from tests.support.claiming import open_round
from tests.support.facts import District, a_district
from tests.support.prepared import prepared_file
from verification.deciding.facts import WITHDRAWN

pytestmark = pytest.mark.ci


@pytest.fixture(scope="module")
def prepared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with the made-up district's areas and a round that is open, to be copied."""
    return prepared_file(sqlite_template, tmp_path_factory.mktemp("any order"), load_district, open_round)


@contextmanager
def a_new_district(prepared: Path) -> Iterator[District]:
    """Give a district on a database of its own: each sequence begins with nothing."""
    with TemporaryDirectory() as folder:
        file = shutil.copyfile(prepared, Path(folder) / "tilik.sqlite3")
        engine: Engine = open_database(f"sqlite:///{file}")
        try:
            yield a_district(engine)
        finally:
            engine.dispose()


VISIT, PLACE = st.sampled_from(["1", "2", "3"]), st.sampled_from([0, 1])
MOMENT = "2026-11-03T00:00:00.000Z"
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("comes"), VISIT, PLACE),
        st.tuples(st.just("edited"), VISIT, PLACE),
        st.tuples(st.just("deleted"), VISIT, PLACE),
        st.tuples(st.just("file"), VISIT, st.sampled_from(["a", "b"])),
        st.tuples(st.just("decided"), st.sampled_from(["not_found", "unsure", "confirmed", WITHDRAWN]), PLACE),
        st.tuples(st.just("put"), VISIT, PLACE),
    ),
    min_size=3, max_size=10,
)  # fmt: skip


def done(here: District, what: str, one: str, other: Any) -> None:
    """Do a step; one that is refused, or about what is not there, changes nothing."""
    if what == "decided":
        here.decide(one, number=other)
    elif what == "file":
        here.file(one, digest=other * 64)
    elif what in ("comes", "edited"):
        here.visit(one, place=other, version="b" if what == "edited" else "", compute=False, arrival="closed")
    else:
        number = int(one)
        here.changed(number, deleted_at=MOMENT) if what == "deleted" else here.put(number, "belongs", other)


def outcome_of(here: District) -> list[tuple[Any, ...]]:
    here.compute()
    return [(row.outcome, row.proposed, row.fact_id, row.reopened_id, row.reason_codes, row.visit_id)
            for row in map(here.row_now, range(3))]  # fmt: skip


def lived(here: District, steps: Sequence[tuple[str, str, Any]], computes: Callable[[int], bool]) -> int:
    """Live through steps, computing after some of them; gives how many decisions were taken."""
    taken = 0
    for number, step in enumerate(steps):
        try:
            done(here, *step)
        except (Refused, NotThere, NoResultFound):  # the last: a file, before anything came
            continue
        taken += step[0] in ("decided", "put")
        if computes(number):
            here.compute()
    return taken


@given(STEPS)
def test_nothing_decided_is_lost_and_looking_again_finds_the_same(
    prepared: Path, steps: list[tuple[str, str, Any]]
) -> None:
    with a_new_district(prepared) as here:
        taken = lived(here, steps, lambda _number: True)
        facts = here.facts()
        assert len(facts) == taken and [fact.id for fact in facts] == sorted(fact.id for fact in facts)
        found = outcome_of(here)
        assert outcome_of(here) == found, "looking twice"
        with writing(here.engine) as session:
            for table in (LineResult, VisitResult, IndicatorResult, Result):
                session.execute(delete(table))
        assert outcome_of(here) == found, "what was computed before plays no part"
        for outcome, proposed, fact_id, reopened_id, codes, _ in found:
            assert not (fact_id and reopened_id), "in force, or reopened"
            assert fact_id or outcome == proposed, "what nobody decided is what the rules propose"
            assert (" decided_by_person " in codes) is (fact_id is not None)
            assert (" reopened " in codes) is (reopened_id is not None)
