"""What a later file makes of the areas, and of everything that hangs on them: all of it or nothing.

Each square is a village of 1.1 km; `country` says which codes lie on which.
"""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select

from server.areas.geojson import AreaPlan
from server.areas.queries import codes_in, codes_now, names_of, names_within, newest_version, villages_within, zones
from server.areas.tables import AreaVersion
from server.claims.tables import BreakdownRow, ChildGroup, Claim, ClaimFile, ClaimLine
from server.claims.template import template_for
from server.db import snapshot, writing
from server.recoding.applying import AreasWish, NotApplied, load_areas
from server.recoding.consequences import Consequences
from server.register.tables import Facility
from server.results.tables import LineResult, Result
from server.results.verifying import verify
from server.rounds.states import CLOSED, change_part
from server.rounds.tables import Round, RoundChange, RoundPart
from server.submissions.tables import SubmissionState
from server.visits.queries import visits_by_submission
from tests.support.builders import ALL_FIVE
from tests.support.claiming import ROUND, TESTER, claims_come, open_round
from tests.support.geojson import feature, read, square
from tests.support.prepared import prepared
from tests.support.trial import it_comes, read_visits
from tests.support.workbooks import a_place, filled, row_of

A, B, C, D = (f"99.01.01.200{number}" for number in range(1, 5))
FAR = "99.02.01.2001"
DISTRICT = "99.01"
NAMES = {"99": "Provinsi", "99.01": "Kabupaten Satu", "99.02": "Kabupaten Dua", "99.01.01": "Kecamatan Satu"}
WISH = AreasWish("terminal:test", date(2026, 1, 1))
NEXT = AreasWish("terminal:test", date(2027, 1, 1))


def country(names: dict[str, str] | None = None, /, **villages: float) -> AreaPlan:
    """Give a file of villages: a code with _ for . and which square it lies on."""
    at = {code[1:].replace("_", "."): column for code, column in villages.items()}
    return read(*(feature(code, square(column), nama=f"Desa {column:g}") for code, column in at.items()),
                names=NAMES | (names or {}))  # fmt: skip


FIRST = country(v99_01_01_2001=0, v99_01_01_2002=1, v99_01_01_2003=2, v99_02_01_2001=9)
MOVED_ON = country(v99_01_01_2002=0, v99_01_01_2003=1, v99_01_01_2004=2, v99_02_01_2001=9)  # A→B, B→C, C→D


@pytest.fixture
def loaded(engine: Engine) -> Engine:
    prepared(engine, _first_areas)
    return engine


def _first_areas(engine: Engine) -> None:
    load_areas(engine, FIRST, WISH)
    open_round(engine)


def follows(engine: Engine, plan: AreaPlan, wish: AreasWish = NEXT) -> Consequences:
    """Load it, and give what followed."""
    _, found = load_areas(engine, plan, wish)
    return found


def a_claim(engine: Engine, district: str = DISTRICT, *villages: str) -> None:
    """Let a district claim a place in each of these villages."""
    form, names = form_of(engine, district)
    places = [a_place(f"Pojok ASI {code}", E=f"{code} {names[code]}", G=None, H=None) for code in villages]
    plan = claims_come(engine, filled({f"Klaim!E{row_of(17)}": 15}, *places, template=form), f"{district}.xlsx")
    assert not plan.problems


def form_of(engine: Engine, district: str) -> tuple[bytes, dict[str, str]]:
    """Give a district's claim form, and the names of its villages."""
    with snapshot(engine) as session:
        areas = session.get_one(Round, ROUND).areas_id
        return template_for(session, ROUND, district).content, names_within(session, areas, district)


def facilities(engine: Engine) -> dict[str, str]:
    with snapshot(engine) as session:
        return {f.name.removeprefix("Pojok ASI "): f.village for f in session.scalars(select(Facility))}


def claimed(engine: Engine) -> set[tuple[str, str, str]]:
    with snapshot(engine) as session:
        rows = session.execute(select(Claim.district, ClaimLine.name, ClaimLine.village).join(ClaimLine))
        return {(district, name.removeprefix("Pojok ASI "), village) for district, name, village in rows}


def areas_of_round(engine: Engine) -> int:
    with snapshot(engine) as session:
        return session.get_one(Round, ROUND).areas_id


def a_visit_at(engine: Engine, root: str, column: float, facility_id: str | None = None) -> None:
    point = {"type": "Point", "coordinates": [110.005 + column * 0.01, -5.005, 0], "properties": {"accuracy": 5}}
    it_comes(engine, "visit_pojok_asi", root, {
        "kind": "pojok_asi", "arrival": "open", "seen": ALL_FIVE, "point": point, "facility": facility_id,
    })  # fmt: skip


def state_of(engine: Engine, root: str) -> tuple[str | None, str | None]:
    with snapshot(engine) as session:
        one = session.scalars(select(SubmissionState).filter_by(root_id=root)).one()
        return one.round_id, one.district


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_only_adds_makes_no_version(loaded: Engine) -> None:
    change, _ = load_areas(loaded, country(v99_01_01_2004=3), NEXT)
    assert change.counts == {"new": 1, "changed": 0, "unchanged": 3}
    with snapshot(loaded) as session:
        assert len(session.scalars(select(AreaVersion)).all()) == 1
        assert D in {village.code for village in villages_within(session, 1, DISTRICT)}


def test_the_version_before_stays_as_it_was(loaded: Engine) -> None:
    load_areas(loaded, MOVED_ON, NEXT)
    with snapshot(loaded) as session:
        newest = newest_version(session)
        assert newest and (newest.id, newest.valid_from) == (2, date(2027, 1, 1))
        assert names_of(session, 1, [A, B, C, D]) == {A: "Desa 0", B: "Desa 1", C: "Desa 2"}
        assert names_of(session, 2, [A, B, C, D]) == {B: "Desa 0", C: "Desa 1", D: "Desa 2"}
        assert [village.code for village in villages_within(session, 2, DISTRICT)] == [B, C, D]


def test_what_a_file_neither_names_nor_lies_on_stays(loaded: Engine) -> None:
    load_areas(loaded, country(v99_01_01_2009=0), NEXT)
    with snapshot(loaded) as session:
        assert [village.code for village in villages_within(session, 2, DISTRICT)] == [B, C, "99.01.01.2009"]


def test_what_a_whole_file_does_not_name_is_gone(loaded: Engine) -> None:
    load_areas(loaded, country(v99_01_01_2001=0), AreasWish("terminal:test", date(2027, 1, 1), whole=True))
    with snapshot(loaded) as session:
        found = names_of(session, 2, [*NAMES, A, B, C, FAR])
    assert found == {"99": "Provinsi", "99.01": "Kabupaten Satu", "99.01.01": "Kecamatan Satu", A: "Desa 0"}


def test_a_district_whose_villages_are_all_another_ones_now_is_gone_too(loaded: Engine) -> None:
    plan = country({"99.03": "Kabupaten Dua"}, v99_03_01_2001=9)
    change, _ = load_areas(loaded, plan, NEXT)
    assert {pair.old: pair.new for pair in change.plan.recoded} == {
        "99.02": "99.03", "99.02.01": "99.03.01", FAR: "99.03.01.2001",
    }  # fmt: skip
    with snapshot(loaded) as session:
        assert set(names_of(session, 2, ["99", "99.02", "99.02.01", FAR, "99.03"])) == {"99", "99.03"}


def test_a_new_province_takes_over_a_district_with_all_that_is_in_it(loaded: Engine) -> None:
    a_claim(loaded, "99.02", FAR)
    divided = country({"98": "Provinsi Baru", "98.01": "Kabupaten Dua", "98.01.01": "99.02.01"}, v98_01_01_2001=9)
    assert follows(loaded, divided).moves == (ROUND,)
    assert claimed(loaded) == {("98.01", FAR, "98.01.01.2001")}
    with snapshot(loaded) as session:
        assert set(names_of(session, 2, ["98", "99", "98.01", "99.01", "99.02"])) == {"98", "99", "98.01", "99.01"}


def test_a_new_province_of_which_nobody_knows_the_clocks_has_those_of_the_one_that_its_districts_left(
    loaded: Engine,
) -> None:
    its_zone = feature("99", False, nama="Provinsi", zona="WITA")
    load_areas(loaded, read(its_zone, feature(A, square(0), nama="Desa 0"), names=NAMES), NEXT)
    change, _ = load_areas(loaded, country({"98": "Provinsi Baru", "98.01": "Kabupaten Dua"}, v98_01_01_2001=9), NEXT)
    assert change.without_zone == []
    with snapshot(loaded) as session:
        assert zones(session, 3) == {"98": "WITA", "99": "WITA"}
    change, _ = load_areas(loaded, country({"97": "Provinsi Lain"}, v97_01_01_2001=20), NEXT)
    assert change.without_zone == ["97"]


def test_codes_are_followed_through_several_versions_and_back(loaded: Engine) -> None:
    load_areas(loaded, MOVED_ON, NEXT)
    again = country(v99_01_01_2003=0, v99_01_01_2004=1, v99_01_01_2005=2, v99_02_01_2001=9)
    load_areas(loaded, again, NEXT)
    with snapshot(loaded) as session:
        now, before = codes_now(session, 1), codes_in(session, 1)
        assert [now[code] for code in (A, B, C)] == [C, D, "99.01.01.2005"]
        assert {before[now[code]] for code in (A, B, C)} == {A, B, C}
        assert codes_in(session, 3) == codes_now(session, 3) == {}


def test_where_villages_became_one_the_one_that_kept_its_code_is_meant(loaded: Engine) -> None:
    merged = read(feature(A, square(0, columns=2), nama="Desa 0"), names=NAMES)
    load_areas(loaded, merged, AreasWish("terminal:test", date(2027, 1, 1), decided={B: A}))
    with snapshot(loaded) as session:
        assert codes_now(session, 1)[B] == A
        assert codes_in(session, 1).get(A, A) == A


def test_nothing_is_done_where_other_areas_were_loaded_meanwhile(loaded: Engine) -> None:
    def somebody_else(*_: Any) -> bool:
        load_areas(loaded, country({"99.01.01": "Kecamatan Lain"}, v99_01_01_2001=0), NEXT)
        return True

    with pytest.raises(NotApplied) as refused:
        load_areas(loaded, MOVED_ON, NEXT, somebody_else)
    assert [reason.code for reason in refused.value.reasons] == ["areas_changed_meanwhile"]
    with snapshot(loaded) as session:
        assert A in names_of(session, 2, [A])


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_places_get_their_villages_new_codes_in_one_step(loaded: Engine) -> None:
    a_claim(loaded, DISTRICT, A, B)
    assert follows(loaded, MOVED_ON).places == 2
    assert facilities(loaded) == {A: B, B: C}


def test_a_place_in_an_area_that_is_gone_stops_it_until_a_person_says_where_it_lies(loaded: Engine) -> None:
    a_claim(loaded, DISTRICT, C)
    plan = country(v99_01_01_2001=0, v99_01_01_2002=1, v99_02_01_2001=9)
    with pytest.raises(NotApplied) as refused:
        load_areas(loaded, plan, AreasWish("terminal:test", date(2027, 1, 1), whole=True))
    (reason,) = refused.value.reasons
    assert (reason.code, reason.values) == ("places_in_no_area", {"code": C, "count": 1})
    assert facilities(loaded) == {C: C} and areas_of_round(loaded) == 1
    load_areas(loaded, plan, AreasWish("terminal:test", date(2027, 1, 1), whole=True, decided={C: B}))
    assert facilities(loaded) == {C: B}


WRONG = {
    "about what is sure": ({A: C}, "nothing_to_decide"),
    "for what is no area": ({C: "99.01.01.2077"}, "decided_on_no_area"),
    "for what is no area any more": ({C: C}, "decided_on_no_area"),
}


@pytest.mark.parametrize("decided, code", WRONG.values(), ids=WRONG)
def test_a_decision_that_is_none_is_said(loaded: Engine, decided: dict[str, str], code: str) -> None:
    plan = country(v99_01_01_2001=0, v99_01_01_2002=1, v99_02_01_2001=9)
    with pytest.raises(NotApplied) as refused:
        load_areas(loaded, plan, AreasWish("terminal:test", date(2027, 1, 1), whole=True, decided=dict(decided)))
    assert [reason.code for reason in refused.value.reasons] == [code]


# ── rounds ───────────────────────────────────────────────────────────────────────────────────────────────────────────

DISTRICTS_MOVED_ON = country(
    {"99.02": "Kabupaten Satu", "99.03": "Kabupaten Dua", "99.02.01": "Kecamatan Satu"},
    v99_02_01_2001=0, v99_02_01_2002=1, v99_02_01_2003=2, v99_03_01_2001=9,
)  # fmt: skip


def test_an_open_round_goes_over_with_its_claims(loaded: Engine) -> None:
    a_claim(loaded, DISTRICT, A, B)
    assert follows(loaded, MOVED_ON).moves == (ROUND,)
    assert areas_of_round(loaded) == 2
    assert claimed(loaded) == {(DISTRICT, A, B), (DISTRICT, B, C)}


def test_breakdowns_and_groups_follow_and_go_on_naming_an_area_that_is_gone(loaded: Engine) -> None:
    form, names = form_of(loaded, DISTRICT)
    cells: dict[str, Any] = {f"Kelompok Anak!B{row}": f"{names[code]} ({code})" for row, code in ((4, A), (5, C))}
    cells |= {"Rincian!A4": "8b1", "Rincian!B4": "Kec. (99.01.01)", "Rincian!F4": 20}
    assert claims_come(loaded, filled(cells, template=form)).problems == ()
    follows(loaded, country({"99.02.01": "Kecamatan Satu"}, v99_02_01_2001=0, v99_02_01_2002=1, v99_01_01_2001=9),
            AreasWish("terminal:test", date(2027, 1, 1), whole=True))  # fmt: skip
    with snapshot(loaded) as session:
        assert session.scalars(select(ChildGroup.area).order_by(ChildGroup.id)).all() == ["99.02.01.2001", C]
        assert session.scalars(select(BreakdownRow.area)).all() == ["99.02.01"]


def test_districts_that_take_over_each_others_codes_keep_their_own_things(loaded: Engine) -> None:
    a_claim(loaded, DISTRICT, A)
    a_claim(loaded, "99.02", FAR)
    a_visit_at(loaded, "visit", 0)
    verify(loaded, ROUND, DISTRICT)
    verify(loaded, ROUND, "99.02")
    with snapshot(loaded) as session:
        results = {result.district: result.id for result in session.scalars(select(Result))}
    assert follows(loaded, DISTRICTS_MOVED_ON).moves == (ROUND,)
    assert claimed(loaded) == {("99.02", A, "99.02.01.2001"), ("99.03", FAR, "99.03.01.2001")}
    assert state_of(loaded, "visit") == (ROUND, "99.02")
    with snapshot(loaded) as session:
        moved = {result.district: result.id for result in session.scalars(select(Result))}
        assert moved == {"99.02": results[DISTRICT], "99.03": results["99.02"]}
        assert set(session.scalars(select(RoundPart.district))) == {"99.02", "99.03"}
        files = {file.district: file.filename for file in session.scalars(select(ClaimFile))}
        assert files == {"99.02": "99.01.xlsx", "99.03": "99.02.xlsx"}
        changes = session.scalars(select(RoundChange.district).where(RoundChange.district.is_not(None)))
        assert sorted(changes.all(), key=str) == ["99.02", "99.03"]


def test_a_visit_counts_for_the_same_line_before_and_after(loaded: Engine) -> None:
    a_claim(loaded, DISTRICT, A)
    with snapshot(loaded) as session:
        facility = session.scalars(select(Facility.id)).one()
    a_visit_at(loaded, "visit", 0, facility)
    verify(loaded, ROUND, DISTRICT)
    before = outcomes(loaded)
    assert before == {A: "confirmed"}
    load_areas(loaded, MOVED_ON, NEXT)
    read_visits(loaded)
    verify(loaded, ROUND, DISTRICT)
    assert outcomes(loaded) == before


def outcomes(engine: Engine) -> dict[str, str]:
    with snapshot(engine) as session:
        rows = session.execute(
            select(ClaimLine.name, LineResult.outcome).join(LineResult, LineResult.line_id == ClaimLine.id)
        )
        return {name.removeprefix("Pojok ASI "): outcome for name, outcome in rows}


def close(engine: Engine, district: str) -> None:
    with writing(engine) as session:
        change_part(session, ROUND, district, CLOSED, TESTER)


def keeps(engine: Engine, plan: AreaPlan) -> list[str]:
    """Load it; give the reasons for which rounds keep their version."""
    return [reason.code for reason in follows(engine, plan).keeps]


def test_a_round_keeps_its_areas_where_a_closed_part_would_change(loaded: Engine) -> None:
    a_claim(loaded, DISTRICT, A)
    a_claim(loaded, "99.02", FAR)
    close(loaded, DISTRICT)
    assert keeps(loaded, MOVED_ON) == ["round_keeps_areas_closed"]
    assert areas_of_round(loaded) == 1
    assert claimed(loaded) == {(DISTRICT, A, A), ("99.02", FAR, FAR)}, "what was claimed stays as it was"
    assert facilities(loaded) == {A: B, FAR: FAR}, "the register goes on"


def test_a_round_goes_over_where_only_other_districts_than_the_closed_ones_change(loaded: Engine) -> None:
    a_claim(loaded, DISTRICT, A)
    a_claim(loaded, "99.02", FAR)
    close(loaded, "99.02")
    assert keeps(loaded, MOVED_ON) == []
    assert areas_of_round(loaded) == 2


def test_visits_by_new_codes_count_for_a_round_that_kept_the_old_ones(loaded: Engine) -> None:
    a_claim(loaded, DISTRICT, A)
    a_claim(loaded, "99.02", FAR)
    close(loaded, "99.02")
    assert keeps(loaded, DISTRICTS_MOVED_ON) == ["round_keeps_areas_closed"]
    with snapshot(loaded) as session:
        facility = session.scalars(select(Facility.id).filter_by(village="99.02.01.2001")).one()
    a_visit_at(loaded, "picked", 0, facility)
    a_visit_at(loaded, "by its point", 1)
    assert state_of(loaded, "picked") == state_of(loaded, "by its point") == (ROUND, DISTRICT)
    verify(loaded, ROUND, DISTRICT)
    assert outcomes(loaded)[A] == "confirmed"
    with snapshot(loaded) as session:
        assert len(visits_by_submission(session, ROUND, DISTRICT)) == 2


def test_a_round_keeps_its_areas_where_two_districts_become_one(loaded: Engine) -> None:
    a_claim(loaded, DISTRICT, A)
    a_claim(loaded, "99.02", FAR)
    merged = country(v99_01_01_2001=0, v99_01_01_2002=1, v99_01_01_2003=2, v99_01_02_2001=9)
    assert keeps(loaded, merged) == ["round_keeps_areas_merged"]
    assert areas_of_round(loaded) == 1


def test_a_round_keeps_its_areas_where_a_claimed_place_would_lie_in_another_district(loaded: Engine) -> None:
    a_claim(loaded, DISTRICT, A, B)
    parted = country(v99_01_01_2001=0, v99_02_02_2001=1, v99_01_01_2003=2, v99_02_01_2001=9)
    assert keeps(loaded, parted) == ["round_keeps_areas_parted"]
    assert areas_of_round(loaded) == 1
    a_visit_at(loaded, "visit", 1)
    assert state_of(loaded, "visit") == (ROUND, DISTRICT), "there it lay when the district claimed"


@pytest.mark.parametrize("stamp", [{}, {6: None}], ids=["as written", "before it named its areas"])
def test_a_claim_form_made_by_the_old_codes_is_read_by_the_new_ones(loaded: Engine, stamp: dict[int, Any]) -> None:
    form, _ = form_of(loaded, DISTRICT)
    load_areas(loaded, DISTRICTS_MOVED_ON, NEXT)
    place = a_place("Pojok ASI", E=f"{A} Desa 0", G=None, H=None)
    assert claims_come(loaded, filled(None, place, stamp=stamp, template=form)).problems == ()
    assert claimed(loaded) == {("99.02", "Pojok ASI", "99.02.01.2001")}


def test_a_village_that_is_unknown_is_named_as_it_is_written(loaded: Engine) -> None:
    form, _ = form_of(loaded, DISTRICT)
    load_areas(
        loaded,
        country(v99_01_01_2001=0, v99_01_01_2002=1, v99_02_01_2001=9),
        AreasWish("terminal:test", date(2027, 1, 1), True),
    )
    plan = claims_come(loaded, filled(None, a_place("Pojok ASI", E=f"{C} Desa 2", G=None, H=None), template=form))
    assert [(p.reason.code, p.reason.values) for p in plan.problems] == [("unknown_area", {"code": C})]
