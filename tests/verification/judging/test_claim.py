"""One judge for each kind of claim, and what each says today."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.builders import BESIDE, INDICATORS, NAMES, RULES, VILLAGES, a_line, a_visit
from verification.judging.claim import JUDGES, Observed, judge_claim, judge_list
from verification.model import Answer, Claim, Document
from verification.places.areas import Villages
from verification.sets.indicators import ClaimKind
from verification.verify import verify_district

NOTHING_SEEN = Observed([], {}, NAMES, RULES, BESIDE)


def test_every_kind_of_claim_has_its_judge() -> None:
    assert set(JUDGES) == set(ClaimKind)
    assert [kind for kind, judge in JUDGES.items() if judge is judge_list] == [ClaimKind.LIST]


@pytest.mark.parametrize("kind", [kind for kind in ClaimKind if kind is not ClaimKind.LIST])
def test_what_no_visit_can_see_stands_as_claimed(kind: ClaimKind) -> None:
    indicator = next(i for i in INDICATORS.indicators if i.claim_kind is kind)
    claim = Claim(indicator.number, 12.5, {"x": Answer("7", "6", date(2025, 12, 31))}, (Document("Perda 3/2021"),))
    result = judge_claim(indicator, claim, NOTHING_SEEN)
    assert (result.points.claimed, result.points.lowest, result.points.observed) == (12.5, None, False)
    assert [reason.code for reason in result.points.reasons] == ["not_observed_by_a_visit"]
    assert (result.lines, result.matching) == ((), None)


def test_where_places_are_listed_and_visits_only_inform_that_is_said() -> None:
    indicator = next(i for i in INDICATORS.indicators if i.claim_kind is not ClaimKind.LIST and i.facility_kinds)
    claim = Claim(indicator.number, 12.5, {}, (), (a_line(kind=indicator.facility_kinds[0]),))
    result = judge_claim(indicator, claim, NOTHING_SEEN)
    assert [reason.code for reason in result.points.reasons] == ["visits_only_inform"]
    assert (result.points.claimed, result.points.lowest, len(result.lines)) == (12.5, None, 1)


def test_what_is_not_claimed_is_said_of_every_kind() -> None:
    for indicator in INDICATORS.indicators:
        result = judge_claim(indicator, None, NOTHING_SEEN)
        assert (result.points.claimed, result.points.reasons[0].code) == (None, "no_claim")


def test_a_visit_is_told_with_every_line_it_belongs_to_and_by_every_indicator_that_lists_its_kind() -> None:
    """One place may serve several indicators; here two lines of two made-up ones beside each other."""
    seventeen = INDICATORS.by_number[17]
    twin = replace(INDICATORS.by_number[13], facility_kinds=("pojok_asi",))
    lines = {17: a_line(1), 13: a_line(2, indicator=13, facility_id="facility-1")}
    claims = {number: Claim(number, 10, lines=(line,)) for number, line in lines.items()}
    both = replace(INDICATORS, indicators=(twin, seventeen))
    result = verify_district(both, claims, [a_visit()], Villages(VILLAGES), NAMES, RULES, BESIDE)
    assert [(visit.line_ids, visit.reason.code) for visit in result.visits] == [((2, 1), "belongs_to_line")]
