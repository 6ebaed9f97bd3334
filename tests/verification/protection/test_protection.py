"""What is asked of shelters and services, what of it counts, and what has to fit together."""

import pytest

from tests.support.builders import INDICATORS
from verification.model import Seen
from verification.protection.shelter import KINDS, NUMBERS, claimed_as, criteria_of_a_shelter, seen_of
from verification.protection.totals import FIELDS, NAMES, does_not_fit, read_total, summed


@pytest.mark.parametrize("kind", KINDS)
def test_a_shelter_is_asked_what_the_set_says_each_once(kind: str) -> None:
    codes = [one.code for one in criteria_of_a_shelter(INDICATORS, kind)]
    assert codes[:4] == ["legal_basis", "location_secret", "sop_admission", "sop_confidentiality"]
    assert len(codes) == len(set(codes)) == 16 and not {*codes} & {*NUMBERS, *NAMES}
    assert not any(one.of_regulation or one.strict for one in criteria_of_a_shelter(INDICATORS, kind))


def test_no_phone_is_asked_any_of_it_and_no_visit_is_judged_by_it() -> None:
    own = {one.code for one in criteria_of_a_shelter(INDICATORS, "rpsa") if one.kinds}
    for kind in INDICATORS.by_number[28].facility_kinds:
        assert own.isdisjoint(one.code for one in INDICATORS.criteria_at(kind))


def test_how_many_there_are_is_asked_once_and_no_report_repeats_it() -> None:
    (code,) = claimed_as(INDICATORS)
    indicator, answer = INDICATORS.answer_fields[code]
    assert indicator.number == 28 and answer.kind == "number" and answer.counts_children


def test_what_does_not_apply_is_left_out_of_both() -> None:
    assert seen_of([Seen.YES, Seen.NO, Seen.NOT_SEEN, Seen.NOT_APPLICABLE]) == (1, 3)
    assert seen_of([]) == (0, 0)


@pytest.mark.parametrize(
    "typed, number",
    [("", None), ("  ", None), ("0", 0), (" 12 ", 12), ("1.203", 1203), ("1 203", 1203), ("1000000", 1_000_000)],
)
def test_a_number_is_read_as_it_is_typed(typed: str, number: int | None) -> None:
    assert read_total(typed) == number


@pytest.mark.parametrize(
    "typed", ["-1", "1,5", "1.5", "12.34", "1000001", "1e3", "<8", "tujuh", "٧", "1.2.3", "0x7", "9" * 400]
)
def test_anything_else_is_no_number(typed: str) -> None:
    with pytest.raises(ValueError):
        read_total(typed)


def test_a_part_that_is_more_than_its_whole_is_named_for_each_year() -> None:
    totals = {"cases_known": 10, "cases_served": 11, "tppo_known_before": 3, "cases_known_before": 2,
              "women_known": None, "women_comprehensive": 5}  # fmt: skip
    assert does_not_fit(totals) == [("cases_served", "cases_known"), ("tppo_known_before", "cases_known_before")]
    assert does_not_fit(dict.fromkeys(NAMES, 4)) == []


def test_sums_leave_out_what_nobody_knows() -> None:
    assert summed([{"abh_known": 2, "tppo_known": None}, {"abh_known": 3}]) == {"abh_known": 5}
    assert len(NAMES) == 2 * len(FIELDS) == 22
