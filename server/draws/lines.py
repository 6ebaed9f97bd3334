"""The claimed places that are drawn from: how many signs of risk each bears, and about where it lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from server.areas.queries import boxes_within
from server.claims.tables import Claim, ClaimLine
from server.rounds.rules import FixedRules, rules_of
from server.rounds.tables import Round

Point = tuple[float, float]


@dataclass(frozen=True)
class DrawnFrom:
    """What a district lists for an indicator: its score of itself, and places by their numbers in the register."""

    self_score: float | None
    risks: Mapping[str, int]
    points: Mapping[str, Point]


def listed(session: Session, part: tuple[str, str], indicator: int) -> DrawnFrom:
    """Read what a part claims for an indicator; an empty list where that is nothing."""
    round_id, district = part
    found = session.get_one(Round, round_id)
    which = (Claim.round_id == round_id) & (Claim.district == district) & (Claim.indicator == indicator)
    score = session.scalar(select(Claim.self_score).where(which))
    claimed = is_claimed(found, rules_of(session, found))
    lines = session.scalars(select(ClaimLine).join(Claim, Claim.id == ClaimLine.claim_id).where(which, claimed)).all()
    boxes = boxes_within(session, found.areas_id, district)
    return DrawnFrom(score, {line.facility_id: _signs(line, found.data_year) for line in lines}, _points(lines, boxes))


def is_claimed(found: Round, by: FixedRules) -> ColumnElement[bool]:
    """Choose the rows of a round's lists that claim their places, by its rules.

    One that says itself that its place had ended before the data year claims none (rules 10).
    """
    if not by.base.points.ended_is_no_claim:
        return true()
    return or_(ClaimLine.ended_year.is_(None), ClaimLine.ended_year >= found.data_year)


def _signs(line: ClaimLine, data_year: int) -> int:
    """Count what makes a line likelier to be other than claimed: nobody can look it up, or it is new."""
    return (line.lon is None) + (line.since_year is not None and line.since_year >= data_year)


def _points(
    lines: Sequence[ClaimLine], boxes: Mapping[str, tuple[float, float, float, float]]
) -> dict[str, Point]:  # fmt: skip
    """Say about where each lies: where it is claimed, else in its village, else in the middle of all."""
    found: dict[str, Point] = {}
    for line in lines:
        if line.lon is not None and line.lat is not None:
            found[line.facility_id] = (line.lon, line.lat)
        elif box := boxes.get(line.village):
            found[line.facility_id] = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    known = list(found.values()) or [(0.0, 0.0)]
    middle = (sum(lon for lon, _ in known) / len(known), sum(lat for _, lat in known) / len(known))
    return {line.facility_id: found.get(line.facility_id, middle) for line in lines}


def lists_of(session: Session, part: tuple[str, str], claimed: ColumnElement[bool]) -> dict[int, int]:
    """Count the places that a part claims, by indicator; `claimed` chooses the rows that do (`is_claimed`)."""
    query = select(Claim.indicator, func.count()).join(ClaimLine, ClaimLine.claim_id == Claim.id)
    query = query.where(Claim.round_id == part[0], Claim.district == part[1], claimed).group_by(Claim.indicator)
    return dict(session.execute(query.order_by(Claim.indicator)).all())
