"""One room counts once: what a claim does not tell apart, or tells apart by points, is set against its visits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import ALL_FIVE, RULES, a_fix, a_line, a_point, a_visit, verify
from verification.deciding.facts import Decided, Fact, NowVisit, Recorded, SeenVisit
from verification.freezing import freeze
from verification.judging.duplicates import Buildings, mark_duplicates
from verification.judging.line import LineResult
from verification.judging.standing import stood_together
from verification.matching.identity import registry_key
from verification.matching.likely import Match
from verification.model import Arrival, Claim, ClaimLine, Grade, Mode, Outcome, Seen, Visit
from verification.places.distance import distance_m
from verification.places.evidence import Evidence
from verification.reason import Reason
from verification.rules import Rules

OFF = replace(RULES, location=replace(RULES.location, stood_r95_m=0))


def a_room(line_id: int, name: str, **other: Any) -> ClaimLine:
    """Claim a room without saying where it is."""
    return a_line(line_id, **({"name": name, "point": None} | other))


def seen_at(line: ClaimLine, metres_north: float, **other: Any) -> Visit:
    """Visit a line's facility, and stand so many metres north of the middle of the village."""
    fix = a_fix(metres_north, other.pop("accuracy_m", 5.0))
    return a_visit(f"v{line.line_id}", **({"facility_id": line.facility_id, "kind": line.kind, "fix": fix} | other))


def said(lines: list[ClaimLine], visits: list[Visit], rules: Rules = RULES) -> list[tuple[str, str, int | None]]:
    """Give of each line its outcome, the first reason and the line that this names."""
    results = verify(lines, visits, rules=rules).lines
    return [(one.outcome.value, one.reasons[0].code, _named(one.reasons[0])) for one in results]


def _named(reason: Reason) -> int | None:
    line = reason.values.get("line")
    return line if isinstance(line, int) else None


COUNTS = ("confirmed", "criteria_counted", None)
BALAI_KOTA, BALAIKOTA = a_room(1, "Pojok ASI Balai Kota"), a_room(2, "Pojok ASI Balaikota")
STANDS_WITH_1 = ("unsure", "stood_together", 1)


# ── the policy, case by case


@pytest.mark.parametrize("first_point", [None, a_point()])
def test_balai_kota_and_balaikota_are_one_room_until_a_person_has_looked(first_point: Any) -> None:
    lines = [replace(BALAI_KOTA, point=first_point), BALAIKOTA]
    visits = [seen_at(BALAI_KOTA, 0), seen_at(BALAIKOTA, 4)]
    assert said(lines, visits) == [COUNTS, STANDS_WITH_1]
    undecided = verify(lines, visits).ledger
    assert next(one for one in undecided if one.indicator == 17).undecided == 1


def test_it_is_the_later_line_of_the_list_whichever_of_them_has_the_point() -> None:
    lines = [BALAI_KOTA, replace(BALAIKOTA, point=a_point())]
    assert said(lines, [seen_at(BALAI_KOTA, 0), seen_at(BALAIKOTA, 4)]) == [COUNTS, STANDS_WITH_1]


def test_two_rooms_sixty_metres_apart_are_two() -> None:
    assert said([BALAI_KOTA, BALAIKOTA], [seen_at(BALAI_KOTA, 0), seen_at(BALAIKOTA, 60)]) == [COUNTS, COUNTS]


@pytest.mark.parametrize("accuracy_m", [8.0, 30.0])
def test_a_phone_that_knew_its_place_badly_says_nothing_of_it(accuracy_m: float) -> None:
    visits = [seen_at(BALAI_KOTA, 0), seen_at(BALAIKOTA, 0, accuracy_m=accuracy_m)]
    assert said([BALAI_KOTA, BALAIKOTA], visits) == [COUNTS, COUNTS], "5 m and 8 m of 68 % are 21 m of 95 %"


def test_two_registry_numbers_that_differ_are_two_places() -> None:
    lines = [replace(BALAI_KOTA, registry_no="R1"), replace(BALAIKOTA, registry_no="R2")]
    visits = [seen_at(line, 0, registry_no=line.registry_no) for line in lines]
    assert said(lines, visits) == [COUNTS, COUNTS]
    assert said([lines[0], BALAIKOTA], [visits[0], seen_at(BALAIKOTA, 0)]) == [COUNTS, STANDS_WITH_1]


# ── two claimed points


def two_rooms(apart_m: float, at_m: tuple[float, float], **other: Any) -> tuple[list[ClaimLine], list[Visit]]:
    """Claim two rooms so far apart, and stand at so many metres north of the first for either."""
    lines = [replace(BALAI_KOTA, point=a_point()), replace(BALAIKOTA, point=a_point(apart_m))]
    return lines, [seen_at(line, metres, **other) for line, metres in zip(lines, at_m, strict=True)]


def test_one_room_between_two_claimed_points_confirms_one_of_them() -> None:
    """Either point is near enough to be the room's: it stood open, furnished, and was photographed twice."""
    lines, visits = two_rooms(40, (20, 20))
    first, second = verify(lines, visits).lines
    assert (first.outcome, first.reasons[0].code) == (Outcome.CONFIRMED, "criteria_counted")
    assert (second.outcome, second.proposed) == (Outcome.UNSURE, None)
    assert second.reasons[:2] == (Reason("stood_together", {"line": 1}),
                                  Reason("claimed_apart", {"claimed_m": 40, "stood_m": 0}))  # fmt: skip
    assert said(lines, [*reversed(visits)]) == [COUNTS, STANDS_WITH_1]


@pytest.mark.parametrize(("apart_m", "at_m"), [
    pytest.param(40, (0, 40), id="each where it is claimed"),
    pytest.param(40, (3, 37), id="34 m of 40"),
    pytest.param(45, (8, 37), id="29 m of 45, by phones that may be 16 m wrong together"),
])  # fmt: skip
def test_two_rooms_that_are_seen_where_they_are_claimed_are_two(apart_m: float, at_m: tuple[float, float]) -> None:
    assert said(*two_rooms(apart_m, at_m)) == [COUNTS, COUNTS]


@pytest.mark.parametrize(("at_m", "expected"), [((8, 36), COUNTS), ((9, 36), STANDS_WITH_1)])
def test_points_are_contradicted_by_visits_that_stood_nearer_than_all_can_be_wrong(
    at_m: tuple[float, float], expected: Any
) -> None:
    """Of 44.8 m claimed the last decimals leave 43.6; phones that may be 16.2 m wrong make 44.1 of 28 m, 43.1 of 27."""
    assert said(*two_rooms(45, at_m)) == [COUNTS, expected]


def test_points_that_may_be_one_building_are_said_to_be_and_nothing_more() -> None:
    """It is remarked when the form is read, and so it stays: the same is no second suspicion."""
    lines, visits = two_rooms(0, (0, 0))
    assert [reason.code for reason in verify(lines, visits).lines[1].reasons] == [
        "same_building", "criteria_counted", "location_at_place"]  # fmt: skip
    numbered = [replace(line, registry_no=f"R{line.line_id}") for line in lines]
    assert said(numbered, visits) == [COUNTS, COUNTS]
    rough = [replace(line, point=a_point(north, half_cell_m=55.0)) for line, north in zip(lines, (0, 60), strict=True)]
    assert stood_of(rough, visits) == {}, "60 m apart in degrees of three decimals may be one point"


def stood_of(lines: list[ClaimLine], visits: list[Visit]) -> Any:
    matches = [Match(visit.visit_id, line.line_id, 1.0, sure=True, comparisons=())
               for line, visit in zip(lines, visits, strict=True)]  # fmt: skip
    at_place = Evidence(Grade.AT_PLACE, Reason("at_place"))
    results = [LineResult(match.line_id, 17, Outcome.CONFIRMED, (), match, at_place) for match in matches]
    return stood_together(lines, results, visits, RULES)


def test_two_points_of_two_registry_numbers_and_visits_by_video_say_nothing() -> None:
    lines, visits = two_rooms(40, (20, 20))
    numbered = [replace(line, registry_no=f"R{line.line_id}") for line in lines]
    assert said(numbered, visits) == [COUNTS, COUNTS]
    by_video = [visits[0], replace(visits[1], mode=Mode.VIDEO)]
    assert [one for one, *_ in said(lines, by_video, replace(RULES, video_counts=True))] == ["confirmed"] * 2


def test_who_sends_a_form_from_the_next_place_leaves_their_own_row_open_and_not_the_next() -> None:
    """The first form was sent from the second place: that one stands where it is claimed, and stays confirmed."""
    lines, visits = two_rooms(400, (398, 400))
    first, second = verify(lines, visits).lines
    assert first.outcome is Outcome.UNSURE and first.reasons[0].code != "stood_together"
    assert first.reasons[-2:] == (Reason("stood_together", {"line": 2}),
                                  Reason("claimed_apart", {"claimed_m": 398, "stood_m": 2}))  # fmt: skip
    assert second.outcome is Outcome.CONFIRMED and second.reasons[0].code == "criteria_counted"


def test_one_room_between_two_points_stays_one_when_the_visits_points_are_gone() -> None:
    lines, visits = two_rooms(40, (20, 20))
    kept = freeze(visits, {17: Claim(17, None, lines=tuple(lines))}, verify(lines, visits), date(2026, 11, 20))
    assert [kept[f"v{n}"].beside for n in (1, 2)] == [("v2",), ("v1",)]
    gone = [replace(visit, fix=None, frozen=kept[visit.visit_id]) for visit in visits]
    assert said(lines, gone) == [COUNTS, STANDS_WITH_1]
    assert verify(lines, gone).lines[1].reasons[1] == Reason("claimed_apart_frozen", {"claimed_m": 40})


# ── who is exempt, and what is told


def test_a_visit_by_video_stands_nowhere() -> None:
    by_video = replace(RULES, video_counts=True)
    visits = [seen_at(BALAI_KOTA, 0), seen_at(BALAIKOTA, 0, mode=Mode.VIDEO)]
    assert [outcome for outcome, *_ in said([BALAI_KOTA, BALAIKOTA], visits, by_video)] == ["confirmed"] * 2


def test_of_homes_and_shelters_no_place_is_compared() -> None:
    homes = [a_room(n, f"Panti {n}", indicator=13, kind="lksa") for n in (1, 2)]
    visits = [seen_at(home, 0, answers={"serves_children": Seen.YES}) for home in homes]
    assert [outcome for outcome, *_ in said(homes, visits)] == ["confirmed"] * 2


def test_where_a_place_is_not_there_somebody_stands_without_being_in_it() -> None:
    """Who asks for a room at the village's office, and is told that there is none, stands in the office's."""
    away = seen_at(BALAI_KOTA, 0, arrival=Arrival.NOT_THERE, asked_third_party=Seen.YES)
    assert said([BALAI_KOTA, BALAIKOTA], [away, seen_at(BALAIKOTA, 0)])[1] == COUNTS


def test_of_three_that_stood_together_each_names_the_first() -> None:
    lines = [*(BALAI_KOTA, BALAIKOTA), a_room(3, "Pojok ASI Kantor Wali Kota")]
    assert said(lines, [seen_at(line, 0) for line in lines])[1:] == [STANDS_WITH_1] * 2


def test_a_list_that_was_sent_from_one_desk_counts_once_and_no_line_keeps_all_the_others() -> None:
    lines = [a_room(n, f"Pojok ASI {n}") for n in range(1, 101)]  # more than are asked at first
    visits = [seen_at(line, 0) for line in lines]
    assert said(lines, visits) == [COUNTS, *[STANDS_WITH_1] * 99]
    matches = [Match(visit.visit_id, line.line_id, 1.0, sure=line.line_id == 90, comparisons=())
               for line, visit in zip(lines, visits, strict=True)]  # fmt: skip
    results = [LineResult(match.line_id, 17, Outcome.CONFIRMED, (), match) for match in matches]
    stood = stood_together(lines, results, visits, RULES)
    assert stood[0] == (*range(1, 9), 89) and stood[99] == (*range(8), 89), "the first, and the first sure one"


def test_one_room_seen_twice_counts_once_also_where_the_first_lacks_something() -> None:
    """It may be one room that was seen well furnished only once."""
    lacking = seen_at(BALAI_KOTA, 0, answers=ALL_FIVE | {"chair": Seen.NO})
    assert said([BALAI_KOTA, BALAIKOTA], [lacking, seen_at(BALAIKOTA, 0)])[1] == STANDS_WITH_1


def test_a_visit_that_may_be_to_another_line_leaves_none_open_but_says_so() -> None:
    """It may have been to the very room that is confirmed: who decides where it belongs is told."""
    lines = [BALAI_KOTA, BALAIKOTA]
    unsure, sure = (Match(f"v{n}", n, 0.6, sure=n == 2, comparisons=()) for n in (1, 2))
    results = [LineResult(1, 17, Outcome.UNSURE, (Reason("match_unsure"),), unsure),
               LineResult(2, 17, Outcome.CONFIRMED, (Reason("criteria_counted"),), sure)]  # fmt: skip
    first, second = mark_duplicates(results, [None, None], Buildings(lines, RULES), {0: (1,), 1: (0,)})
    assert [reason.code for reason in first.reasons] == ["match_unsure", "stood_together"]
    assert second.outcome is Outcome.CONFIRMED


def test_who_decides_a_line_that_is_open_anyway_is_told_too_whichever_it_is() -> None:
    closed = a_point(300)  # the visit stood too far from where the first is claimed
    lines = [replace(BALAI_KOTA, point=closed), BALAIKOTA]
    first, second = verify(lines, [seen_at(BALAI_KOTA, 0), seen_at(BALAIKOTA, 0)]).lines
    assert first.outcome is Outcome.UNSURE and first.reasons[0].code == "location_unsure"
    assert first.reasons[-1] == Reason("stood_together", {"line": 2})
    assert second.reasons[0] == Reason("stood_together", {"line": 1}), "the first may be confirmed by a person yet"


def test_the_visit_that_counts_is_asked_and_no_other_in_whatever_order_they_come() -> None:
    """A team that picked the wrong room goes again: what the first visit showed says nothing any more."""
    wrong = replace(seen_at(BALAIKOTA, 0), visit_id="v9", version="v9")
    right = replace(seen_at(BALAIKOTA, 80), received_at=datetime(2026, 11, 3, tzinfo=UTC))
    for visits in ([wrong, right], [right, wrong]):
        assert said([BALAI_KOTA, BALAIKOTA], [seen_at(BALAI_KOTA, 0), *visits]) == [COUNTS, COUNTS]
    last = replace(wrong, received_at=datetime(2026, 11, 5, tzinfo=UTC))
    for visits in ([last, right], [right, last]):
        assert said([BALAI_KOTA, BALAIKOTA], [seen_at(BALAI_KOTA, 0), *visits]) == [COUNTS, STANDS_WITH_1]


def test_what_a_person_decided_stands() -> None:
    visits = [seen_at(BALAI_KOTA, 0), seen_at(BALAIKOTA, 0)]
    seen = Recorded((SeenVisit(2, "v2", ()),), "rules 1")
    fact = Fact(7, "person:1", "confirmed", evidence=seen)
    now = {number: NowVisit(number, f"v{number}", "2026-11-01", f"v{number}", 1) for number in (1, 2)}
    decided = Decided(lines={2: fact}, present=now, submissions={"v1": 1, "v2": 2}, rules="rules 1")
    line = verify([BALAI_KOTA, BALAIKOTA], visits, decided).lines[1]
    assert (line.outcome, line.proposed, line.fact) == (Outcome.CONFIRMED, Outcome.UNSURE, 7)


def test_a_round_that_was_planned_before_does_not_look_at_it() -> None:
    assert said([BALAI_KOTA, BALAIKOTA], [seen_at(BALAI_KOTA, 0), seen_at(BALAIKOTA, 0)], OFF) == [COUNTS, COUNTS]


# ── when points go


def test_what_stood_together_does_so_when_the_points_are_gone() -> None:
    lines = [BALAI_KOTA, BALAIKOTA, a_room(3, "Pojok ASI Terminal")]
    visits = [seen_at(line, metres) for line, metres in zip(lines, (0, 10, 90), strict=True)]
    before = verify(lines, visits)
    kept = freeze(visits, {17: Claim(17, None, lines=tuple(lines))}, before, date(2026, 11, 20))
    assert [kept[f"v{n}"].beside for n in (1, 2, 3)] == [("v2",), ("v1",), ()]
    gone = [replace(visit, fix=None, frozen=kept[visit.visit_id]) for visit in visits]
    assert said(lines, gone) == [COUNTS, STANDS_WITH_1, COUNTS]
    assert said(lines, gone, OFF) == [COUNTS] * 3
    come_again = replace(visits[1], received_at=datetime(2026, 12, 1, tzinfo=UTC), version="v2b")
    assert said(lines, [gone[0], come_again, gone[2]])[1] == COUNTS, "of a point that is gone nothing new is found"


# ── by definition

stands = st.builds(
    lambda north, accuracy, point, number, kind, mode, arrival, shape, grade: {
        "fix": a_fix(north, accuracy), "point": point, "registry_no": number, "kind": kind, "mode": mode,
        "arrival": arrival, "shape": shape, "grade": grade,
    },
    st.integers(0, 90), st.sampled_from([0, 3.0, 5.0, 9.0, None]),
    st.sampled_from([None, None, a_point(), a_point(45), a_point(60), replace(a_point(90), half_cell_m=20.0)]),
    st.sampled_from([None, None, "R1", "-"]), st.sampled_from(["pojok_asi", "pojok_asi", "sekolah", "lksa"]),
    st.sampled_from([Mode.ON_SITE, Mode.ON_SITE, Mode.VIDEO]), st.sampled_from([Arrival.OPEN, Arrival.OPEN,
    Arrival.CLOSED]), st.sampled_from(["matched", "matched", "no visit"]),
    st.sampled_from([Grade.AT_PLACE, Grade.AT_PLACE, Grade.UNSURE]),
)  # fmt: skip


@given(st.lists(stands, max_size=9))
def test_it_is_what_comparing_each_with_each_would_find(rows: list[dict[str, Any]]) -> None:
    lines = [a_line(n, kind=row["kind"], point=row["point"], registry_no=row["registry_no"])
             for n, row in enumerate(rows)]  # fmt: skip
    visits = [None if row["shape"] == "no visit" else a_visit(f"v{n}", **{name: row[name] for name in
              ("fix", "mode", "arrival", "kind")}) for n, row in enumerate(rows)]  # fmt: skip
    matches = [Match(visit.visit_id, n, 1.0, sure=True, comparisons=()) if visit else None
               for n, visit in enumerate(visits)]  # fmt: skip
    shown = [Evidence(row["grade"], Reason("at_place")) for row in rows]
    results = [LineResult(n, 17, Outcome.CONFIRMED, (), match, shown[n]) for n, match in enumerate(matches)]
    each = range(len(rows))
    expected = {one: others for one in each if (others := tuple(
        other for other in each if other != one and _one_place(lines, visits, shown, one, other)))}  # fmt: skip
    assert stood_together(lines, results, visits, RULES) == expected


def _one_place(
    lines: Sequence[ClaimLine], visits: Sequence[Visit | None], shown: Sequence[Evidence], one: int, other: int
) -> bool:
    """Tell by the words of the rule whether a line stood together with another."""
    both = (one, other)
    those = [visit for at in both if (visit := visits[at]) is not None]
    if any(visit.mode is Mode.VIDEO or visit.arrival is not Arrival.OPEN for visit in those):
        return False
    fixes = [visit.fix for visit in those if visit.fix and visit.fix.accuracy_m]
    if len(fixes) < 2 or any(lines[at].kind == "lksa" for at in both):
        return False
    if all(registry_key(lines[at].registry_no) for at in both):
        return False
    wrong_m = sum(1.62 * fix.accuracy_m for fix in fixes if fix.accuracy_m)
    stood_m = distance_m(fixes[0].lon, fixes[0].lat, fixes[1].lon, fixes[1].lat)
    if stood_m > 30 or wrong_m > 20:
        return False
    points = [point for at in both if (point := lines[at].point)]
    if len(points) < 2:
        return True
    claimed_m = distance_m(points[0].lon, points[0].lat, points[1].lon, points[1].lat)
    least_m = claimed_m - points[0].half_cell_m - points[1].half_cell_m
    return shown[other].grade is Grade.AT_PLACE and least_m > 30 and least_m > stood_m + wrong_m
