"""What the first Tilik left, before there were rounds: they are made of its years, and everything is where it was.

What holds of every release: `test_releases.py`.
"""

from collections import Counter
from datetime import date

import pytest
import shapely
from sqlalchemy import Engine, func, select, text

from server.app import create_app
from server.areas.rows import area_row
from server.areas.tables import Area
from server.claims.tables import Claim, ClaimLine
from server.db import snapshot, writing
from server.decisions.tables import Decision
from server.removals.tables import Removal
from server.results.tables import LineResult
from server.rounds.planning import set_stages
from server.schema import upgrade
from server.submissions.tables import Attachment, FileList, Form, Submission, SubmissionState
from server.visits.tables import Visit
from server.work.kinds import CatchUp, Place
from server.work.queue import ask
from server.work.tables import Job
from tests.support.claiming import TESTER
from tests.support.web import entered
from tests.upgrade.found import in_order, lines, points
from tests.upgrade.left import Left
from workers.central.api import Central
from workers.pulling.files import fetch_all
from workers.queue.draining import drain

DISTRICT = "99.01"
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
        assert lines(upgraded.engine, str(found["year"]), DISTRICT) == in_order(found["lines"])
        assert points(upgraded.engine, str(found["year"]), DISTRICT) == found["points"]
    web = entered(create_app(upgraded.engine, upgraded.context.settings))
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
        set_stages(session, "2025", {"visits": (None, date(2026, 12, 31))}, TESTER)
        set_stages(session, "2026", {"visits": (date(2027, 1, 1), None)}, TESTER)
        ask(session, CatchUp())
    drain(upgraded.context)
    (first, _) = upgraded.facts["rounds"]
    assert lines(upgraded.engine, "2025", DISTRICT) == in_order(first["lines"])
    assert {line["outcome"] for line in lines(upgraded.engine, "2026", DISTRICT)} == {"not_visited"}
    now = {one["indicator"]: one for one in points(upgraded.engine, "2025", DISTRICT)}
    lists = [one for one in first["points"] if one["lowest"] is not None]
    assert len(lists) == 3 and [now[one["indicator"]] for one in lists] == lists, "others list places only since then"


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
    assert lines(left.engine, "2025", DISTRICT) == in_order(first["lines"])


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
    assert lines(left.engine, "2025", DISTRICT) == in_order(first["lines"])


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
