"""E-DUP9: a place that two indicators list counts once, where the set says so."""

from typing import Any

import pytest

from tests.support.builders import BESIDE, INDICATORS, NAMES, RULES, VILLAGES, a_line, a_visit
from verification.model import Claim, ClaimLine, Outcome, Seen
from verification.places.areas import Villages
from verification.sets.counted_once import CountedOnce
from verification.sets.indicators import UnusableSet, _counted_once
from verification.verify import DistrictResult, verify_district

SEEN = dict.fromkeys(("for_children", "accessible_to_all"), Seen.YES)


def museum(line_id: int, indicator: int, **other: Any) -> ClaimLine:
    values: dict[str, Any] = {"indicator": indicator, "kind": "museum", "name": "Museum Kota", "facility_id": "m"}
    return a_line(line_id, **(values | other))


def found(*lines: ClaimLine, **visit: Any) -> DistrictResult:
    claims = {n: Claim(n, 45.0, lines=tuple(one for one in lines if one.indicator == n)) for n in (9, 27)}
    visits = [a_visit(**({"kind": "museum", "facility_id": "m", "answers": SEEN} | visit))]
    return verify_district(INDICATORS, claims, visits, Villages(VILLAGES), NAMES, RULES, BESIDE)


def outcome(result: DistrictResult, line_id: int) -> tuple[Outcome, str]:
    line = next(one for one in result.lines if one.line_id == line_id)
    return line.outcome, line.reasons[0].code


def test_a_place_of_9_is_left_open_under_27_with_the_annexs_sentence() -> None:
    result = found(museum(1, 9), museum(2, 27))
    assert outcome(result, 2) == (Outcome.UNSURE, "counts_elsewhere_first")
    values = next(one for one in result.lines if one.line_id == 2).reasons[0].values
    assert (values["indicator"], values["line"]) == (9, 1) and "Kluster IV" in str(values["annex"])
    assert outcome(found(museum(2, 27)), 2)[0] is Outcome.CONFIRMED
    points = {line.indicator: (line.confirmed, line.undecided) for line in result.ledger}
    assert points[27] == (0, 1)


SAME = [
    ("registered as two, with one number", {"facility_id": "n", "name": "Gedung Lama", "registry_no": "k 77"}),
    ("registered as two, with one name", {"facility_id": "n", "name": "MUSEUM  KOTA"}),
]
OTHER = [
    ("another village", {"facility_id": "n", "village": VILLAGES[1].code}),
    ("another name", {"facility_id": "n", "name": "Gedung Lama"}),
]


@pytest.mark.parametrize("listed, outcome_there", [
    *((row[1], Outcome.UNSURE) for row in SAME), *((row[1], Outcome.CONFIRMED) for row in OTHER)],
    ids=[row[0] for row in (*SAME, *OTHER)])  # fmt: skip
def test_what_is_the_same_place(listed: dict[str, Any], outcome_there: Outcome) -> None:
    result = found(museum(1, 9, **({"registry_no": "K77"} | listed)), museum(2, 27, registry_no="K77"
                   if "registry_no" in listed else None))  # fmt: skip
    assert outcome(result, 2)[0] is outcome_there


def test_what_speaks_against_it_stays() -> None:
    result = found(museum(1, 9), museum(2, 27), arrival="not_there")
    assert outcome(result, 2)[1] != "counts_elsewhere_first"


def test_the_earlier_one_counts_and_others_share_places() -> None:
    rule = CountedOnce((9, 27), "")
    assert (rule.before(9), rule.before(27), rule.before(7)) == ((), (9,), ())
    assert [one.indicators for one in INDICATORS.counted_once] == [(9, 27)], "7 and 17 may share a place"


@pytest.mark.parametrize("indicators, says", [([9], "fewer"), ([9, 9], "twice"), ([9, 99], "no indicator 99")])
def test_what_cannot_be_said_so_is_refused(indicators: list[int], says: str) -> None:
    with pytest.raises(UnusableSet, match=says):
        _counted_once({"indicators": indicators, "because": "x"}, {9, 27})
