"""Verify a district: read what it takes, close, compute, then write. Nothing is computed inside a transaction.

A result carries the digest of everything it was computed from; the same inputs are computed once.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.areas.queries import names_within, villages_around, villages_within
from server.areas.tables import Area
from server.claims.queries import claims_of
from server.claims.tables import Claim, ClaimLine
from server.db import now, snapshot, writing
from server.results.tables import Verification
from server.rounds.tables import Round
from server.rulebook import load_indicators, load_rules
from server.visits.queries import visits_of
from verification import model
from verification.places.areas import Villages
from verification.sets.indicators import IndicatorSet
from verification.verify import DistrictResult, verify_district

_result = TypeAdapter(DistrictResult)
_PATIENCE = 5  # how often inputs may change under our hands before we leave it to the next job


@dataclass(frozen=True)
class Inputs:
    """Everything a district's result is computed from."""

    indicators: IndicatorSet
    claims: Mapping[int, model.Claim]
    visits: list[model.Visit]
    villages: list[model.Village]
    names: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Digest the inputs and the rules."""
        parts = (self.indicators, sorted(self.claims.items()), self.visits, sorted(self.names.items()), load_rules())
        digest = hashlib.sha256(repr(parts).encode())
        for village in self.villages:
            digest.update(village.code.encode() + village.outline.wkb)
        return digest.hexdigest()


def load_inputs(session: Session, project: int, year: int, district: str) -> Inputs:
    """Read what a district's result is computed from."""
    indicators = load_indicators(session.get_one(Round, year).indicator_set)
    visits = visits_of(session, project, district)
    points = [(visit.fix.lon, visit.fix.lat) for visit in visits if visit.fix]
    villages = {v.code: v for v in (*villages_within(session, district), *villages_around(session, points))}
    return Inputs(
        indicators=indicators,
        claims={number: _claim(claim, indicators) for number, claim in claims_of(session, year, district).items()},
        visits=visits,
        villages=[villages[code] for code in sorted(villages)],
        names=names_within(session, district),
    )


def _claim(claim: Claim, indicators: IndicatorSet) -> model.Claim:
    counted = next((a.code for a in indicators.by_number[claim.indicator].answer_fields if a.counts_places), None)
    values = [answer.value for answer in claim.answers if answer.code == counted and answer.value]
    return model.Claim(
        indicator=claim.indicator,
        self_score=claim.self_score,
        counted=float(values[0]) if values else None,
        lines=tuple(_line(claim.indicator, line) for line in claim.lines),
    )


def _line(indicator: int, line: ClaimLine) -> model.ClaimLine:
    point = None
    if line.lon is not None and line.lat is not None:
        point = model.ClaimedPoint(line.lon, line.lat, line.half_cell_m or 0.0)
    return model.ClaimLine(
        line_id=line.id, indicator=indicator, kind=line.kind, name=line.name, village=line.village,
        facility_id=line.facility_id, registry_no=line.registry_no, since_year=line.since_year, point=point,
    )  # fmt: skip


def verify(engine: Engine, project: int, year: int, district: str) -> bool:
    """Compute and store a district's result; tells whether there is a new one."""
    for _ in range(_PATIENCE):
        with snapshot(engine) as session:
            inputs = load_inputs(session, project, year, district)
            before = latest(session, year, district)
        if before and before.inputs_digest == inputs.digest:
            return False
        result = _compute(inputs)
        if _store(engine, project, year, district, inputs, result, before.id if before else None):
            return True
    return False  # still changing: whoever changed it has asked for another verification


def _compute(inputs: Inputs) -> DistrictResult:
    villages = Villages(inputs.villages)
    return verify_district(inputs.indicators, inputs.claims, inputs.visits, villages, inputs.names, load_rules())


def _store(
    engine: Engine, project: int, year: int, district: str, inputs: Inputs, result: DistrictResult, before: int | None
) -> bool:
    """Store a result, unless its inputs have changed or another result has come meanwhile."""
    text = _result.dump_json(result).decode()
    with snapshot(engine) as session:
        if load_inputs(session, project, year, district).digest != inputs.digest:
            return False
    with writing(engine) as session:
        # PostgreSQL lets two write side by side: whoever has the district's row sees what the other one stored
        session.get_one(Area, district, with_for_update={"key_share": True})
        newest = latest(session, year, district)
        if (newest.id if newest else None) != before:
            return False
        session.add(Verification(year=year, district=district, inputs_digest=inputs.digest, rules=asdict(load_rules()),
                                 result=text, computed_at=now()))  # fmt: skip
    return True


def latest(session: Session, year: int, district: str) -> Verification | None:
    """Give a district's newest result."""
    query = select(Verification).filter_by(year=year, district=district).order_by(Verification.id.desc())
    return session.scalars(query.limit(1)).first()


def read_result(verification: Verification) -> DistrictResult:
    """Read a stored result back."""
    return _result.validate_json(verification.result)


def all_districts_with_claims(session: Session) -> list[tuple[int, str]]:
    """List every round's districts that have claimed something."""
    query = select(Claim.year, Claim.district).distinct().order_by(Claim.year, Claim.district)
    return [(year, district) for year, district in session.execute(query)]
