"""What visits say of a claim beside its lines' outcomes; as the catalogue works it."""

import csv
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.settings import CHECKOUT
from tests.support.builders import INDICATORS, a_line, a_visit
from verification.claim_form.choices import CHOICES
from verification.comparing.beside import Beside
from verification.comparing.compare import STATED
from verification.comparing.comparisons import compared
from verification.comparing.finding import Said, Verdict
from verification.comparing.visited import Use, Visited, all_seen, chosen, counts_elsewhere, use, used, visited
from verification.disclosing.counts import CountOf
from verification.judging.line import CriterionSeen, LineResult
from verification.matching.likely import Match
from verification.model import Claim, Outcome, Seen
from verification.reason import Reason, Value

BAND = (0.9, 1.1, CountOf.PROTECTED)


Place = tuple[Mapping[str, object], dict[str, str] | None]


def at(*places: Place) -> Visited:
    """Give places as a list has them, each with what its visit noted, if there was one."""
    lines = {n: a_line(n, facility_id=f"f{n}", **line) for n, (line, _) in enumerate(places)}
    return Visited(lines, {n: a_visit(f"v{n}", noted=seen) for n, (_, seen) in enumerate(places) if seen is not None})


def counted(users: int | None, recount: int | None = None, period: str = "data_year") -> Place:
    noted = None if recount is None else {"recount_total": str(recount), "recount_period": period}
    return {"users": users}, noted


WORKED = at(counted(40, 38), counted(20, 21), counted(24))


def test_use_as_the_catalogue_works_it() -> None:
    """E-USE: 84 claimed = 40 + 20 + 24; two visited: 38 and 21 -> 59/60 = 0.983; bounds [59/84, (59+24)/84]."""
    found = use(WORKED)
    assert found == Use(places=2, recounted=59, claimed=60, rest=24)
    assert found.factor == pytest.approx(0.983, abs=0.001)
    assert found.bounds == pytest.approx((0.70, 0.99), abs=0.005)
    values: dict[str, Value] = {"what": "13b1", "places": 2, "low": 85, "high": 100, "least": 65, "most": 100}
    assert used(WORKED, "13b1", *BAND) == (Verdict.OPEN, Reason("use_borne_out", values))


USES = [
    ("nobody counted", [counted(40)], Verdict.OPEN, "use_counted_nowhere"),
    ("of this month", [counted(40, 38, "this_month")], Verdict.OPEN, "use_counted_nowhere"),
    ("no number claimed", [counted(None, 38)], Verdict.OPEN, "use_counted_nowhere"),
    ("few", [counted(9, 2)], Verdict.OPEN, "use_of_too_few"),
    ("nobody, as claimed", [counted(0, 0)], Verdict.OPEN, "use_of_too_few"),
    ("half", [counted(40, 20)], Verdict.DIFFERS, "use_falls_short"),
    ("found nobody", [counted(50, 0)], Verdict.DIFFERS, "use_falls_short"),
    ("more", [counted(40, 60)], Verdict.DIFFERS, "use_exceeds_claim"),
    ("claimed nobody, found some", [counted(0, 30)], Verdict.DIFFERS, "use_exceeds_claim"),
    ("at the band's edge", [counted(40, 36)], Verdict.OPEN, "use_borne_out"),
]


@pytest.mark.parametrize("places, verdict, code", [row[1:] for row in USES], ids=[row[0] for row in USES])
def test_a_recount_against_the_claimed_users(places: list[Place], verdict: Verdict, code: str) -> None:
    found, reason = used(at(*places), "13b1", *BAND)
    assert (found, reason.code) == (verdict, code)


@given(st.lists(st.tuples(st.integers(0, 300), st.one_of(st.none(), st.integers(0, 300))), max_size=6))
def test_the_factor_lies_within_its_bounds_and_no_number_of_people_is_written(
    places: list[tuple[int, int | None]],
) -> None:
    here = at(*(counted(users, recount) for users, recount in places))
    found = use(here)
    if found.bounds:
        assert found.bounds[0] <= found.bounds[1]
    _, reason = used(here, "9b1", 0.9, 1.1, CountOf.CHILDREN)
    assert reason.values.keys() <= {"what", "places", "low", "high", "least", "most"}
    if "low" in reason.values and found.claimed:
        low, high = int(str(reason.values["low"])), int(str(reason.values["high"]))
        assert low <= min(100, 100 * found.recounted / found.claimed) <= high


def test_one_more_recount_never_widens_the_bounds() -> None:
    wide, narrow = use(WORKED).bounds, use(at(counted(40, 38), counted(20, 21), counted(24, 20))).bounds
    assert wide and narrow
    assert wide[0] <= narrow[0] and narrow[1] <= wide[1]


def of(said: Said | None) -> tuple[Verdict, object]:
    assert said
    return said[0], said[1].values


def test_one_category_for_each_place() -> None:
    """E-CAT9: what the list calls it and what the visit found."""
    book, radio = {"stated": {"category": "book"}}, {"stated": {"category": "broadcast"}}
    here = at((book, {"category": "book"}), (radio, {"category": "internet"}), (book, None), ({}, {"category": "book"}))
    assert of(chosen(here, "category", "category", {})) == (
        Verdict.DIFFERS, {"what": "category", "alike": 1, "of": 2})  # fmt: skip
    assert chosen(at((book, None)), "category", "category", {}) is None


def test_a_forms_code_may_be_another_than_the_lists() -> None:
    here = at(({"stated": {"smoke_free_kind": "playground"}}, {"ktr_kind": "play"}))
    assert of(chosen(here, "smoke_free_kind", "ktr_kind", {"play": "playground"}))[0] is Verdict.OPEN


def test_a_service_within_a_library_counts_with_it() -> None:
    here = at(({}, {"inside_library": "yes"}), ({}, {"inside_library": "no"}), ({}, {}))
    assert of(counts_elsewhere(here, "inside_library")) == (
        Verdict.DIFFERS, {"what": "inside_library", "there": 1, "of": 2})  # fmt: skip
    assert counts_elsewhere(at(({}, {"inside_library": "unknown"})), "inside_library") is None


def seen_at(*answers: Seen) -> LineResult:
    codes = ("declared_smoke_free", "nobody_smoking")
    return LineResult(0, 22, Outcome.CONFIRMED, (), criteria=tuple(
        CriterionSeen(code, True, False, one) for code, one in zip(codes, answers, strict=False)))  # fmt: skip


def test_so_many_places_have_all_of_it() -> None:
    """E-KTR; a place where one was not looked at says nothing of all."""
    yes, no, not_seen = Seen.YES, Seen.NO, Seen.NOT_SEEN
    results = [seen_at(yes, yes), seen_at(yes, no), seen_at(yes, not_seen), seen_at()]
    _, values = of(all_seen(["declared_smoke_free", "nobody_smoking"], results))
    assert values == {"criteria": "declared_smoke_free nobody_smoking", "number": 2, "of": 2, "there": 1, "fewest": 1}
    assert all_seen(["declared_smoke_free", "nobody_smoking"], [seen_at()]) is None


def test_a_smoke_free_area_by_the_four_of_the_regulation_and_by_nine() -> None:
    """E-KTR: k of 4 and k of 9; one has all nine, one the four and two traces, one three of the four."""
    four = ["declared_smoke_free", "nobody_smoking", "no_tobacco_sale", "no_tobacco_promotion"]
    traces = ["sign_at_entrances", "no_smoking_room", "no_smoke_smell", "no_ashtrays", "no_cigarette_butts"]
    seen_there = [
        [*four, *traces], [*four, *traces[:2]], [*four[:3], *traces]]  # fmt: skip
    results = [LineResult(n, 22, Outcome.CONFIRMED, (), criteria=tuple(
        CriterionSeen(code, code in four, False, Seen.YES if code in there else Seen.NO) for code in [*four, *traces]))
        for n, there in enumerate(seen_there)]  # fmt: skip
    found = compared(INDICATORS.by_number[22], Claim(22, 15.0), results, Beside(2025), {})
    told = [one.reason.values for one in found if one.about == "all_seen"]
    assert [(one["number"], one["of"], one["there"], one["fewest"]) for one in told] == [(4, 3, 2, 3), (9, 3, 1, 6)]


def test_only_a_visit_that_surely_belongs_is_asked() -> None:
    claim = Claim(17, 1.0, lines=(a_line(1), a_line(2)))
    results = [LineResult(n, 17, Outcome.UNSURE, (), Match(f"v{n}", n, 0.9, sure, ()))
               for n, sure in ((1, True), (2, False))]  # fmt: skip
    found = visited(claim, results, {"v1": a_visit("v1"), "v2": a_visit("v2")})
    assert list(found.visits) == [1]


def test_where_it_is_not_sure_which_place_was_visited_nothing_was_seen_of_all() -> None:
    results = [replace(seen_at(Seen.YES, Seen.YES), match=Match(f"v{n}", n, 0.9, sure, ()))
               for n, sure in ((1, True), (2, False))]  # fmt: skip
    _, values = of(all_seen(["declared_smoke_free", "nobody_smoking"], results))
    assert isinstance(values, dict) and values["of"] == 1
    assert all_seen(["declared_smoke_free", "nobody_smoking"], results[1:]) is None


def choices_of(listed: str) -> set[str]:
    with (CHECKOUT / "xlsforms/sheets/parts/choices.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"] for row in csv.DictReader(file) if row["list_name"] == listed}


def test_the_sets_choices_are_those_of_list_and_form() -> None:
    """Each code of the form's is one of the list's, or the set says which."""
    lists = {"category": "info_category", "location_kind": "location_kind", "ktr_kind": "ktr_kind",
             "managed_by": "managed_by"}  # fmt: skip
    compares = [how for one in INDICATORS.indicators for how in one.compares if how.kind == "chosen"]
    assert {how.question for how in compares} == lists.keys()
    for how in compares:
        offered = {dict(how.same).get(code, code) for code in choices_of(lists[how.question])}
        assert how.column in STATED and offered == set(CHOICES[how.column])
