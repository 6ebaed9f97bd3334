"""A result as rows, and rows as what is shown: replaced only where they changed, and read leniently.

What an older Tilik wrote stays readable: a key that it did not know is left out, one that is no longer known is passed
over. `SHAPE` is raised where rows mean something else than before: open parts are then computed again.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from functools import lru_cache
from itertools import compress
from operator import is_not
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from server.db import Base, Json, among, table_of
from server.many_rows import update_each, write_each
from server.reasons import as_json, from_json
from server.results.sums import add_up
from server.results.tables import IndicatorResult, LineResult, VisitResult
from server.traces.frozen import flagged_as_json
from verification.comparing.finding import ClaimFinding
from verification.judging import line as judging
from verification.judging.line import CriterionSeen
from verification.matching.compare import Comparison
from verification.model import subdistrict_of
from verification.points.ledger import LedgerLine
from verification.reason import Reason
from verification.remembering import Remembered
from verification.verify import DistrictResult
from verification.verify import VisitResult as FoundVisit

SHAPE = 4
_KEYS: dict[type[Base], str] = {IndicatorResult: "indicator", LineResult: "line_id", VisitResult: "visit_id"}


Sources = Mapping[type[Base], Mapping[Any, tuple[Any, ...]]]  # by the key of a row, all that it is made of


def sources_of(
    found: DistrictResult, villages: Mapping[int, str], states: Mapping[str, int], known: Remembered
) -> Sources:
    """Give what the rows of a result are made of; what is `known` is the very same object.

    `villages` are those of the claim lines, by line; `states` the submissions of the visits, by visit.
    """
    findings: dict[int, list[ClaimFinding]] = defaultdict(list)
    for finding in found.findings:
        findings[finding.indicator].append(finding)
    ids = [visit.visit_id for visit in found.visits]
    by_id = dict(zip(ids, found.visits, strict=True))
    numbers = [line.line_id for line in found.lines]
    names = known.each("named", lambda at: [_named_by(found.lines[one]) for one in at], numbers, found.lines)
    named = [tuple((one, by_id[one].version, states[one]) for one in mine) for mine in names]
    return {
        IndicatorResult: {line.indicator: (line, tuple(findings[line.indicator])) for line in found.ledger},
        LineResult: _made_of(LineResult, known, numbers, found.lines, [*map(villages.__getitem__, numbers)], named),
        VisitResult: _made_of(VisitResult, known, ids, found.visits, [*map(states.__getitem__, ids)]),
    }


def _made_of(
    table: type[Base], known: Remembered, keys: Sequence[Any], *columns: Sequence[Any]
) -> Mapping[Any, tuple[Any, ...]]:
    def rows(positions: Sequence[int]) -> list[tuple[Any, ...]]:
        return [tuple(column[position] for column in columns) for position in positions]

    return dict(zip(keys, known.each(("rows", table), rows, keys, *columns), strict=True))


def _named_by(line: judging.LineResult) -> tuple[str, ...]:
    """Give the visits that a line's row names, each once."""
    mine = [line.match.visit_id] if line.match else []
    return tuple(dict.fromkeys((*mine, *line.earlier, *(one.visit_id for one in line.considered))))


def replace_rows(session: Session, result_id: int, sources: Sources, before: Sources | None = None) -> int:
    """Make the rows of a result what was found, touching only what differs; returns how many rows that were.

    `before` is what the rows that are there were made of, where that is known: then only those of which something
    differs are looked at, and those that a person decided, whose pages write rows too.
    """
    changed = 0
    for table, wanted in sources.items():
        touched = None if before is None else _touched(session, table, result_id, wanted, before[table])
        rows = [_MAKES[table](*of) for key, of in wanted.items() if touched is None or key in touched]
        changed += _replace(session, table, result_id, rows, touched)
    add_up(session, result_id)
    return changed


def _touched(
    session: Session, table: type[Base], result_id: int, wanted: Mapping[Any, Any], before: Mapping[Any, Any]
) -> set[Any]:
    others = compress(wanted, map(is_not, wanted.values(), map(before.get, wanted)))
    touched = {key for key in others if before.get(key) != wanted[key]} | (before.keys() - wanted.keys())
    if table is LineResult:
        decided = LineResult.fact_id.is_not(None) | LineResult.reopened_id.is_not(None)
        mine = LineResult.result_id == result_id
        touched |= set(session.scalars(select(LineResult.line_id).where(mine, decided)))
        touched |= {key for key, (line, *_) in wanted.items() if line.fact or line.reopened}
    return touched


def _replace(
    session: Session, table: type[Base], result_id: int, wanted: Sequence[Json], touched: Collection[Any] | None
) -> int:
    key = _KEYS[table]
    mine, identity = table.__table__.c.result_id == result_id, table.__table__.c[key]
    there = select(table.__table__).where(mine)
    there = there if touched is None else there.where(among(session, identity, sorted(touched)))
    known = {row[key]: dict(row) for row in session.execute(there).mappings()}
    rows = {row[key]: row | {"result_id": result_id} for row in wanted}
    gone, new = known.keys() - rows.keys(), [row for name, row in rows.items() if name not in known]
    changed = [row for name, row in rows.items() if name in known and known[name] != row]
    if gone:
        session.execute(delete(table).where(mine, among(session, identity, sorted(gone))))
    write_each(session, insert(table_of(table)), new)
    update_each(session, table, key, changed, mine)
    return len(gone) + len(new) + len(changed)


def _indicator(line: LedgerLine, findings: Sequence[ClaimFinding]) -> Json:
    return {
        "indicator": line.indicator, "maximum": line.maximum, "claimed": line.claimed, "observed": line.observed,
        "lines": line.lines, "confirmed": line.confirmed, "contradicted": line.contradicted,
        "undecided": line.undecided, "lowest": line.lowest, "highest": line.highest,
        "reasons": [as_json(reason) for reason in line.reasons],
        "findings": [as_json(one.reason) | {"verdict": one.verdict.value, "about": one.about} for one in findings],
        "readings": [asdict(reading) for reading in line.readings] or None,
        "desk": {name: getattr(line.desk, name) for name in ("points", "scored", "questions")} if line.desk else None,
        "interval": asdict(line.interval) if line.interval else None,
    }  # fmt: skip


def _line(line: judging.LineResult, village: str, named: Sequence[tuple[str, str, int]]) -> Json:
    """Give the row of a line; `named` are its visits, each with its version and submission."""
    match, evidence = line.match, line.evidence
    seen = {visit_id: (version, number) for visit_id, version, number in named}
    version, state_id = seen[match.visit_id] if match else (None, None)
    return {
        "line_id": line.line_id, "indicator": line.indicator, "subdistrict": subdistrict_of(village),
        "outcome": line.outcome.value, "proposed": (line.proposed or line.outcome).value, "fact_id": line.fact,
        "reopened_id": line.reopened,
        "state_id": state_id,
        "reason_codes": codes_of(line.reasons),
        "reasons": [as_json(reason) for reason in line.reasons],
        "visit_id": match.visit_id if match else None,
        "version": version,
        "probability": match.probability if match else None, "sure": match.sure if match else None,
        "comparisons": [_fields(comparison) for comparison in match.comparisons] if match else [],
        "grade": evidence.grade.value if evidence else None,
        "distance_m": evidence.distance_m if evidence else None, "error_m": evidence.error_m if evidence else None,
        "at_place": evidence.at_place_probability if evidence else None,
        "criteria": [_criterion(one) for one in line.criteria],
        "considered": {
            "earlier": [seen[visit_id][1] for visit_id in line.earlier],
            **({"later": [seen[visit_id][1] for visit_id in line.later]} if line.later else {}),
            "visits": [[seen[other.visit_id][1], other.probability] for other in line.considered],
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
        "visit_id": visit.visit_id, "state_id": state_id,
        "fact_id": visit.fact, "reopened_id": visit.reopened, "version": visit.version, "kind": visit.kind,
        "subdistrict": subdistrict_of(visit.villages[0]) if visit.villages else None,
        "villages": list(visit.villages), "reason_code": visit.reason.code, "reason": visit.reason,
        "lines": list(visit.line_ids),
        "considered": {"lines": [[other.line_id, other.probability] for other in visit.considered]},
        "flags": [*map(flagged_as_json, visit.flags)] or None,
    }  # fmt: skip


_MAKES: dict[type[Base], Callable[..., Json]] = {IndicatorResult: _indicator, LineResult: _line, VisitResult: _visit}


_NAMES: dict[type[Any], list[str]] = {kind: [one.name for one in fields(kind)] for kind in (Comparison, CriterionSeen)}


def _fields(one: Comparison | CriterionSeen) -> Json:
    """Give the fields of what has no fields of its own in them: `asdict`, ten times as fast."""
    return {name: getattr(one, name) for name in _NAMES[type(one)]}


@lru_cache(maxsize=1000)
def _criterion(one: CriterionSeen) -> Json:  # many places, and few that differ; nobody changes it
    return _fields(one) | {"seen": one.seen.value}


def reasons_of(stored: Iterable[Any]) -> list[Reason]:
    """Read reasons back, whoever wrote them."""
    return [from_json(reason) for reason in stored if isinstance(reason, dict) and "code" in reason]
