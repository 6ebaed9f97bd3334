"""A visit whose point was deleted shows what it showed before: the same lines, outcomes, grades and distances."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import INDICATORS, LON, METRE, VILLAGES, a_fix, a_line, a_point, a_visit, verify
from verification.freezing import freeze
from verification.judging.line import LineResult
from verification.model import Claim, ClaimedPoint, ClaimLine, Grade, Mode, Outcome, Visit
from verification.reason import Reason
from verification.verify import DistrictResult

CLOSED = date(2026, 11, 20)
SAYS_SO = Reason("frozen_at_closing", {"day": "2026-11-20"})
names = st.sampled_from(["Pojok ASI Pasar", "Pojok ASI Pasar Lama", "Pojok ASI Terminal", "Pojok ASI Puskesmas 2"])
metres = st.sampled_from([0, 10, 60, 180, 450, 520, 1400, 1990, 2600]) | st.integers(-3000, 3000)
points = st.builds(lambda north, half: ClaimedPoint(LON, -5.005 + north * METRE, half), metres,
                   st.sampled_from([0.6, 5.6, 556.0]))  # fmt: skip


def without_points(lines: list[ClaimLine], visits: list[Visit], found: DistrictResult) -> list[Visit]:
    """Delete the points of all visits, as closing a district does."""
    kept = freeze(visits, {17: Claim(17, None, lines=tuple(lines))}, found, CLOSED)
    return [replace(visit, fix=None, frozen=kept.get(visit.visit_id)) for visit in visits]


def without_saying_so(line: LineResult) -> LineResult:
    """Leave out that it was frozen, and what else a visit might have been to: that is not kept."""
    return replace(line, reasons=tuple(reason for reason in line.reasons if reason != SAYS_SO), considered=())


@st.composite
def districts(draw: st.DrawFn) -> tuple[list[ClaimLine], list[Visit]]:
    lines = [
        a_line(number, name=draw(names), point=draw(st.none() | points), facility_id=f"facility-{number}",
               village=draw(st.sampled_from([village.code for village in VILLAGES])))
        for number in range(draw(st.integers(1, 6)))
    ]  # fmt: skip
    visits = []
    for number in range(draw(st.integers(1, 6))):
        fix = draw(st.none() | st.builds(a_fix, metres, st.sampled_from([0, 4, 30, 300])))
        way: dict[str, Any] = draw(st.sampled_from([
            {"facility_id": f"facility-{number}", "name": None}, {"facility_id": None, "name": draw(names)},
        ]))  # fmt: skip
        visits.append(a_visit(f"v{number}", fix=fix, **way))
    return lines, visits


@given(districts())
def test_the_same_is_found_without_the_points_and_each_frozen_line_says_so(
    district: tuple[list[ClaimLine], list[Visit]],
) -> None:
    lines, visits = district
    before = verify(lines, visits)
    after = verify(lines, without_points(lines, visits, before))
    assert [*map(without_saying_so, after.lines)] == [*map(without_saying_so, before.lines)]
    assert (after.ledger, after.findings) == (before.ledger, before.findings)
    assert [replace(visit, considered=()) for visit in after.visits] == [
        replace(visit, considered=()) for visit in before.visits
    ]
    had_points = {visit.visit_id for visit in visits if visit.fix}
    says_so = {line.line_id for line in after.lines if SAYS_SO in line.reasons}
    assert says_so == {line.line_id for line in before.lines if line.match and line.match.visit_id in had_points}


def test_of_two_visits_that_say_the_same_the_one_that_had_the_line_keeps_it() -> None:
    """What the visit with a point might have been to as well is not kept, and decides between them no more."""
    names = ["Terminal", "Pasar", "Pasar Lama", "Terminal", "Pasar", "Pasar"]
    villages = ["01.2002", "01.2002", "01.2001", "01.2001", "01.2002", "02.2001"]
    lines = [
        a_line(number, name=f"Pojok ASI {name}", village=f"99.01.{village}", facility_id=f"facility-{number}")
        for number, (name, village) in enumerate(zip(names, villages, strict=True))
    ]
    sought: list[tuple[str | None, str | None]] = [
        (None, "Pojok ASI Pasar Lama"), ("facility-1", None), (None, "Pojok ASI Pasar Lama"),
        (None, "Pojok ASI Pasar"), ("facility-4", None),
    ]  # fmt: skip
    visits = [
        a_visit(f"v{number}", facility_id=facility, name=name, fix=a_fix(0, 0) if number == 3 else None)
        for number, (facility, name) in enumerate(sought)
    ]
    before = verify(lines, visits)
    after = verify(lines, without_points(lines, visits, before))
    assert [line.match and line.match.visit_id for line in after.lines] == [
        line.match and line.match.visit_id for line in before.lines
    ]


def test_what_is_kept_holds_one_distance_for_each_line_that_was_judged_and_none_to_others() -> None:
    """From the distances to three known places anybody could work out the point."""
    lines = [a_line(number, facility_id=f"facility-{number}", point=a_point(100.0 * number)) for number in (1, 2, 3, 4)]
    visits = [a_visit(fix=a_fix(101))]
    kept = freeze(visits, {17: Claim(17, None, lines=tuple(lines))}, verify(lines, visits), CLOSED)["v1"]
    assert [(match.line_id, match.grade) for match in kept.matches] == [(1, Grade.AT_PLACE)]


def test_a_visit_that_comes_after_it_was_opened_again_counts_instead_and_is_judged_by_its_own_point() -> None:
    lines, first = [a_line(1)], [a_visit("v1")]
    frozen = without_points(lines, first, verify(lines, first))
    later = a_visit("v2", fix=a_fix(2500), received_at=datetime(2026, 12, 1, tzinfo=UTC))
    found = verify(lines, [*frozen, later])
    assert found.lines[0].evidence and found.lines[0].evidence.grade is Grade.ELSEWHERE
    assert [visit.reason.code for visit in found.visits] == ["later_visit_counts", "belongs_to_line"]
    assert SAYS_SO not in found.lines[0].reasons


def test_a_line_that_is_claimed_elsewhere_since_is_not_confirmed_by_a_distance_to_where_it_was() -> None:
    lines, visits = [a_line(1)], [a_visit()]
    frozen = without_points(lines, visits, verify(lines, visits))
    line = verify([a_line(1, point=a_point(3000))], frozen).lines[0]
    assert (line.outcome, line.reasons[0].code) == (Outcome.UNSURE, "claimed_elsewhere_since")
    assert line.match and line.match.visit_id == "v1"


def test_a_visit_whose_line_is_no_longer_claimed_belongs_to_no_other() -> None:
    lines, visits = [a_line(1)], [a_visit()]
    frozen = without_points(lines, visits, verify(lines, visits))
    found = verify([a_line(2)], frozen)
    assert (found.lines[0].outcome, found.visits[0].reason.code) == (Outcome.NOT_VISITED, "unclaimed")


def test_lines_that_a_new_workbook_numbers_anew_are_known_by_their_place() -> None:
    lines, visits = [a_line(1)], [a_visit()]
    frozen = without_points(lines, visits, verify(lines, visits))
    found = verify([a_line(7, facility_id="facility-1", name=lines[0].name)], frozen).lines[0]
    assert (found.line_id, found.outcome) == (7, Outcome.CONFIRMED)


def test_a_visit_without_a_point_has_nothing_to_freeze() -> None:
    lines, visits = [a_line(1)], [a_visit(fix=None, mode=Mode.VIDEO)]
    assert freeze(visits, {17: Claim(17, None, lines=tuple(lines))}, verify(lines, visits), CLOSED) == {}
    assert 17 in INDICATORS.by_number


def test_a_visit_that_may_be_to_a_claimed_place_may_be_to_it_without_its_point() -> None:
    """It is as little "found but not claimed" once points are deleted, until nobody claims that place any more."""
    lines = [a_line(n, name="Pojok ASI Pasar", facility_id=f"f-{n}") for n in (1, 2)]
    visits = [a_visit(facility_id=None, name="Pojok ASI Pasar")]
    frozen = without_points(lines, visits, verify(lines, visits))
    assert verify(lines, frozen).visits[0].reason.code == "perhaps_claimed"
    assert verify([a_line(3, name="Pojok ASI Pasar")], frozen).visits[0].reason.code == "unclaimed"
