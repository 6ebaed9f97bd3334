"""What was seen of shelters, added up until no shelter can be told from others.

A province or district stands here by itself where more than seven were looked at, and what is left out is as many; so
in practice a province does at best. All of the nation is added up whoever looks, since parts of it tell by difference.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.claims.tables import Answer, Claim
from server.restricted.tables import ShelterVisit
from server.rounds.rules import indicators_of
from server.rounds.tables import Round
from server.sealed.tables import SealedAssignment
from verification.model import Seen, province_of
from verification.protection.shelter import LARGEST, claimed_as, criteria_of_a_shelter, seen_of
from verification.protection.totals import read_total
from verification.restricted_counts import parts_to_show


@dataclass(frozen=True)
class Sum:
    """How many shelters were looked at, and how many criteria were seen (`seen`) of how many (`of`).

    `claimed`: how many there are, as districts say; None where none says so, or it may not stand here by itself.
    """

    shelters: int = 0
    seen: int = 0
    of: int = 0
    claimed: int | None = None

    def __add__(self, other: "Sum") -> "Sum":
        """Add another."""
        said = [one.claimed for one in (self, other) if one.claimed is not None]
        claimed = sum(said) if said else None
        return Sum(self.shelters + other.shelters, self.seen + other.seen, self.of + other.of, claimed)


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
    """Choose what may stand beside its sum: by how many were looked at, and, of these, by how many are claimed."""
    shown = parts_to_show({code: its.shelters for code, its in parts.items() if its.shelters})
    claimed = parts_to_show({code: its.claimed for code, its in parts.items() if its.claimed is not None})
    return {code: parts[code] if code in claimed else replace(parts[code], claimed=None) for code in sorted(shown)}


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
    indicators, sums = indicators_of(session, found), defaultdict[str, Sum](Sum)
    for district, kind, answers in session.execute(query):
        asked = [one.code for one in criteria_of_a_shelter(indicators, kind)]
        seen, of = seen_of(Seen(answers[code]) for code in asked if code in answers)
        sums[district] += Sum(1, seen, of)
    for district, number in _claimed(session, found.id, claimed_as(indicators)):
        sums[district] += Sum(claimed=number)
    return dict(sums)


def _claimed(session: Session, round_id: str, codes: Collection[str]) -> Iterator[tuple[str, int]]:
    """Give how many shelters districts say they have, where that is a whole number and not beyond reason."""
    query = select(Claim.district, Answer.value).join(Answer, Answer.claim_id == Claim.id)
    for district, value in session.execute(query.where(Claim.round_id == round_id, Answer.code.in_(codes))):
        with suppress(ValueError):  # an answer of an older form, which was text
            if (number := read_total(value or "", LARGEST)) is not None:
                yield district, number
