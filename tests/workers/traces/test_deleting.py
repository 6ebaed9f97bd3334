"""Once a district is closed its visits' points are nowhere any more and stay away; what they showed stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, select, update

from server.audit.tables import AuditEntry
from server.db import now, snapshot, writing
from server.results.tables import LineResult, VisitResult
from server.rounds.planning import set_retention
from server.rounds.states import Entry
from server.rounds.tables import RoundChange, RoundPart
from server.submissions.tables import SubmissionState
from server.sync.certificates import IDENTICAL
from server.traces.deleting import delete_traces
from server.traces.queries import ask_where_traces_are_left
from server.traces.tables import TraceRemoval, TracesGone
from server.visits.tables import Visit
from server.work.kinds import Place, Verify
from server.work.queue import ask
from tests.sandbox.server import Sandbox
from tests.support.claiming import ROUND
from tests.support.forms import new_id
from tests.support.statements import statements
from tests.support.traces import AGAIN, AUDIT, LATE, District, a_district, send_late
from tests.support.trial import a_context
from tests.support.visits import FORM_ID, a_visit
from tests.support.workbooks import DISTRICT
from verification.flags.flag import Flag
from workers.central.api import Central


@pytest.fixture
def district(engine: Engine, sandbox: Sandbox, central: Central, tmp_path: Path) -> District:
    return a_district(a_context(central, engine, tmp_path, sandbox.url), central, sandbox, tmp_path)


def removals(district: District) -> list[TraceRemoval]:
    with snapshot(district.engine) as session:
        found = list(session.scalars(select(TraceRemoval).order_by(TraceRemoval.id)))
        session.expunge_all()
    return found


def test_before_it_is_closed_the_points_are_here(district: District) -> None:
    """Else the tests below would find nothing, whatever was deleted."""
    left = set(district.left())
    assert {"submissions", "submission_changes", "visits"} <= left and any("store" in name for name in left)


def test_closed_no_table_and_no_file_has_a_point_and_the_certificate_is_identical(district: District) -> None:
    assert district.certify() == IDENTICAL
    district.close()
    district.work()
    assert district.left() == []
    district.pull()
    assert district.certify() == IDENTICAL, district.differences()
    district.repair()
    assert district.left() == []
    assert district.certify() == IDENTICAL, district.differences()


def keeps(district: District, days: int, closed_days_ago: int = 0) -> None:
    with writing(district.engine) as session:
        set_retention(session, ROUND, days, Entry("terminal:test"))
        for change in session.scalars(select(RoundChange).filter_by(district=DISTRICT, state="closed")):
            change.changed_at = now() - timedelta(days=closed_days_ago)


def test_where_the_round_keeps_traces_for_some_days_they_go_once_these_have_passed(district: District) -> None:
    keeps(district, 30)
    district.close()
    district.work()
    points = district.left()
    assert "visits" in points and removals(district) == []
    for passed, gone in ((29, False), (31, True)):
        keeps(district, 30, passed)
        with writing(district.engine) as session:
            assert ask_where_traces_are_left(session) == gone
        district.work()
        assert (district.left() == []) == gone
    assert len(removals(district)) == 1
    assert district.certify() == IDENTICAL, district.differences()


def test_many_closed_parts_are_one_question(district: District) -> None:
    keeps(district, 30)
    district.close()
    keeps(district, 30, 31)
    with writing(district.engine) as session:
        (state, *_) = session.scalars(select(SubmissionState).filter_by(district=DISTRICT)).all()
        for number in range(20):
            session.add(RoundPart(round_id=ROUND, district=f"98.{number:02}", state="closed"))
            session.add(_beside(state, f"98.{number:02}"))
            session.flush()
            session.add(RoundChange(round_id=ROUND, district=f"98.{number:02}", state="closed", changed_by="test",
                                    changed_at=now() - timedelta(days=31 if number else 29)))  # fmt: skip
    with statements(district.engine) as said, writing(district.engine) as session:
        assert ask_where_traces_are_left(session) == 20
    assert sum(one.lstrip().startswith("SELECT") for one in said) <= 2, "one of the parts, and PostgreSQL's clock"


def _beside(state: SubmissionState, district: str) -> SubmissionState:
    """Give a submission like another, in another district."""
    row = {column.key: getattr(state, column.key) for column in inspect(SubmissionState).columns if column.key != "id"}
    return SubmissionState(**row | {"district": district, "root_id": f"uuid:{district}"})


def test_opened_again_before_the_days_have_passed_nothing_is_deleted(district: District) -> None:
    keeps(district, 30)
    district.close()
    district.reopen()
    keeps(district, 30, 31)
    with writing(district.engine) as session:
        assert ask_where_traces_are_left(session) == 0
    delete_traces(district.engine, district.context.store, ROUND, DISTRICT)
    assert "visits" in district.left()


def test_all_of_it_was_counted_and_digested_before_and_that_is_in_the_chain(district: District) -> None:
    district.close()
    delete_traces(district.engine, district.context.store, ROUND, DISTRICT)
    (removal,) = removals(district)
    assert (removal.submissions, removal.versions, removal.points) == (
        5,
        6,
        6,
    )  # the video visit has no point, and so no district
    assert removal.finished_at is not None and removal.digest is not None
    with snapshot(district.engine) as session:
        entries = session.scalars(select(AuditEntry).filter_by(act="traces_deleted")).all()
        assert [(entry.about, entry.by) for entry in entries] == [(f"traces:{removal.id}", "terminal:test")]


def test_twice_is_once(district: District) -> None:
    district.close()
    district.work()
    before = [(one.id, one.points, one.digest) for one in removals(district)]
    delete_traces(district.engine, district.context.store, ROUND, DISTRICT)
    assert [(one.id, one.points, one.digest) for one in removals(district)] == before


def test_a_file_with_traces_is_removed_at_central_too(district: District) -> None:
    root = district.roots["recorded"]
    assert [file.exists for file in district.central.attachments(FORM_ID, root, root) if file.name == AUDIT] == [True]
    district.close()
    district.work()
    assert [file.exists for file in district.central.attachments(FORM_ID, root, root) if file.name == AUDIT] == [False]


def test_opened_again_each_line_and_visit_says_what_it_said_and_that_it_was_frozen(district: District) -> None:
    district.close()
    before = district.found()
    district.work()
    assert district.found() == before
    district.reopen()
    assert district.found() == before
    with snapshot(district.engine) as session:
        codes = session.scalars(select(LineResult.reason_codes).where(LineResult.visit_id.is_not(None))).all()
    assert codes and all(" frozen_at_closing " in code for code in codes)


def test_a_sign_stays_without_the_point_that_showed_it(district: District) -> None:
    with writing(district.engine) as session:
        session.execute(update(Visit).values(signs=[Flag.NO_ALTITUDE.value]))
        read_again = {"changes": SubmissionState.changes + 1, "changes_read": SubmissionState.changes_read + 1}
        session.execute(update(SubmissionState).values(read_again))
        one, other = session.scalars(select(Visit).where(Visit.lon.is_not(None)).order_by(Visit.submission_id)).all()[
            :2
        ]
        one.lon, one.lat, one.facility_id = other.lon, other.lat, None
        ask(session, Verify(ROUND, DISTRICT))
    district.work()
    before = signs(district)
    assert {sign for those in before for sign, _ in those} == {Flag.NO_ALTITUDE, Flag.SAME_COORDINATES}
    district.close()
    district.work()
    district.reopen()
    assert district.left() == [] and signs(district) == before


def signs(district: District) -> list[list[list[str | None]]]:
    with snapshot(district.engine) as session:
        return [
            sorted(flags or []) for flags in session.scalars(select(VisitResult.flags).order_by(VisitResult.visit_id))
        ]


def test_an_edit_that_comes_late_brings_no_point_back(district: District, sandbox: Sandbox) -> None:
    district.close()
    district.work()
    root = district.roots["plain"]
    district.central.edit(FORM_ID, root, a_visit(new_id(), replaces=root, point=AGAIN))
    district.pull()
    assert district.left() == []
    assert district.certify() == IDENTICAL, district.differences()


def test_a_visit_that_comes_late_is_frozen_too_and_counts_by_it_once_the_part_is_opened(
    district: District, sandbox: Sandbox
) -> None:
    district.close()
    district.work()
    root = send_late(sandbox, district.central, LATE)
    district.pull()
    assert district.left() == []
    assert len(removals(district)) == 2 and removals(district)[1].digest is None, "one point could be found by trying"
    with snapshot(district.engine) as session:
        frozen = session.scalars(select(TracesGone.frozen).filter_by(root_id=root)).one()
    assert frozen is not None and frozen["villages"]
    district.reopen()
    assert root in repr(district.found())


def test_read_and_placed_again_everything_stays_in_its_district(district: District) -> None:

    def places() -> list[tuple[object, ...]]:
        with snapshot(district.engine) as session:
            state = SubmissionState
            query = select(state.root_id, state.district, state.round_id, state.day, state.aside)
            return [(*row,) for row in session.execute(query.order_by(state.root_id))]

    district.close()
    district.work()
    before = places()
    with writing(district.engine) as session:
        ask(session, Place())
    district.work()
    assert places() == before
