"""What touches points is fixed when a round is planned: an update changes none of it, a minute of Tim Penilai all."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, delete, select

from server import rulebook
from server.audit.tables import AuditEntry
from server.claims.importing import plan_import
from server.claims.template import template_for
from server.db import snapshot, writing
from server.results.tables import LineResult, Result
from server.results.verifying import verify
from server.rounds.rules import (
    digest_of_rules,
    fix_where_none_are,
    last_fixed,
    present_rules,
    rules_of,
    take_present_rules,
)
from server.rounds.states import ARCHIVED, CLOSED, Entry, NotAllowed
from server.rounds.tables import Round, RoundRules
from server.work.tables import Job
from tests.support.builders import ALL_FIVE, LAT, LON
from tests.support.claiming import ROUND, claims_come, forget_jobs
from tests.support.rounds import let_be, move_part
from tests.support.trial import it_comes
from tests.support.updating import another_tilik
from tests.support.workbooks import DISTRICT, a_place, filled, opened, row_of
from verification.rules import PointRules, fixed_numbers, with_fixed

MINUTE = Entry("terminal:test", "Notulen rekaan 12/2026")


@pytest.fixture
def visited(district: Engine) -> Engine:
    """Give a district that claims one place, with a visit 60 m from it: some say that is there, and some do not."""
    claims_come(district, filled({f"Klaim!E{row_of(17)}": 15}, a_place()))
    answers = {"kind": "pojok_asi", "arrival": "open", "name_given": "Pojok ASI Pasar", "seen": ALL_FIVE,
               "point": f"{LAT} {LON} 40 5"}  # fmt: skip
    it_comes(district, "visit_pojok_asi", "uuid:1", answers, project=1)
    verify(district, ROUND, DISTRICT)
    forget_jobs(district)
    return district


@pytest.fixture
def after_an_update() -> Iterator[None]:
    """Let the files be another Tilik's: nobody is ever sure, indicator 17 is worth 99 points."""
    with another_tilik(17, points=99.0):
        yield


def found(engine: Engine) -> tuple[Any, ...]:
    with snapshot(engine) as session:
        result = session.scalars(select(Result)).one()
        return result.rules_version, result.maximum, result.highest, result.rules, session.scalar(
            select(LineResult.outcome)), session.scalar(select(LineResult.sure))  # fmt: skip


def test_an_update_changes_no_point_of_a_round_that_is_under_way(visited: Engine, after_an_update: None) -> None:
    before = found(visited)
    assert verify(visited, ROUND, DISTRICT), "by other code it is computed again"
    version, maximum, highest, rules, outcome, sure = found(visited)
    assert (version, maximum, highest, outcome, sure) == (before[0], *before[1:3], *before[4:])
    assert rules["matching"] == before[3]["matching"] and rules["location"] == before[3]["location"]
    assert rules["flags"]["away_m"] == 1.0, "signs decide nothing, and are the present ones"


def test_so_do_its_claim_forms_and_what_is_read_of_them(visited: Engine, after_an_update: None) -> None:
    with snapshot(visited) as session:
        sheet = load_workbook(BytesIO(template_for(session, ROUND, DISTRICT).content))["Klaim"]
        printed = [cell.value for cell in sheet[row_of(17)]]
        content = filled({f"Klaim!E{row_of(17)}": 50}, a_place())
        problems = plan_import(session, content, opened(content)).problems
    assert 15 in printed and 99 not in printed
    assert [problem.reason.code for problem in problems] == ["score_out_of_range"]


def test_a_minute_of_tim_penilai_changes_all_districts_and_is_on_record(visited: Engine, after_an_update: None) -> None:
    before = found(visited)
    with writing(visited) as session:
        assert take_present_rules(session, ROUND, MINUTE) is True
    with writing(visited) as session:
        assert take_present_rules(session, ROUND, MINUTE) is False, "they are the present ones already"
    assert verify(visited, ROUND, DISTRICT)
    version, maximum, _, rules, *_ = found(visited)
    assert version == "another" and maximum == before[1] + 99 - 15
    assert rules["matching"]["automatic"] == 0.999_999_999
    with snapshot(visited) as session:
        rows = session.scalars(select(RoundRules).order_by(RoundRules.id)).all()
        assert [(row.version, row.why) for row in rows] == [(before[0], None), ("another", MINUTE.why)]
        assert session.scalars(select(Job.key).filter_by(kind="verify")).all() == [f"{ROUND}/{DISTRICT}"]
        assert session.scalars(select(AuditEntry.act).filter_by(act="rules_taken")).all() == ["rules_taken"]


@pytest.mark.parametrize("why", ["", "  ", "x" * 501])
def test_without_a_reason_nothing_changes(visited: Engine, after_an_update: None, why: str) -> None:
    with pytest.raises(NotAllowed, match="rules_need_a_minute"), writing(visited) as session:
        take_present_rules(session, ROUND, Entry("terminal:test", why))


def test_never_where_a_district_would_stay_by_the_old_ones(visited: Engine, after_an_update: None) -> None:
    move_part(visited, DISTRICT, CLOSED)
    with pytest.raises(NotAllowed, match="rules_of_closed_parts"), writing(visited) as session:
        take_present_rules(session, ROUND, MINUTE)
    let_be(visited, ARCHIVED)
    with pytest.raises(NotAllowed, match="round_archived"), writing(visited) as session:
        take_present_rules(session, ROUND, MINUTE)


def test_a_round_of_before_goes_by_the_present_ones_until_they_are_fixed(visited: Engine) -> None:
    with writing(visited) as session:
        session.execute(delete(RoundRules))
    with snapshot(visited) as session:
        mine = rules_of(session, session.get_one(Round, ROUND))
        assert mine.base == rulebook.load_rules() and mine.indicators == rulebook.load_indicators()
    with writing(visited) as session:
        assert (fix_where_none_are(session), fix_where_none_are(session)) == (1, 0)
    with snapshot(visited) as session:
        row = last_fixed(session, ROUND)
        assert row is not None and row.digest == digest_of_rules(present_rules(session, rulebook.DEFAULT_SET))
        assert rules_of(session, session.get_one(Round, ROUND)) == mine
    assert not verify(visited, ROUND, DISTRICT), "nothing has changed by it"


def test_what_is_fixed_is_given_as_the_same_object_as_long_as_it_is_the_same(visited: Engine) -> None:
    """Else whatever was worked out before would be worked out again with each visit."""
    with snapshot(visited) as session:
        one, other = (rules_of(session, session.get_one(Round, ROUND)) for _ in range(2))
    assert one is other and one.rules(video_counts=True) is other.rules(video_counts=True)
    assert one.rules(video_counts=True).video_counts and not one.rules(video_counts=False).video_counts


def test_a_number_that_came_later_is_the_present_one_and_one_that_went_is_left_out() -> None:
    present = rulebook.load_rules()
    kept = fixed_numbers(present)
    assert with_fixed(present, kept) == present
    del kept["location"]["coast_m"], kept["matching"]["frequencies"]["name"]["clash"], kept["allowances_m"]["sekolah"]
    kept["location"] |= {"of_old": 1, "same_building_m": 12.0}
    kept["allowances_m"]["pojok_asi"] = 51.0
    fixed = with_fixed(present, kept)
    assert fixed.location == replace(present.location, same_building_m=12.0)
    assert fixed.matching == present.matching
    assert (fixed.kinds["pojok_asi"].allowance_m, fixed.kinds["sekolah"]) == (51.0, present.kinds["sekolah"])


def test_what_was_not_looked_at_when_a_round_was_planned_is_not_looked_at() -> None:
    """Else an update would leave open, under way, what stood confirmed: rules before 8, 9 and 10 did not know it."""
    present = rulebook.load_rules()
    kept = fixed_numbers(present)
    assert kept["location"].pop("stood_r95_m") > 0 and kept["matching"].pop("latest_that_looked")
    assert kept.pop("points") == {"ended_is_no_claim": True}
    assert with_fixed(present, kept).points == PointRules(ended_is_no_claim=False)
    assert with_fixed(present, kept).location == replace(present.location, stood_r95_m=0)
    assert with_fixed(present, kept).matching == replace(present.matching, latest_that_looked=False)


def test_who_may_see_a_place_is_never_fixed() -> None:
    assert "openly" not in repr(fixed_numbers(rulebook.load_rules()))
