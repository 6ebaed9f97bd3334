"""A claim line that is to be decided, and the lines that it could be the same place as."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from server.claims.tables import Claim, ClaimLine
from server.disclosure.places import UnclearedPlace
from server.facts.tables import Fact
from server.register.tables import Facility
from server.results.tables import LineResult, Result
from verification.matching.names import normalise
from verification.model import Outcome, subdistrict_of
from verification.places.distance import distance_m

MOST_OTHERS = 20  # lines offered as the same place
MOST_NEAR = 500  # lines of a subdistrict that are looked through for them
_FAR = 10**9


@dataclass(frozen=True)
class FoundLine:
    """A line of a district's part of a round: what it claims, and the row that says what was found out, if any."""

    claimed: ClaimLine
    indicator: int
    register_kind: str
    row: LineResult | None

    @property
    def line_id(self) -> int:
        """Give its number, which another import of the workbook changes."""
        return self.claimed.id

    @property
    def known_by(self) -> tuple[int, str]:
        """Give what it is known by for good: indicator and facility."""
        return self.indicator, self.claimed.facility_id

    @property
    def has_ended(self) -> bool:
        """Tell whether its own row says that it had ended, so that there is nothing to decide."""
        return self.row is not None and self.row.outcome == Outcome.ENDED

    @property
    def place(self) -> UnclearedPlace:
        """Give its place, uncleared."""
        one = self.claimed
        return UnclearedPlace((self.register_kind, one.kind), one.name, one.village, one.facility_id)


def lines_found(session: Session, round_id: str, district: str, line_ids: Sequence[int]) -> dict[int, FoundLine]:
    """Find lines of a district's part of a round, by their numbers; others of them are passed over."""
    query = _lines(round_id, district).where(ClaimLine.id.in_(line_ids))
    return {found.line_id: found for found in _read(session, query)}


def line_found(session: Session, round_id: str, district: str, line_id: int) -> FoundLine | None:
    """Find a line of a district's part of a round."""
    return lines_found(session, round_id, district, [line_id]).get(line_id)


def lines_known_by(
    session: Session, round_id: str, district: str, known: Collection[tuple[int, str]]
) -> dict[tuple[int, str], FoundLine]:
    """Find lines by indicator and facility, as they are numbered now."""
    query = _lines(round_id, district).where(ClaimLine.facility_id.in_({facility for _, facility in known}))
    return {found.known_by: found for found in _read(session, query) if found.known_by in known}


def in_row(session: Session, round_id: str, district: str, row: int) -> Sequence[FoundLine]:
    """Find the lines that stand in a row of a workbook's list of places; several workbooks may have been imported."""
    return _read(session, _lines(round_id, district).where(ClaimLine.cell.like(f"%!_{row}")))


def alike(one: ClaimLine, indicator: int) -> ColumnElement[bool]:
    """Choose, among the lines of a part of a round, those of an indicator that could be the same place, as SQL."""
    near = ClaimLine.village.startswith(f"{subdistrict_of(one.village)}.")
    near |= func.lower(ClaimLine.name) == one.name.lower()
    if one.registry_no:
        near |= ClaimLine.registry_no == one.registry_no
    return (Claim.indicator == indicator) & near


def pointed_to(round_id: str, district: str, facility_id: str) -> Select[str]:
    """Ask for the places that decisions about a place's lines say it is."""
    mine = select(Fact.other["facility_id"].as_string()).where(Fact.facility_id == facility_id)
    return mine.where(Fact.round_id == round_id, Fact.district == district, Fact.other.is_not(None))


def likeliest(line: FoundLine, others: Iterable[FoundLine]) -> Sequence[FoundLine]:
    """Choose the lines of an indicator that could be the same place, the likeliest first."""
    same = [one for one in others if one.indicator == line.indicator and one.line_id != line.line_id]
    return sorted(same, key=lambda one: _unlike(line.claimed, one.claimed))[:MOST_OTHERS]


def called(session: Session, round_id: str, district: str, text: str, most: int) -> Sequence[FoundLine]:
    """Find the lines whose name has a text in it, in the order of the workbook."""
    pattern = f"%{text.replace('%', '').replace('_', ' ').strip()}%"
    return _read(session, _lines(round_id, district).where(ClaimLine.name.ilike(pattern)).limit(most))


def nearest(
    session: Session, part: tuple[str, str], kinds: Collection[str], point: tuple[float, float], most: int
) -> Sequence[FoundLine]:
    """Find the places that are claimed as one of these kinds nearest to a point (lon, lat), the nearest first."""
    claimed = select(ClaimLine.id, ClaimLine.lon, ClaimLine.lat).join(Claim, Claim.id == ClaimLine.claim_id)
    claimed = claimed.where(Claim.round_id == part[0], Claim.district == part[1], ClaimLine.kind.in_(kinds))
    claimed = claimed.where(ClaimLine.lon.is_not(None), ClaimLine.lat.is_not(None))
    apart = [(distance_m(*point, lon or 0, lat or 0), number) for number, lon, lat in session.execute(claimed)]
    wanted = [number for _, number in sorted(apart)[:most]]
    known = lines_found(session, *part, wanted)
    return [known[number] for number in wanted]


def _lines(round_id: str, district: str) -> Select[ClaimLine, int, str, LineResult]:
    mine = (Result.round_id == round_id) & (Result.district == district)
    return (
        select(ClaimLine, Claim.indicator, Facility.kind, LineResult)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Facility, Facility.id == ClaimLine.facility_id)
        .outerjoin(Result, mine)
        .outerjoin(LineResult, (LineResult.result_id == Result.id) & (LineResult.line_id == ClaimLine.id))
        .where(Claim.round_id == round_id, Claim.district == district)
        .order_by(ClaimLine.id)
    )  # fmt: skip


def _read(session: Session, query: Select[ClaimLine, int, str, LineResult]) -> list[FoundLine]:
    return [FoundLine(*row) for row in session.execute(query)]


def _unlike(one: ClaimLine, other: ClaimLine) -> tuple[bool, bool, bool, float, int]:
    """Order lines by how little they have in common: number, name, village, and then how far apart they are."""
    apart: float = _FAR
    if None not in (one.lon, one.lat, other.lon, other.lat):
        apart = distance_m(one.lon or 0, one.lat or 0, other.lon or 0, other.lat or 0)
    same_number = bool(one.registry_no) and one.registry_no == other.registry_no
    return (not same_number, normalise(one.name) != normalise(other.name), one.village != other.village, apart,
            other.id)  # fmt: skip
