"""The lists of a district's part of a round: what each selects, its statuses, and what it says of a row."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from server.assignments.states import GIVEN, OVERDUE, SENT, is_open, state_column
from server.assignments.tables import Assignment
from server.db import now
from server.decisions.tables import Decision
from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.lists.signs import codes_of
from server.moments import from_central
from server.reasons import code_of
from server.register.tables import Facility
from server.results.parts import JudgedPart
from server.results.tables import VisitResult
from server.submissions.files import EXPECTED, LACKING, is_lacking
from server.submissions.standing import Standing, is_living, standing
from server.submissions.tables import Attachment, FileList, Form, SubmissionState
from verification.reason import Reason

SUBMISSIONS, VISITS, UNMATCHED, ASIDE, MISSING_FILES, EXPECTED_VISITS = (
    "submissions", "visits", "unmatched", "aside", "missing_files", "expected"
)  # fmt: skip
BELONGS = ("belongs_to_line", "belongs_by_decision")
_NEWEST = (SubmissionState.day.is_(None), SubmissionState.day.desc(), SubmissionState.id.desc())


@dataclass(frozen=True)
class Where:
    """What a list is of: a district's part of a round, by a project at Central."""

    session: Session
    here: JudgedPart
    project: int


@dataclass(frozen=True)
class ListOf:
    """One list. `over` selects its rows without columns; each is of a submission, its form and perhaps its place.

    `state` is a row's status, which a sentence of `family` says; `states` are all there can be, none where that is
    whatever is found. `columns` are what `details` needs to say more. `day` is the day that the list goes by, and
    `said_of_kind` what beside submission and register says of a place's kind. What `is_of_result` changes with a new
    result alone. `has_signs`: its rows are visits, which may have some. `head_of_day` and `head_of_visitor` name these
    columns.
    """

    name: str
    over: Callable[[Where], Select[Any]]
    state: Callable[[Where], Any]
    family: str
    states: tuple[str, ...]
    columns: tuple[Any, ...]
    details: Callable[[Any, Clearance], Iterator[Cleared]]
    order: tuple[Any, ...] = _NEWEST
    day: Any = field(default_factory=lambda: SubmissionState.day)
    said_of_kind: tuple[Any, ...] = ()
    is_of_result: bool = False
    has_signs: bool = False
    head_of_day: str = "day"
    head_of_visitor: str = "visitor"


def _submissions(where: Where, *rounds: str | None) -> Select[Any]:
    """Select the submissions about a district, of its round; or of several, where None is of none yet."""
    state, here = SubmissionState, where.here
    of_round = state.round_id == here.round.id
    return (
        select()
        .select_from(state)
        .join(Form, Form.id == state.form_pk)
        .outerjoin(Facility, Facility.id == state.facility_id)
        .where(Form.project == where.project, state.district == here.part.district,
               of_round | state.round_id.is_(None) if None in rounds else of_round)
    )  # fmt: skip


def _visits(where: Where) -> Select[Any]:
    """Select the visits of a part's result; one whose submission was removed has no day, form and visitor."""
    visit, state = VisitResult, SubmissionState
    return (
        select()
        .select_from(visit)
        .outerjoin(state, state.id == visit.state_id)
        .outerjoin(Form, Form.id == state.form_pk)
        .outerjoin(Facility, Facility.id == state.facility_id)
        .where(visit.result_id == where.here.result_id)
    )


def _aside(where: Where) -> Select[Any]:
    stands = standing(project=where.project).in_([Standing.ASIDE, Standing.REJECTED])
    return _submissions(where, where.here.round.id, None).where(stands)


def _missing_files(where: Where) -> Select[Any]:
    """Select the files that living submissions name and that are not here."""
    file, asked, state = Attachment, FileList, SubmissionState
    return (
        _submissions(where)
        .join(file, (file.form_pk == state.form_pk) & (file.root_id == state.root_id))
        .outerjoin(asked, (asked.form_pk == file.form_pk) & (asked.instance_id == file.instance_id))
        .where(is_lacking(), is_living())
    )


def _expected(where: Where) -> Select[Any]:
    """Select the visits that were asked for and have not come; one that a visit led to has that visit's submission."""
    task, state, here = Assignment, SubmissionState, where.here
    return (
        select()
        .select_from(task)
        .join(Facility, Facility.id == task.facility_id)
        .outerjoin(Decision, Decision.id == task.decision_id)
        .outerjoin(state, (state.form_pk == Decision.form_pk) & (state.root_id == Decision.root_id))
        .outerjoin(Form, Form.id == state.form_pk)
        .where(task.round_id == here.round.id, task.district == here.part.district, is_open())
    )


# ── statuses


def _why_aside(_where: Where) -> Any:
    state = SubmissionState
    return func.coalesce(code_of(state.problem), code_of(state.aside), literal(_REJECTED.code))


# ── what is said of a row


_REJECTED = Reason("rejected_at_central")


def _of_submission(row: Any, clear: Clearance) -> Iterator[Cleared]:
    yield clear.say("list.received", moment=from_central(row.submitted_at))
    if row.review_state:
        yield clear.say("list.review", state=clear.say(f"review.{row.review_state}"))
    if row.attachments_present < row.attachments_expected:
        yield clear.say("list.files_missing", present=row.attachments_present, expected=row.attachments_expected)
    if reason := row.problem or row.aside:
        yield clear.why(reason).sentence


def _of_visit(row: Any, clear: Clearance) -> Iterator[Cleared]:
    if row.reason.code not in BELONGS:
        yield clear.why(row.reason, kind=clear.say(f"kind.{row.visited_kind}")).sentence
    for code in codes_of(row.flags):
        yield clear.say("list.has_sign", sign=clear.say(f"sign.{code}"))


def _of_aside(row: Any, clear: Clearance) -> Iterator[Cleared]:
    yield clear.why(row.problem or row.aside or _REJECTED).sentence
    if row.round_id is None:
        yield clear.say("lists.aside.no_round")


def _of_file(row: Any, clear: Clearance) -> Iterator[Cleared]:
    yield clear.file(row.file)
    if row.file_version != row.instance_id:
        yield clear.say("file_of_older_version")
    if row.file_problem:
        yield clear.why(row.file_problem).sentence
    if row.state == EXPECTED:
        asked_later = row.next_ask_at is None or row.next_ask_at <= now()
        yield clear.say("file_state.expected.later" if asked_later else "file_state.expected.what",
                        moment=row.next_ask_at)  # fmt: skip
    else:
        yield clear.say(f"file_state.{row.state}.what")


def _of_awaited(row: Any, clear: Clearance) -> Iterator[Cleared]:
    yield clear.say("list.asked_again", moment=row.given_at)


_STATE = SubmissionState
_VISIT = (
    VisitResult.kind.label("visited_kind"),
    VisitResult.villages,
    VisitResult.reason,
    VisitResult.lines,
    VisitResult.flags,
)
LISTS: Mapping[str, ListOf] = {found.name: found for found in (
    ListOf(
        SUBMISSIONS, _submissions, lambda where: standing(project=where.project), "standing",
        (Standing.COUNTS, Standing.UNREAD, Standing.ASIDE, Standing.REJECTED, Standing.DELETED, Standing.GONE,
         Standing.FORM_GONE),
        (_STATE.review_state, _STATE.attachments_present, _STATE.attachments_expected, _STATE.problem, _STATE.aside),
        _of_submission,
    ),
    ListOf(
        VISITS, _visits, lambda _: VisitResult.reason_code, "short", (), _VISIT, _of_visit,
        said_of_kind=(VisitResult.kind,), is_of_result=True, has_signs=True,
    ),
    ListOf(
        UNMATCHED, lambda where: _visits(where).where(VisitResult.reason_code.not_in(BELONGS)),
        lambda _: VisitResult.reason_code, "short", (), _VISIT, _of_visit, said_of_kind=(VisitResult.kind,),
        is_of_result=True, has_signs=True,
    ),
    ListOf(
        ASIDE, _aside, _why_aside, "short", (), (_STATE.problem, _STATE.aside, _STATE.round_id), _of_aside,
    ),
    ListOf(
        MISSING_FILES, _missing_files, lambda _: Attachment.state, "file_state", LACKING,
        (Attachment.name.label("file"), Attachment.instance_id.label("file_version"),
         Attachment.problem.label("file_problem"), _STATE.instance_id, FileList.next_ask_at),
        _of_file, order=(_STATE.submitted_at, Attachment.id),
    ),
    ListOf(
        EXPECTED_VISITS, _expected, lambda _: state_column(now()), "assignment_state", (OVERDUE, GIVEN, SENT),
        (Assignment.given_at,), _of_awaited, order=(Assignment.due_at, Assignment.id),
        day=Assignment.deadline, head_of_day="deadline", head_of_visitor="visitor_before",
    ),
)}  # fmt: skip
