"""What matching considered is kept: the runners-up of each visit and each line, likeliest first, and few."""

from tests.support.builders import a_fix, a_line, a_point, a_visit, verify
from verification.matching.likely import TOLD, TOLD_FROM


def test_two_lines_that_fit_alike_are_both_told_of_the_visit() -> None:
    lines = [a_line(n, name="Pojok ASI Pasar", facility_id=f"f-{n}") for n in (1, 2)]
    result = verify(lines, [a_visit(facility_id=None, name="Pojok ASI Pasar")])
    (visit,) = result.visits
    assert visit.line_ids == () and {other.line_id for other in visit.considered} == {1, 2}
    assert all(0.4 < other.probability < 0.5 for other in visit.considered)
    assert [[other.visit_id for other in line.considered] for line in result.lines] == [["v1"], ["v1"]]


def test_what_was_chosen_is_no_runner_up_and_a_sure_match_has_none() -> None:
    lines = [a_line(1), a_line(2, point=a_point(900))]
    result = verify(lines, [a_visit()])
    assert result.visits[0].line_ids == (1,) and result.visits[0].considered == ()
    assert result.lines[0].considered == ()


def test_few_are_told_and_none_that_is_hardly_likely() -> None:
    lines = [a_line(n, name="Pojok ASI Pasar", facility_id=f"f-{n}") for n in range(1, 9)]
    result = verify(lines, [a_visit(facility_id=None, name="Pojok ASI Pasar")])
    (visit,) = result.visits
    assert len(visit.considered) == TOLD and all(other.probability >= TOLD_FROM for other in visit.considered)
    assert list(visit.considered) == sorted(visit.considered, key=lambda other: -other.probability)


def test_earlier_visits_to_the_place_are_told_with_the_line() -> None:
    visits = [a_visit("v1"), a_visit("v2", fix=a_fix(3))]
    (line,) = verify([a_line()], visits).lines
    assert line.match and (line.match.visit_id, line.earlier) == ("v2", ("v1",))
