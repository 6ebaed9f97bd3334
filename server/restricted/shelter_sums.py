"""What was seen of shelters, added up until no shelter can be told from others.

A province or district stands here by itself where more than seven were looked at, and what is left out is as many; so
in practice a province does at best. All of the nation is added up whoever looks, since parts of it tell by difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.restricted.tables import ShelterVisit
from server.rounds.tables import Round
from server.rulebook import load_indicators
from server.sealed.tables import SealedAssignment
from verification.model import Seen, province_of
from verification.protection.shelter import criteria_of_a_shelter, seen_of
from verification.restricted_counts import parts_to_show


@dataclass(frozen=True)
class Sum:
    """How many shelters were looked at, and how many criteria were seen (`seen`) of how many (`of`)."""

    shelters: int = 0
    seen: int = 0
    of: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        """Add another."""
        return Sum(self.shelters + other.shelters, self.seen + other.seen, self.of + other.of)


@dataclass(frozen=True)
class ShelterSums:
    """The nation's sum, and those of the provinces and districts that may stand beside it, by code."""

    nation: Sum
    provinces: Mapping[str, Sum]
    districts: Mapping[str, Sum]


def shelter_sums(session: Session, found: Round) -> ShelterSums:
    """Add up a round's confirmed visits, and leave out what would tell too much."""
    by_district = _by_district(session, found)
    by_province: dict[str, dict[str, Sum]] = defaultdict(dict)
    for district, its in by_district.items():
        by_province[province_of(district)][district] = its
    provinces = {code: _total(its.values()) for code, its in by_province.items()}
    shown = _to_show(provinces)
    districts = {code: its for province in shown for code, its in _to_show(by_province[province]).items()}
    return ShelterSums(_total(provinces.values()), shown, districts)


def _to_show(parts: Mapping[str, Sum]) -> dict[str, Sum]:
    shown = parts_to_show({code: its.shelters for code, its in parts.items()})
    return {code: parts[code] for code in sorted(shown)}


def _total(parts: Iterable[Sum]) -> Sum:
    return sum(parts, Sum())


def _by_district(session: Session, found: Round) -> dict[str, Sum]:
    one, visit = SealedAssignment, ShelterVisit
    confirmed = select(visit.assignment_id, func.max(visit.number).label("number"))
    last = confirmed.where(visit.confirmed_by.is_not(None)).group_by(visit.assignment_id).subquery()
    query = (
        select(one.district, one.kind, visit.answers)
        .join(visit, visit.assignment_id == one.id)
        .join(last, (last.c.assignment_id == visit.assignment_id) & (last.c.number == visit.number))
        .where(one.round_id == found.id, one.withdrawn_at.is_(None))
    )
    indicators, sums = load_indicators(found.indicator_set), defaultdict[str, Sum](Sum)
    for district, kind, answers in session.execute(query):
        asked = [one.code for one in criteria_of_a_shelter(indicators, kind)]
        seen, of = seen_of(Seen(answers[code]) for code in asked if code in answers)
        sums[district] += Sum(1, seen, of)
    return dict(sums)
