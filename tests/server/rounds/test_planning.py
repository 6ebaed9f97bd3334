"""Planning a round: what cannot be one, when its stages are, and in which windows visits are made."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.areas.queries import newest_version
from server.areas.tables import Area
from server.db import snapshot, writing
from server.rounds import planning
from server.rounds.planning import RoundWish, Window, add_round, move_round, set_stages, sharing_days, windows
from server.rounds.tables import Round, RoundStage
from server.rulebook import DEFAULT_SET
from tests.support.claiming import ROUND, TESTER, forget_jobs, open_round
from tests.support.rounds import (
    asked_for,
    begin,
    let_be,
    move,
    move_part,
    plan_round,
    refusal,
    state_of,
    written,
)
from tests.support.workbooks import DISTRICT

FIRST, LAST = date(2026, 3, 1), date(2026, 5, 31)
PLACE = ("place", "")


def stages(engine: Engine, round_id: str = ROUND) -> dict[str, tuple[date | None, date | None]]:
    with snapshot(engine) as session:
        found = session.scalars(select(RoundStage).filter_by(round_id=round_id))
        return {one.stage: (one.starts, one.ends) for one in found}


def say_when(engine: Engine, round_id: str = ROUND, **when: tuple[date | None, date | None]) -> None:
    with writing(engine) as session:
        set_stages(session, round_id, when, TESTER)


def windows_of(engine: Engine) -> list[tuple[str, date | None, date | None]]:
    with snapshot(engine) as session:
        return [(window.round_id, window.starts, window.ends) for window in windows(session)]


# ── a new one ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_round_is_planned_on_the_newest_areas_and_written_down(district: Engine) -> None:
    plan_round(district, "2027-a", project=7, stages={"desk": (FIRST, None)})
    with snapshot(district) as session:
        found, areas = session.get_one(Round, "2027-a"), newest_version(session)
        assert areas and found.areas_id == areas.id
        assert (found.name, found.data_year, found.indicator_set) == ("2027-a", 2027, DEFAULT_SET)
        assert (found.project, found.state) == (7, "planned")
    assert written(district)[-1] == ("2027-a", None, "planned", "terminal:test", "a test")
    assert stages(district, "2027-a") == {"desk": (FIRST, None)}


def test_without_areas_there_is_no_round(engine: Engine) -> None:
    (reason,) = refusal(engine, lambda session: add_round(session, RoundWish("2027", 2027), TESTER))
    assert reason.code == "no_areas_yet"


NO_ROUND: dict[str, tuple[dict[str, Any], str]] = {
    "a blank": ({"id": "2027 a"}, "round_id_wrong"),
    "a slash, which a job's key is parted by": ({"id": "2027/1"}, "round_id_wrong"),
    "a dot, which ends a page's address": ({"id": "2027.json"}, "round_id_wrong"),
    "a letter that is not everybody's": ({"id": "2027é"}, "round_id_wrong"),
    "nothing": ({"id": ""}, "round_id_wrong"),
    "hyphens alone": ({"id": "--"}, "round_id_wrong"),
    "an id that is too long": ({"id": "x" * 21}, "round_id_wrong"),
    "an id that is taken": ({"id": ROUND}, "round_known_already"),
    "a name that is too long": ({"name": "x" * 201}, "round_name_too_long"),
    "an unknown set": ({"indicator_set": "permen-lain"}, "unknown_indicator_set"),
    "an unknown stage": ({"stages": {"visit": (FIRST, LAST)}}, "stage_not_known"),
    "a stage that ends first": ({"stages": {"visits": (LAST, FIRST)}}, "stage_ends_before_it_starts"),
}


@pytest.mark.parametrize("wish, code", NO_ROUND.values(), ids=NO_ROUND)
def test_what_can_be_no_round_is_refused_and_leaves_nothing(district: Engine, wish: dict[str, Any], code: str) -> None:
    wanted: dict[str, Any] = {"id": "2027", "data_year": 2027} | wish
    (reason,) = refusal(district, lambda session: add_round(session, RoundWish(**wanted), TESTER))
    assert reason.code == code
    with snapshot(district) as session:
        assert session.scalars(select(Round.id)).all() == [ROUND]


@pytest.mark.parametrize("wish", [{"id": "x" * 20}, {"name": "x" * 200}, {"stages": {"visits": (FIRST, FIRST)}}])
def test_the_longest_names_and_the_shortest_stage_are_fine(district: Engine, wish: dict[str, Any]) -> None:
    plan_round(district, "2027", **wish)


# ── stages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_stage_said_anew_takes_the_place_of_what_was_said_and_others_stay(district: Engine) -> None:
    say_when(district, claims=(FIRST, LAST), visits=(FIRST, LAST))
    say_when(district, visits=(None, LAST))
    assert stages(district) == {"claims": (FIRST, LAST), "visits": (None, LAST)}


def test_one_wrong_stage_leaves_all_as_they_were(district: Engine) -> None:
    wrong = {"claims": (FIRST, LAST), "visits": (LAST, FIRST)}
    (reason,) = refusal(district, lambda session: set_stages(session, ROUND, wrong, TESTER))
    assert (reason.code, reason.values) == ("stage_ends_before_it_starts", {"stage": "visits"})
    (reason,) = refusal(district, lambda session: set_stages(session, ROUND, {"x" * 50: (FIRST, LAST)}, TESTER))
    assert reason.values == {"stage": "x" * 40, "stages": "claims, desk, visits, replies, decision"}
    assert stages(district) == {}


def test_an_archived_round_changes_no_more_and_one_that_there_is_not_neither(district: Engine) -> None:
    let_be(district, "archived")
    (reason,) = refusal(district, lambda session: set_stages(session, ROUND, {"claims": (FIRST, LAST)}, TESTER))
    assert (reason.code, stages(district)) == ("round_archived", {})
    (reason,) = refusal(district, lambda session: set_stages(session, "2099", {}, TESTER))
    assert reason.code == "round_not_known"


def test_visits_are_placed_again_when_the_days_of_their_stage_change(district: Engine) -> None:
    forget_jobs(district)
    say_when(district, claims=(FIRST, LAST), replies=(FIRST, None))
    assert asked_for(district) == [], "where nothing depends on it, nothing is done"
    say_when(district, visits=(FIRST, LAST))
    assert asked_for(district) == [PLACE]


def test_a_planned_round_has_no_visits_to_place(district: Engine) -> None:
    plan_round(district, "2027")
    forget_jobs(district)
    say_when(district, "2027", visits=(FIRST, LAST))
    assert asked_for(district) == []


# ── opening and closing ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("old, new", [("planned", "open"), ("open", "closed"), ("closed", "open")])
def test_visits_are_placed_again_when_a_round_opens_or_closes(district: Engine, old: str, new: str) -> None:
    let_be(district, old)
    forget_jobs(district)
    move(district, new)
    assert asked_for(district) == [PLACE]


def test_closing_is_the_last_day_by_the_calendar_of_its_districts(
    district: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the capital it is still the evening before: a visit made there that morning belongs to the round."""
    begin(district, DISTRICT)
    move_part(district, DISTRICT, "closed")
    with writing(district) as session:
        session.execute(update(Area).where(Area.code == "99").values(zone="WIT"))
    monkeypatch.setattr(planning, "now", lambda: datetime(2026, 5, 31, 15, 30, tzinfo=UTC))
    move(district, "closed")
    assert stages(district) == {"visits": (None, date(2026, 6, 1))}


def test_closing_a_round_without_districts_is_the_last_day_by_the_clocks_of_the_capital(
    district: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "now", lambda: datetime(2026, 5, 31, 17, 30, tzinfo=UTC))
    move(district, "closed")
    assert stages(district) == {"visits": (None, date(2026, 6, 1))}


def test_closing_leaves_the_first_day_and_a_last_day_that_was_said(district: Engine) -> None:
    open_round(district, "2027", visits=(FIRST, LAST))
    say_when(district, visits=(FIRST, None))
    move(district, "closed")
    move(district, "closed", round_id="2027")
    (starts, ends), other = stages(district)["visits"], stages(district, "2027")["visits"]
    assert starts == FIRST and ends is not None
    assert other == (FIRST, LAST)


def test_a_round_that_cannot_close_keeps_its_days(district: Engine) -> None:
    let_be(district, "planned")
    refusal(district, lambda session: move_round(session, ROUND, "closed", TESTER))
    assert (state_of(district), stages(district)) == ("planned", {})


# ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mine, others, project, shared", [
    ((None, None), (None, None), 1, True),
    ((FIRST, LAST), (LAST, None), 1, True),
    ((FIRST, LAST), (date(2026, 6, 1), None), 1, False),
    ((None, FIRST), (LAST, None), 1, False),
    ((FIRST, LAST), (FIRST, LAST), 2, False),
    ((FIRST, LAST), (FIRST, LAST), None, True),
])  # fmt: skip
def test_rounds_of_a_project_share_the_days_on_which_a_visit_could_be_in_either(
    district: Engine, mine: Any, others: Any, project: int | None, shared: bool
) -> None:
    with writing(district) as session:
        session.execute(update(Round).values(project=1))
    plan_round(district, "2027", project=project, stages={"visits": others})
    say_when(district, visits=mine)
    for state, expected in (("planned", []), ("open", ["2027"] if shared else [])):
        let_be(district, state, "2027")
        with snapshot(district) as session:
            assert sharing_days(session, ROUND) == expected


def test_visits_are_made_in_rounds_that_were_ever_opened_within_the_stage_of_visits(district: Engine) -> None:
    plan_round(district, "2025", stages={"visits": (None, LAST)})
    assert windows_of(district) == [(ROUND, None, None)], "a planned one has none yet"
    say_when(district, claims=(FIRST, FIRST), visits=(FIRST, LAST))
    for state in ("open", "closed", "archived"):
        let_be(district, state, "2025")
        assert windows_of(district) == [("2025", None, LAST), (ROUND, FIRST, LAST)]
        with snapshot(district) as session:
            open_now = session.scalars(select(Round.id).filter_by(state="open").order_by(Round.id)).all()
        assert open_now == (["2025", ROUND] if state == "open" else [ROUND])


DAYS = {
    "the day before": (date(2026, 2, 28), False), "the first day": (FIRST, True), "the last day": (LAST, True),
    "the day after": (date(2026, 6, 1), False),
}  # fmt: skip


@pytest.mark.parametrize("day, inside", DAYS.values(), ids=DAYS)
def test_both_ends_of_a_window_are_in_it_and_an_end_that_is_not_said_is_none(day: date, inside: bool) -> None:
    assert Window(ROUND, None, 1, FIRST, LAST).holds(day, 7) is inside
    assert Window(ROUND, None, 1, None, LAST).holds(day, 7) is (day <= LAST)
    assert Window(ROUND, None, 1, FIRST, None).holds(day, 7) is (day >= FIRST)
    assert Window(ROUND, None, 1, None, None).holds(day, 7)


def test_a_round_of_a_project_holds_visits_of_that_project_alone() -> None:
    assert Window(ROUND, 7, 1, FIRST, LAST).holds(FIRST, 7)
    assert not Window(ROUND, 7, 1, FIRST, LAST).holds(FIRST, 8)
    assert not Window(ROUND, 7, 1, FIRST, LAST).holds(date(2027, 1, 1), 7)


def test_a_round_without_a_first_day_begins_after_those_that_had_ended_when_it_was_opened(district: Engine) -> None:
    day = date(2026, 1, 31)
    say_when(district, visits=(None, day))
    move(district, "closed")
    plan_round(district, "2027")
    move(district, "open", round_id="2027")
    assert windows_of(district) == [(ROUND, None, day), ("2027", date(2026, 2, 1), None)]
    plan_round(district, "later", stages={"visits": (FIRST, LAST)})
    move(district, "open", round_id="later")
    say_when(district, "later", visits=(date(2099, 1, 1), date(2099, 2, 1)))
    assert windows_of(district)[1] == ("2027", date(2026, 2, 1), None), "what ends later takes nothing from it"
    say_when(district, "2027", visits=(FIRST, None))
    assert windows_of(district)[1] == ("2027", FIRST, None)


def test_an_ended_round_of_another_project_lets_a_round_begin_when_it_will(district: Engine) -> None:
    for round_id, project in (("old", 7), ("new", 8), ("any", None)):
        plan_round(district, round_id, project=project, stages={"visits": (None, FIRST if round_id == "old" else None)})
        move(district, "open", round_id=round_id)
    after = date(2026, 3, 2)
    assert windows_of(district)[1:] == [("any", after, None), ("new", None, None), ("old", None, FIRST)]
