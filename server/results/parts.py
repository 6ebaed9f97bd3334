"""A district's part of a round with its result: what every page about it begins with."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_and_zone
from server.results.tables import Result
from server.rounds.rules import digest_fixed, rules_fixed
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from verification.sets.indicators import IndicatorSet


@dataclass(frozen=True)
class JudgedPart:
    """A part; `result` is None until it was verified once. `names` are of all areas in the district, by code."""

    round: Round
    part: RoundPart
    result: Result | None
    zone: str
    names: Mapping[str, str]
    indicators: IndicatorSet  # as the round has them

    @property
    def result_id(self) -> int:
        """The result's number; 0, which none has, before the first."""
        return self.result.id if self.result else 0

    @property
    def stamp(self) -> Hashable:
        """Tell its result from all others; of a part that has none yet there is nothing to tell."""
        return self.result and self.result.stamp

    @property
    def is_open(self) -> bool:
        """Tell whether anything may still change in it."""
        return self.part.state == OPEN


def judged_part(session: Session, round_id: str, district: str) -> JudgedPart | None:
    """Find a part; None where the district has none in the round."""
    query = (
        select(Round, RoundPart, Result, digest_fixed())
        .join(RoundPart, RoundPart.round_id == Round.id)
        .outerjoin(Result, (Result.round_id == Round.id) & (Result.district == RoundPart.district))
        .where(Round.id == round_id, RoundPart.district == district)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    in_round, part, result, digest = found
    names, zone = names_and_zone(session, in_round.areas_id, district)
    return JudgedPart(in_round, part, result, zone, names, rules_fixed(session, in_round, digest).indicators)
