"""Verify a district's part of a round: read what it takes, close, compute, then write.

Nothing is computed inside a transaction. A result carries the digest of everything it was computed from and of the
rules' own code; the same inputs are computed once. A closed part is never computed again.
"""

from collections.abc import Hashable, Sequence
from dataclasses import asdict

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from server.collecting import not_collecting
from server.db import moment_of, now, snapshot, writing
from server.results.inputs import Inputs, load_inputs
from server.results.kept import WorkedOut, kept_of
from server.results.rows import SHAPE, replace_rows, sources_of
from server.results.tables import Result
from server.results.totals import totals
from server.rounds.states import OPEN
from server.rounds.tables import RoundPart
from server.rulebook import code_digest
from server.work.kinds import Verify
from server.work.queue import ask
from verification.places.areas import Villages
from verification.remembering import Remembered
from verification.verify import DistrictResult, verify_district

_PATIENCE = 5  # how often inputs may change under our hands before we leave it to the next job


def verify(engine: Engine, round_id: str, district: str) -> bool:
    """Compute and store the result of a district's part of a round; tells whether there is a new one."""
    with not_collecting():
        is_new, at_hand = _verify(engine, round_id, district, kept_of(engine).take(round_id, district))
    # only now: another part goes for it, after which what was made would not seem much to the collector
    kept_of(engine).put(round_id, district, at_hand)
    return is_new


def _verify(engine: Engine, round_id: str, district: str, last: WorkedOut | None) -> tuple[bool, WorkedOut | None]:
    """Do what `verify` does; gives what is at hand of the part from now on too."""
    for _ in range(_PATIENCE):
        with snapshot(engine) as session:
            if not _is_open(session, round_id, district):
                return False, None
            moment = moment_of(session)
            inputs = load_inputs(session, round_id, district, last.inputs if last else None)
            before = result_of(session, round_id, district)
        if is_from(before, inputs):
            return False, last
        new = work_out(inputs, last)
        if not _still_are(engine, round_id, district, inputs, moment):
            continue
        if _store(engine, round_id, district, new, last, before.inputs_digest if before else None):
            return True, new
    return False, None  # still changing: whoever changed it has asked for another verification


def _is_open(session: Session, round_id: str, district: str) -> bool:
    part = session.get(RoundPart, (round_id, district))
    return part is not None and part.state == OPEN


def work_out(inputs: Inputs, last: WorkedOut | None) -> WorkedOut:
    """Find out what there is to be found out; what the last computation worked out of the same is not made again."""
    remembered = last.remembered if last else Remembered()
    villages = last.villages if last and last.inputs.ground is inputs.ground else Villages(inputs.villages)
    found = verify_district(inputs.indicators, inputs.claims, inputs.visits, villages, inputs.names, inputs.by,
                            inputs.beside, inputs.decided, remembered, inputs.samples)  # fmt: skip
    lines = [line for claim in inputs.claims.values() for line in claim.lines]
    sources = sources_of(found, {line.line_id: line.village for line in lines}, inputs.states, remembered)
    return WorkedOut(inputs, villages, found, sources, remembered)


def compute(inputs: Inputs) -> DistrictResult:
    """Find out what there is to be found out."""
    return work_out(inputs, None).found


def _still_are(engine: Engine, round_id: str, district: str, inputs: Inputs, moment: Hashable) -> bool:
    """Tell whether inputs that were read at a moment are so still."""
    with snapshot(engine) as session:
        if moment_of(session) == moment:
            return True
        return load_inputs(session, round_id, district, inputs).digest == inputs.digest


def _store(
    engine: Engine, round_id: str, district: str, new: WorkedOut, last: WorkedOut | None, before: str | None
) -> bool:
    """Store a result, unless the part was closed or another result has come meanwhile."""
    inputs = new.inputs
    with writing(engine) as session:
        # PostgreSQL lets two write side by side: whoever has the part's row sees what the other one did
        part = session.get(RoundPart, (round_id, district), with_for_update=True)
        known = result_of(session, round_id, district)
        if part is None or part.state != OPEN or (known.inputs_digest if known else None) != before:
            return False
        is_of_last = known is not None and last is not None and is_from(known, last.inputs)
        result = known or Result(round_id=round_id, district=district)
        for name, value in _head(inputs, new.found).items():
            setattr(result, name, value)
        session.add(result)
        session.flush()
        replace_rows(session, result.id, new.sources, last.sources if last and is_of_last else None)
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
