"""What a person decided stands in place of what the rules propose, counts as it, and is reopened by later evidence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.builders import ALL_FIVE, VILLAGES, a_fix, a_line, a_visit, verify
from verification.deciding.facts import Decided, Fact, NowVisit, PlacedVisit, Recorded, SeenVisit, Whereto
from verification.judging.line import LineResult
from verification.model import Arrival, Outcome, Seen, Visit
from verification.verify import DistrictResult, VisitResult

RULES_NOW, LATER = "rules 1", datetime(2026, 11, 5, tzinfo=UTC)


def numbers(visits: Sequence[Visit]) -> dict[str, int]:
    """Number the submissions of visits by the digits of their ids."""
    return {visit.visit_id: int(visit.visit_id.strip("v")) for visit in visits}


def seen(*visits: Visit, files: tuple[tuple[str, str], ...] = ()) -> Recorded:
    of = numbers(visits)
    rows = tuple(SeenVisit(of[visit.visit_id], visit.version, files) for visit in visits)
    return Recorded(rows, RULES_NOW, newest=max((visit.number for visit in visits), default=0))


def a_fact(outcome: str, evidence: Recorded, number: int = 7, **other: Any) -> Fact:
    return Fact(number, "person:1", outcome, evidence=evidence, **other)


def decided(counted: Sequence[Visit], lines: dict[int, Fact] | None = None, **other: Any) -> Decided:
    """Give decisions, and the visits as they are now: here, with no files unless a test says so."""
    of = numbers(counted)
    now = {of[v.visit_id]: NowVisit(of[v.visit_id], v.visit_id, "2026-11-01", v.version, 1) for v in counted}
    values: dict[str, Any] = {"present": now, "submissions": of, "rules": RULES_NOW}
    return Decided(lines=lines or {}, **(values | other))


def the_line(result: DistrictResult, line_id: int = 1) -> LineResult:
    return next(line for line in result.lines if line.line_id == line_id)


def codes(line: LineResult) -> list[str]:
    return [reason.code for reason in line.reasons]


# ── a decision in place of the proposal


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.NOT_VISITED])
def test_a_decision_stands_in_place_of_the_proposal_which_is_kept(outcome: Outcome) -> None:
    closed = a_visit(arrival=Arrival.CLOSED)
    line = the_line(verify([a_line()], [closed], decided([closed], {1: a_fact(outcome, seen(closed))})))
    assert (line.outcome, line.proposed, line.fact, line.reopened) == (outcome, Outcome.UNSURE, 7, None)
    assert line.reasons[0].code == "decided_by_person" and line.reasons[0].values == {"fact": 7}
    assert "arrival_closed" in codes(line), "why the rules propose what they do stays beside it"


def test_criteria_that_are_not_met_are_named_and_so_is_the_line_that_repeats() -> None:
    visit = a_visit()
    fact = a_fact("criteria_not_met", seen(visit), criteria=("refrigerator", "chair"))
    line = the_line(verify([a_line()], [visit], decided([visit], {1: fact})))
    assert line.reasons[1].values == {"criteria": "refrigerator chair"}
    twice = a_fact("duplicate_claim", Recorded(rules=RULES_NOW), other="facility-2")
    made = decided([], {1: twice}, line_ids={(17, "facility-2"): 2})
    assert the_line(verify([a_line(), a_line(2)], [], made)).reasons[1].values == {"line": 2}


FRIDGE_MISSING = ALL_FIVE | {"refrigerator": Seen.NO}
TEN = [a_line(number, point=None, village=VILLAGES[0].code) for number in range(1, 11)]


def six_visits() -> list[Visit]:
    """Four confirm, one lacks the refrigerator, one was closed: the example of the points' rule."""
    visits = [a_visit(f"v{number}", facility_id=f"facility-{number}", fix=a_fix(50 * number)) for number in range(1, 7)]
    visits[4], visits[5] = replace(visits[4], answers=FRIDGE_MISSING), replace(visits[5], arrival=Arrival.CLOSED)
    return visits


def bounds(lines: dict[int, Fact], visits: Sequence[Visit]) -> tuple[int, int, int, float | None, float | None]:
    ledger = next(
        one for one in verify(TEN, list(visits), decided(visits, lines), self_score=15.0).ledger if one.indicator == 17
    )
    return ledger.confirmed, ledger.contradicted, ledger.undecided, ledger.lowest, ledger.highest


def test_the_ledger_counts_what_people_decided() -> None:
    """By hand, S = 15 of C = 10 lines: lowest 15·K/10, highest 15·(K+U)/10."""
    visits = six_visits()
    assert bounds({}, visits) == (4, 1, 5, 6.0, 13.5)
    closed_for_good = {6: a_fact("not_found", seen(visits[5]))}
    assert bounds(closed_for_good, visits) == (4, 2, 4, 6.0, 12.0)
    was_there_after_all = {5: a_fact("confirmed", seen(visits[4]))}
    assert bounds(was_there_after_all, visits) == (5, 0, 5, 7.5, 15.0)
    twice = {10: a_fact("duplicate_claim", Recorded(rules=RULES_NOW))}
    assert bounds(closed_for_good | was_there_after_all | twice, visits) == (5, 2, 3, 7.5, 12.0)


@pytest.mark.parametrize("outcome", ["unsure", "outside_district"])
def test_undecidable_counts_as_undecided_and_outside_the_district_against(outcome: str) -> None:
    visits = six_visits()
    undecided = bounds({1: a_fact(outcome, seen(visits[0]))}, visits)
    assert undecided[:3] == ((3, 1, 6) if outcome == "unsure" else (3, 2, 5))


# ── reopened


def reopened_by(counted: Sequence[Visit], fact: Fact, **other: Any) -> list[tuple[str, dict[str, Any]]]:
    """Give what reopens a decision on the first line, which was taken by the visit v1."""
    line = the_line(verify([a_line()], list(counted), decided(counted, {1: fact}, **other)))
    if line.reopened is None:
        assert line.fact == 7
        return []
    assert (line.reopened, line.fact) == (7, None) and line.proposed is None
    assert line.reasons[0].code == "reopened"
    return [(r.code, dict(r.values)) for r in line.reasons if r.code.startswith("reopened_")]


CLOSED = a_visit(arrival=Arrival.CLOSED, number=1)
TAKEN = a_fact("not_found", seen(CLOSED))


def test_a_visit_newly_on_the_line_reopens_and_is_named() -> None:
    new = a_visit("v2", received_at=LATER, number=2)
    assert reopened_by([CLOSED, new], TAKEN) == [("reopened_visit", {"visit": "v2", "day": None})]


def test_a_visit_that_came_late_but_was_made_before_reopens_too() -> None:
    """It gives way to the later one and decides nothing by the rules, yet nobody saw it."""
    older = a_visit("v2", received_at=datetime(2026, 10, 1, tzinfo=UTC), number=2)
    assert reopened_by([CLOSED, older], TAKEN) == [("reopened_visit", {"visit": "v2", "day": None})]


def test_a_visit_to_another_line_does_not() -> None:
    elsewhere = a_visit("v2", facility_id="facility-9", kind="puskesmas", number=2)
    assert reopened_by([CLOSED, elsewhere], TAKEN) == []


def test_an_edit_reopens_and_says_which_version_there_is_now() -> None:
    edited = replace(CLOSED, version="v1b", number=2)
    now = {1: NowVisit(1, "v1", "2026-11-01", "v1b", number=2)}
    assert reopened_by([edited], TAKEN, present=now) == [
        ("reopened_version", {"visit": "v1", "day": "2026-11-01", "number": 2})
    ]


@pytest.mark.parametrize("now", [{}, {1: NowVisit(1, "v1", "2026-11-01", "v1", gone=True)}], ids=["removed", "deleted"])
def test_a_visit_that_is_gone_reopens(now: dict[int, NowVisit]) -> None:
    assert [code for code, _ in reopened_by([], TAKEN, present=now)] == ["reopened_gone"]


ONE, OTHER = (("1.jpg", "a" * 64),), (("1.jpg", "b" * 64),)
FILES = {"replaced": (ONE, OTHER, 1), "came": ((("1.jpg", ""),), ONE, 1), "new": ((), ONE, 1), "gone": (ONE, (), 1),
         "removed": ((("1.jpg", "removed"),), (("1.jpg", ""),), 1)}  # fmt: skip


@pytest.mark.parametrize("then, after, count", FILES.values(), ids=FILES)
def test_a_file_that_came_was_replaced_or_went_reopens(
    then: tuple[tuple[str, str], ...], after: tuple[tuple[str, str], ...], count: int
) -> None:
    fact = a_fact("not_found", seen(CLOSED, files=then))
    now = {1: NowVisit(1, "v1", "2026-11-01", "v1", 1, after)}
    assert reopened_by([CLOSED], fact, present=now) == [
        ("reopened_files", {"visit": "v1", "day": "2026-11-01", "files": count})
    ]


def test_a_file_that_has_not_come_still_does_not() -> None:
    now = {1: NowVisit(1, "v1", "2026-11-01", "v1", 1, (("1.jpg", ""),))}
    assert reopened_by([CLOSED], a_fact("not_found", seen(CLOSED, files=(("1.jpg", ""),))), present=now) == []


def test_other_rules_do_not_reopen_even_where_they_count_a_known_visit_here() -> None:
    known = a_visit("v2", received_at=LATER, number=2)
    fact = replace(TAKEN, evidence=replace(TAKEN.evidence, newest=2))
    assert reopened_by([CLOSED, known], fact, rules="rules 2") == []
    assert reopened_by([CLOSED, known], fact) != [], "by the same rules something else brought it here"
    news = replace(known, number=3)
    assert reopened_by([CLOSED, news], fact, rules="rules 2") != [], "a visit that nobody knew is news by any rules"


def test_a_visit_that_a_review_rejected_does_not_reopen() -> None:
    """It counts no more, and is still here as it was."""
    now = {1: NowVisit(1, "v1", "2026-11-01", "v1", 1)}
    assert reopened_by([], TAKEN, present=now) == []


# ── visits where people put them


def put(visit: Visit, outcome: Whereto, *lines: int, **other: Any) -> dict[str, PlacedVisit]:
    return {visit.visit_id: PlacedVisit(a_fact(outcome, seen(visit), 9, **other), lines)}


TWO = [a_line(1), a_line(2, name="Balai", village=VILLAGES[3].code, point=None)]


def by_visit(result: DistrictResult, visit_id: str = "v1") -> VisitResult:
    return next(one for one in result.visits if one.visit_id == visit_id)


def test_a_visit_belongs_to_the_line_that_a_person_named_whatever_matching_says() -> None:
    visit = a_visit()
    result = verify(TWO, [visit], decided([visit], visits=put(visit, Whereto.BELONGS, 2)))
    assert the_line(result, 1).outcome is Outcome.NOT_VISITED
    match = the_line(result, 2).match
    assert match and match.sure and match.visit_id == "v1"
    said = by_visit(result)
    assert (said.line_ids, said.reason.code, said.fact) == ((2,), "belongs_by_decision", 9)


def test_it_may_be_of_another_kind_than_the_line() -> None:
    visit = a_visit(kind="puskesmas", facility_id=None)
    result = verify(TWO, [visit], decided([visit], visits=put(visit, Whereto.BELONGS, 2)))
    assert by_visit(result).line_ids == (2,)


@pytest.mark.parametrize("outcome, code", [("unclaimed", "unclaimed_by_decision"), ("set_aside", "aside_by_decision")])
def test_a_visit_that_is_of_no_claim_or_set_aside_is_out(outcome: str, code: str) -> None:
    visit = a_visit()
    result = verify(TWO, [visit], decided([visit], visits=put(visit, Whereto(outcome))))
    assert the_line(result).outcome is Outcome.NOT_VISITED
    assert (by_visit(result).line_ids, by_visit(result).reason.code) == ((), code)


def test_the_latest_of_a_lines_visits_counts_whoever_put_it_there() -> None:
    put_there, own = a_visit("v1", facility_id="facility-1"), a_visit("v2", facility_id="facility-2", received_at=LATER)
    lines = [a_line(1), a_line(2)]
    placed = put(put_there, Whereto.BELONGS, 2)
    result = verify(lines, [put_there, own], decided([put_there, own], visits=placed))
    assert the_line(result, 2).match and by_visit(result, "v2").line_ids == (2,)
    assert by_visit(result).reason.values == {"visit": "v2"} and by_visit(result).fact == 9
    earlier = replace(own, received_at=datetime(2026, 10, 1, tzinfo=UTC))
    result = verify(lines, [put_there, earlier], decided([put_there, earlier], visits=placed))
    assert by_visit(result).line_ids == (2,) and by_visit(result, "v2").reason.values == {"visit": "v1"}


def test_an_edit_reopens_where_a_visit_was_put_and_matching_has_its_say_again() -> None:
    visit = a_visit()
    now = {1: NowVisit(1, "v1", "2026-11-01", "v1b", 2)}
    edited = replace(visit, version="v1b")
    result = verify(TWO, [edited], decided([edited], visits=put(visit, Whereto.SET_ASIDE), present=now))
    assert (by_visit(result).line_ids, by_visit(result).fact, by_visit(result).reopened) == ((1,), None, 9)


def test_putting_a_visit_elsewhere_reopens_both_lines() -> None:
    visit = a_visit()
    lines = {1: a_fact("confirmed", seen(visit)), 2: a_fact("not_found", Recorded(rules=RULES_NOW), 8)}
    result = verify(TWO, [visit], decided([visit], lines, visits=put(visit, Whereto.BELONGS, 2)))
    assert [code for code in codes(the_line(result, 1)) if code.startswith("reopened_")] == ["reopened_moved"]
    assert [code for code in codes(the_line(result, 2)) if code.startswith("reopened_")] == ["reopened_visit"]


def test_saying_that_a_visit_belongs_where_it_was_reopens_nothing() -> None:
    visit = a_visit()
    lines = {1: a_fact("confirmed", seen(visit))}
    result = verify(TWO, [visit], decided([visit], lines, visits=put(visit, Whereto.BELONGS, 1)))
    assert the_line(result, 1).fact == 7


def test_whoever_looks_twice_finds_the_same_and_the_order_of_visits_does_not_matter() -> None:
    visits = six_visits()
    lines: dict[int, Fact] = {6: a_fact("not_found", seen(visits[5])), 1: a_fact("unsure", Recorded(rules=RULES_NOW))}
    made = decided(visits, lines, visits=put(visits[2], Whereto.BELONGS, 9))
    one, other = verify(TEN, visits, made), verify(TEN, visits[::-1], made)
    assert verify(TEN, visits, made) == one
    assert sorted(one.visits, key=repr) == sorted(other.visits, key=repr) and one.lines == other.lines


def test_nothing_decided_changes_nothing() -> None:
    visits, lines = six_visits(), [*TEN]
    assert verify(lines, visits, Decided()) == verify(lines, visits)
