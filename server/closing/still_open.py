"""What is still open in a district's part of a round: listed before it is closed, each with its reason.

THE TABLE of what keeps it from being closed, and of what only informs. It is kept open by what would be left half done:
somebody decided, and that has not been carried out or has been overtaken. What nobody may ever decide, such as a place
that no visit found, keeps nothing open: a person who closes has seen how many there are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, String, case, cast, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from server.assignments.queries import open_count
from server.decisions.deciding import ROUND
from server.decisions.tables import Decision
from server.facts.waiting import count_pending
from server.results.tables import LineResult, Result, VisitResult
from server.submissions.files import EXPECTED
from server.submissions.standing import Standing, is_living, standing
from server.submissions.tables import Attachment, Form, SubmissionState
from server.sync.certificates import IDENTICAL
from server.sync.tables import Certificate
from server.visits.reading import VISIT
from server.work.kinds import DeleteTraces, Verify, WriteBack
from server.work.queue import FAILED, RUNNING, WAITING
from server.work.tables import Job
from verification.model import Outcome


@dataclass(frozen=True)
class OpenPart:
    """A district's part of a round, and the project at Central."""

    round_id: str
    district: str
    project: int


@dataclass(frozen=True)
class Item:
    """Something that may be open: whether it keeps the part from being closed, and which page lists it, asked how."""

    code: str
    blocks: bool
    endpoint: str
    asked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Open:
    """Something that is open, and how many there are."""

    item: Item
    count: int


ITEMS = (
    Item("lines_reopened", True, "lines.lines_page", {"keputusan": "reopened"}),
    Item("visits_reopened", True, "lists.visits"),
    Item("lines_second", True, "lines.lines_page", {"keputusan": "waits"}),
    Item("decisions_waiting", True, "lists.submissions"),
    Item("work_failed", True, "work.work_page"),
    Item("lines_undecided", False, "lines.lines_page", {"hasil": "unsure"}),
    Item("lines_unvisited", False, "lines.lines_page", {"hasil": "not_visited"}),
    Item("assignments_open", False, "assignments.assignments_page"),
    Item("unread", False, "lists.submissions"),
    Item("aside", False, "lists.aside"),
    Item("rejected", False, "lists.submissions"),
    Item("files_missing", False, "lists.missing_files"),
    Item("decisions_failed", False, "lists.submissions"),
    Item("certificate_old", False, "sync.certificate"),
)  # fmt: skip
_Asked = tuple[str, Select[int]]


def still_open(session: Session, round_id: str, district: str, project: int) -> list[Open]:
    """List what is open, what keeps the part from being closed first. Three statements count all of it."""
    about = OpenPart(round_id, district, project)
    asked = [one for group in _GROUPS for one in group(about)]
    rows = union_all(*(select(literal(code), count.scalar_subquery()) for code, count in asked))
    counts: dict[str, int] = dict(session.execute(rows).all())
    counts["assignments_open"] = open_count(session, round_id, district)
    counts["lines_second"] = count_pending(session, round_id, district)
    return [Open(item, counts[item.code]) for item in ITEMS if counts[item.code]]


def what_blocks(found: Sequence[Open]) -> list[Open]:
    """Give what keeps the part from being closed."""
    return [one for one in found if one.item.blocks]


def _lines(about: OpenPart) -> Iterator[_Asked]:
    line = LineResult
    mine = (Result.round_id == about.round_id, Result.district == about.district)
    count = select(func.count()).select_from(line).join(Result, Result.id == line.result_id).where(*mine)
    is_reopened = line.reopened_id.is_not(None)
    yield "lines_reopened", count.where(is_reopened)
    yield "lines_undecided", count.where(line.outcome == Outcome.UNSURE, ~is_reopened)
    yield "lines_unvisited", count.where(line.outcome == Outcome.NOT_VISITED)
    visits = select(func.count()).select_from(VisitResult).join(Result, Result.id == VisitResult.result_id)
    yield "visits_reopened", visits.where(*mine, VisitResult.reopened_id.is_not(None))


def _submissions(about: OpenPart) -> Iterator[_Asked]:
    """Count by the last read: what has changed since is unread, also where nobody knows its district yet."""
    state, stands = SubmissionState, standing(project=about.project)
    count = select(func.count()).select_from(state).join(Form, Form.id == state.form_pk)
    mine = count.where(*_here(about))
    may_be = state.district.is_(None) | (state.district == about.district)
    yield "unread", count.where(state.changes != state.changes_read, Form.read_as == VISIT, may_be)
    yield "aside", mine.where(stands == Standing.ASIDE)
    yield "rejected", mine.where(stands == Standing.REJECTED)
    newest = select(case((Certificate.verdict == IDENTICAL, Certificate.as_of), else_="")).filter_by(
        project=about.project).order_by(Certificate.id.desc()).limit(1).scalar_subquery()  # fmt: skip
    changed_at = func.coalesce(state.updated_at, state.submitted_at)
    yield "certificate_old", mine.where(changed_at >= func.coalesce(newest, ""))


def _files(about: OpenPart) -> Iterator[_Asked]:
    file, state = Attachment, SubmissionState
    is_its = (state.form_pk == file.form_pk) & (state.root_id == file.root_id)
    lacking = (file.state == EXPECTED, file.replaced_at.is_(None), file.instance_id == state.instance_id)
    count = select(func.count()).select_from(file).join(state, is_its)
    yield "files_missing", count.where(*_here(about), is_living(), *lacking)


def _decisions(about: OpenPart) -> Iterator[_Asked]:
    """Count what has not reached Central, on its way or given up."""
    one, state = Decision, SubmissionState
    is_its = (state.form_pk == one.form_pk) & (state.root_id == one.root_id)
    under_way = exists().where(
        Job.kind == WriteBack.kind, Job.key == cast(one.id, String), Job.state.in_([WAITING, RUNNING])
    )
    unsent = select(func.count()).select_from(one).join(state, is_its).where(
        *_here(about), one.sent_at.is_(None), one.kind != ROUND
    )  # fmt: skip
    yield "decisions_waiting", unsent.where(under_way)
    yield "decisions_failed", unsent.where(~under_way)


def _work(about: OpenPart) -> Iterator[_Asked]:
    """Count what failed for good, and has neither been asked for again nor succeeded since."""
    works = [work(about.round_id, about.district) for work in (Verify, DeleteTraces)]
    kinds = [one.kind for one in works]
    yield "work_failed", select(func.count()).where(Job.state == FAILED, Job.key == works[0].key, Job.kind.in_(kinds))


def _here(about: OpenPart) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return SubmissionState.round_id == about.round_id, SubmissionState.district == about.district


_GROUPS: Sequence[Callable[[OpenPart], Iterator[_Asked]]] = (_lines, _submissions, _files, _decisions, _work)
