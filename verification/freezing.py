"""Freeze what visits' points show, before the points are deleted: so that the same is found without them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from verification.flags.together import NEED_POINTS
from verification.matching.likely import Match
from verification.model import Claim, ClaimLine, Frozen, FrozenMatch, Grade, Visit
from verification.places.evidence import Evidence
from verification.places.frozen import claimed_place
from verification.reason import Reason
from verification.verify import DistrictResult


def freeze(
    visits: Sequence[Visit], claims: Mapping[int, Claim], found: DistrictResult, day: date
) -> dict[str, Frozen]:  # fmt: skip
    """Give what is to be kept of each visit that has a point, by its id; `found` is what was found with the points.

    What is verified with it gives the same again, line by line: `tests/verification/test_freezing.py`.
    """
    lines = {line.line_id: line for claim in claims.values() for line in claim.lines}
    kept: dict[str, list[FrozenMatch]] = {}
    for match, evidence in _given(found):
        kept.setdefault(match.visit_id, []).append(_frozen(match, lines[match.line_id], evidence))
    places = found.places
    stood: dict[str, list[tuple[int, str, bool]]] = {}
    for indicator, at in found.stood:
        for visit_id, (sort, changed) in at.items():
            stood.setdefault(visit_id, []).append((indicator, sort, changed))
    beside = _beside(found)
    perhaps = {visit_id: _where(mine, lines) for visit_id, mine in found.perhaps.items()}
    signs = {one.visit_id: tuple(sign for sign in one.flags if sign.flag in NEED_POINTS) for one in found.visits}
    return {
        v.visit_id: Frozen(
            day,
            places[v.visit_id].villages,
            places[v.visit_id].reason,
            tuple(kept.get(v.visit_id, ())),
            signs.get(v.visit_id, ()),
            tuple(stood.get(v.visit_id, ())),
            tuple(sorted(beside.get(v.visit_id, ()))),
            perhaps.get(v.visit_id, ()),
        )
        for v in visits
        if v.fix is not None
    }


def _beside(found: DistrictResult) -> Mapping[str, set[str]]:
    """Give of each visit those that it stood beside, whatever the list."""
    beside: dict[str, set[str]] = defaultdict(set)
    for line in found.lines:
        if line.match is not None and line.beside:
            beside[line.match.visit_id].update(line.beside)
    return beside


def _where(numbers: Sequence[int], lines: Mapping[int, ClaimLine]) -> tuple[tuple[int, str], ...]:
    """Name lines, as a later claim form may number them anew."""
    return tuple(sorted((lines[one].indicator, lines[one].facility_id) for one in numbers))


def _given(found: DistrictResult) -> Iterator[tuple[Match, Evidence | None]]:
    """Give each match with what the point showed of its line; of faint ones that is nothing that anybody was told."""
    for line in found.lines:
        if line.match is not None:
            yield line.match, line.evidence
    yield from ((match, None) for match in found.faint)


def _frozen(match: Match, line: ClaimLine, evidence: Evidence | None) -> FrozenMatch:
    shown = evidence or Evidence(Grade.NO_EVIDENCE, Reason("never_measured"))
    return FrozenMatch(
        line.indicator, line.facility_id, line.line_id, claimed_place(line), match.bits, match.probability, match.sure,
        tuple((c.what, c.level, c.bits) for c in match.comparisons), shown.grade, shown.reason, shown.distance_m,
        shown.error_m, shown.at_place_probability,
    )  # fmt: skip
