"""What stands in a database, in words that no later schema changes: noted with a fixture, and asked for again later."""

from typing import Any

from sqlalchemy import Engine, select

from server.claims.tables import ClaimLine
from server.db import snapshot
from server.decisions.deciding import FIELDS
from server.decisions.tables import Decision
from server.removals.tables import Removal
from server.results.tables import IndicatorResult, LineResult, Result
from server.rounds.states import ARCHIVED, CLOSED, OPEN, PLANNED
from server.rounds.tables import Round, RoundPart
from server.submissions.files import EXPECTED, GIVEN_UP, REFUSED, REMOVED, STORED
from server.submissions.standing import counts
from server.submissions.tables import Attachment, Form, SubmissionState
from server.sync.certificates import latest_certificate
from server.work.queue import DONE, FAILED, RUNNING, WAITING
from server.work.tables import Job

Row = dict[str, Any]


def found_in(engine: Engine) -> Row:
    """Give it all, as JSON takes it."""
    return {
        "certificate": certificate(engine), "parts": parts(engine), "counting": counting(engine),
        "decisions": decisions(engine), "tombstones": tombstones(engine),
    }  # fmt: skip


def certificate(engine: Engine, project: int = 1) -> Row:
    """Give verdict, digest and moment of the newest one."""
    with snapshot(engine) as session:
        newest = latest_certificate(session, project)
        assert newest
        return {"verdict": newest.verdict, "digest": newest.digest, "as_of": newest.as_of}


def parts(engine: Engine) -> list[Row]:
    """Give each district's part of a round, with its points and its lines' outcomes."""
    part = RoundPart
    query = select(part.round_id, part.district, part.state).order_by(part.round_id, part.district)
    with snapshot(engine) as session:
        rows = [dict(row) for row in session.execute(query).mappings()]
    return [row | {"points": points(engine, row["round_id"], row["district"]),
                   "lines": lines(engine, row["round_id"], row["district"])} for row in rows]  # fmt: skip


def points(engine: Engine, round_id: str, district: str) -> list[Row]:
    """Give the points that each indicator's claim supports, lowest and highest."""
    query = (
        select(IndicatorResult.indicator, IndicatorResult.lowest, IndicatorResult.highest)
        .join(Result, Result.id == IndicatorResult.result_id)
        .where(Result.round_id == round_id, Result.district == district)
        .order_by(IndicatorResult.indicator)
    )
    with snapshot(engine) as session:
        return [dict(row) for row in session.execute(query).mappings()]


def lines(engine: Engine, round_id: str, district: str) -> list[Row]:
    """Give each claimed place's outcome, by its cell in the claim form, and the visit it was judged by."""
    query = (
        select(LineResult.indicator, ClaimLine.cell, LineResult.outcome, LineResult.visit_id.label("visit"))
        .join(Result, Result.id == LineResult.result_id)
        .join(ClaimLine, ClaimLine.id == LineResult.line_id)
        .where(Result.round_id == round_id, Result.district == district)
    )
    with snapshot(engine) as session:
        return in_order([dict(row) for row in session.execute(query).mappings()])


def in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["indicator"], row["cell"]))


def counting(engine: Engine) -> list[str]:
    """Name the submissions that count, by form and first instance id."""
    query = select(Form.form_id, SubmissionState.root_id).join(Form, Form.id == SubmissionState.form_pk)
    with snapshot(engine) as session:
        return sorted(" ".join(row) for row in session.execute(query.where(counts())))


def decisions(engine: Engine) -> dict[str, bool]:
    """Tell of each decision whether it has reached Central."""
    with snapshot(engine) as session:
        return dict(session.execute(select(Decision.uuid, Decision.sent_at.is_not(None))).all())


def tombstones(engine: Engine) -> list[list[str]]:
    query = select(Removal.root_id, Removal.name, Removal.digest).order_by(Removal.id)
    with snapshot(engine) as session:
        return [list(row) for row in session.execute(query)]


# of what may be one of several, a fixture has some of each
SOME_OF_EACH: dict[Any, set[str]] = {
    Attachment.state: {STORED, EXPECTED, REFUSED, GIVEN_UP, REMOVED}, Decision.kind: set(FIELDS),
    Job.state: {WAITING, RUNNING, FAILED, DONE}, Round.state: {PLANNED, OPEN, ARCHIVED},
    RoundPart.state: {OPEN, CLOSED},
    LineResult.outcome: {"confirmed", "criteria_not_met", "not_found", "not_visited", "unsure"},
}  # fmt: skip
ASIDE = {"in_no_round", "in_several_rounds", "place_in_no_district", "unreadable_answer", "visit_without_place"}


def lacking(engine: Engine) -> dict[str, set[str]]:
    """Name what there should be some of, and there is none."""
    with snapshot(engine) as session:
        missing = {
            str(column): wanted - set(session.scalars(select(column))) for column, wanted in SOME_OF_EACH.items()
        }
        aside = {reason.code for reason in session.scalars(select(SubmissionState.aside)) if reason}
    return {column: some for column, some in (missing | {"aside": ASIDE - aside}).items() if some}
