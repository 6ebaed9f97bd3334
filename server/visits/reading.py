"""Read what has changed at Central, and see at once where it belongs: its round and its district.

What it concerns is asked for in the transaction that notes it: its district's part of the round, before and after.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Engine, Row, Select, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.aside import or_aside
from server.db import Json, among, insert_into, table_of
from server.json_text import read_json
from server.many_rows import write_columns
from server.register.at_central import places_picked
from server.rounds.states import OPEN
from server.rounds.tables import RoundPart
from server.rulebook import load_kinds, load_rules
from server.submissions.keeping import current_version
from server.submissions.tables import Form, Submission, SubmissionState
from server.submissions.unread import BATCH, UNREADABLE, is_unread, read_in_batches
from server.traces.queries import its_traces_are_gone
from server.traces.tables import TracesGone
from server.visits.placing import Arrived, Belongs, Placer
from server.visits.tables import ReadVersion, Visit
from server.work.kinds import DeleteTraces, Verify
from server.work.queue import ask
from verification.flags.alone import signs_of
from verification.flags.flag import Flag
from verification.model import Seen
from verification.reading.fields import fields_of
from verification.reading.noted import noted
from verification.reading.visit import UnreadableSubmission, began_at, ended_at, read_visit, zone_min
from verification.reason import Reason

VISIT = "visit"  # what a form's submissions are read as
_WRITTEN = {one: one.value for one in Seen}  # asking each for its value takes ten times as long
_AWAY = Flag.PHOTOGRAPHED_AWAY.value
_LONGEST_FACILITY = Visit.facility_id.type.length


_Read = tuple[list[ReadVersion], dict[int, Belongs]]


def read_visits(engine: Engine) -> int:
    """Read every visit that has changed since it was last read; returns how many there were."""
    return read_in_batches(engine, _arrived, _read_all, _keep)


def _read_all(session: Session, arrived: Sequence[Arrived]) -> _Read:
    rows = session.connection().execute(_unread_versions(session, arrived)).all()
    read = _photographed_by_phones(session, rows, [_as_visit(row) for row in rows])
    new = _by_the_register(session, arrived, [*zip((row.form_pk for row in rows), read, strict=True)])
    return new, _place(session, arrived, new)


def _keep(session: Session, arrived: Sequence[Arrived], found: _Read) -> dict[int, Json]:
    new, belongs = found
    write_columns(session, _put_in(session), dict(zip(ReadVersion._fields, zip(*new, strict=True), strict=False)))
    _ask_for_parts(session, arrived, belongs)
    return {number: vars(one) for number, one in belongs.items()}


def _put_in(session: Session) -> Any:
    """Insert visits: what another worker read meanwhile, to the same end, stays; what an older Tilik read gives way."""
    insert, visit = insert_into(session, table_of(Visit)), table_of(Visit).c
    values = {column.name: insert.excluded[column.name] for column in visit if not column.primary_key}
    return insert.on_conflict_do_update(index_elements=[visit.submission_id], set_=values, where=visit.noted.is_(None))


def are_visits_read(session: Session, district: str) -> bool:
    """Tell whether nothing waits to be read that may be about a district."""
    state = SubmissionState
    may_be = state.district.is_(None) | (state.district == district)
    query = select(state.id).join(Form, Form.id == state.form_pk).where(may_be, is_unread(VISIT)).limit(1)
    return session.scalar(query) is None


def _arrived(session: Session) -> list[Arrived]:
    state, version = SubmissionState, Submission
    query = (
        select(state.id, state.form_pk, state.root_id, state.submitted_at, state.changes, state.district,
               state.round_id, state.chosen_round_id, Form.project, version.id, TracesGone.id.is_not(None))
        .join(Form, Form.id == state.form_pk)
        .outerjoin(version, current_version())
        .outerjoin(TracesGone, its_traces_are_gone())
        .where(is_unread(VISIT))
        .order_by(state.id)
        .limit(BATCH)
    )  # fmt: skip
    return [Arrived._make(row) for row in session.connection().execute(query).all()]


def _unread_versions(session: Session, arrived: Sequence[Arrived]) -> Select[int, int, str, str, str]:
    """Ask for all versions of these submissions that were not read as visits, or by an older Tilik alone."""
    roots = [one.root_id for one in arrived]
    return (
        select(Submission.id, Submission.form_pk, Submission.root_id, Submission.instance_id, Submission.answers)
        .outerjoin(Visit, Visit.submission_id == Submission.id)
        .where(among(session, Submission.form_pk, sorted({one.form_pk for one in arrived})),
               among(session, Submission.root_id, roots), Visit.submission_id.is_(None) | Visit.noted.is_(None))
        .order_by(Submission.id)
    )  # fmt: skip


def _as_visit(row: Row[int, int, str, str, str]) -> ReadVersion:
    """Read a version; one that nobody can read says so, and its neighbours are read."""
    return or_aside(_read, lambda row: _not_read(row, UNREADABLE), row, but=DBAPIError)


def _not_read(row: Row[int, int, str, str, str], problem: Reason) -> ReadVersion:
    return ReadVersion(row.id, noted={}, problem=problem)


def _read(row: Row[int, int, str, str, str]) -> ReadVersion:
    try:
        answers = read_json(row.answers)
    except (ValueError, RecursionError):  # it is kept as it came, and is no JSON that anybody could use
        return _not_read(row, UNREADABLE)
    fields = fields_of(answers)
    try:
        visit = read_visit(fields, row.root_id, row.instance_id, None, load_kinds())
    except UnreadableSubmission as error:
        return _not_read(row, error.reason)
    fix, began = visit.fix, began_at(fields)
    return ReadVersion(
        submission_id=row.id, kind=visit.kind, mode=visit.mode, arrival=visit.arrival,
        facility_id=_possible(visit.facility_id), name=visit.name, registry_no=visit.registry_no,
        lon=fix.lon if fix else None, lat=fix.lat if fix else None, accuracy_m=fix.accuracy_m if fix else None,
        asked_third_party=visit.asked_third_party,
        seen={code: _WRITTEN[seen] for code, seen in visit.answers.items()}, noted=noted(fields),
        began_at=began, ended_at=ended_at(fields), zone_min=zone_min(began), today=visit.day,
        signs=[sign.value for sign in signs_of(fields, load_rules().flags, load_rules().location)],
    )  # fmt: skip


def _photographed_by_phones(
    session: Session, rows: Sequence[Row[int, int, str, str, str]], read: Sequence[ReadVersion]
) -> list[ReadVersion]:
    """Leave out of edits that a photograph was taken away from the point, where what the phone sent has no such sign.

    Whoever puts another photograph into it, say without a child that the first one shows, sits at a desk; and the form
    notes where that is.
    """
    away = [row for row, visit in zip(rows, read, strict=True)
            if row.instance_id != row.root_id and _AWAY in (visit.signs or ())]  # fmt: skip
    if not away:
        return [*read]
    its = (Submission.form_pk, Submission.root_id)
    query = select(*its, Visit.signs).join(Visit, Visit.submission_id == Submission.id)
    sent = query.where(Submission.instance_id == Submission.root_id,
                       among(session, Submission.root_id, sorted({row.root_id for row in away})))  # fmt: skip
    by_phone = {(form_pk, root_id): signs for form_pk, root_id, signs in session.execute(sent)}
    by_phone |= {(row.form_pk, row.root_id): visit.signs for row, visit in zip(rows, read, strict=True)
                 if row.instance_id == row.root_id}  # fmt: skip
    signs = {row.id: by_phone.get((row.form_pk, row.root_id)) for row in away}
    at_desks = {number for number, known in signs.items() if known is not None and _AWAY not in known}
    return [one._replace(signs=[sign for sign in one.signs or () if sign != _AWAY])
            if one.submission_id in at_desks else one for one in read]  # fmt: skip


def _possible(facility_id: str | None) -> str | None:
    """Leave out what no facility can be called: a form takes any text, and one must not stop the others."""
    return facility_id if facility_id and len(facility_id) <= _LONGEST_FACILITY else None


def _by_the_register(
    session: Session, arrived: Sequence[Arrived], read: Sequence[tuple[int, ReadVersion]]
) -> list[ReadVersion]:
    """Call what was picked on phones as the register does, where a project has ids of its own for places.

    `read` are visits with the number of their form.
    """
    project_of = {one.form_pk: one.project for one in arrived}
    picked = [((project_of[form_pk], visit.facility_id or ""), visit) for form_pk, visit in read]
    places = places_picked(session, {its for its, _ in picked})
    if not places:
        return [visit for _, visit in read]
    return [visit._replace(facility_id=places.get(its, visit.facility_id)) for its, visit in picked]


def _place(session: Session, arrived: Sequence[Arrived], new: Sequence[ReadVersion]) -> dict[int, Belongs]:
    """See where each belongs by its current version, just read or read before."""
    current = {one.version_id for one in arrived if one.version_id is not None}
    read = session.scalars(select(Visit).where(among(session, Visit.submission_id, sorted(current))))
    both: Iterable[Visit | ReadVersion] = (*read, *new)
    visits = {visit.submission_id: visit for visit in both if visit.submission_id in current}
    session.expunge_all()
    placer = Placer(session, visits)
    return {
        one.id: or_aside(lambda one: placer.place(one, visits.get(one.version_id or 0)),
                         lambda one: Belongs(one.version_id, aside=UNREADABLE), one, but=DBAPIError)
        for one in arrived
    }  # fmt: skip


def _ask_for_parts(session: Session, arrived: Sequence[Arrived], belongs: dict[int, Belongs]) -> None:
    """Ask for the parts of rounds that these concern, where they were until now and where they are."""
    parts: set[tuple[str | None, str | None]] = set()
    now_in = {(found.round_id, found.district) for found in belongs.values()}
    for one in arrived:
        parts |= {(one.round_id, one.district), (belongs[one.id].round_id, belongs[one.id].district)}
    for round_id, district in sorted((r, d) for r, d in parts if r and d):
        part = session.get(RoundPart, (round_id, district))
        if part is not None and part.state == OPEN:
            ask(session, Verify(round_id, district))
        elif part is not None and (round_id, district) in now_in:  # it came after this was closed
            ask(session, DeleteTraces(round_id, district))
