"""What it takes to confirm a place that was found: each kind of check, and what the first set asks with them."""

from typing import Any

import pytest

from tests.support.builders import ALL_SEVEN, a_line, a_visit, outcome_of, verify
from verification.judging.checks import Check, UnusableCheck, check_criteria, read_check
from verification.model import ClaimLine, Outcome, Seen, Visit
from verification.sets.criteria import Criterion, Scale

SCALE = Scale("seen", {answer: {"id": answer, "en": answer} for answer in Seen})


def a_criterion(code: str, *, source: str = "regulation", strict: bool = False) -> Criterion:
    return Criterion(code, {"id": code, "en": code}, source, strict, "–", SCALE)


MUST = [a_criterion("a", strict=True), a_criterion("b", strict=True), a_criterion("c")]
OPEN = [a_criterion(code) for code in "abcde"]
STRICT, THREE, TWO_AT_LEAST = Check("all_strict"), Check("at_least", count=3), Check("contradicted_below", count=2)
NAMED = Check("all_of", criteria=("a", "b"))
MARKS = {"+": Seen.YES, "-": Seen.NO, "?": Seen.NOT_SEEN, "n": Seen.NOT_APPLICABLE}


def seen(marks: str) -> dict[str, Seen]:
    """Write what was seen of a, b, c …: + there, - not there, ? not seen, n does not apply."""
    return {code: MARKS[mark] for code, mark in zip("abcde", marks, strict=False)}


CASES: dict[str, tuple[Check, list[Criterion], str, Outcome, str]] = {
    "every strict one is there": (STRICT, MUST, "++-", Outcome.CONFIRMED, "criteria_counted"),
    "a strict one is not there": (STRICT, MUST, "+-+", Outcome.CRITERIA_NOT_MET, "required_absent"),
    "a strict one was not seen": (STRICT, MUST, "+?+", Outcome.UNSURE, "required_not_seen"),
    "one absent outweighs one not seen": (STRICT, MUST, "-?+", Outcome.CRITERIA_NOT_MET, "required_absent"),
    "all that are named": (NAMED, OPEN, "++---", Outcome.CONFIRMED, "criteria_counted"),
    "a named one is not there": (NAMED, OPEN, "+-+++", Outcome.UNSURE, "needed_not_seen"),
    "enough of an open list": (THREE, OPEN, "+++--", Outcome.CONFIRMED, "criteria_counted"),
    "too few of an open list": (THREE, OPEN, "++---", Outcome.UNSURE, "open_list_not_reached"),
    "nothing of an open list": (THREE, OPEN, "-----", Outcome.UNSURE, "open_list_not_reached"),
    "fewer than the set's minimum": (TWO_AT_LEAST, OPEN, "+----", Outcome.CRITERIA_NOT_MET, "below_the_minimum"),
    "just the set's minimum": (TWO_AT_LEAST, OPEN, "++---", Outcome.CONFIRMED, "criteria_counted"),
    "what was not seen may have been there": (TWO_AT_LEAST, OPEN, "+---?", Outcome.CONFIRMED, "criteria_counted"),
}


@pytest.mark.parametrize("check, criteria, marks, expected, reason", CASES.values(), ids=CASES)
def test_check(check: Check, criteria: list[Criterion], marks: str, expected: Outcome, reason: str) -> None:
    outcome, why = check_criteria([check], criteria, seen(marks))
    assert (outcome, why.code) == (expected, reason)


def test_without_a_check_being_found_is_enough() -> None:
    outcome, why = check_criteria([], OPEN, seen("-----"))
    assert (outcome, why.values) == (Outcome.CONFIRMED, {"met": 0, "of": 5})


@pytest.mark.parametrize("checks", [[THREE, TWO_AT_LEAST], [TWO_AT_LEAST, THREE]])
def test_of_several_checks_what_contradicts_comes_before_what_is_open(checks: list[Check]) -> None:
    assert check_criteria(checks, OPEN, seen("-----"))[1].code == "below_the_minimum"
    assert check_criteria(checks, OPEN, seen("++---"))[1].code == "open_list_not_reached"
    assert check_criteria(checks, OPEN, seen("+++--"))[0] is Outcome.CONFIRMED


def test_a_criterion_of_practice_is_not_counted() -> None:
    criteria = [a_criterion("a"), a_criterion("b", source="practice")]
    reason = check_criteria([Check("at_least", count=2)], criteria, seen("++"))[1]
    assert reason.values == {"met": 1, "of": 1, "needed": 2}


SEVEN = [a_criterion(code) for code in "abcdefg"]
BELOW = [
    Check("contradicted_below", count=4),
    Check("contradicted_without", criteria=("a",)),
    Check("at_least", count=7),
]


@pytest.mark.parametrize("marks, expected", [
    ("++++++-", Outcome.UNSURE), ("-------", Outcome.CRITERIA_NOT_MET), ("-++++++", Outcome.CRITERIA_NOT_MET),
    ("+++----", Outcome.CRITERIA_NOT_MET), ("?++++++", Outcome.UNSURE), ("+++++++", Outcome.CONFIRMED),
])  # fmt: skip
def test_a_minimum_list_falls_short_by_the_rule_that_is_published(marks: str, expected: Outcome) -> None:
    """E-BELOW: three of seven or fewer, or no policy against violence (a): 6 of 7 with it is open, 0 of 7 is not."""
    found = {code: MARKS[mark] for code, mark in zip("abcdefg", marks, strict=True)}
    assert check_criteria(BELOW, SEVEN, found)[0] is expected


# ── reading


MIXED = [a_criterion("a"), a_criterion("b"), a_criterion("p", source="practice")]
UNUSABLE: dict[str, tuple[dict[str, Any], str]] = {
    "no kind": ({}, "no kind of check is called None"),
    "a kind there is not": ({"kind": "most_of"}, "no kind of check is called 'most_of'; known are all_strict,"),
    "a criterion there is not": ({"kind": "all_of", "criteria": ["a", "z"]}, "'z' is no criterion of the regulation"),
    "a criterion of practice": ({"kind": "all_of", "criteria": ["p"]}, "'p' is no criterion of the regulation"),
    "no criterion at all": ({"kind": "all_of", "criteria": []}, "names no criterion"),
    "a parameter too few": ({"kind": "at_least", "count": 1}, "at_least takes count, of, not count"),
    "a parameter too many": ({"kind": "all_strict", "count": 1}, "all_strict takes no parameter, not count"),
    "more than there are": ({"kind": "at_least", "of": "regulation", "count": 3}, "not between 1 and the 2 criteria"),
    "none": ({"kind": "contradicted_below", "of": "regulation", "count": 0}, "not between 1 and the 2 criteria"),
    "of practice": ({"kind": "at_least", "of": "practice", "count": 1}, "only the regulation's criteria can decide"),
    "strict where nothing is": ({"kind": "all_strict"}, "no criterion is strict"),
}


@pytest.mark.parametrize("row, sentence", UNUSABLE.values(), ids=UNUSABLE)
def test_a_check_that_cannot_be_carried_out_is_refused(row: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UnusableCheck) as caught:
        read_check(row, MIXED)
    assert sentence in str(caught.value)


# ── what the first set asks


def a_school(**other: object) -> ClaimLine:
    return a_line(**({"indicator": 25, "kind": "sekolah"} | other))  # type: ignore[arg-type]


def a_school_visit(met: int) -> Visit:
    answers = {code: Seen.YES if position < met else Seen.NO for position, code in enumerate(ALL_SEVEN)}
    return a_visit(kind="sekolah", answers=answers)


@pytest.mark.parametrize("met, expected, reason", [
    (7, Outcome.CONFIRMED, "criteria_counted"),
    (6, Outcome.UNSURE, "open_list_not_reached"),
    (0, Outcome.UNSURE, "open_list_not_reached"),
])  # fmt: skip
def test_an_open_list_is_counted_and_never_speaks_against_a_school(met: int, expected: Outcome, reason: str) -> None:
    result = verify([a_school()], [a_school_visit(met)]).lines[0]
    assert (result.outcome, result.reasons[0].code) == (expected, reason)
    assert result.reasons[0].values == {"met": met, "of": 7} | ({"needed": 7} if met < 7 else {})


@pytest.mark.parametrize("serves, expected", [(Seen.YES, Outcome.CONFIRMED), (Seen.NOT_SEEN, Outcome.UNSURE)])
def test_an_lksa_is_confirmed_by_serving_children(serves: Seen, expected: Outcome) -> None:
    line = a_line(indicator=13, kind="lksa")
    assert outcome_of(line, a_visit(kind="lksa", answers={"serves_children": serves}))[0] is expected
