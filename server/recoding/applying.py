"""Carry out what a file changes in the areas, with all that hangs on them: all of it or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Engine, func, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.areas.comparing import AreaChange, compare
from server.areas.geojson import AreaPlan
from server.areas.loading import store
from server.areas.queries import newest_version
from server.areas.tables import Recoding
from server.assignments.tables import Assignment
from server.audit.entries import Act, digest_of, write_down
from server.children.tables import ChildPaper, ChildSession, RetaliationCheck
from server.claims.tables import BreakdownRow, ChildGroup, Claim, ClaimFile, ClaimLine
from server.db import snapshot, writing
from server.desk.tables import Clarification, DeskReading, QuestionScore
from server.documents.tables import HandedIn
from server.draws.tables import Draw
from server.facts.tables import Fact
from server.feedback.tables import ChildAnswer
from server.forum.tables import ForumCode
from server.incidents.tables import Incident, PlaceAlarm
from server.plan.tables import PlannedVisit
from server.recoding.consequences import Consequences, Successors, consequences
from server.recoding.holding import recode_holding
from server.register.tables import Facility
from server.restricted.tables import ServiceTotals
from server.results.tables import Result
from server.rounds.tables import Round, RoundPart
from server.sealed.tables import SealedAssignment
from server.submissions.tables import SubmissionState
from server.told.tables import WhatWasTold
from server.work.kinds import Facilities, Place, Verify
from server.work.queue import ask
from verification.reason import Reason

Code = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
_GOING = "~"  # before a code that is no row's yet


class NotApplied(Exception):
    """Nothing was done, for these reasons."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(reasons[0].code)
        self.reasons = reasons


@dataclass(frozen=True)
class AreasWish:
    """How a file of areas is to be taken, and for whom: since when they are so, whether it has all there are.

    `decided` has what a person said of codes that are gone or not sure: the new one, or None for gone.
    """

    by: str
    valid_from: date
    whole: bool = False
    decided: Successors = field(default_factory=dict)


Loaded = tuple[AreaChange, Consequences]
Agree = Callable[[AreaChange, Consequences], bool]


def load_areas(
    engine: Engine, plan: AreaPlan, wish: AreasWish, agree: Agree = lambda _change, _follows: True
) -> Loaded:
    """Load a file of areas with all that follows, if `agree` says so to what it would do. Raises NotApplied."""
    with snapshot(engine) as session:
        change = compare(session, plan, whole=wish.whole)
        follows = consequences(session, change, wish.decided)
    agreed = agree(change, follows)
    if follows.against:
        raise NotApplied(*follows.against)
    if not agreed:
        raise NotApplied(Reason("areas_not_agreed"))
    with writing(engine) as session:
        _apply(session, change, wish)
    return change, follows


def _apply(session: Session, change: AreaChange, wish: AreasWish) -> None:
    """Store a change, give the register and the rounds their new codes, and ask for what follows."""
    newest = newest_version(session)
    if (newest.id if newest else None) != change.base:
        raise NotApplied(Reason("areas_changed_meanwhile"))
    follows = consequences(session, change, wish.decided)
    if follows.against:
        raise NotApplied(*follows.against)
    version_id = store(session, change, wish.valid_from, follows.successors)
    if version_id != change.base:
        _recode(session, version_id, Facility.village)
        for round_id in follows.moves:
            _move_round(session, round_id, version_id)
        recode_holding(session, version_id, change.base, follows.moves)
        ask(session, Facilities())
    if change.rows or change.ended:
        ask(session, Place())
        what = digest_of([version_id, sorted(change.rows), sorted(change.ended), dict(follows.successors)])
        write_down(session, Act(wish.by, "areas_loaded", f"areas:{version_id}", after=what))


def _move_round(session: Session, round_id: str, version_id: int) -> None:
    """Let a round go over to a version, with its claims, parts and results."""
    mine = Claim.round_id == round_id
    claims = select(Claim.id).where(mine)
    _recode(session, version_id, ClaimLine.village, ClaimLine.claim_id.in_(claims))
    still = select(Recoding.old_code).where(Recoding.version_id == version_id, Recoding.new_code.is_not(None))
    for table in (BreakdownRow, ChildGroup):  # of an area that is gone they go on saying which one it was
        _recode(session, version_id, table.area, table.claim_id.in_(claims), table.area.in_(still))
    _recode(session, version_id, SubmissionState.district, SubmissionState.round_id == round_id)
    for column in (WhatWasTold.area, WhatWasTold.subdistrict):
        _recode(session, version_id, column, WhatWasTold.round_id == round_id, column.in_(still))
    for dated in (Assignment, PlannedVisit, Draw, Fact, SealedAssignment, ServiceTotals, HandedIn, DeskReading,
                  Clarification, QuestionScore, Incident, PlaceAlarm, ForumCode, ChildSession, ChildPaper,
                  ChildAnswer):  # fmt: skip
        _recode(session, version_id, dated.district, dated.round_id == round_id)
    _recode(session, version_id, ChildAnswer.told_of, ChildAnswer.round_id == round_id)
    for column in (Claim.district, ClaimFile.district, RoundPart.district, Result.district, RetaliationCheck.district):
        _recode_in_turn(session, version_id, column, column.class_.round_id == round_id)
    session.execute(update(Round).where(Round.id == round_id).values(areas_id=version_id))
    session.expire_all()
    for district in session.scalars(select(RoundPart.district).filter_by(round_id=round_id)):
        ask(session, Verify(round_id, district))


def _recode(session: Session, version_id: int, column: Code, *which: ColumnElement[bool]) -> None:
    """Write a version's codes for those of the version before, all of a column in one step."""
    mine = (Recoding.version_id == version_id) & (Recoding.old_code == column)
    new = select(Recoding.new_code).where(mine).scalar_subquery()
    old = select(Recoding.old_code).where(Recoding.version_id == version_id)
    session.execute(update(column.class_).where(column.in_(old), *which).values({column: new}))


def _recode_in_turn(session: Session, version_id: int, column: Code,
                    *which: ColumnElement[bool]) -> None:  # fmt: skip
    """Write new codes where no two rows may have the same: of a chain A→B, B→C the first would meet the second."""
    mine = (Recoding.version_id == version_id) & (Recoding.old_code == column)
    new = select(literal(_GOING) + Recoding.new_code).where(mine).scalar_subquery()
    old = select(Recoding.old_code).where(Recoding.version_id == version_id)
    session.execute(update(column.class_).where(column.in_(old), *which).values({column: new}))
    arrived = func.substr(column, len(_GOING) + 1)
    session.execute(update(column.class_).where(column.startswith(_GOING), *which).values({column: arrived}))
