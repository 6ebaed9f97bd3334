"""The decisions about a line or a visit, as they are kept and as the rules see them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, literal, or_, select
from sqlalchemy.orm import Session

from server.db import Json, among
from server.facts.evidence import evidence_from, visits_now
from server.facts.tables import Fact
from server.people.tables import Person
from verification import model
from verification.deciding import facts as deciding
from verification.deciding.facts import Decided, NowVisit, PlacedVisit
from verification.deciding.reopening import changed
from verification.deciding.states import standing

Line = tuple[int, str]  # indicator and facility: what a line is known by


def as_decided(row: Fact) -> deciding.Fact:
    """Give a decision to the rules."""
    other = (row.other or {}).get("facility_id")
    return deciding.Fact(
        number=row.id, by=row.decided_by, outcome=row.outcome, criteria=tuple(row.criteria),
        other=other if isinstance(other, str) else None, second=row.second, evidence=evidence_from(row.evidence),
    )  # fmt: skip


@dataclass(frozen=True)
class Histories:
    """Decisions by what they are about, oldest first; and what the people are called who took them."""

    facts: Mapping[Line | int, list[Fact]]
    names: Mapping[str, str]

    def of(self, one: Line | int) -> Sequence[Fact]:
        """Give the decisions about one line or submission."""
        return self.facts.get(one, ())


def histories(
    session: Session, round_id: str, district: str, lines: Collection[Line] = (), submissions: Collection[int] = ()
) -> Histories:
    """Give the decisions about lines and submissions."""
    facilities = sorted({facility_id for _, facility_id in lines})
    mine = or_(among(session, Fact.facility_id, facilities), among(session, Fact.state_id, sorted(submissions)))
    who = Fact.decided_by == literal("person:").concat(cast(Person.id, String))
    query = select(Fact, Person.name).outerjoin(Person, who).where(mine).order_by(Fact.id)
    found: dict[Line | int, list[Fact]] = defaultdict(list)
    names: dict[str, str] = {}
    for row, name in session.execute(query.where(Fact.round_id == round_id, Fact.district == district)):
        found[about(row)].append(row)
        names[row.decided_by] = name or row.decided_by
    return Histories(found, names)


def placed_by(found: Histories, now: Mapping[int, NowVisit]) -> dict[int, int]:
    """Give the number of the decision by which a submission is where it is, unless evidence has reopened it."""
    in_force = {number: standing(map(as_decided, found.of(number))).in_force for number in now}
    return {number: fact.number for number, fact in in_force.items()
            if fact is not None and not any(changed(fact.evidence.visits, now))}  # fmt: skip


def decided_of(
    session: Session, round_id: str, district: str, lines: Mapping[Line, int], visits: Mapping[int, model.Visit],
    rules: str,
) -> Decided:  # fmt: skip
    """Give all that people decided of a district's part of a round, with what its decisions recorded as it is now.

    `lines` are the numbers of its claim lines, `visits` those that count, by submission; `rules` is the rules' digest.
    """
    rows = session.scalars(select(Fact).filter_by(round_id=round_id, district=district).order_by(Fact.id)).all()
    if not rows:
        return Decided()
    in_force = _in_force(rows)
    of_lines = {lines[about]: fact for about, fact in in_force.items() if isinstance(about, tuple) and about in lines}
    placed = {visits[about].visit_id: PlacedVisit(fact, _lines_at(lines, fact.other))
              for about, fact in in_force.items() if isinstance(about, int) and about in visits}  # fmt: skip
    taken = [*of_lines.values(), *(one.fact for one in placed.values())]
    recorded = {seen.submission for fact in taken for seen in fact.evidence.visits}
    return Decided(
        lines=dict(sorted(of_lines.items())), visits=dict(sorted(placed.items())),
        present=visits_now(session, round_id, district, recorded),
        submissions={visit.visit_id: number for number, visit in visits.items()}, line_ids=dict(sorted(lines.items())),
        rules=rules,
    )  # fmt: skip


def _in_force(rows: Iterable[Fact]) -> dict[Line | int, deciding.Fact]:
    histories: dict[Line | int, list[deciding.Fact]] = defaultdict(list)
    for row in rows:
        histories[about(row)].append(as_decided(row))
    found = {about: standing(history).in_force for about, history in histories.items()}
    return {about: fact for about, fact in found.items() if fact is not None}


def about(row: Fact) -> Line | int:
    """Say what a decision is about: a line, or a submission by its number."""
    return row.state_id if row.state_id is not None else (row.indicator or 0, row.facility_id or "")


def _lines_at(lines: Mapping[Line, int], facility_id: str | None) -> tuple[int, ...]:
    """Give the lines of one place, under whichever indicators it is claimed."""
    return tuple(sorted(line_id for (_, facility), line_id in lines.items() if facility == facility_id))


def evidence_as_kept(evidence: deciding.Recorded, **more: Any) -> Json:
    """Write what was before a person as it is kept, with more that is only told."""
    visits = [{"submission": seen.submission, "version": seen.version, "files": dict(seen.files),
               "placed": seen.placed, "day": seen.day, "number": seen.number}
              for seen in evidence.visits]  # fmt: skip
    return {"visits": visits, "rules": evidence.rules, "newest": evidence.newest, **more}
