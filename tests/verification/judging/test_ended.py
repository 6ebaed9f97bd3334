"""A row that says itself that its place had ended before the data year claims nothing of that year (rules 10).

So it is worth as much to write down that a place has ended as to delete its row; visits to it stay to be seen.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import (
    ALL_FIVE,
    BESIDE,
    INDICATORS,
    NAMES,
    RULES,
    VILLAGES,
    a_fix,
    a_line,
    a_point,
    a_visit,
    ten_of_which_six_were_visited,
    verify,
)
from verification.comparing.beside import Beside
from verification.deciding.facts import Decided, Fact
from verification.model import Answer, Arrival, Claim, ClaimLine, Outcome, Seen, Visit
from verification.places.areas import Villages
from verification.points.factor import Factor, exists, meets
from verification.points.ledger import LedgerLine
from verification.reason import Reason
from verification.rules import PointRules
from verification.sampling.designs import Design, Stratum
from verification.sampling.sample import DrawnSample, digest_of
from verification.sets.counted_once import CountedOnce
from verification.verify import DistrictResult, verify_district

YEAR = BESIDE.year
BEFORE_10 = replace(RULES, points=PointRules(ended_is_no_claim=False))
NO_CHAIR = ALL_FIVE | {"chair": Seen.NO}


def ledger(result: DistrictResult, indicator: int = 17) -> LedgerLine:
    return next(line for line in result.ledger if line.indicator == indicator)


def counted(result: DistrictResult) -> tuple[object, ...]:
    line = ledger(result)
    return line.lines, line.confirmed, line.contradicted, line.undecided, line.lowest, line.highest


def ended(lines: list[ClaimLine], *those: int, year: int = YEAR - 1) -> list[ClaimLine]:
    return [replace(line, ended_year=year) if line.line_id in those else line for line in lines]


@pytest.mark.parametrize("number, comes_to", [
    (9, (9, 4, 1, 4, 6.66, 13.34)),  # nobody was there: 15 × 4/9 and 15 × 8/9
    (5, (9, 4, 1, 4, 6.66, 13.34)),  # it was closed
    (4, (9, 4, 0, 5, 6.66, 15.0)),  # it lacked the refrigerator: no honest row speaks against its list
    (0, (9, 3, 1, 5, 5.0, 13.34)),  # a visit found it open: still none that is claimed
])  # fmt: skip
def test_of_ten_rows_one_that_had_ended_is_none_of_the_claimed_places(
    number: int, comes_to: tuple[object, ...]
) -> None:
    lines, visits = ten_of_which_six_were_visited()
    deleted = [line for line in lines if line.line_id != number]
    others = [visit for visit in visits if visit.facility_id != f"facility-{number}"]
    assert counted(verify(ended(lines, number), visits)) == comes_to == counted(verify(deleted, others))
    assert counted(verify(lines, visits)) == (10, 4, 1, 5, 6.0, 13.5)


def test_one_that_ended_in_the_data_year_was_there_and_is_claimed() -> None:
    lines, visits = ten_of_which_six_were_visited()
    assert counted(verify(ended(lines, 9, year=YEAR), visits)) == (10, 4, 1, 5, 6.0, 13.5)


def test_by_rules_of_before_it_stays_one_of_the_claimed_places() -> None:
    lines, visits = ten_of_which_six_were_visited()
    result = verify(ended(lines, 0, 9), visits, rules=BEFORE_10)
    assert counted(result) == (10, 4, 1, 5, 6.0, 13.5)
    assert {one.outcome for one in result.lines} & {Outcome.ENDED} == set()


def test_a_list_of_nothing_else_claims_no_place() -> None:
    result = verify(ended([a_line()], 1), [a_visit()])
    assert counted(result) == (0, 0, 0, 0, 0.0, 15.0) == counted(verify([], []))
    assert ledger(result).reasons == (Reason("no_lines_listed"),)


def test_what_a_visit_saw_there_stays_with_the_line_and_says_nothing_against_it() -> None:
    """What speaks against a claim is told to nobody before the district could reply: of no claim it is not said."""
    visit = a_visit(answers=NO_CHAIR)
    (plain,) = verify([a_line()], [visit]).lines
    result = verify(ended([a_line()], 1), [visit])
    (line,) = result.lines
    assert (plain.outcome, line.outcome) == (Outcome.CRITERIA_NOT_MET, Outcome.ENDED)
    assert (line.match, line.evidence, line.criteria) == (plain.match, plain.evidence, plain.criteria)
    assert line.reasons == (Reason("row_ended", {"ended": YEAR - 1, "year": YEAR}), Reason("row_ended_visited"))
    assert result.visits[0].reason.code == "belongs_to_line"
    (unseen,) = verify(ended([a_line()], 1), []).lines
    assert [reason.code for reason in unseen.reasons] == ["row_ended"]


@pytest.mark.parametrize("outcome", [Outcome.CONFIRMED, Outcome.NOT_FOUND])
def test_nobody_decides_what_is_not_claimed(outcome: Outcome) -> None:
    lines, decided = ended([a_line(1), a_line(2, point=a_point(300))], 1), Decided({1: Fact(7, "person:1", outcome)})
    result = verify(lines, [], decided)
    assert counted(result)[:4] == (1, 0, 0, 1)
    assert (result.lines[0].outcome, result.lines[0].fact) == (Outcome.ENDED, None)
    assert verify([replace(lines[0], ended_year=None), lines[1]], [], decided).lines[0].outcome is outcome


def test_a_row_that_had_ended_makes_no_other_row_a_second_one() -> None:
    """A place that moved is listed twice: as it ended, and where it is now, by the same number or in one yard."""
    for twin in (a_line(2, registry_no="P1", point=a_point(300)), a_line(2, registry_no=None)):
        lines = [a_line(1, registry_no=twin.registry_no), twin]
        visits = [a_visit(), a_visit("v2", facility_id="facility-2", fix=a_fix(300 if twin.registry_no else 0))]
        assert verify(lines, visits).lines[1].outcome in (Outcome.DUPLICATE_CLAIM, Outcome.UNSURE)
        told = verify(ended(lines, 1), visits).lines
        assert [one.outcome for one in told] == [Outcome.ENDED, Outcome.CONFIRMED]


def test_nor_does_it_count_under_an_indicator_that_comes_first() -> None:
    once = (CountedOnce((7, 17), "x"),)
    assert {7, 17} <= INDICATORS.by_number.keys()
    room = a_line(1, indicator=7, facility_id="facility-9")
    for had_ended, outcome in ((None, Outcome.UNSURE), (YEAR - 1, Outcome.CONFIRMED)):
        claims = {7: Claim(7, 1.0, lines=(replace(room, ended_year=had_ended),)),
                  17: Claim(17, 15.0, lines=(a_line(2, facility_id="facility-9"),))}  # fmt: skip
        result = verify_district(replace(INDICATORS, counted_once=once), claims, [a_visit(facility_id="facility-9")],
                                 Villages(VILLAGES), NAMES, RULES, BESIDE)  # fmt: skip
        assert next(line.outcome for line in result.lines if line.line_id == 2) is outcome


@pytest.mark.parametrize("of, code", [(11, "sample_random"), (12, "sample_of_other_lines")])
def test_a_sample_is_drawn_of_the_places_that_are_claimed(of: int, code: str) -> None:
    lines = ended([a_line(n, point=a_point(100 * n)) for n in range(12)], 11)
    places = [line.facility_id for line in lines]
    sample = DrawnSample(3, Design.RANDOM, digest_of(places[:of]), (Stratum(0, of, 10),), dict.fromkeys(places[:10], 0))
    claims = {17: Claim(17, 15.0, lines=tuple(lines))}
    visits = [a_visit("v0", facility_id="facility-0")]
    result = verify_district(INDICATORS, claims, visits, Villages(VILLAGES), NAMES, RULES, BESIDE, samples={17: sample})
    assert [reason.code for reason in ledger(result).reasons] == [code]


def test_what_was_seen_there_says_nothing_of_a_yes_about_the_places() -> None:
    """E-YESNO: of two homes one had ended; what it lacked is no difference, and nobody is to look there."""
    home = {"indicator": 13, "kind": "lksa"}
    lines = [a_line(1, **home, point=a_point()), a_line(2, **home, point=a_point(300)),
             a_line(3, **home, point=a_point(600))]  # fmt: skip
    visits = [a_visit("v1", kind="lksa", answers={"child_protection_policy": Seen.YES}),
              a_visit("v2", kind="lksa", facility_id="facility-2", fix=a_fix(300),
                      answers={"child_protection_policy": Seen.NO})]  # fmt: skip
    said = [one.reason for one in verify(ended(lines, 2, 3), visits, answers={"13c1": Answer("yes")}).findings
            if one.about == "yes_no"]  # fmt: skip
    assert [reason.code for reason in said] == ["yes_at_all_looked_at"]
    assert (said[0].values["there"], said[0].values["of"], said[0].values["not_seen"]) == (1, 1, 0)


def test_in_a_rise_it_was_there_in_the_year_before() -> None:
    lines = [a_line(1, since_year=2019), a_line(2, since_year=2019, point=a_point(300), ended_year=YEAR - 1)]
    found = verify(lines, [], answers={"17a1": Answer("1", "2")}).findings
    assert "list_agrees" in [one.reason.code for one in found if one.about == "rise"]


def test_the_factor_is_of_what_is_claimed() -> None:
    told = [(Outcome.CONFIRMED, ("criteria_counted",), 2), (Outcome.ENDED, ("row_ended",), 3)]
    assert exists(told) == meets(told) == Factor(2, 2, 0)


LISTED = st.lists(
    st.tuples(st.sampled_from([None, None, YEAR - 2, YEAR - 1, YEAR]), st.none() | st.sampled_from([*Arrival]),
              st.sampled_from([ALL_FIVE, NO_CHAIR]), st.sampled_from([None, "P1", "P2"]), st.integers(0, 40)),
    min_size=1, max_size=6,
)  # fmt: skip


@given(LISTED, st.sampled_from(["proportional", "existence"]))
def test_to_write_down_that_a_place_has_ended_is_worth_what_deleting_its_row_is(
    rows: list[tuple[int | None, Arrival | None, dict[str, Seen], str | None, int]], reading: str
) -> None:
    """Of all but a rise, in which the year before counts too."""
    lines = [a_line(n, facility_id=f"f{n}", point=a_point(300 * n), ended_year=year, registry_no=number, users=users)
             for n, (year, _, _, number, users) in enumerate(rows)]  # fmt: skip
    visits = [a_visit(f"v{n}", facility_id=f"f{n}", fix=a_fix(300 * n), arrival=arrival, answers=answers)
              for n, (_, arrival, answers, _, _) in enumerate(rows) if arrival]  # fmt: skip
    there = [line for line in lines if line.ended_year is None or line.ended_year >= YEAR]
    seen = [visit for visit in visits if visit.facility_id in {line.facility_id for line in there}]
    listed, deleted = (verify_17(of, some, reading) for of, some in ((lines, visits), (there, seen)))
    assert ledger(listed) == ledger(deleted)
    told = {one.line_id: (one.outcome, one.reasons) for one in listed.lines if one.outcome is not Outcome.ENDED}
    assert told == {one.line_id: (one.outcome, one.reasons) for one in deleted.lines}
    assert [one for one in listed.findings if one.about != "rise"] == [
        one for one in deleted.findings if one.about != "rise"
    ]
    assert {v.visit_id for v in listed.visits if v.line_ids} == {v.visit_id for v in visits}, "each is shown"


def verify_17(lines: list[ClaimLine], visits: list[Visit], reading: str) -> DistrictResult:
    indicators = replace(INDICATORS, indicators=tuple(
        replace(one, readings=(reading,)) if one.number == 17 else one for one in INDICATORS.indicators
    ))  # fmt: skip
    claims = {17: Claim(17, 15.0, lines=tuple(lines))}
    return verify_district(indicators, claims, visits, Villages(VILLAGES), NAMES, RULES, Beside(YEAR))
