"""The page where a claim form is handed in, and the plan of one, as pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from server.areas.queries import in_version
from server.areas.tables import Area
from server.claims.importing import ImportPlan
from server.claims.tables import WaitingForm
from server.claims.text import kinds_in_words, without_homes
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance, claim_file
from server.documents.part import PartHere
from server.roles.account import Account
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import Round
from server.settings import Settings
from verification.claim_form.form import FormProblem
from verification.model import Level

MOST_ROUNDS, MOST_LISTED = 5, 60  # of open rounds; of districts in each
MOST_SHOWN = 200  # problems on a page; all are in the list to save


@view
class DistrictToChoose:
    """A district that somebody hands in for."""

    code: Cleared
    name: Cleared


@view
class RoundToChoose:
    """An open round; `districts` are None where there are too many to list, and one is found by its code."""

    id: Cleared
    name: Cleared
    districts: tuple[DistrictToChoose, ...] | None


def open_rounds(session: Session, account: Account, clear: Clearance) -> tuple[RoundToChoose, ...]:
    """Give the open rounds, the newest first, with the districts that an account hands in for."""
    rounds = session.scalars(select(Round).filter_by(state=OPEN).order_by(Round.data_year.desc(), Round.id)).all()
    found = [_to_choose(session, one, account, clear) for one in rounds[:MOST_ROUNDS]]
    return tuple(one for one in found if one.districts is None or one.districts)


def _to_choose(session: Session, found: Round, account: Account, clear: Clearance) -> RoundToChoose:
    reached = account.reach(Permission.IMPORT_CLAIMS, Area.code, literal(found.id))
    query = select(Area.code, Area.name).where(in_version(found.areas_id), Area.level == Level.DISTRICT, reached)
    rows = session.execute(query.order_by(Area.name).limit(MOST_LISTED + 1)).all()
    listed = tuple(DistrictToChoose(clear.id(code), clear.ours(name)) for code, name in rows)
    return RoundToChoose(clear.id(found.id), clear.ours(found.name), None if len(rows) > MOST_LISTED else listed)


@view
class ShownWaiting:
    """A form that waits for a yes."""

    id: int
    name: Cleared
    uploaded_at: datetime


@view
class ClaimPage:
    """Where a district's claim form is handed in."""

    round_id: Cleared
    district: Cleared
    round: Cleared
    name: Cleared
    takes: bool
    waiting: tuple[ShownWaiting, ...]
    megabytes: int
    document_megabytes: int
    zip_megabytes: int

    @staticmethod
    def of(
        here: PartHere, waiting: Sequence[WaitingForm], clear: Clearance, longest: int, settings: Settings
    ) -> "ClaimPage":
        """Make it of a part and what waits there."""
        name = here.names.get(here.district, "")
        shown = tuple(ShownWaiting(one.id, claim_file(one.filename, one.digest, name), one.uploaded_at)
                      for one in waiting)  # fmt: skip
        return ClaimPage(clear.id(here.round.id), clear.id(here.district), clear.ours(here.round.name),
                         clear.area(here.district), here.takes, shown, longest // 10**6, settings.document_mb,
                         settings.documents_zip_mb)  # fmt: skip


@view
class ProblemOfPlan:
    """A problem or a remark: its cell, where it has one, and what to do."""

    place: Cleared | None
    sentence: Cleared


@view
class PlanShown:
    """What importing would do; `mark` tells it from any other plan, so that what was shown is what is agreed to."""

    id: int
    file: Cleared
    known: bool
    ready: bool
    replaces: bool
    problems: tuple[ProblemOfPlan, ...]
    problem_count: int
    remarks: tuple[ProblemOfPlan, ...]
    remark_count: int
    changes: tuple[Cleared, ...]
    mark: Cleared


def plan_shown(plan: ImportPlan, form: WaitingForm, clear: Clearance, mark: str, *, is_other: bool) -> PlanShown:
    """Show a plan; one of another part of the round says nothing of that."""
    changes = [] if is_other else [
        clear.say("claims.change_new" if one.new else "claims.change", **asdict(one)) for one in plan.changes
    ]  # fmt: skip
    if plan.form.meetings and not (plan.problems or plan.known or is_other):
        changes.append(clear.say("claims.meetings", count=len(plan.form.meetings), before=plan.meetings_before))
    remarks = () if is_other else plan.remarks
    return PlanShown(
        id=form.id, file=claim_file(form.filename, form.digest, clear.area(form.district)), known=plan.known,
        ready=not plan.problems and not is_other, replaces=plan.replaces,
        problems=tuple(_problems(plan.problems[:MOST_SHOWN], clear)), problem_count=len(plan.problems),
        remarks=tuple(_problems(remarks[:MOST_SHOWN], clear)), remark_count=len(remarks), changes=tuple(changes),
        mark=clear.id(mark),
    )  # fmt: skip


def _problems(problems: Iterable[FormProblem], clear: Clearance) -> Iterable[ProblemOfPlan]:
    for one in problems:
        place = clear.id(f"{one.sheet}!{one.column}{one.row}") if one.sheet else None
        reason = without_homes(one)
        yield ProblemOfPlan(place, clear.why(reason, **kinds_in_words(one, clear.say)).sentence)
