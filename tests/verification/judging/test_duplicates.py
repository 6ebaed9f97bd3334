"""What is claimed twice under one indicator."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import ALL_SEVEN, RULES, a_fix, a_line, a_point, a_visit, verify
from verification.judging.duplicates import Buildings, mark_duplicates
from verification.judging.line import LineResult
from verification.model import ClaimLine, Outcome
from verification.places.distance import distance_m
from verification.reason import Reason


def test_the_same_registry_number_twice_is_a_duplicate_claim() -> None:
    lines = [a_line(1, registry_no="R1"), a_line(2, registry_no="R1", point=a_point(400))]
    visits = [a_visit("v1"), a_visit("v2", facility_id="facility-2", fix=a_fix(400))]
    assert [line.outcome for line in verify(lines, visits).lines] == [Outcome.CONFIRMED, Outcome.DUPLICATE_CLAIM]


def test_a_placeholder_is_nobodys_number() -> None:
    for placeholder in ("-", "0", "BELUM ADA"):
        lines = [a_line(1, registry_no=placeholder), a_line(2, registry_no=placeholder, point=a_point(400))]
        assert [line.outcome for line in verify(lines, []).lines] == [Outcome.NOT_VISITED] * 2
    lines = [a_line(1, registry_no="p9990001"), a_line(2, registry_no="P9990001", point=a_point(400))]
    assert verify(lines, []).lines[1].outcome is Outcome.DUPLICATE_CLAIM


def test_two_rooms_of_one_building_need_a_person() -> None:
    lines = [a_line(1), a_line(2, point=a_point(10))]
    visits = [a_visit("v1"), a_visit("v2", facility_id="facility-2", fix=a_fix(10))]
    results = verify(lines, visits).lines
    assert [result.outcome for result in results] == [Outcome.CONFIRMED, Outcome.UNSURE]
    assert results[1].reasons[0].code == "same_building"


def test_two_schools_on_one_compound_with_their_own_numbers_are_two() -> None:
    lines = [a_line(n, indicator=25, kind="sekolah", registry_no=f"R{n}", point=a_point(10 * n)) for n in (1, 2)]
    visits = [a_visit(f"v{n}", kind="sekolah", facility_id=f"facility-{n}", answers=ALL_SEVEN) for n in (1, 2)]
    assert [line.outcome for line in verify(lines, visits).lines] == [Outcome.CONFIRMED] * 2


def test_of_three_with_one_number_each_names_the_first() -> None:
    lines = [a_line(n, registry_no="R1", point=a_point(400 * n)) for n in (1, 2, 3)]
    reasons = [line.reasons[0].values for line in verify(lines, []).lines]
    assert reasons == [{}, {"line": 1}, {"line": 1}]


lines = st.builds(
    lambda kind, number, north, half: {
        "kind": kind, "registry_no": number, "point": a_point(north, half) if half else None,
    },
    st.sampled_from(["sekolah", "lksa"]), st.none() | st.sampled_from(["R1", "R2"]), st.integers(0, 120),
    st.sampled_from([None, 0.6, 5.6, 56.0]),
)  # fmt: skip


@given(st.lists(st.tuples(lines, st.sampled_from([Outcome.CONFIRMED, Outcome.UNSURE])), max_size=10))
def test_what_is_marked_is_what_comparing_each_line_with_each_would_mark(listed: list[tuple[dict, Outcome]]) -> None:
    claimed = [a_line(number, **line) for number, (line, _) in enumerate(listed)]
    results = [LineResult(n, 25, outcome, (Reason("x"),)) for n, (_, outcome) in enumerate(listed)]
    expected = [_by_definition(claimed[: n + 1], result) for n, result in enumerate(results)]
    assert [
        (r.outcome, r.reasons) for r in mark_duplicates(results, [None] * len(results), Buildings(claimed, RULES), {})
    ] == [(r.outcome, r.reasons) for r in expected]


def _by_definition(claimed: list[ClaimLine], result: LineResult) -> LineResult:
    *before, line = claimed
    for first in before:
        if result.outcome is Outcome.DUPLICATE_CLAIM:
            break
        reason = Reason("", {"line": first.line_id})
        if first.registry_no and line.registry_no:
            if (first.kind, first.registry_no) == (line.kind, line.registry_no):
                reasons = (replace(reason, code="same_registry_number"), *result.reasons)
                result = replace(result, outcome=Outcome.DUPLICATE_CLAIM, reasons=reasons)
        elif result.outcome is Outcome.CONFIRMED and first.point and line.point:
            apart = distance_m(first.point.lon, first.point.lat, line.point.lon, line.point.lat)
            if apart <= RULES.location.same_building_m + first.point.half_cell_m + line.point.half_cell_m:
                reasons = (replace(reason, code="same_building"), *result.reasons)
                result = replace(result, outcome=Outcome.UNSURE, reasons=reasons)
    return result
