"""What a list of places says of a rise, a share, a "yes", and of schools counted twice; as the catalogue works it."""

from collections.abc import Iterable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import INDICATORS, a_line, a_point, a_visit, verify
from verification.comparing.beside import Beside, LastRound
from verification.comparing.finding import ClaimFinding, Said, Verdict
from verification.comparing.lists import rise, share_of_list, union, yes_no
from verification.judging.line import CriterionSeen, LineResult
from verification.model import CONTRADICTS, Answer, Claim, ClaimLine, Outcome, Seen
from verification.reason import Reason, Value

YEAR = 2025


def a_list(lines: Iterable[ClaimLine], **answers: tuple[object, object]) -> Claim:
    said = {code.removeprefix("q"): Answer(str(now), str(before)) for code, (now, before) in answers.items()}
    return Claim(17, 15.0, said, lines=tuple(lines))


def found(*outcomes: Outcome) -> list[LineResult]:
    return [LineResult(number, 17, outcome, ()) for number, outcome in enumerate(outcomes)]


def lines(count: int, **other: object) -> list[ClaimLine]:
    return [a_line(number, facility_id=f"f{number}", **other) for number in range(count)]


def by_code(said: Iterable[Said]) -> dict[str, tuple[Verdict, Reason]]:
    return {reason.code: (verdict, reason) for verdict, reason in said}


def test_a_rise_that_the_lists_years_do_not_show_as_the_catalogue_works_it() -> None:
    """E-RISE: claimed 9 → 12; ten places, all begun before: the list says 10 → 10."""
    years = (2019, 2021, 2020, 2018, 2022, 2022, 2023, 2019, 2017, 2024)
    claim = a_list((a_line(n, facility_id=f"f{n}", since_year=year) for n, year in enumerate(years)), q17a1=(12, 9))
    said = by_code(rise(claim, ["17a1"], [], Beside(YEAR)))
    assert list(said) == ["own_numbers_rise", "list_disagrees", "no_last_round"]
    verdict, reason = said["list_disagrees"]
    assert verdict is Verdict.DIFFERS
    assert reason.values == {"now": 12, "before": 9, "listed": 10, "listed_before": 10}


def test_a_count_that_rises_over_a_list_that_does_not_differs_from_it_too() -> None:
    """E-RISE: claimed 9 → 12 over ten rows: both are said of the indicator, and that no last list is there."""
    years = (2019, 2021, 2020, 2018, 2022, 2022, 2023, 2019, 2017, 2024)
    places = [a_line(n, facility_id=f"f{n}", since_year=year) for n, year in enumerate(years)]
    said = {one.reason.code: one for one in verify(places, [], answers={"17a1": Answer("12", "9")}).findings}
    assert said["list_disagrees"].reason.values == {"now": 12, "before": 9, "listed": 10, "listed_before": 10}
    differs = said["count_differs_from_list"]
    assert (differs.verdict, differs.reason.values) == (Verdict.DIFFERS, {"counted": 12, "listed": 10})
    assert said["no_last_round"].verdict is Verdict.OPEN


def test_a_place_that_ended_is_not_there_the_year_after() -> None:
    ended = a_line(1, facility_id="a", since_year=2019, ended_year=2024)
    new = a_line(2, facility_id="b", since_year=2025)
    said = by_code(rise(a_list([ended, new], qa=(1, 1)), ["a"], [], Beside(YEAR)))
    assert said["list_agrees"][1].values == {"now": 1, "before": 1, "listed": 1, "listed_before": 1}


@pytest.mark.parametrize("claimed, verdict, code", [
    ((2, 1), Verdict.OPEN, "list_lacks_years"), ((1, 1), Verdict.OPEN, "list_lacks_years"),
    ((1, 2), Verdict.DIFFERS, "list_disagrees_by_any_years"),
], ids=["it may have begun this year", "or before", "no year of beginning makes a list shorter"])  # fmt: skip
def test_where_years_are_missing_the_list_differs_only_if_none_of_them_could_make_it_fit(
    claimed: tuple[int, int], verdict: Verdict, code: str
) -> None:
    some = [a_line(1, since_year=2020), a_line(2), a_line(3, ended_year=2019)]
    said = by_code(rise(a_list(some, qa=claimed), ["a"], [], Beside(YEAR)))[code]
    numbers = {"now": claimed[0], "before": claimed[1], "missing": 1, "least": 0, "most": 1}
    assert (said[0], said[1].values) == (verdict, numbers)


YEARS = st.none() | st.integers(YEAR - 2, YEAR + 1)


@given(st.lists(st.tuples(YEARS, YEARS), min_size=1, max_size=4), st.integers(0, 3), st.integers(0, 3))
def test_what_differs_without_a_year_differs_with_each_and_what_is_open_with_some(
    years: list[tuple[int | None, int | None]], now: int, before: int
) -> None:
    """Every way to fill in the years of beginning, each no later than the place's end, is tried by itself."""

    def of(begun: Iterable[int | None]) -> Verdict:
        filled = (a_line(n, facility_id=f"f{n}", since_year=since, ended_year=ended)
                  for n, (since, (_, ended)) in enumerate(zip(begun, years, strict=True)))  # fmt: skip
        said = by_code(rise(a_list(filled, qa=(now, before)), ["a"], [], Beside(YEAR)))
        return next(verdict for code, (verdict, _) in said.items() if code.startswith("list_"))

    possible = [[since] if since is not None else [YEAR - 1] if ended is not None and ended < YEAR else [YEAR - 1, YEAR]
                for since, ended in years]  # fmt: skip
    each = {of(way) for way in product(*possible)}
    assert of(since for since, _ in years) is (Verdict.DIFFERS if each == {Verdict.DIFFERS} else Verdict.OPEN)


def against(last: Iterable[str], *outcomes: Outcome) -> tuple[Verdict, Reason]:
    claim = a_list(lines(len(outcomes)))
    said = rise(claim, [], found(*outcomes), Beside(YEAR, LastRound("2024", {17: tuple(last)})))
    (only,) = said
    return only


YES, NO, OPEN = Outcome.CONFIRMED, Outcome.NOT_FOUND, Outcome.NOT_VISITED


def test_a_list_against_the_last_rounds() -> None:
    verdict, reason = against(["f0", "f1"], OPEN, YES, OPEN)
    assert (verdict, reason.code) == (Verdict.OPEN, "rise_at_most")
    assert reason.values == {"round": "2024", "listed_then": 2, "new": 1, "gone": 0, "most": 1}


@pytest.mark.parametrize("last, outcomes", [
    (["f0", "f1"], [YES, YES]), (["f0", "f9"], [YES, YES]), (["f0", "f1"], [OPEN, OPEN, NO]),
    (["f0", "f1"], [YES, NO, OPEN]),
], ids=["the same", "one for another", "the new one is not there", "one of before is not there"])  # fmt: skip
def test_visits_can_contradict_a_rise(last: list[str], outcomes: list[Outcome]) -> None:
    verdict, reason = against(last, *outcomes)
    assert (verdict, reason.code) == (Verdict.CONTRADICTED, "no_rise_left")


def test_more_confirmed_than_were_even_listed_fits_a_rise_and_proves_none() -> None:
    verdict, reason = against(["f0", "f1"], YES, YES, YES)
    assert (verdict, reason.code, reason.values["confirmed"]) == (Verdict.OPEN, "more_than_listed_then", 3)
    assert against(["f0", "f1"], YES, YES, OPEN)[1].code == "rise_at_most"


@pytest.mark.parametrize("ended_year, verdict", [(YEAR - 1, Verdict.CONTRADICTED), (YEAR, Verdict.OPEN)])
@pytest.mark.parametrize("outcome", [OPEN, YES])
def test_what_the_list_itself_says_has_ended_is_gone(ended_year: int, verdict: Verdict, outcome: Outcome) -> None:
    """Two places then; now one of them ended, and one is new: two again, whatever a visit finds at the door."""
    places = [a_line(0, facility_id="f0", ended_year=ended_year), *lines(3)[1:]]
    last = Beside(YEAR, LastRound("2024", {17: ("f0", "f1")}))
    ((said, reason),) = rise(a_list(places), [], found(outcome, YES, YES), last)
    assert (said, reason.values["gone"]) == (verdict, int(verdict is Verdict.CONTRADICTED))


def test_a_place_that_ended_before_the_data_year_is_none_of_those_that_are_counted() -> None:
    places = [a_line(1), a_line(2, point=a_point(400)), a_line(3, point=a_point(800), ended_year=YEAR - 1)]
    said = {counted: [one.reason.values for one in verify(places, [], answers={"17a1": Answer(counted, "3")}).findings
                      if one.reason.code == "count_differs_from_list"] for counted in ("2", "3")}  # fmt: skip
    assert said == {"2": [], "3": [{"counted": 3, "listed": 2}]}


@pytest.mark.parametrize("outcomes", [[YES], [OPEN], [NO]])
def test_against_a_list_without_a_place_nothing_is_said_of_a_rise(outcomes: list[Outcome]) -> None:
    verdict, reason = against([], *outcomes)
    assert (verdict, reason.code) == (Verdict.OPEN, "no_last_list")


outcomes_drawn = st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=12)


@given(outcomes_drawn, st.sets(st.integers(0, 14)), st.data())
def test_more_evidence_never_changes_its_mind(outcomes: list[Outcome], last: set[int], data: st.DataObject) -> None:
    """What was shown or contradicted stays so, whichever of the undecided places is decided, and however."""
    before = against([f"f{n}" for n in last], *outcomes)[0]
    undecided = [n for n, one in enumerate(outcomes) if one not in CONTRADICTS and one is not YES]
    if not undecided:
        return
    which = data.draw(st.sampled_from(undecided))
    decided = [*outcomes]
    decided[which] = data.draw(st.sampled_from([YES, NO]))
    after = against([f"f{n}" for n in last], *decided)[0]
    assert before is Verdict.OPEN or after is before


POLICY = next(one for one in INDICATORS.by_number[13].criteria if one.code == "child_protection_policy")


def seen(*policies: Seen) -> list[LineResult]:
    return [
        LineResult(n, 13, Outcome.CONFIRMED, (), criteria=(CriterionSeen(POLICY.code, True, False, one),))
        for n, one in enumerate(policies)
    ]


def test_a_yes_about_places_as_the_catalogue_works_it() -> None:
    """E-YESNO: 13c1 = yes; five LKSA seen, three showed a policy; it stays open for two more that are listed."""
    claim = Claim(13, 30.0, {"13c1": Answer("yes")}, lines=tuple(lines(7, indicator=13, kind="lksa")))
    said = yes_no(claim, "13c1", POLICY, seen(*[Seen.YES] * 3, Seen.NO, Seen.NO))
    values: dict[str, Value] = {"what": "13c1", "topic": "13c1 child_protection_policy", "claimed": True}
    assert said == (Verdict.DIFFERS, Reason("yes_at_some", values | {"there": 3, "of": 5, "not_seen": 2}))


@pytest.mark.parametrize("policies, verdict, code", [
    ([Seen.YES, Seen.YES], Verdict.SHOWN, "yes_at_all_looked_at"),
    ([Seen.YES, Seen.NOT_SEEN], Verdict.OPEN, "yes_at_all_looked_at"),
    ([], Verdict.OPEN, "yes_nowhere_looked_at"),
    ([Seen.NO], Verdict.DIFFERS, "yes_at_some"),
])  # fmt: skip
def test_a_yes_is_shown_only_where_every_place_was_looked_at(policies: list[Seen], verdict: Verdict, code: str) -> None:
    claim = Claim(13, 30.0, {"13c1": Answer("yes")}, lines=tuple(lines(2, indicator=13, kind="lksa")))
    said = yes_no(claim, "13c1", POLICY, seen(*policies))
    assert said and (said[0], said[1].code) == (verdict, code)


def test_who_says_no_is_not_asked_for_proof() -> None:
    assert yes_no(Claim(13, 30.0, {"13c1": Answer("no")}), "13c1", POLICY, seen(Seen.NO)) is None
    assert yes_no(Claim(13, 30.0), "13c1", POLICY, seen(Seen.NO)) is None


def a_visit_to_a_home(name: str) -> list[ClaimFinding]:
    """Find what comes of a visit to a home of this name, beside two that are claimed, where no policy was shown."""
    homes = [a_line(n, indicator=13, kind="lksa", name=name, facility_id=f"f{n}", point=a_point(400 * n))
             for n, name in enumerate(("Panti Harapan", "Panti Kasih Ibu"))]  # fmt: skip
    shown = {"serves_children": Seen.YES, "child_protection_policy": Seen.NO}
    visit = a_visit(kind="lksa", facility_id=None, name=name, answers=shown)
    return list(verify(homes, [visit], answers={"13c1": Answer("yes")}).findings)


@pytest.mark.parametrize("name, code, looked_at", [
    ("Panti Harapan", "yes_at_some", 1), ("Panti Asih", "yes_nowhere_looked_at", 0),
])  # fmt: skip
def test_a_visit_that_waits_for_a_person_to_say_where_it_was_speaks_against_no_yes(
    name: str, code: str, looked_at: int
) -> None:
    """From 0.50 to 0.95 a person says which line it is (methods 2): until then it may have been another home."""
    (finding,) = (one for one in a_visit_to_a_home(name) if one.about == "yes_no")
    assert (finding.reason.code, finding.reason.values["of"]) == (code, looked_at)
    assert finding.reason.values["not_seen"] == 2 - looked_at


def test_what_is_asked_at_one_kind_of_place_waits_for_no_other() -> None:
    vision = next(one for one in INDICATORS.by_number[10].criteria if one.code == "vision")
    both = (a_line(0, indicator=10, kind="forum_anak"), a_line(1, indicator=10, kind="kelompok_anak"))
    claim = Claim(10, 40.0, {"10g1": Answer("yes")}, lines=both)
    result = LineResult(0, 10, Outcome.CONFIRMED, (), criteria=(CriterionSeen("vision", True, False, Seen.YES),))
    said = yes_no(claim, "10g1", vision, [result])
    assert vision.kinds == ("forum_anak",) and said and said[0] is Verdict.SHOWN


def test_a_share_of_listed_places_as_the_catalogue_works_it() -> None:
    """E-PCT25: 8 of 20 claimed (40 %); six visited: four confirmed, one not met, one undecided: [20 %, 35 %]."""
    claim = a_list(lines(8), q25a1=(40, 30), q25a3=(20, 20))
    outcomes = [YES] * 4 + [Outcome.CRITERIA_NOT_MET, Outcome.UNSURE, OPEN, OPEN]
    ((verdict, reason),) = share_of_list(claim, "25a1", "25a3", found(*outcomes))
    assert (verdict, reason.code) == (Verdict.DIFFERS, "share_above")
    assert (reason.values["low"], reason.values["high"]) == (20.0, 35.0)
    within = share_of_list(a_list(lines(8), q25a1=(35, 30), q25a3=(20, 20)), "25a1", "25a3", found(*outcomes))
    assert within[0][0] is Verdict.OPEN


@pytest.mark.parametrize("claimed, of, confirmed, code", [
    (40, 20, 8, "share_within"), (39.5, 20, 8, "share_within"), (10, 20, 8, "share_below"), (150, 8, 8, "share_above"),
    (100, 8, 12, "share_of_too_small_a_whole"), (100, 8, 8, "share_within"),
    (0.3, 250, 2, "share_within"), (3.9, 250, 11, "share_within"), (1.1, 500, 3, "share_within"),
    (0.09, 500, 3, "share_below"), (1.11, 500, 3, "share_above"),
])  # fmt: skip
def test_a_share_differs_above_and_below(claimed: float, of: int, confirmed: int, code: str) -> None:
    claim = a_list(lines(confirmed), q25a1=(claimed, 30), q25a3=(of, of))
    ((verdict, reason),) = share_of_list(claim, "25a1", "25a3", found(*[YES] * confirmed))
    assert (verdict, reason.code) == (Verdict.OPEN if code == "share_within" else Verdict.DIFFERS, code)


def test_a_share_of_nothing_is_not_worked_out() -> None:
    claim = a_list(lines(1), q25a1=(40, 30), q25a3=(0, 0))
    assert [reason.code for _, reason in share_of_list(claim, "25a1", "25a3", found(YES))] == ["no_number_to_compare"]


@pytest.mark.parametrize("a, b, listed, verdict", [
    (5, 4, 7, Verdict.OPEN), (5, 4, 9, Verdict.OPEN), (5, 4, 5, Verdict.OPEN), (5, 4, 4, Verdict.DIFFERS),
    (5, 4, 10, Verdict.DIFFERS),
])  # fmt: skip
def test_a_school_with_route_and_zone_is_one_school(a: int, b: int, listed: int, verdict: Verdict) -> None:
    said = union(a_list(lines(listed), q26a1=(a, 0), q26b1=(b, 0)), ["26a1", "26b1"], [], YEAR)
    assert said and said[0] is verdict


def test_a_school_that_is_listed_twice_is_one_school_and_one_that_ended_is_none() -> None:
    listed = [*lines(4), a_line(4, facility_id="f4", ended_year=YEAR - 1)]
    twice = [*found(*[YES] * 3, Outcome.DUPLICATE_CLAIM, OPEN)]
    said = union(a_list(listed, q26a1=(3, 0), q26b1=(1, 0)), ["26a1", "26b1"], twice, YEAR)
    assert said and (said[0], said[1].values["listed"]) == (Verdict.OPEN, 3)
    said = union(a_list(listed, q26a1=(4, 0), q26b1=(1, 0)), ["26a1", "26b1"], twice, YEAR)
    assert said and said[0] is Verdict.DIFFERS
