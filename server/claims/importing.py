"""Import what a district claims: plan first, then act. The plan is the preview, the test and what is carried out.

A form replaces the indicators it speaks of and leaves all others alone; one that lacks a part of what is claimed
already is refused, until it is merged with the rest or somebody says that the part is to go (`dropping.py`). A facility
listed again keeps its line, so that what was decided about the line stays with it.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.areas.queries import area_of, boxes_within, codes_now, names_of, names_within
from server.audit.entries import Act, write_down
from server.claims.choices import names_of_choices
from server.claims.dropping import what_would_go
from server.claims.queries import claims_of, forget_meetings, meetings_of, name_of, rows_of
from server.claims.register import Register
from server.claims.tables import (
    HANGS_ON,
    Answer,
    Claim,
    ClaimFile,
    ClaimLine,
    Document,
    Meeting,
)
from server.claims.workbook import Opened, open_workbook
from server.db import among, now, snapshot, writing
from server.disclosure.cleared import Cleared
from server.rounds.rules import rules_of
from server.rounds.states import OPEN, Entry, begin_part, hold_part
from server.rounds.tables import Round, RoundPart
from server.rulebook import load_kinds
from server.store.interface import Store
from server.submissions.keeping import read_again
from server.submissions.tables import SubmissionState
from server.told.queries import told_of_places
from server.work.kinds import Facilities, Read, Verify
from server.work.queue import ask
from verification.claim_form.cells import READ_VERSIONS, SHEETS, TEMPLATE_VERSION, Stamp
from verification.claim_form.form import ClaimEntry, FilledForm, FormProblem, LineEntry, VillageCodes
from verification.claim_form.reader import read_form, villages_named
from verification.matching.identity import place_key
from verification.model import Level, level_of
from verification.reason import Reason

_MORE_OF_A_LINE = [column.key for column in SHEETS["Fasilitas"] if column.since == TEMPLATE_VERSION]


@dataclass(frozen=True)
class ClaimChange:
    """What importing would do to one indicator's claim."""

    indicator: int
    new: bool
    score_before: float | None
    score: float | None
    lines_added: int
    lines_kept: int
    lines_removed: int
    answers_before: int
    answers: int
    documents_before: int
    documents: int
    rows_before: int
    rows: int  # of the other sheets
    from_file: Cleared | None  # the file whose part of it would be replaced


@dataclass(frozen=True)
class ImportPlan:
    """What importing a file would do, or the problems for which it does nothing."""

    round_id: str
    district: str
    digest: str
    known: bool  # this very file is where all of these claims already come from
    form: FilledForm
    problems: tuple[FormProblem, ...]
    changes: tuple[ClaimChange, ...]
    agreed: bool = True
    version: str = TEMPLATE_VERSION
    meetings_before: int = 0

    @property
    def remarks(self) -> tuple[FormProblem, ...]:
        """What a person should look at, also where the form is refused; nothing where it is known."""
        return () if self.known else self.form.remarks

    @property
    def replaces(self) -> bool:
        """Tell whether something already claimed would change or go."""
        return any(not change.new for change in self.changes) or bool(self.meetings_before and self.form.meetings)


def import_claims(
    engine: Engine, store: Store, content: bytes, filename: str, by: str, agree: Callable[[ImportPlan], bool],
    *, drop: bool = False,
) -> ImportPlan:  # fmt: skip
    """Import a filled claim form: all of it, or nothing. Raises UnusableWorkbook.

    `agree` sees the plan, problems too, before anything is done; `by` is who imports. `drop`: what is claimed and not
    in the form is to go.
    """
    workbook = open_workbook(content)
    with snapshot(engine) as session:
        plan = plan_import(session, content, workbook, drop=drop)
    if not agree(plan) or plan.problems:
        return replace(plan, agreed=False)
    store.put([content], len(content))
    with writing(engine) as session:
        hold_part(session, plan.round_id, plan.district)
        plan = plan_import(
            session, content, workbook, drop=drop
        )  # once more: what was shown may have changed meanwhile
        apply_import(session, plan, filename, by)
    return plan


def plan_import(session: Session, content: bytes, opened: Opened, *, drop: bool = False) -> ImportPlan:
    """Work out what importing a filled template would do; changes nothing."""
    stamp, recoded = opened.stamp, {}
    digest = hashlib.sha256(content).hexdigest()
    found = _rounds_meant(session, stamp)
    if len(found) == 1:  # the areas may have got new codes since it was written
        recoded = codes_now(session, stamp.areas_id, found[0].areas_id)
        stamp = replace(stamp, district=recoded.get(stamp.district, stamp.district))
    if problems := tuple(FormProblem(reason) for reason in _stamp_problems(session, stamp, found)):
        return ImportPlan(stamp.round_id or "", stamp.district, digest, False, FilledForm({}, ()), problems, ())
    form = read_opened(session, opened, found[0], stamp.district, recoded)
    claims = claims_of(session, found[0].id, stamp.district, rows=True)
    known = all(number in claims and claims[number].file.digest == digest for number in form.claims)
    before = meetings_of(session, found[0].id, stamp.district)
    known = known and (not form.meetings or {meeting.file_digest for meeting in before} == {digest})
    is_empty = not form.claims and not form.meetings
    problems = form.problems or ((FormProblem(Reason("claim_form_empty")),) if is_empty else ())
    if not (problems or known or drop):
        problems = tuple(what_would_go(claims, form))
    names = names_of(session, found[0].areas_id, [stamp.district])
    changes = () if problems or known else tuple(_changes(claims, form, names))
    return ImportPlan(found[0].id, stamp.district, digest, known, form, problems, changes,
                      version=stamp.template_version, meetings_before=len(before))  # fmt: skip


def read_opened(
    session: Session, opened: Opened, meant: Round, district: str, recoded: Mapping[str, str]
) -> FilledForm:
    """Read an opened form for a round and district; `recoded` has the codes of now by those it was written with."""
    inside = names_within(session, meant.areas_id, district)
    named = [recoded.get(code, code) for code in villages_named(opened.book)]
    villages = VillageCodes(frozenset(code for code in inside if level_of(code) is Level.VILLAGE),
                            frozenset(names_of(session, meant.areas_id, named)), recoded,
                            boxes_within(session, meant.areas_id, district))  # fmt: skip
    indicators = rules_of(session, meant).indicators
    names_of_lists = names_of_choices(indicators)
    form = read_form(opened.book, indicators, load_kinds(), villages, meant.data_year, names_of_lists)
    return replace(form, remarks=(*map(FormProblem, opened.hidden), *form.remarks))


def _rounds_meant(session: Session, stamp: Stamp) -> Sequence[Round]:
    """Find the round that a form is for: by its name, or by its year where it was written before rounds had names."""
    named: dict[str, object] = {"id": stamp.round_id} if stamp.round_id else {"data_year": stamp.year, "state": OPEN}
    return session.scalars(select(Round).filter_by(**named)).all()


def _stamp_problems(session: Session, stamp: Stamp, found: Sequence[Round]) -> Iterable[Reason]:
    if stamp.template_version not in READ_VERSIONS:
        yield Reason("wrong_template_version", {"found": stamp.template_version, "wanted": TEMPLATE_VERSION})
    if stamp.agency:
        yield Reason("claim_form_of_one_agency", {"agency": stamp.agency})
    if len(found) != 1:
        code = "claim_form_of_several_rounds" if found else "claim_form_of_no_round"
        yield Reason(code, {"round": stamp.round_id or str(stamp.year)})
        return
    (meant,) = found
    part = session.get(RoundPart, (meant.id, stamp.district))
    if meant.state != OPEN:
        yield Reason("round_not_open", {"round": meant.name})
    if part and part.state != OPEN:
        yield Reason("part_closed", {"round": meant.name, "district": stamp.district})
    if area_of(session, meant.areas_id, stamp.district) is None:
        yield Reason("district_not_loaded", {"district": stamp.district})
    if meant.indicator_set != stamp.indicator_set:
        yield Reason("other_indicator_set", {"found": stamp.indicator_set, "wanted": meant.indicator_set})


def _file(session: Session, plan: ImportPlan) -> ClaimFile | None:
    query = select(ClaimFile).filter_by(round_id=plan.round_id, district=plan.district, digest=plan.digest)
    return session.scalar(query)


def _changes(claims: Mapping[int, Claim], form: FilledForm, names: Mapping[str, str]) -> Iterable[ClaimChange]:
    for number, entry in sorted(form.claims.items()):
        claim = claims.get(number)
        before, after = _places(claim.lines if claim else ()), _places(entry.lines)
        kept = (before & after).total()
        yield ClaimChange(
            indicator=number,
            new=claim is None,
            score_before=claim.self_score if claim else None,
            score=entry.self_score,
            lines_added=after.total() - kept,
            lines_kept=kept,
            lines_removed=before.total() - kept,
            answers_before=len(claim.answers) if claim else 0,
            answers=len(entry.answers),
            documents_before=len(claim.documents) if claim else 0,
            documents=len(entry.documents),
            rows_before=rows_of(claim) if claim else 0,
            rows=len(entry.rows),
            from_file=name_of(claim.file, names) if claim else None,
        )


def _places(lines: Iterable[ClaimLine | LineEntry]) -> Counter[tuple[str, ...]]:
    """Count the rows of each place; of one there may be several that were called otherwise before."""
    return Counter(place_key(line.kind, line.name, line.registry_no, line.village) for line in lines)


def apply_import(session: Session, plan: ImportPlan, filename: str, by: str) -> None:
    """Carry a plan out; one with problems does nothing, nor one of a file that would change nothing.

    Asks for what follows: the list on phones, the district's verification, and where visits to its places belong.
    """
    if plan.problems or plan.known:
        return
    begin_part(session, plan.round_id, plan.district, Entry(by, filename))
    file = _file(session, plan) or ClaimFile(round_id=plan.round_id, district=plan.district, digest=plan.digest)
    file.filename, file.template_version, file.imported_at = filename, plan.version, now()
    session.add(file)
    session.flush()
    claims = claims_of(session, plan.round_id, plan.district, rows=True)
    register = Register(session, session.get_one(Round, plan.round_id).areas_id, plan.district)
    for number, entry in sorted(plan.form.claims.items()):
        claim = claims.get(number) or Claim(round_id=plan.round_id, district=plan.district, indicator=number)
        _fill(claim, entry, file)
        session.add(claim)
        _fill_lines(claim, entry, register)
    if plan.form.meetings:
        forget_meetings(session, plan.round_id, plan.district)
        session.add_all(Meeting(file_id=file.id, cell=row.cell, **row.values) for row in plan.form.meetings)
    session.flush()
    if register.moved:
        is_there = among(session, SubmissionState.facility_id, register.moved)
        read_again(session, is_there | told_of_places(session, register.moved))
    for work in (Facilities(), Read(), Verify(plan.round_id, plan.district)):
        ask(session, work)
    act = Act(by, "claims_imported", f"claim_file:{file.id}", plan.district, plan.round_id, after=plan.digest)
    write_down(session, act)


def _fill(claim: Claim, entry: ClaimEntry, file: ClaimFile) -> None:
    claim.self_score, claim.cell, claim.file = entry.self_score, entry.cell, file
    claim.answers = [
        Answer(code=a.code, value=a.value, value_before=a.value_before, data_date=a.data_date, cell=a.cell,
               filled_by=a.filled_by, endorsed=a.endorsed)
        for a in entry.answers
    ]  # fmt: skip
    claim.documents = [
        Document(number=d.number, dated=d.dated, title=d.title, cell=d.cell, **d.more) for d in entry.documents
    ]
    for sheet, (name, table) in HANGS_ON.items():
        rows = [row for row in entry.rows if row.sheet == sheet]
        setattr(claim, name, [table(cell=row.cell, **row.values) for row in rows])


def _fill_lines(claim: Claim, entry: ClaimEntry, register: Register) -> None:
    kept = {line.facility_id: line for line in claim.lines}
    lines = []
    for listed, facility in zip(entry.lines, register.enter(entry.lines), strict=True):
        line = kept.get(facility.id) or ClaimLine(facility_id=facility.id)
        line.kind, line.name, line.registry_no = listed.kind, listed.name, listed.registry_no
        line.village, line.since_year, line.cell = listed.village, listed.since_year, listed.cell
        point = listed.point
        for key in _MORE_OF_A_LINE:
            setattr(line, key, listed.more.get(key))
        line.lon, line.lat, line.half_cell_m = (point.lon, point.lat, point.half_cell_m) if point else (None,) * 3
        lines.append(line)
    claim.lines = lines
