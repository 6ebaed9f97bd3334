"""What waits for somebody: counts, each with the list in which it is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.assignments.queries import overdue_by_part, to_go_by_part
from server.assignments.states import OVERDUE
from server.decisions.late import late_decisions
from server.desk.waiting import asked_districts, desk_queue
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.districts.filter import AREA, over_parts
from server.messages.channels import Topic
from server.messages.outbox import BY_HAND
from server.messages.tables import Message
from server.plan.waiting import DRAWINGS, PLANS, RELEASES, awaited_by_part
from server.results.tables import Result
from server.roles.account import Account
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.submissions.tables import SubmissionState
from server.visits.queries import count_waiting_aside
from server.work import queue
from server.work.tables import Job

SHOWN = 20  # districts or decisions that are named; all are counted
WAITS, REOPENED = "waits", "reopened"  # in the address of the list of lines (server/lines/filter.py)


@view
class Waiting:
    """Something that waits, so often, and the address at which it is seen to; `of` says where."""

    count: int
    of: Cleared
    address: Cleared


@view
class WaitingKind:
    """One kind of what waits: so much in all, and the first of it place by place."""

    key: Cleared
    count: int
    each: tuple[Waiting, ...]


@dataclass(frozen=True)
class _Parts:
    """Names districts' parts of rounds, and says where each is seen to: a district may wait in two rounds at once."""

    clear: Clearance
    rounds: Mapping[str, str]

    def waiting(self, count: int, name: str | None, part: tuple[str, str], page: str, **more: Any) -> Waiting:
        """Say that something waits in a part, so often, on a page."""
        round_id, district = part
        named = self.clear.joined(self.clear.ours(name or district), self.clear.ours(self.rounds[round_id]))
        return Waiting(count, named, _at(self.clear, page, district, round_id, **more))


def what_waits(
    session: Session, account: Account, project: int, clear: Clearance, *, has_scanner: bool = False
) -> list[WaitingKind]:
    """List what waits for an account, by kind; one query for each kind that may wait for it."""
    parts = _Parts(clear, dict(session.execute(select(Round.id, Round.name)).all()))
    kinds = (*_facts(session, account, parts), *_desk(session, account, parts, has_scanner=has_scanner),
             *_agreements(session, account, parts), *_visits(session, account, parts),
             *_overdue(session, account, parts),
             *_aside(session, account, project, parts), *_decisions(session, account, clear),
             *_whole(session, account, clear))  # fmt: skip
    return [kind for kind in kinds if kind.count]


def _facts(session: Session, account: Account, parts: _Parts) -> Iterator[WaitingKind]:
    """Give what a person has to decide: lines that visits leave undecided, and decisions that were reopened."""
    if not account.may_somewhere(Permission.DECIDE_FACTS):
        return
    query = over_parts(account).add_columns(RoundPart, AREA.name, Result.waiting, Result.reopened)
    within = account.reach(Permission.DECIDE_FACTS, RoundPart.district, RoundPart.round_id)
    query = query.where(within, RoundPart.state == OPEN, Round.state == OPEN, Result.waiting > 0)
    rows = session.execute(query.order_by(Result.waiting.desc(), RoundPart.district)).all()
    for key, column, value in ((REOPENED, 3, REOPENED), ("undecided", 2, WAITS)):
        counted = [(row[0], row[1], row[column]) for row in rows if row[column]]
        each = tuple(parts.waiting(count, name, (part.round_id, part.district), "lines.lines_page", keputusan=value)
                     for part, name, count in counted[:SHOWN])  # fmt: skip
        yield WaitingKind(parts.clear.id(key), sum(count for *_, count in counted), each)


def _desk(session: Session, account: Account, parts: _Parts, *, has_scanner: bool) -> Iterator[WaitingKind]:
    """Give documents to read or to judge, of the first districts that have some; and what districts are asked."""
    if account.may_somewhere(Permission.SEE_DESK):
        queue_of_all = desk_queue(session, account, 0, has_scanner=has_scanner)
        counted = [(part, name, mine) for part, name, _, mine, _ in queue_of_all if mine]
        yield _kind("desk", "desk.part_page", counted, parts)
    if account.may_somewhere(Permission.IMPORT_CLAIMS):
        yield _kind("clarifications", "desk.clarifications", asked_districts(session, account), parts)


def _kind(
    key: str, page: str, counted: Sequence[tuple[tuple[str, str], str | None, int]], parts: _Parts
) -> WaitingKind:
    each = tuple(parts.waiting(count, name, part, page) for part, name, count in counted[:SHOWN])
    return WaitingKind(parts.clear.id(key), sum(count for *_, count in counted), each)


def _agreements(session: Session, account: Account, parts: _Parts) -> Iterator[WaitingKind]:
    """Give the plans and drawings by which nobody is sent before Tim Penilai agrees, and before they are released."""
    for key, page, permission in (
        (PLANS, "plan.agree_page", Permission.APPROVE_DRAW), (DRAWINGS, "draws.draws_page", Permission.APPROVE_DRAW),
        (RELEASES, "plan.release_page", Permission.ASSIGN),
    ):  # fmt: skip
        if account.may_somewhere(permission):
            yield _kind(key, page, awaited_by_part(session, account, key), parts)


def _visits(session: Session, account: Account, parts: _Parts) -> Iterator[WaitingKind]:
    """Give the visits that a member of a team is asked for: those of the list of their team."""
    if account.may_somewhere(Permission.SEE_ASSIGNMENTS):
        counted = to_go_by_part(session, account)
        each = tuple(parts.waiting(count, name, part, "assignments.assignments_page", team=team)
                     for part, name, count, team in counted[:SHOWN])  # fmt: skip
        yield WaitingKind(parts.clear.id("visits"), sum(count for *_, count, _ in counted), each)


def _overdue(session: Session, account: Account, parts: _Parts) -> Iterator[WaitingKind]:
    """Give the visits that should have come by now, where somebody may ask for them again."""
    if account.may_somewhere(Permission.ASSIGN):
        counted = overdue_by_part(session, account)
        each = [parts.waiting(count, name, (round_id, district), "assignments.assignments_page", state=OVERDUE)
                for district, round_id, name, count in counted[:SHOWN]]  # fmt: skip
        yield WaitingKind(parts.clear.id("overdue"), sum(row[-1] for row in counted), tuple(each))


def _aside(session: Session, account: Account, project: int, parts: _Parts) -> Iterator[WaitingKind]:
    """Give what could not be read or placed: of one's own districts, and of none."""
    if not account.may_somewhere(Permission.REVIEW):
        return
    clear, state, nowhere = parts.clear, SubmissionState, account.may(Permission.SEE_ASIDE)
    within = account.reach(Permission.REVIEW, state.district, state.round_id)
    counted = count_waiting_aside(session, project, within if nowhere else within & state.district.is_not(None))
    rounds = _rounds_of(session, {district for district, _ in counted if district})
    each = []
    for (district, round_id), count in sorted(counted.items(), key=lambda one: -one[1]):
        named, begun = rounds.get(district or "", ("", ""))
        if district and begun:
            each.append(parts.waiting(count, named, (round_id or begun, district), "lists.aside"))
        elif nowhere:
            each.append(Waiting(count, clear.say("waits.nowhere"), clear.id(url_for("reports.aside_page"))))
    yield WaitingKind(clear.id("aside"), sum(one.count for one in each), tuple(each[:SHOWN]))


def _rounds_of(session: Session, districts: set[str]) -> dict[str, tuple[str | None, str]]:
    """Give the name and the newest open round of each district: what is of no round is listed there."""
    query = (
        select(RoundPart.district, func.max(AREA.name), func.max(RoundPart.round_id))
        .join(Round, Round.id == RoundPart.round_id)
        .outerjoin(AREA, (AREA.code == RoundPart.district) & AREA.until.is_(None))
        .where(RoundPart.district.in_(districts), Round.state == OPEN)
        .group_by(RoundPart.district)
    )
    return {district: (name, round_id) for district, name, round_id in session.execute(query)} if districts else {}


def _decisions(session: Session, account: Account, clear: Clearance) -> Iterator[WaitingKind]:
    """Give one's own decisions that did not reach Central."""
    if account.may_somewhere(Permission.COMMENT):
        late = late_decisions(session, account.label, SHOWN)
        each = [Waiting(1, clear.id(root_id), _submission(clear, form_id, root_id)) for form_id, root_id in late]
        yield WaitingKind(clear.id("unsent"), len(each), tuple(each))


def _whole(session: Session, account: Account, clear: Clearance) -> Iterator[WaitingKind]:
    """Give what waits for who keeps Tilik running."""
    of_people = Message.kind != Topic.REGISTER  # the register's are counted nowhere
    for permission, key, found, page in (
        (Permission.MANAGE_WORK, "failed_work", Job.state == queue.FAILED, "work.work_page"),
        (Permission.SEE_MESSAGES, "by_hand", of_people & (Message.state == BY_HAND), "messages.messages_page"),
    ):
        if account.may(permission):
            table = Job if key == "failed_work" else Message
            count = session.scalar(select(func.count()).select_from(table).where(found)) or 0
            one = Waiting(count, clear.say(f"waits.see.{key}"), clear.id(url_for(page)))
            yield WaitingKind(clear.id(key), count, (one,))


def _submission(clear: Clearance, form_id: str, root_id: str) -> Cleared:
    return clear.id(url_for("decisions.submission_page", form_id=form_id, root_id=root_id))


def _at(clear: Clearance, page: str, district: str, round_id: str, **more: Any) -> Cleared:
    return clear.id(url_for(page, round_id=round_id, district=district, **more))
