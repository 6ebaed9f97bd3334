"""What hangs on the areas that a file changes: places of the register, and rounds.

A round that is planned or open goes over to the new version with its claims, unless that would change what has been
settled; such a one keeps its version, and what comes in by new codes is counted by the old ones.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.comparing import AreaChange
from server.areas.queries import names_of
from server.claims.tables import Claim, ClaimLine
from server.db import among, batches
from server.register.tables import Facility
from server.rounds.states import OPEN, PLANNED
from server.rounds.tables import Round, RoundPart
from server.traces.queries import districts_without_traces
from verification.model import district_of
from verification.reason import Reason

Successors = Mapping[str, str | None]


@dataclass(frozen=True)
class Consequences:
    """What follows from new codes. `keeps` says why rounds keep the version they have; `against` forbids it all."""

    successors: Successors
    places: int
    moves: tuple[str, ...]
    keeps: tuple[Reason, ...]
    against: tuple[Reason, ...]


def consequences(session: Session, change: AreaChange, decided: Successors) -> Consequences:
    """Work out what follows from a change of the areas; `decided` has what a person said of codes, None for gone."""
    successors = dict(change.plan.successors(decided))
    successors |= {old: decided[old] for old in change.plan.gone if old in decided}
    in_the_way = {found.id: _in_the_way(session, found, successors) for found in _rounds(session, change.base or 0)}
    return Consequences(
        successors,
        places=sum(1 for _ in _places(session, successors)),
        moves=tuple(round_id for round_id, reason in in_the_way.items() if reason is None),
        keeps=tuple(reason for reason in in_the_way.values() if reason is not None),
        against=(*_wrongly_decided(session, change, decided), *_left_behind(session, successors)),
    )


def _rounds(session: Session, areas_id: int) -> list[Round]:
    query = select(Round).where(Round.areas_id == areas_id, Round.state.in_((PLANNED, OPEN)))
    return list(session.scalars(query.order_by(Round.id)))


def _places(session: Session, successors: Successors) -> Iterator[tuple[str, str]]:
    """Give the places whose village gets another code: their number and the old one."""
    for codes in batches(successors):
        yield from session.execute(select(Facility.id, Facility.village).where(among(session, Facility.village, codes)))


def _in_the_way(session: Session, found: Round, successors: Successors) -> Reason | None:
    """Say why a round keeps the version of the areas that it has, if it does."""
    parts = {part.district: part.state for part in session.scalars(select(RoundPart).filter_by(round_id=found.id))}
    after = Counter(successors.get(district, district) for district in parts)
    touched = {district_of(code) for code in successors}
    frozen = districts_without_traces(session, found.id)  # once closed: what points had shown is kept by these codes
    settled = [district for district, state in parts.items()
               if (state != OPEN or district in frozen) and district in touched]  # fmt: skip
    if settled:
        return Reason("round_keeps_areas_closed", {"round": found.name, "districts": ", ".join(sorted(settled)[:10])})
    if after[None] or (after.most_common(1) and after.most_common(1)[0][1] > 1):
        return Reason("round_keeps_areas_merged", {"round": found.name})
    parted = sum(1 for district, village in _lines(session, found.id) if _part(district, village, successors))
    return Reason("round_keeps_areas_parted", {"round": found.name, "count": parted}) if parted else None


def _part(district: str, village: str, successors: Successors) -> bool:
    """Tell whether a claimed place would lie in another district than the one that claims it."""
    return successors.get(district, district) != district_of(successors.get(village, village) or "")


def _lines(session: Session, round_id: str) -> Iterator[tuple[str, str]]:
    query = select(Claim.district, ClaimLine.village).join(ClaimLine).where(Claim.round_id == round_id)
    yield from session.execute(query)


def _wrongly_decided(session: Session, change: AreaChange, decided: Successors) -> Iterator[Reason]:
    """Name what was decided about areas that leave nothing to decide, and what is no area now."""
    open_ones = {unsure.old for unsure in change.plan.unsure} | set(change.plan.gone)
    there = change.rows.keys() | names_of(session, change.base or 0, [new for new in decided.values() if new]).keys()
    there -= change.ended - change.rows.keys()
    for old, new in decided.items():
        if old not in open_ones:
            yield Reason("nothing_to_decide", {"code": old})
        elif new is not None and new not in there:
            yield Reason("decided_on_no_area", {"code": old, "new": new})


def _left_behind(session: Session, successors: Successors) -> Iterator[Reason]:
    """Name areas that are gone though places are entered there: a person has to say where these lie now."""
    counts = Counter(village for _, village in _places(session, successors) if successors[village] is None)
    yield from (Reason("places_in_no_area", {"code": code, "count": counts[code]}) for code in sorted(counts))
