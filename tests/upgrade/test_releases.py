"""What any earlier Tilik left goes on: nothing lost, results and certificate the same, every page and command there."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.db import open_database, snapshot, writing
from server.decisions.tables import Decision
from server.results.tables import Result
from server.results.verifying import verify
from server.rounds.states import OPEN
from server.rounds.tables import RoundPart
from server.rulebook import load_rules
from server.schema import metadata, named_files, upgrade
from server.submissions.tables import Form, SubmissionState
from server.work.queue import DONE, FAILED, WAITING
from server.work.tables import Job
from tests.support.environment import SQLITE, on_postgres_anew, postgres_url
from tests.upgrade.found import certificate, found_in, lacking, parts
from tests.upgrade.left import MADE, RELEASES, Left, steps_after
from tests.upgrade.rows import columns_of, made_of, rows_of, to_compare
from tests.upgrade.steps import STEPS
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.queue.draining import drain


@pytest.fixture
def upgraded(any_left: Left) -> Left:
    upgrade(any_left.engine)
    return any_left


@pytest.fixture(scope="module")
def of_today(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give a database whose tables are made from the code, without any step."""
    if database == SQLITE:
        yield from made_today(f"sqlite:///{tmp_path_factory.mktemp('today') / 'tilik.sqlite3'}")
        return
    with on_postgres_anew() as name:
        yield from made_today(postgres_url(name))


def made_today(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


# ── the steps ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_is_one_fixture_of_a_schema_and_none_that_no_step_made() -> None:
    made = [release.revision for release in RELEASES]
    assert made == [step for step in ("0004", *STEPS) if step in made]


def test_the_schema_is_the_same_as_a_new_ones(looked_at: Left, of_today: Engine) -> None:
    found = made_of(looked_at.engine)
    del found["alembic_version"]
    assert found == made_of(of_today)


def test_every_step_is_told_with_its_time_and_stands_in_the_list(any_left: Left) -> None:
    told: list[tuple[str, float]] = []
    upgrade(any_left.engine, lambda step, seconds: told.append((step, seconds)))
    steps = [step.split()[0] for step, _ in told]
    assert steps == steps_after(any_left) == [step for step in STEPS if step > any_left.release.revision]
    assert all(seconds >= 0 for _, seconds in told)
    upgrade(any_left.engine, lambda step, seconds: told.append((step, seconds)))
    assert len(told) == len(steps), "nothing was missing"


def test_an_upgrade_that_stops_half_way_changes_nothing_and_one_that_does_not_only_what_its_steps_say(
    any_left: Left, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_columns, steps = columns_of(any_left.engine), steps_after(any_left)
    to_stay = to_compare(all_columns, steps)
    schema, rows = made_of(any_left.engine), rows_of(any_left.engine, all_columns)
    wanted = rows_of(any_left.engine, to_stay)
    if steps:
        monkeypatch.setattr("server.schema._all_must_fit", stop)
        with pytest.raises(RuntimeError, match="the machine stops"):
            upgrade(any_left.engine)
        monkeypatch.undo()
        assert (made_of(any_left.engine), rows_of(any_left.engine, all_columns)) == (schema, rows)
    upgrade(any_left.engine)
    assert rows_of(any_left.engine, to_stay) == wanted and len(wanted) > 15


def stop(_connection: object) -> None:
    raise RuntimeError("the machine stops")


def test_whatever_a_row_names_is_there(looked_at: Left) -> None:
    if looked_at.engine.dialect.name == "sqlite":  # PostgreSQL lets no row name what is not there
        with looked_at.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    with snapshot(looked_at.engine) as session:
        files = named_files(session)
    assert files and [file for file in files if not looked_at.context.store.is_whole(file)] == []


@pytest.mark.parametrize("looked_at", MADE, ids=str, indirect=True)
def test_there_was_some_of_everything(looked_at: Left) -> None:
    assert lacking(looked_at.engine) == {}


# ── what stands there ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("looked_at", MADE, ids=str, indirect=True)
def test_what_stood_there_is_said_at_once_as_it_was(looked_at: Left) -> None:
    assert found_in(looked_at.engine) == looked_at.facts


@pytest.mark.parametrize("any_left", MADE, ids=str, indirect=True)
def test_verified_again_the_results_are_the_same(upgraded: Left) -> None:
    """By a later version of the rules they may differ; the places that are judged do not."""
    before = parts(upgraded.engine)
    with writing(upgraded.engine) as session:
        same_rules = set(session.scalars(select(Result.rules_version))) == {load_rules().version}
        session.execute(update(Result).values(inputs_digest="of other inputs"))
        all_parts = session.execute(select(RoundPart.round_id, RoundPart.district, RoundPart.state)).all()
    computed = {(*part, state): verify(upgraded.engine, *part) for *part, state in all_parts}
    assert computed == {(*part, state): state == OPEN for *part, state in all_parts} and True in computed.values()
    again = parts(upgraded.engine)
    assert again == before if same_rules else list(map(judged, again)) == list(map(judged, before))


def judged(part: dict[str, Any]) -> list[tuple[int, str]]:
    return [(line["indicator"], line["cell"]) for line in part["lines"]]


def test_a_new_certificate_says_what_the_last_one_said(upgraded: Left) -> None:
    then = certificate(upgraded.engine)
    with Central.from_settings(upgraded.context.settings) as central:
        assert certify(upgraded.engine, central, upgraded.context.store, deep=True) == then["verdict"]
    now = certificate(upgraded.engine)
    assert now["digest"] == then["digest"] and now["as_of"] > then["as_of"]


def test_half_done_work_is_done_or_says_what_is_wrong(upgraded: Left) -> None:
    for _ in range(2):  # what went wrong is tried again later: now
        with writing(upgraded.engine) as session:
            session.execute(update(Job).where(Job.state == WAITING).values(run_at=Job.asked_at))
        drain(upgraded.context)
    unread = SubmissionState.changes != SubmissionState.changes_read
    of_form = SubmissionState.form_pk == Form.id
    with snapshot(upgraded.engine) as session:
        left = session.scalars(select(Job).where(Job.state != DONE)).all()
        not_read = session.scalars(
            select(Form.form_id).join(SubmissionState, of_form).where(unread, Form.read_as.is_not(None))
        )
        unsent = session.scalars(select(Decision.id).where(Decision.sent_at.is_(None), Decision.problem.is_(None)))
        assert (not_read.all(), unsent.all()) == ([], [])
    assert {job.state for job in left} <= {WAITING, FAILED} and all(job.problem for job in left)
