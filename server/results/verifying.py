"""Verify a district's part of a round: read what it takes, close, compute, then write.

Nothing is computed inside a transaction. A result carries the digest of everything it was computed from and of the
rules' own code; the same inputs are computed once. A closed part is never computed again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from server.areas.queries import names_within, villages_around, villages_within
from server.claims.queries import claims_of
from server.claims.tables import Claim, ClaimLine
from server.db import Json, now, snapshot, writing
from server.draws.samples import samples_of
from server.facts.history import decided_of
from server.results.beside import beside_of
from server.results.rows import SHAPE, replace_rows
from server.results.tables import Result
from server.results.totals import totals
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.rulebook import code_digest, load_indicators, load_rules
from server.visits.queries import visits_by_submission
from server.work.kinds import Verify
from server.work.queue import ask
from verification import model
from verification.comparing.beside import Beside
from verification.deciding.facts import Decided
from verification.places.areas import Villages
from verification.rules import Rules
from verification.sampling.sample import DrawnSample
from verification.sets.indicators import IndicatorSet
from verification.verify import DistrictResult, verify_district

_PATIENCE = 5  # how often inputs may change under our hands before we leave it to the next job


@dataclass(frozen=True)
class Inputs:
    """Everything a district's result is computed from; `states` are the submissions of the visits, by visit.

    `beside` is what claims are set against beside visits, `decided` what people decided, `samples` what was drawn.
    """

    indicators: IndicatorSet
    claims: Mapping[int, model.Claim]
    visits: list[model.Visit]
    villages: list[model.Village]
    names: Mapping[str, str]
    states: Mapping[str, int]
    beside: Beside
    decided: Decided
    samples: Mapping[int, DrawnSample]
    by: Rules  # those of this round

    @property
    def rules(self) -> Json:
        """Give every number that an officer may change, to be stored with the result."""
        checks = {str(i.number): [asdict(check) for check in i.checks] for i in self.indicators.indicators if i.checks}
        return asdict(self.by) | {"checks": checks}

    @property
    def digest(self) -> str:
        """Digest the inputs and the rules, their code too."""
        parts = (self.indicators, sorted(self.claims.items()), self.visits, sorted(self.names.items()), self.by,
                 self.beside, self.decided, sorted(self.samples.items()))  # fmt: skip
        digest = hashlib.sha256(f"{code_digest()} {parts!r}".encode())
        for village in self.villages:
            digest.update(village.code.encode() + village.outline.wkb)
        return digest.hexdigest()


def load_inputs(session: Session, round_id: str, district: str) -> Inputs:
    """Read what a district's result is computed from."""
    found = session.get_one(Round, round_id)
    indicators, areas = load_indicators(found.indicator_set), found.areas_id
    visits = visits_by_submission(session, round_id, district)
    points = [(visit.fix.lon, visit.fix.lat) for visit in visits.values() if visit.fix]
    near = (*villages_within(session, areas, district), *villages_around(session, areas, points))
    villages = {village.code: village for village in near}
    claims = {number: _claim(claim) for number, claim in claims_of(session, round_id, district).items()}
    lines = {(line.indicator, line.facility_id): line.line_id for claim in claims.values() for line in claim.lines}
    return Inputs(
        indicators=indicators,
        claims=claims,
        visits=list(visits.values()),
        villages=[villages[code] for code in sorted(villages)],
        names=names_within(session, areas, district),
        states={visit.visit_id: number for number, visit in visits.items()},
        beside=beside_of(session, found, district),
        decided=decided_of(session, round_id, district, lines, visits, code_digest()),
        samples=samples_of(session, round_id, district),
        by=replace(load_rules(), video_counts=found.video_counts),
    )


def _claim(claim: Claim) -> model.Claim:
    answers = sorted(claim.answers, key=lambda answer: answer.code)
    return model.Claim(
        indicator=claim.indicator,
        self_score=claim.self_score,
        answers={a.code: model.Answer(a.value, a.value_before, a.data_date) for a in answers},
        documents=tuple(model.Document(d.number, d.dated, d.title) for d in claim.documents),
        lines=tuple(_line(claim.indicator, line) for line in claim.lines),
    )


def _line(indicator: int, line: ClaimLine) -> model.ClaimLine:
    point = None
    if line.lon is not None and line.lat is not None:
        point = model.ClaimedPoint(line.lon, line.lat, line.half_cell_m or 0.0)
    return model.ClaimLine(
        line_id=line.id, indicator=indicator, kind=line.kind, name=line.name, village=line.village,
        facility_id=line.facility_id, registry_no=line.registry_no, since_year=line.since_year, point=point,
        ended_year=line.ended_year,
    )  # fmt: skip


def verify(engine: Engine, round_id: str, district: str) -> bool:
    """Compute and store the result of a district's part of a round; tells whether there is a new one."""
    for _ in range(_PATIENCE):
        with snapshot(engine) as session:
            if not _is_open(session, round_id, district):
                return False
            inputs = load_inputs(session, round_id, district)
            before = result_of(session, round_id, district)
        if is_from(before, inputs):
            return False
        if _store(engine, round_id, district, inputs, compute(inputs), before.inputs_digest if before else None):
            return True
    return False  # still changing: whoever changed it has asked for another verification


def _is_open(session: Session, round_id: str, district: str) -> bool:
    part = session.get(RoundPart, (round_id, district))
    return part is not None and part.state == OPEN


def compute(inputs: Inputs) -> DistrictResult:
    """Find out what there is to be found out."""
    villages = Villages(inputs.villages)
    return verify_district(inputs.indicators, inputs.claims, inputs.visits, villages, inputs.names, inputs.by,
                           inputs.beside, inputs.decided, inputs.samples)  # fmt: skip


def _store(
    engine: Engine, round_id: str, district: str, inputs: Inputs, found: DistrictResult, before: str | None
) -> bool:
    """Store a result, unless its inputs have changed, the part was closed or another result has come meanwhile."""
    with snapshot(engine) as session:
        if load_inputs(session, round_id, district).digest != inputs.digest:
            return False
    with writing(engine) as session:
        # PostgreSQL lets two write side by side: whoever has the part's row sees what the other one did
        part = session.get(RoundPart, (round_id, district), with_for_update=True)
        known = result_of(session, round_id, district)
        if part is None or part.state != OPEN or (known.inputs_digest if known else None) != before:
            return False
        result = known or Result(round_id=round_id, district=district)
        for name, value in _head(inputs, found).items():
            setattr(result, name, value)
        session.add(result)
        session.flush()
        lines = [line for claim in inputs.claims.values() for line in claim.lines]
        villages = {line.line_id: line.village for line in lines}
        replace_rows(session, result.id, found, villages, inputs.states)
    return True


def _head(inputs: Inputs, found: DistrictResult) -> dict[str, object]:
    return {
        "shape": SHAPE, "code": code_digest(), "rules_version": found.rules_version, "ledger_rule": found.ledger_rule,
        "indicator_set": found.indicator_set, "rules": inputs.rules, "inputs_digest": inputs.digest,
        "computed_at": now(), **asdict(totals(found.ledger)),
    }  # fmt: skip


def result_of(session: Session, round_id: str, district: str) -> Result | None:
    """Give the result of a district's part of a round."""
    return session.scalars(select(Result).filter_by(round_id=round_id, district=district)).one_or_none()


def is_from(result: Result | None, inputs: Inputs) -> bool:
    """Tell whether a result is what computing these inputs gives now."""
    return result is not None and (result.inputs_digest, result.shape) == (inputs.digest, SHAPE)


def parts_to_verify(session: Session) -> Sequence[tuple[str, str]]:
    """List every open part of a round, by round and district."""
    query = select(RoundPart.round_id, RoundPart.district).filter_by(state=OPEN)
    return session.execute(query.order_by(RoundPart.round_id, RoundPart.district)).all()


def ask_for_outdated(session: Session) -> int:
    """Ask for the open parts that were computed by other rules, or are stored in another shape; returns how many."""
    other = or_(Result.id.is_(None), Result.code != code_digest(), Result.shape != SHAPE)
    mine = (Result.round_id == RoundPart.round_id) & (Result.district == RoundPart.district)
    query = select(RoundPart.round_id, RoundPart.district).outerjoin(Result, mine).where(RoundPart.state == OPEN, other)
    parts = session.execute(query).all()
    for round_id, district in parts:
        ask(session, Verify(round_id, district))
    return len(parts)
