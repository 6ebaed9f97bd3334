"""One room under two names counts once: a claim that does not say where a place is, is told apart by its visits."""

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
from verification.matching.matching import Match
from verification.model import Arrival, Claim, ClaimLine, Mode, Outcome, Seen, Visit
from verification.places.distance import distance_m
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


def test_two_points_that_are_claimed_apart_tell_two_rooms_apart() -> None:
    lines = [replace(BALAI_KOTA, point=a_point()), replace(BALAIKOTA, point=a_point(40)), a_room(3, "Pojok ASI Lain")]
    visits = [*(seen_at(line, 20) for line in lines[:2]), seen_at(lines[2], 80)]
    assert said(lines, visits) == [COUNTS] * 3


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
    lines = [a_room(n, f"Pojok ASI {n}") for n in range(1, 61)]
    visits = [seen_at(line, 0) for line in lines]
    assert said(lines, visits) == [COUNTS, *[STANDS_WITH_1] * 59]
    matches = [Match(visit.visit_id, line.line_id, 1.0, sure=line.line_id == 40, comparisons=())
               for line, visit in zip(lines, visits, strict=True)]  # fmt: skip
    results = [LineResult(match.line_id, 17, Outcome.CONFIRMED, (), match) for match in matches]
    stood = stood_together(lines, results, visits, RULES)
    assert stood[0] == (*range(1, 9), 39) and stood[59] == (*range(8), 39), "the first, and the first sure one"


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
    first, second = mark_duplicates(results, Buildings(lines, RULES), {0: (1,), 1: (0,)})
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
    lambda north, accuracy, point, number, kind, mode, arrival, shape: {
        "fix": a_fix(north, accuracy), "point": point, "registry_no": number, "kind": kind, "mode": mode,
        "arrival": arrival, "shape": shape,
    },
    st.integers(0, 90), st.sampled_from([0, 3.0, 5.0, 9.0, None]), st.sampled_from([None, None, a_point()]),
    st.sampled_from([None, "R1", "-"]), st.sampled_from(["pojok_asi", "pojok_asi", "sekolah", "lksa"]),
    st.sampled_from([Mode.ON_SITE, Mode.ON_SITE, Mode.VIDEO]), st.sampled_from([Arrival.OPEN, Arrival.OPEN,
    Arrival.CLOSED]), st.sampled_from(["matched", "matched", "no visit"]),
)  # fmt: skip


@given(st.lists(stands, max_size=9))
def test_it_is_what_comparing_each_with_each_would_find(rows: list[dict[str, Any]]) -> None:
    lines = [a_line(n, kind=row["kind"], point=row["point"], registry_no=row["registry_no"])
             for n, row in enumerate(rows)]  # fmt: skip
    visits = [None if row["shape"] == "no visit" else a_visit(f"v{n}", **{name: row[name] for name in
              ("fix", "mode", "arrival", "kind")}) for n, row in enumerate(rows)]  # fmt: skip
    matches = [Match(visit.visit_id, n, 1.0, sure=True, comparisons=()) if visit else None
               for n, visit in enumerate(visits)]  # fmt: skip
    results = [LineResult(n, 17, Outcome.CONFIRMED, (), match) for n, match in enumerate(matches)]
    expected = {one: others for one in range(len(rows)) if (others := tuple(
        other for other in range(len(rows)) if other != one and _one_place(lines, visits, one, other)))}  # fmt: skip
    assert stood_together(lines, results, visits, RULES) == expected


def _one_place(lines: Sequence[ClaimLine], visits: Sequence[Visit | None], *both: int) -> bool:
    those = [visit for at in both if (visit := visits[at]) is not None]
    if any(visit.mode is Mode.VIDEO or visit.arrival is not Arrival.OPEN for visit in those):
        return False
    fixes = [visit.fix for visit in those if visit.fix and visit.fix.accuracy_m]
    if len(fixes) < 2 or any(lines[at].kind == "lksa" for at in both):
        return False
    if all(lines[at].point for at in both) or all(registry_key(lines[at].registry_no) for at in both):
        return False
    radii = [1.62 * fix.accuracy_m for fix in fixes if fix.accuracy_m]
    one, other = fixes
    return distance_m(one.lon, one.lat, other.lon, other.lat) <= 30 and sum(radii) <= 20
