"""Import what a district claims: plan first, then act. The plan is the preview, the test and what is carried out.

Several agencies each fill their part: a form replaces the indicators it speaks of and leaves all others alone. A
facility listed again keeps its line, so that what was decided about the line stays with it.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.areas.queries import names_within
from server.areas.tables import Area
from server.claims.queries import claims_of
from server.claims.tables import Answer, Claim, ClaimFile, ClaimLine, Document
from server.claims.workbook import Opened, open_workbook
from server.db import now, snapshot, writing
from server.register.tables import Facility
from server.rounds.tables import Round
from server.rulebook import load_indicators
from server.store import Store
from server.work.queue import ask
from verification.claim_form.form import TEMPLATE_VERSION, ClaimEntry, FilledForm, FormProblem, LineEntry
from verification.claim_form.reader import read_form
from verification.matching.names import normalise
from verification.model import Level, level_of
from verification.reason import Reason


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
    answers: int
    documents: int
    from_file: str | None  # the file whose part of it would be replaced


@dataclass(frozen=True)
class ImportPlan:
    """What importing a file would do, or the problems for which it does nothing."""

    district: str
    year: int
    digest: str
    known: bool  # this very file is where all of these claims already come from
    form: FilledForm
    problems: tuple[FormProblem, ...]
    changes: tuple[ClaimChange, ...]
    agreed: bool = True

    @property
    def replaces(self) -> bool:
        """Tell whether something already claimed would change or go."""
        return any(not change.new for change in self.changes)


def import_claims(
    engine: Engine, store: Store, content: bytes, filename: str, agree: Callable[[ImportPlan], bool]
) -> ImportPlan:
    """Import a filled claim form: all of it, or nothing. Raises UnusableWorkbook.

    `agree` sees the plan, problems too, before anything is done.
    """
    workbook = open_workbook(content)
    with snapshot(engine) as session:
        plan = plan_import(session, content, workbook)
    if not agree(plan) or plan.problems:
        return replace(plan, agreed=False)
    store.put([content], len(content))
    with writing(engine) as session:
        plan = plan_import(session, content, workbook)  # once more: what was shown may have changed meanwhile
        apply_import(session, plan, filename)
        ask(session, "facilities", "")
        ask(session, "verify", f"{plan.year}/{plan.district}")
    return plan


def plan_import(session: Session, content: bytes, opened: Opened) -> ImportPlan:
    """Work out what importing a filled template would do; changes nothing."""
    stamp = opened.stamp
    digest = hashlib.sha256(content).hexdigest()
    stamp_problems = tuple(FormProblem(reason) for reason in _stamp_problems(session, opened))
    if stamp_problems:
        return ImportPlan(stamp.district, stamp.year, digest, False, FilledForm({}, ()), stamp_problems, ())
    villages = frozenset(code for code in names_within(session, stamp.district) if level_of(code) is Level.VILLAGE)
    everywhere = frozenset(session.scalars(select(Area.code)))
    form = read_form(opened.book, load_indicators(stamp.indicator_set), villages, everywhere, stamp.year)
    claims = claims_of(session, stamp.year, stamp.district)
    known = bool(form.claims) and all(
        number in claims and claims[number].file.digest == digest for number in form.claims
    )
    changes = () if form.problems or known else tuple(_changes(claims, form))
    return ImportPlan(stamp.district, stamp.year, digest, known, form, form.problems, changes)


def _stamp_problems(session: Session, opened: Opened) -> Iterable[Reason]:
    stamp = opened.stamp
    if stamp.template_version != TEMPLATE_VERSION:
        yield Reason("wrong_template_version", {"found": stamp.template_version, "wanted": TEMPLATE_VERSION})
    if session.get(Area, stamp.district) is None:
        yield Reason("district_not_loaded", {"district": stamp.district})
    round_ = session.get(Round, stamp.year)
    if round_ and round_.indicator_set != stamp.indicator_set:
        yield Reason("other_indicator_set", {"found": stamp.indicator_set, "wanted": round_.indicator_set})
    try:
        load_indicators(stamp.indicator_set)
    except FileNotFoundError:
        yield Reason("unknown_indicator_set", {"found": stamp.indicator_set})


def _file(session: Session, plan: ImportPlan) -> ClaimFile | None:
    query = select(ClaimFile).filter_by(year=plan.year, district=plan.district, digest=plan.digest)
    return session.scalar(query)


def _changes(claims: Mapping[int, Claim], form: FilledForm) -> Iterable[ClaimChange]:
    for number, entry in sorted(form.claims.items()):
        claim = claims.get(number)
        before = (
            {_place(line.kind, line.name, line.registry_no, line.village) for line in claim.lines} if claim else set()
        )
        after = {_place(line.kind, line.name, line.registry_no, line.village) for line in entry.lines}
        yield ClaimChange(
            indicator=number,
            new=claim is None,
            score_before=claim.self_score if claim else None,
            score=entry.self_score,
            lines_added=len(after - before),
            lines_kept=len(after & before),
            lines_removed=len(before - after),
            answers=len(entry.answers),
            documents=len(entry.documents),
            from_file=claim.file.filename if claim else None,
        )


def _place(kind: str, name: str, registry_no: str | None, village: str) -> tuple[str, ...]:
    """Give what makes two lines one place in the register: the registry number, or name and village."""
    return (kind, registry_no) if registry_no else (kind, normalise(name), village)


def apply_import(session: Session, plan: ImportPlan, filename: str) -> None:
    """Carry a plan out; one with problems does nothing, nor one of a file that would change nothing."""
    if plan.problems or plan.known:
        return
    if session.get(Round, plan.year) is None:
        session.add(Round(year=plan.year, indicator_set=load_indicators().id))
        session.flush()
    file = _file(session, plan) or ClaimFile(year=plan.year, district=plan.district, digest=plan.digest)
    file.filename, file.template_version, file.imported_at = filename, TEMPLATE_VERSION, now()
    session.add(file)
    session.flush()
    claims = claims_of(session, plan.year, plan.district)
    register = _register(session, plan.district)
    for number, entry in sorted(plan.form.claims.items()):
        claim = claims.get(number) or Claim(year=plan.year, district=plan.district, indicator=number)
        _fill(claim, entry, file)
        session.add(claim)
        _fill_lines(session, claim, entry, register)
    session.flush()


def _fill(claim: Claim, entry: ClaimEntry, file: ClaimFile) -> None:
    claim.self_score, claim.cell, claim.file = entry.self_score, entry.cell, file
    claim.answers = [
        Answer(code=a.code, value=a.value, value_before=a.value_before, data_date=a.data_date, cell=a.cell)
        for a in entry.answers
    ]
    claim.documents = [Document(number=d.number, dated=d.dated, title=d.title, cell=d.cell) for d in entry.documents]


def _register(session: Session, district: str) -> dict[tuple[str, ...], Facility]:
    inside = Facility.village.startswith(f"{district}.", autoescape=True)
    facilities = session.scalars(select(Facility).where(inside))
    return {_place(f.kind, f.name, f.registry_no, f.village): f for f in facilities}


def _fill_lines(session: Session, claim: Claim, entry: ClaimEntry, register: dict[tuple[str, ...], Facility]) -> None:
    kept = {line.facility_id: line for line in claim.lines}
    lines = []
    for listed in entry.lines:
        facility = _facility(session, listed, register)
        line = kept.get(facility.id) or ClaimLine(facility_id=facility.id)
        line.kind, line.name, line.registry_no = listed.kind, listed.name, listed.registry_no
        line.village, line.since_year, line.cell = listed.village, listed.since_year, listed.cell
        point = listed.point
        line.lon, line.lat, line.half_cell_m = (point.lon, point.lat, point.half_cell_m) if point else (None,) * 3
        lines.append(line)
    claim.lines = lines


def _facility(session: Session, listed: LineEntry, register: dict[tuple[str, ...], Facility]) -> Facility:
    """Find a line's place in the register, or enter it; a name or village written anew corrects the entry."""
    place = _place(listed.kind, listed.name, listed.registry_no, listed.village)
    facility = register.get(place)
    if facility is None:
        # Central takes only random (version 4) ids for its entities
        facility = Facility(id=str(uuid.uuid4()), kind=listed.kind, registry_no=listed.registry_no)
        session.add(facility)
        register[place] = facility
    facility.name, facility.village = listed.name, listed.village
    return facility
