"""The states of a round and of a district's part of it: what may follow what, on which conditions, and who did it."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.db import now, snapshot, writing
from server.rounds import states
from server.rounds.states import NotAllowed, begin_part, change_part, change_round
from server.rounds.tables import Round, RoundChange, RoundPart
from tests.support.claiming import ROUND, TESTER, forget_jobs
from tests.support.rounds import asked_for, begin, let_be, move, move_part, part_of, refusal, state_of, written
from tests.support.workbooks import DISTRICT
from verification.reason import Reason

STATES = ("planned", "open", "closed", "archived")
ROUNDS_GO = {("planned", "open"), ("open", "closed"), ("closed", "open"), ("closed", "archived")}
PARTS_GO = {("open", "closed"), ("closed", "open")}
OTHER = "99.02"


# ── a round ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def goes(session: Session, old: str, new: str) -> bool:
    session.get_one(Round, ROUND).state = old
    try:
        return change_round(session, ROUND, new, TESTER).state == new
    except NotAllowed as refused:
        assert [reason.code for reason in refused.reasons] == ["state_cannot_follow"]
        return False


def test_a_round_is_planned_opened_closed_and_archived_and_only_a_closed_one_opens_again(district: Engine) -> None:
    with writing(district) as session:
        assert {move for move in product(STATES, (*STATES, "gone")) if goes(session, *move)} == ROUNDS_GO


def test_a_move_that_is_not_allowed_is_refused_with_both_states_and_changes_nothing(district: Engine) -> None:
    (reason,) = refusal(district, lambda session: change_round(session, ROUND, "archived", TESTER))
    assert (reason.code, reason.values) == ("state_cannot_follow", {"old": "open", "new": "archived"})
    assert state_of(district) == "open"


@pytest.mark.parametrize("why", ["", " \t\n"])
def test_opening_a_closed_round_again_needs_a_reason(district: Engine, why: str) -> None:
    move(district, "closed", why="")
    (reason,) = refusal(
        district, lambda session: change_round(session, ROUND, "open", states.Entry("terminal:test", why))
    )
    assert reason.code == "reopening_needs_a_reason"
    assert state_of(district) == "closed"


def test_the_first_opening_and_the_archive_need_none(district: Engine) -> None:
    let_be(district, "planned")
    for state in ("open", "closed", "archived"):
        move(district, state, why="")
    assert state_of(district) == "archived"


def test_a_round_that_there_is_not(district: Engine) -> None:
    (reason,) = refusal(district, lambda session: change_round(session, "2099", "open", TESTER))
    assert (reason.code, reason.values) == ("round_not_known", {"round": "2099"})


# ── what has to be so before one opens ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def three_conditions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ask three things, the second of which is so; gives what was asked of which round."""
    asked: list[str] = []

    def missing(code: str | None) -> object:
        def condition(_session: Session, found: Round) -> Reason | None:
            asked.append(found.id)
            return Reason(code, {"round": found.id}) if code else None

        return condition

    conditions = [missing("round_archived"), missing(None), missing("round_known_already")]
    monkeypatch.setattr(states, "CONDITIONS", conditions)
    return asked


def test_a_round_opens_where_nothing_is_missing_and_everything_that_is_missing_is_told(
    district: Engine, three_conditions: list[str]
) -> None:
    let_be(district, "planned")
    reasons = refusal(district, lambda session: change_round(session, ROUND, "open", TESTER))
    assert [reason.code for reason in reasons] == ["round_archived", "round_known_already"]
    assert three_conditions == [ROUND] * 3
    assert state_of(district) == "planned"
    states.CONDITIONS.clear()
    move(district, "open")
    assert state_of(district) == "open"


def test_the_conditions_are_asked_again_when_it_opens_again_and_at_no_other_change(
    district: Engine, three_conditions: list[str]
) -> None:
    move(district, "closed")
    assert three_conditions == []
    assert len(refusal(district, lambda session: change_round(session, ROUND, "open", TESTER))) == 2


def test_a_move_that_may_not_be_is_refused_before_anything_is_asked(
    district: Engine, three_conditions: list[str]
) -> None:
    (reason,) = refusal(district, lambda session: change_round(session, ROUND, "open", TESTER))
    assert (reason.code, three_conditions) == ("state_cannot_follow", [])


# ── closing, and parts ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_round_closes_only_after_all_its_parts_and_names_those_that_are_open(district: Engine) -> None:
    begin(district, OTHER, DISTRICT, "99.03")
    move_part(district, "99.03", "closed")
    (reason,) = refusal(district, lambda session: change_round(session, ROUND, "closed", TESTER))
    assert (reason.code, reason.values) == (
        "round_has_open_parts", {"round": ROUND, "count": 2, "districts": f"{DISTRICT}, {OTHER}"},
    )  # fmt: skip
    for code in (DISTRICT, OTHER):
        move_part(district, code, "closed")
    move(district, "closed")
    assert state_of(district) == "closed"


def test_of_many_open_parts_all_are_counted_and_ten_named(district: Engine) -> None:
    begin(district, *(f"99.{number:02}" for number in range(1, 13)))
    (reason,) = refusal(district, lambda session: change_round(session, ROUND, "closed", TESTER))
    assert reason.values["count"] == 12
    assert str(reason.values["districts"]).split(", ") == [f"99.{number:02}" for number in range(1, 11)]


def part_goes(session: Session, old: str, new: str) -> bool:
    session.get_one(RoundPart, (ROUND, DISTRICT)).state = old
    try:
        return change_part(session, ROUND, DISTRICT, new, TESTER).state == new
    except NotAllowed as refused:
        assert [reason.code for reason in refused.reasons] == ["state_cannot_follow"]
        return False


def test_a_part_is_closed_and_opened_again_and_nothing_else(district: Engine) -> None:
    begin(district, DISTRICT)
    with writing(district) as session:
        assert {move for move in product(("open", "closed"), STATES) if part_goes(session, *move)} == PARTS_GO


def test_opening_a_closed_part_again_needs_a_reason(district: Engine) -> None:
    begin(district, DISTRICT)
    move_part(district, DISTRICT, "closed", why="")
    entry = states.Entry("terminal:test", "  ")
    (reason,) = refusal(district, lambda session: change_part(session, ROUND, DISTRICT, "open", entry))
    assert reason.code == "reopening_needs_a_reason"
    assert part_of(district, DISTRICT) == "closed"


@pytest.mark.parametrize("state", ["planned", "closed", "archived"])
def test_parts_change_only_while_their_round_is_open(district: Engine, state: str) -> None:
    begin(district, DISTRICT)
    move_part(district, DISTRICT, "closed")
    let_be(district, state)
    (reason,) = refusal(district, lambda session: change_part(session, ROUND, DISTRICT, "open", TESTER))
    assert (reason.code, reason.values) == ("round_not_open", {"round": ROUND})
    assert part_of(district, DISTRICT) == "closed"


def test_a_part_that_has_not_begun_and_one_of_no_round(district: Engine) -> None:
    begin(district, DISTRICT)
    (reason,) = refusal(district, lambda session: change_part(session, ROUND, OTHER, "closed", TESTER))
    assert (reason.code, reason.values) == ("part_not_known", {"round": ROUND, "district": OTHER})
    (reason,) = refusal(district, lambda session: change_part(session, "2099", DISTRICT, "closed", TESTER))
    assert reason.code == "round_not_known"


def test_a_part_begins_once_and_one_that_is_closed_stays_closed(district: Engine) -> None:
    begin(district, DISTRICT)
    move_part(district, DISTRICT, "closed")
    before = written(district)
    begin(district, DISTRICT)
    assert (part_of(district, DISTRICT), written(district)) == ("closed", before)


def test_a_part_that_is_opened_again_is_computed_from_what_has_come_meanwhile(district: Engine) -> None:
    begin(district, DISTRICT, OTHER)
    move_part(district, DISTRICT, "closed")
    forget_jobs(district)
    move_part(district, DISTRICT, "open")
    assert asked_for(district) == [("verify", f"{ROUND}/{DISTRICT}")]


def test_closing_a_part_asks_for_nothing(district: Engine) -> None:
    begin(district, DISTRICT)
    forget_jobs(district)
    move_part(district, DISTRICT, "closed")
    assert asked_for(district) == []


# ── written down ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_change_is_written_down_with_who_when_and_why(district: Engine) -> None:
    began = now()
    begin(district, DISTRICT)
    move_part(district, DISTRICT, "closed", why="  BA 12/2026 \n")
    move_part(district, DISTRICT, "open", why="keberatan")
    move_part(district, DISTRICT, "closed", why=" ")
    move(district, "closed", why="")
    assert written(district) == [
        (ROUND, None, "planned", "terminal:test", "a test"), (ROUND, None, "open", "terminal:test", "a test"),
        (ROUND, DISTRICT, "open", "terminal:test", "a test"),
        (ROUND, DISTRICT, "closed", "terminal:test", "BA 12/2026"),
        (ROUND, DISTRICT, "open", "terminal:test", "keberatan"), (ROUND, DISTRICT, "closed", "terminal:test", None),
        (ROUND, None, "closed", "terminal:test", None),
    ]  # fmt: skip
    with snapshot(district) as session:
        moments = session.scalars(select(RoundChange.changed_at).order_by(RoundChange.id).offset(2)).all()
    assert began - timedelta(seconds=1) <= moments[0] and list(moments) == sorted(moments) and moments[-1] <= now()


def test_a_change_and_what_is_written_of_it_are_one(district: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(district) as session:
        begin_part(session, ROUND, DISTRICT, TESTER)
        change_part(session, ROUND, DISTRICT, "closed", TESTER)
        raise ZeroDivisionError
    assert part_of(district, DISTRICT) is None
    assert [row[1] for row in written(district)] == [None, None]
