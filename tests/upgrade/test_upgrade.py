"""What an earlier Tilik left goes on: nothing lost, decisions on their lines, the certificate the same."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
import shapely
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select, text

from server.app import create_app
from server.areas.rows import area_row
from server.areas.tables import Area
from server.claims.tables import Claim, ClaimLine
from server.db import snapshot, writing
from server.decisions.tables import Decision
from server.removals.tables import Removal
from server.results.tables import IndicatorResult, LineResult, Result
from server.rounds.planning import set_stages
from server.schema import metadata, upgrade
from server.submissions.tables import Attachment, FileList, Form, Submission, SubmissionState
from server.sync.certificates import IDENTICAL, latest_certificate
from server.visits.tables import Visit
from server.work.kinds import CatchUp, Place
from server.work.queue import ask
from server.work.tables import Job
from tests.upgrade.left import REVISION, Left
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.files import fetch_all
from workers.queue.draining import drain

KEPT = ("areas", "claim_files", "claims", "answers", "documents", "claim_lines", "facilities", "forms", "submissions",
        "submission_states", "submission_changes", "submission_comments", "attachments", "file_lists", "removals",
        "decisions", "certificates", "rounds")  # fmt: skip


@pytest.fixture
def upgraded(left: Left) -> Left:
    upgrade(left.engine)
    return left


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in KEPT}


def points(engine: Engine, year: int) -> list[dict[str, Any]]:
    with snapshot(engine) as session:
        query = (
            select(IndicatorResult.indicator, IndicatorResult.lowest, IndicatorResult.highest)
            .join(Result, Result.id == IndicatorResult.result_id)
            .where(Result.round_id == str(year))
            .order_by(IndicatorResult.indicator)
        )
        return [dict(row) for row in session.execute(query).mappings()]


def lines(engine: Engine, year: int) -> list[dict[str, Any]]:
    with snapshot(engine) as session:
        query = (
            select(LineResult.indicator, ClaimLine.cell, LineResult.outcome, LineResult.visit_id.label("visit"))
            .join(Result, Result.id == LineResult.result_id)
            .join(ClaimLine, ClaimLine.id == LineResult.line_id)
            .where(Result.round_id == str(year))
        )
        return in_order([dict(row) for row in session.execute(query).mappings()])


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["indicator"], row["cell"]))


def test_the_schema_is_the_same_as_a_new_ones(upgraded: Left) -> None:
    with upgraded.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_every_step_is_told_with_its_time(left: Left) -> None:
    told: list[tuple[str, float]] = []
    upgrade(left.engine, lambda step, seconds: told.append((step, seconds)))
    assert [step.split()[0] for step, _ in told] == ["0005", "0006"] and all(seconds >= 0 for _, seconds in told)
    upgrade(left.engine, lambda step, seconds: told.append((step, seconds)))
    assert len(told) == 2, "nothing was missing"


def test_nothing_is_lost(upgraded: Left) -> None:
    assert counts(upgraded.engine) == {name: upgraded.facts["counts"][name] for name in KEPT}
    with snapshot(upgraded.engine) as session:
        versions = session.execute(select(Submission.root_id, Submission.instance_id, Submission.digest)).all()
        files = session.execute(select(Attachment.root_id, Attachment.name, Attachment.state, Attachment.digest)).all()
        tombstones = session.execute(select(Removal.root_id, Removal.name, Removal.digest)).all()
    wanted = upgraded.facts["submissions"]
    assert sorted(versions) == sorted((v["root"], v["instance"], v["digest"]) for v in wanted)
    wanted = upgraded.facts["files"]
    key = str
    assert sorted(files, key=key) == sorted(((f["root"], f["name"], f["state"], f["digest"]) for f in wanted), key=key)
    assert sorted(tombstones) == sorted((r["root"], r["name"], r["digest"]) for r in upgraded.facts["removals"])


def test_the_certificate_stays_and_a_new_one_says_the_same(upgraded: Left) -> None:
    then = upgraded.facts["certificate"]
    with snapshot(upgraded.engine) as session:
        kept = latest_certificate(session, 1)
        assert kept and (kept.verdict, kept.digest, kept.as_of) == (then["verdict"], then["digest"], then["as_of"])
    with Central.from_settings(upgraded.context.settings) as central:
        assert certify(upgraded.engine, central, upgraded.context.store, deep=True) == IDENTICAL
    with snapshot(upgraded.engine) as session:
        new = latest_certificate(session, 1)
        assert new and new.digest == then["digest"]


def test_areas_are_the_first_version_and_filed_as_new_ones_are(upgraded: Left) -> None:
    with snapshot(upgraded.engine) as session:
        areas = session.scalars(select(Area)).all()
        assert {area.since for area in areas} == {1} and {area.until for area in areas} == {None}
    for area in areas:
        outline = shapely.from_wkb(area.outline) if area.outline else None
        zone = area.zone if area.level == "province" else None
        row = area_row(area.code, area.name, zone, outline)
        assert row == {key: getattr(area, key) for key in row}
    assert len([area for area in areas if area.cell]) == 12


def test_results_are_read_at_once_as_they_were(upgraded: Left) -> None:
    for found in upgraded.facts["rounds"]:
        assert lines(upgraded.engine, found["year"]) == in_order(found["lines"])
        assert points(upgraded.engine, found["year"]) == found["points"]
    web = create_app(upgraded.engine, upgraded.context.settings).test_client()
    assert [web.get(path).status_code for path in ("/", "/laporan/2025/99.01", "/laporan/2026/99.01")] == [200] * 3


def test_decisions_are_still_on_their_lines(upgraded: Left) -> None:
    with snapshot(upgraded.engine) as session:
        query = (
            select(Decision.uuid, Claim.round_id, Claim.indicator, ClaimLine.cell)
            .join(LineResult, LineResult.visit_id == Decision.root_id)
            .join(ClaimLine, ClaimLine.id == LineResult.line_id)
            .join(Claim, Claim.id == ClaimLine.claim_id)
        )
        found = {tuple(row) for row in session.execute(query)}
        sent = dict(session.execute(select(Decision.uuid, Decision.sent_at.is_not(None))).all())
    wanted = {
        (decision["uuid"], str(line["year"]), line["indicator"], line["cell"])
        for decision in upgraded.facts["decisions"]
        for line in decision["lines"]
    }
    assert found == wanted and len(wanted) == 8
    assert sent == {decision["uuid"]: decision["sent"] for decision in upgraded.facts["decisions"]}


def test_half_done_work_is_done(upgraded: Left) -> None:
    drain(upgraded.context)
    with snapshot(upgraded.engine) as session:
        states = Counter(session.scalars(select(Job.state)))
        left_over = session.scalars(select(Job.kind).where(Job.state != "done")).all()
        unsent = session.scalar(select(func.count()).where(Decision.sent_at.is_(None)))
        unread = SubmissionState.changes != SubmissionState.changes_read
        assert session.scalar(select(func.count()).where(unread)) == 0
        assert session.scalar(select(func.count()).select_from(Visit)) == upgraded.facts["counts"]["visits"]
    assert (left_over, unsent) == (["facilities"], 0), states


def test_a_visit_that_could_be_two_rounds_is_asked_about_and_counts_once_that_is_said(upgraded: Left) -> None:
    """Both rounds began on one day, so that nothing tells when the first one's visits ended."""
    drain(upgraded.context)
    with snapshot(upgraded.engine) as session:
        reasons = Counter(one.code for one in session.scalars(select(SubmissionState.aside)) if one)
    assert reasons["in_several_rounds"] > 10
    with writing(upgraded.engine) as session:
        set_stages(session, "2025", {"visits": (None, date(2026, 12, 31))})
        set_stages(session, "2026", {"visits": (date(2027, 1, 1), None)})
        ask(session, CatchUp())
    drain(upgraded.context)
    (first, _) = upgraded.facts["rounds"]
    assert lines(upgraded.engine, 2025) == in_order(first["lines"])
    assert {line["outcome"] for line in lines(upgraded.engine, 2026)} == {"not_visited"}
    assert points(upgraded.engine, 2025) == first["points"]


def test_a_single_round_takes_all_its_visits_by_itself(left: Left) -> None:
    with left.engine.begin() as connection:
        for table in ("answers", "documents", "claim_lines"):
            mine = "SELECT id FROM claims WHERE year = 2026"
            connection.execute(text(f"DELETE FROM {table} WHERE claim_id IN ({mine})"))
        for table in ("claims", "claim_files", "verifications", "rounds"):
            connection.execute(text(f"DELETE FROM {table} WHERE year = 2026"))
    upgrade(left.engine)
    drain(left.context)
    (first, _) = left.facts["rounds"]
    assert lines(left.engine, 2025) == in_order(first["lines"])


def test_rounds_whose_claims_came_on_different_days_end_where_the_next_began(left: Left) -> None:
    with left.engine.begin() as connection:
        connection.execute(text("UPDATE claim_files SET imported_at = '2026-01-10 20:00:00' WHERE year = 2025"))
        connection.execute(text("UPDATE claim_files SET imported_at = '2026-11-27 20:00:00' WHERE year = 2026"))
    upgrade(left.engine)
    with left.engine.connect() as connection:
        stages = connection.execute(text("SELECT round_id, starts, ends FROM round_stages ORDER BY round_id")).all()
    assert [(row[0], str(row[1]), str(row[2])) for row in stages] == [
        ("2025", "None", "2026-11-27"), ("2026", "2026-11-28", "None"),
    ]  # fmt: skip
    drain(left.context)
    (first, _) = left.facts["rounds"]
    assert lines(left.engine, 2025) == in_order(first["lines"])


def test_a_step_that_stops_half_way_leaves_everything_as_it_was(left: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    before = inspect(left.engine).get_table_names()
    monkeypatch.setattr("server.schema._all_must_fit", stop)
    with pytest.raises(RuntimeError, match="the machine stops"):
        upgrade(left.engine)
    assert inspect(left.engine).get_table_names() == before
    with left.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == REVISION
    monkeypatch.undo()
    upgrade(left.engine)
    assert counts(left.engine) == {name: left.facts["counts"][name] for name in KEPT}


def stop(_connection: object) -> None:
    raise RuntimeError("the machine stops")


def test_form_read_as_visits_by_what_they_were(upgraded: Left) -> None:
    with writing(upgraded.engine) as session:
        assert set(session.scalars(select(Form.read_as))) == {"visit"}
        ask(session, Place())
    drain(upgraded.context)


def test_a_file_that_was_refused_for_its_name_is_asked_for_again(left: Left) -> None:
    by_name, too_large = 3, 4
    for number, code in ((by_name, "attachment_kind"), (too_large, "attachment_too_large")):
        refuse_file(left.engine, number, code)
    upgrade(left.engine)
    assert [stands(left.engine, number) for number in (by_name, too_large)] == [("expected", False), ("refused", True)]
    with Central.from_settings(left.context.settings) as central:
        fetch_all(left.engine, central, left.context.store)
    assert [stands(left.engine, number) for number in (by_name, too_large)] == [("stored", True), ("refused", True)]


def refuse_file(engine: Engine, number: int, code: str) -> None:
    change = "UPDATE attachments SET state = 'refused', digest = NULL, problem = :problem WHERE id = :id"
    with engine.begin() as connection:
        connection.execute(text(change), {"id": number, "problem": f'{{"code": "{code}", "values": {{}}}}'})


def stands(engine: Engine, number: int) -> tuple[str, bool]:
    """Tell a file's state, and whether nothing is asked for any more."""
    same = (FileList.form_pk == Attachment.form_pk) & (FileList.instance_id == Attachment.instance_id)
    query = select(Attachment.state, FileList.settled).join(FileList, same).where(Attachment.id == number)
    with snapshot(engine) as session:
        state, settled = session.execute(query).one()
    return state, settled
