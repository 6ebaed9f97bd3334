"""In which subdistricts does a share of children fall short, by the district's own breakdowns? (E-8)

Shares are said between tenths, as that of all is; a number of children never. The lowest are named, so that somebody
knows where to ask; of all together one sentence is said.
"""

from collections.abc import Iterator, Mapping, Sequence

from verification.comparing.answers import added_up, number_of
from verification.comparing.finding import Said, Verdict
from verification.disclosing.counts import Count, CountOf, parts_beside_all
from verification.model import Claim
from verification.reason import Reason, Value

TOLD = 5  # subdistricts of the lowest shares: enough to ask about
_NEARLY_ALL = 100  # where the highest tenths end: of these none is named


def share_by_area(claim: Claim, part: Sequence[str], whole: Sequence[str]) -> Iterator[Said]:
    """Say of subdistricts between which tenths a share lies: of 8b3 and 8b4 in 8b1 and 8b2.

    `part` and `whole` are answers, each broken down by itself; only a subdistrict that all of them name has a share,
    and nothing is said where one of them was not broken down. It is stated and never scored, as the catalogue has it.
    """
    some, of = (_by_area(claim, codes) for codes in (part, whole))
    what: dict[str, Value] = {"what": " ".join(part), "whole": " ".join(whole)}
    bands: dict[str, tuple[int, int]] = {}
    for area in sorted(some.keys() & parts_beside_all(of, added_up(claim, whole))):
        if some[area] > of[area]:
            yield Verdict.DIFFERS, Reason("area_part_exceeds_whole", what | {"area": area})
        elif band := Count(some[area], CountOf.CHILDREN).share_of(Count(of[area], CountOf.CHILDREN)):
            bands[area] = band
    for area, (low, high) in sorted(bands.items(), key=lambda one: (one[1], one[0]))[:TOLD]:
        if high < _NEARLY_ALL:
            yield Verdict.OPEN, Reason("own_share_of_area", what | {"area": area, "low": low, "high": high})
    if bands:
        lowest, highest = min(bands.values())[0], max(bands.values())[1]
        yield Verdict.OPEN, Reason("own_share_of_areas", what | {"count": len(bands), "low": lowest, "high": highest})


def _by_area(claim: Claim, codes: Sequence[str]) -> Mapping[str, int]:
    """Add up answers in each area that all of them were broken down to as numbers."""
    numbers = [{area: number for area, text in claim.by_area.get(code, {}).items()
                if (number := number_of(text)) is not None} for code in codes]  # fmt: skip
    in_all = set(numbers[0]).intersection(*numbers[1:])
    return {area: int(sum(of_code[area] for of_code in numbers)) for area in in_all}
