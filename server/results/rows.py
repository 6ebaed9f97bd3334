"""A result as rows, and rows as what is shown: replaced only where they changed, and read leniently.

What an older Tilik wrote stays readable: a key that it did not know is left out, one that is no longer known is passed
over. `SHAPE` is raised where rows mean something else than before: open parts are then computed again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from server.db import Base, Json
from server.reasons import as_json, from_json
from server.results.sums import add_up
from server.results.tables import IndicatorResult, LineResult, VisitResult
from verification.comparing.finding import ClaimFinding
from verification.judging import line as judging
from verification.model import subdistrict_of
from verification.points.ledger import LedgerLine
from verification.reason import Reason
from verification.verify import DistrictResult
from verification.verify import VisitResult as FoundVisit

SHAPE = 3
_KEYS: dict[type[Base], str] = {IndicatorResult: "indicator", LineResult: "line_id", VisitResult: "visit_id"}


def replace_rows(
    session: Session, result_id: int, found: DistrictResult, villages: Mapping[int, str], states: Mapping[str, int]
) -> int:
    """Make the rows of a result what was found, touching only what differs; returns how many rows that were.

    `villages` are those of the claim lines, by line; `states` the submissions of the visits, by visit.
    """
    findings: dict[int, list[ClaimFinding]] = defaultdict(list)
    for finding in found.findings:
        findings[finding.indicator].append(finding)
    versions = {visit.visit_id: visit.version for visit in found.visits}
    wanted: dict[type[Base], list[Json]] = {
        IndicatorResult: [_indicator(line, findings[line.indicator]) for line in found.ledger],
        LineResult: [_line(line, villages[line.line_id], versions, states) for line in found.lines],
        VisitResult: [_visit(visit, states[visit.visit_id]) for visit in found.visits],
    }
    changed = sum(_replace(session, table, result_id, rows) for table, rows in wanted.items())
    add_up(session, result_id)
    return changed


def _replace(session: Session, table: type[Base], result_id: int, wanted: Sequence[Json]) -> int:
    key = _KEYS[table]
    mine, identity = table.__table__.c.result_id == result_id, table.__table__.c[key]
    known = {row[key]: dict(row) for row in session.execute(select(table.__table__).where(mine)).mappings()}
    rows = {row[key]: row | {"result_id": result_id} for row in wanted}
    gone, new = known.keys() - rows.keys(), [row for name, row in rows.items() if name not in known]
    changed = [row for name, row in rows.items() if name in known and known[name] != row]
    for name in sorted(gone):
        session.execute(delete(table).where(mine, identity == name))
    if new:
        session.execute(insert(table), new)
    for row in changed:
        session.execute(update(table).where(mine, identity == row[key]).values(row))
    return len(gone) + len(new) + len(changed)


def _indicator(line: LedgerLine, findings: Iterable[ClaimFinding]) -> Json:
    return {
        "indicator": line.indicator, "maximum": line.maximum, "claimed": line.claimed, "observed": line.observed,
        "lines": line.lines, "confirmed": line.confirmed, "contradicted": line.contradicted,
        "undecided": line.undecided, "lowest": line.lowest, "highest": line.highest,
        "reasons": [as_json(reason) for reason in line.reasons],
        "findings": [as_json(one.reason) | {"verdict": one.verdict.value, "about": one.about} for one in findings],
        "readings": [asdict(reading) for reading in line.readings] or None,
        "interval": asdict(line.interval) if line.interval else None,
    }  # fmt: skip


def _line(line: judging.LineResult, village: str, versions: Mapping[str, str], states: Mapping[str, int]) -> Json:
    match, evidence = line.match, line.evidence
    return {
        "line_id": line.line_id, "indicator": line.indicator, "subdistrict": subdistrict_of(village),
        "outcome": line.outcome.value, "proposed": (line.proposed or line.outcome).value, "fact_id": line.fact,
        "reopened_id": line.reopened,
        "state_id": states[match.visit_id] if match else None,
        "reason_codes": codes_of(line.reasons),
        "reasons": [as_json(reason) for reason in line.reasons],
        "visit_id": match.visit_id if match else None,
        "version": versions.get(match.visit_id) if match else None,
        "probability": match.probability if match else None, "sure": match.sure if match else None,
        "comparisons": [asdict(comparison) for comparison in match.comparisons] if match else [],
        "grade": evidence.grade.value if evidence else None,
        "distance_m": evidence.distance_m if evidence else None, "error_m": evidence.error_m if evidence else None,
        "at_place": evidence.at_place_probability if evidence else None,
        "criteria": [asdict(criterion) for criterion in line.criteria],
        "considered": {
            "earlier": [states[visit_id] for visit_id in line.earlier],
            "visits": [[states[other.visit_id], other.probability] for other in line.considered],
        },
    }  # fmt: skip


_OF_PEOPLE = ("decided_", "reopened")  # how the codes of reasons begin that are about what a person decided


def put_decision(row: LineResult, fact_id: int | None, outcome: str | None, said: Sequence[Reason]) -> None:
    """Let a line's row say what a person decided, or again what the rules propose, as computing it would."""
    own = [reason for reason in reasons_of(row.reasons) if not reason.code.startswith(_OF_PEOPLE)]
    reasons = [*said, *own]
    row.outcome, row.fact_id, row.reopened_id = outcome or row.proposed, fact_id, None
    row.reasons, row.reason_codes = [as_json(reason) for reason in reasons], codes_of(reasons)


def codes_of(reasons: Iterable[Reason]) -> str:
    """Write the codes of reasons with a blank between and around, so that one can be looked for."""
    return f" {' '.join(reason.code for reason in reasons)} "


def _visit(visit: FoundVisit, state_id: int) -> Json:
    return {
        "visit_id": visit.visit_id, "state_id": state_id, "fact_id": visit.fact, "reopened_id": visit.reopened,
        "version": visit.version, "kind": visit.kind,
        "subdistrict": subdistrict_of(visit.villages[0]) if visit.villages else None,
        "villages": list(visit.villages), "reason_code": visit.reason.code, "reason": visit.reason,
        "lines": list(visit.line_ids),
        "considered": {"lines": [[other.line_id, other.probability] for other in visit.considered]},
    }  # fmt: skip


def reasons_of(stored: Iterable[Any]) -> list[Reason]:
    """Read reasons back, whoever wrote them."""
    return [from_json(reason) for reason in stored if isinstance(reason, dict) and "code" in reason]
