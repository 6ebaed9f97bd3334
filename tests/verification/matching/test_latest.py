"""Of several visits to one place the latest that could look counts, by when it was made: the policy, read aloud."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from math import inf
from typing import Any

import pytest

from tests.support.builders import (
    ALL_FIVE,
    ALL_SEVEN,
    BESIDE,
    INDICATORS,
    NAMES,
    RULES,
    VILLAGES,
    a_fix,
    a_line,
    a_point,
    a_visit,
    verify,
)
from verification.freezing import freeze
from verification.matching.latest import could_look, moments
from verification.model import Answer, Arrival, Claim, Mode, Outcome, Seen, Visit
from verification.places.areas import Villages
from verification.verify import DistrictResult, VisitResult, verify_district

MONDAY = datetime(2026, 11, 2, 2, tzinfo=UTC)
BEFORE_9 = replace(RULES, matching=replace(RULES.matching, latest_that_looked=False))
WITHOUT_COLD = ALL_FIVE | {"refrigerator": Seen.NO}
NOBODY_SAW = dict.fromkeys(ALL_FIVE, Seen.NOT_SEEN)


def made(name: str, days: float, sent_after: float = 0, **other: Any) -> Visit:
    """Give a visit made so many days after Monday, which its phone sent so many days later."""
    at = MONDAY + timedelta(days=days)
    return a_visit(name, began_at=at, received_at=at + timedelta(days=sent_after, minutes=20), day=at.date(), **other)


def said(found: DistrictResult) -> dict[str, VisitResult]:
    return {visit.visit_id: visit for visit in found.visits}


def of(*visits: Visit, rules: Any = RULES) -> tuple[Outcome, str | None]:
    """Give the outcome of the one place, and which visit it was judged by."""
    (line,) = verify([a_line()], list(visits), rules=rules).lines
    return line.outcome, line.match.visit_id if line.match else None


# ── by when they were made


def test_a_form_that_waited_a_week_on_a_phone_is_not_the_latest_visit() -> None:
    """Team A was there on Monday, without a line until Tuesday of the next week; team B on Thursday, and sent at once.

    On Monday there was no refrigerator; on Thursday there was. Thursday counts.
    """
    team_a, team_b = made("a", 0, sent_after=8, answers=WITHOUT_COLD), made("b", 3)
    found = verify([a_line()], [team_a, team_b])
    assert (found.lines[0].outcome, found.lines[0].earlier) == (Outcome.CONFIRMED, ("a",))
    assert said(found)["a"].reason.code == "later_visit_counts" and found.lines[0].later == ()
    assert of(team_a, team_b, rules=BEFORE_9) == (Outcome.CRITERIA_NOT_MET, "a"), "a round under way stays as it was"


@pytest.mark.parametrize("clock", [None, timedelta(days=-400), timedelta(days=2), timedelta(hours=5)],
                         ids=["none", "of another year", "days ahead", "hours ahead"])  # fmt: skip
def test_where_the_phones_clock_cannot_be_right_the_receipt_says_when(clock: timedelta | None) -> None:
    wrong = made("wrong", 0, answers=WITHOUT_COLD)
    began = MONDAY + clock if clock is not None else None
    assert of(replace(wrong, began_at=began), made("next", 0.1)) == (Outcome.CONFIRMED, "next")
    assert of(replace(wrong, began_at=began), made("before", -0.1)) == (Outcome.CRITERIA_NOT_MET, "wrong")


def test_of_two_begun_at_one_moment_the_one_received_later_counts_and_then_the_higher_id() -> None:
    assert of(made("a", 0, sent_after=1), made("b", 0)) == (Outcome.CONFIRMED, "a")
    assert of(made("a", 0), made("b", 0)) == of(made("b", 0), made("a", 0)) == (Outcome.CONFIRMED, "b")


def test_the_order_is_the_same_in_whatever_zone_a_moment_is_written() -> None:
    """Nine in the morning in Jayapura is before one o'clock in London."""
    in_jayapura = datetime(2026, 11, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    london = datetime(2026, 11, 1, 1, tzinfo=UTC)
    for name in ("received_at", "began_at"):
        given = {"received_at": datetime(2026, 11, 2, tzinfo=UTC)}
        a, b = (a_visit(one, **given | {name: at}) for one, at in (("a", london), ("b", in_jayapura)))
        assert of(a, b) == of(b, a) == (Outcome.CONFIRMED, "a")
    assert moments(a_visit(received_at=None, began_at=london), RULES) == (-inf, -inf, "v1")


# ── that could look


COULD_NOT = [Arrival.CLOSED, Arrival.MOVED, Arrival.REFUSED, Arrival.UNSAFE, Arrival.UNREACHABLE]


@pytest.mark.parametrize("arrival", COULD_NOT)
def test_who_stood_before_a_closed_door_takes_nothing_away_from_who_was_inside(arrival: Arrival) -> None:
    """Confirmed on Monday; on Thursday somebody came and could not look. It stays confirmed, and Thursday is told."""
    found = verify([a_line()], [made("monday", 0), made("thursday", 3, arrival=arrival, answers={})])
    (line,) = found.lines
    assert (line.outcome, line.earlier, line.later) == (Outcome.CONFIRMED, ("thursday",), ("thursday",))
    assert (line.reasons[-1].code, line.reasons[-1].values) == (f"later_{arrival}", {"day": "2026-11-05"})
    assert said(found)["monday"].reason.code == "belongs_to_line"
    thursday = said(found)["thursday"]
    assert (thursday.reason.code, thursday.reason.values) == ("could_not_look", {"visit": "monday"})
    assert thursday.line_ids == ()


def test_where_nobody_could_look_the_latest_counts() -> None:
    visits = made("closed", 0, arrival=Arrival.CLOSED), made("refused", 3, arrival=Arrival.REFUSED)
    (line,) = verify([a_line()], [*visits]).lines
    assert (line.outcome, line.reasons[0].code, line.later) == (Outcome.UNSURE, "arrival_refused", ())


@pytest.mark.parametrize("answers", [NOBODY_SAW, {}, ALL_FIVE | {"refrigerator": Seen.NOT_SEEN},
                                     ALL_FIVE | {"refrigerator": Seen.NOT_APPLICABLE}])  # fmt: skip
def test_who_was_let_in_and_did_not_see_all_that_is_asked_takes_nothing_away_either(answers: dict[str, Seen]) -> None:
    found = verify([a_line()], [made("monday", 0), made("thursday", 3, answers=answers)])
    (line,) = found.lines
    assert (line.outcome, line.later, line.reasons[-1].code) == (Outcome.CONFIRMED, ("thursday",), "later_open")


PARTLY = ALL_FIVE | {"refrigerator": Seen.NOT_SEEN}


@pytest.mark.parametrize("other", [*({"arrival": one, "answers": {}} for one in COULD_NOT), {"fix": None}])
def test_who_was_let_in_saw_more_than_who_was_not_though_neither_saw_all_that_is_asked(other: dict[str, Any]) -> None:
    """On Monday the room was found and its refrigerator not seen; it is found still when Thursday's door was closed."""
    (line,) = verify([a_line()], [made("monday", 0, answers=PARTLY), made("thursday", 3, **other)]).lines
    assert (line.outcome, line.reasons[0].code, line.later) == (Outcome.UNSURE, "required_not_seen", ("thursday",))
    assert of(made("a", 0, answers=PARTLY), made("b", 3, answers=NOBODY_SAW)) == (Outcome.UNSURE, "b")


def test_a_closed_door_takes_no_place_back_from_another_district() -> None:
    there, line = a_fix(lon=109.9999), a_line(point=replace(a_point(), lon=109.9999))
    visits = [made("monday", 0, fix=there, answers=PARTLY), made("thursday", 3, fix=there, arrival=Arrival.CLOSED)]
    assert verify([line], visits).lines[0].outcome is Outcome.OUTSIDE_DISTRICT


def test_a_closed_door_leaves_what_was_seen_of_a_yes_as_it_was() -> None:
    """A home without a policy, where nobody saw whom it serves (E-YESNO): it was looked at, and stays so."""
    home, policy = a_line(kind="lksa", indicator=13), {"child_protection_policy": Seen.NO}
    visits = [made("monday", 0, kind="lksa", answers=policy), made("b", 3, kind="lksa", arrival=Arrival.REFUSED)]
    found = verify([home], visits, answers={"13c1": Answer("yes")}).findings
    assert [one.reason.code for one in found if one.about == "yes_no"] == ["yes_at_some"]


NOWHERE: dict[str, dict[str, Any]] = {
    "no point": {"fix": None},
    "a point placed by hand": {"fix": a_fix(accuracy_m=0)},
    "nobody knows how good a point": {"fix": a_fix(accuracy_m=None)},
    "by video": {"fix": None, "mode": Mode.VIDEO},
    "no point, and not there": {"fix": None, "arrival": Arrival.NOT_THERE},
}


@pytest.mark.parametrize("other", NOWHERE.values(), ids=NOWHERE)
def test_who_does_not_show_where_they_were_takes_nothing_away(other: dict[str, Any]) -> None:
    found = verify([a_line()], [made("monday", 0), made("thursday", 3, **other)])
    (line,) = found.lines
    assert (line.outcome, line.later, line.reasons[-1].code) == (
        Outcome.CONFIRMED, ("thursday",), "later_not_located")  # fmt: skip
    assert said(found)["thursday"].reason.code == "could_not_look"


def test_a_visit_by_video_counts_where_the_round_lets_it() -> None:
    thursday = made("thursday", 3, fix=None, mode=Mode.VIDEO, answers=WITHOUT_COLD)
    rules = replace(RULES, video_counts=True)
    assert of(made("monday", 0), thursday, rules=rules) == (Outcome.CRITERIA_NOT_MET, "thursday")


def test_a_home_seen_by_video_takes_nothing_away_from_who_was_there() -> None:
    """What is seen of a home by a camera is papers (safeguarding 8), whatever the round lets count."""
    rules, home = replace(RULES, video_counts=True), a_line(kind="lksa", indicator=13)
    seen = {one.code: Seen.YES for one in INDICATORS.by_number[13].criteria if one.asked_at("lksa")}
    there = made("monday", 0, kind="lksa", answers=seen)
    alone = verify([home], [there], rules=rules).lines[0]
    (line,) = verify([home], [there, replace(there, visit_id="thursday", version="thursday", fix=None, mode=Mode.VIDEO,
                                             began_at=MONDAY + timedelta(days=3),
                                             received_at=MONDAY + timedelta(days=3))], rules=rules).lines  # fmt: skip
    assert alone.outcome is Outcome.CONFIRMED
    assert (line.outcome, line.later, line.reasons[-1].code) == (alone.outcome, ("thursday",), "later_not_located")


def test_a_point_from_which_little_can_be_said_is_a_point_and_its_visit_counts() -> None:
    """What it shows of the line is asked once it is known to which it belongs; a person is asked then."""
    assert of(made("monday", 0), made("thursday", 3, fix=a_fix(accuracy_m=900))) == (Outcome.UNSURE, "thursday")


SEEN_OTHERWISE = {
    "one thing is gone": {"answers": WITHOUT_COLD},
    "one is gone, nothing else was seen": {"answers": NOBODY_SAW | {"chair": Seen.NO}},
    "it is not there": {"arrival": Arrival.NOT_THERE, "answers": {}},
    "it is closed for good": {"arrival": Arrival.CLOSED_FOR_GOOD, "answers": {}, "asked_third_party": Seen.YES},
}


@pytest.mark.parametrize("other", SEEN_OTHERWISE.values(), ids=SEEN_OTHERWISE)
def test_what_a_later_visit_found_otherwise_counts(other: dict[str, Any]) -> None:
    """That a place is closed for good, or is not there, is a finding of its own."""
    found = verify([a_line()], [made("monday", 0), made("thursday", 3, **other)])
    (line,) = found.lines
    assert line.outcome in (Outcome.CRITERIA_NOT_MET, Outcome.NOT_FOUND) and line.later == ()
    assert said(found)["monday"].reason.code == "later_visit_counts"


def test_closed_for_good_with_nobody_asked_leaves_it_open_and_counts() -> None:
    assert of(made("a", 0), made("b", 3, arrival=Arrival.CLOSED_FOR_GOOD, answers={})) == (Outcome.UNSURE, "b")


def test_of_an_open_list_fewer_that_were_seen_count_unless_the_rest_was_not_looked_at() -> None:
    school, six = INDICATORS.by_number[25], dict(list(ALL_SEVEN.items())[:6])
    looked = {code: six.get(code, Seen.NO) for code in ALL_SEVEN}
    assert [could_look(a_visit(kind="sekolah", answers=seen), school) for seen in (ALL_SEVEN, looked, six)] == [
        True, True, False]  # fmt: skip


def test_lists_ask_different_things_of_one_place_and_each_goes_by_the_latest_visit_that_saw_its_own() -> None:
    """A company's corner stands under 7 and 17: on Thursday its support was seen, and the locked room was not."""
    seven, seventeen = a_line(7, indicator=7, facility_id="facility-1"), a_line(17, facility_id="facility-1")
    claims = {7: Claim(7, 15.0, lines=(seven,)), 17: Claim(17, 15.0, lines=(seventeen,))}
    visits = [made("monday", 0), made("thursday", 3, answers=NOBODY_SAW | {"support_in_place": Seen.YES})]
    found = verify_district(INDICATORS, claims, visits, Villages([*VILLAGES]), NAMES, RULES, BESIDE)
    assert {line.line_id: line.match and line.match.visit_id for line in found.lines} == {7: "thursday", 17: "monday"}
    assert [line.outcome for line in found.lines] == [Outcome.CONFIRMED] * 2
    assert {name: (one.reason.code, one.line_ids) for name, one in said(found).items()} == {
        "monday": ("belongs_to_line", (17,)), "thursday": ("belongs_to_line", (7,))}  # fmt: skip


# ── when points are gone


def test_of_a_visit_that_had_given_way_when_points_were_deleted_nothing_is_known_and_it_does_not_count() -> None:
    """The round was closed by rules before 9, and took the present ones once it was open again."""
    lines, visits = [a_line()], [made("monday", 0), made("thursday", 3, arrival=Arrival.CLOSED, answers={})]
    claims = {17: Claim(17, None, lines=tuple(lines))}
    kept = freeze(visits, claims, verify(lines, visits, rules=BEFORE_9), date(2026, 12, 1))
    gone = [replace(visit, fix=None, frozen=kept[visit.visit_id]) for visit in visits]
    assert of(*gone) == (Outcome.UNSURE, "thursday")
    again = made("december", 30)
    assert of(*gone, again) == (Outcome.CONFIRMED, "december")


def test_who_could_not_look_after_points_were_deleted_takes_nothing_away_either() -> None:
    lines, visits = [a_line()], [made("monday", 0)]
    kept = freeze(visits, {17: Claim(17, None, lines=tuple(lines))}, verify(lines, visits), date(2026, 12, 1))
    gone = replace(visits[0], fix=None, frozen=kept["monday"])
    assert of(gone, made("december", 30, arrival=Arrival.CLOSED, fix=a_fix())) == (Outcome.CONFIRMED, "monday")
