"""Where somebody stood is taken out of the answers in every shape that Central gives it; all else stays."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.reading.traces import changes_without_traces, is_trace, without_traces
from verification.reading.visit import read_visit

POINT = {"type": "Point", "coordinates": [110.00517, -5.00543, 4.0], "properties": {"accuracy": 5}}
TRACES: list[Any] = [
    POINT,
    {"type": "LineString", "coordinates": [[110.1, -5.1, 0], [110.2, -5.2, 0]], "properties": {"accuracies": [1, 2]}},
    {"type": "Polygon", "coordinates": [[[110.1, -5.1], [110.2, -5.2], [110.1, -5.1]]]},
    "-5.00543 110.00517 4 5",
    "-5.00543 110.00517 4.0 5.25; -5.1 110.2 0 0;",
    " -5.00543  110.00517 ",
    "-5,00543 110,00517 0 0",
]


@pytest.mark.parametrize("trace", TRACES)
@pytest.mark.parametrize("name", ["point", "place_seen", "start_geopoint"])
def test_a_trace_is_taken_out_wherever_a_form_puts_it_and_whatever_it_is_called(name: str, trace: Any) -> None:
    answers = {"kind": "sekolah", name: trace, "room": [{"deep": {name: trace, "use": "yes"}}]}
    left, taken = without_traces(answers)
    assert left == {"kind": "sekolah", name: None, "room": [{"deep": {name: None, "use": "yes"}}]}
    assert len(taken) == 2 and "00543" in "".join(taken) + "00543" * ("00543" not in str(trace))


def test_a_question_of_the_form_s_own_name_is_emptied_even_where_its_answer_is_no_point() -> None:
    assert without_traces({"g": {"point": "di sebelah masjid"}, "note": "di sebelah"})[0] == {
        "g": {"point": None}, "note": "di sebelah",
    }  # fmt: skip


def test_what_nobody_could_read_goes_whole_since_nobody_knows_where_in_it_the_point_is() -> None:
    assert without_traces({"": "<data><point>-5.00543 110.00517"}) == (
        {"": None}, ["<data><point>-5.00543 110.00517"],
    )  # fmt: skip


@pytest.mark.parametrize("answer", ["10", "12.5", "3 kelas", "2026-11-20", "12.5 meter", "0812 3456 789", 12.5, True])
def test_other_answers_stay_to_the_letter(answer: Any) -> None:
    assert without_traces({"rooms": answer}) == ({"rooms": answer}, [])


def test_a_visit_reads_the_same_but_for_its_point() -> None:
    answers = {"kind": "sekolah", "on_arrival": {"arrival": "open"}, "point": POINT, "seen": {"sra": "yes"}}
    before = read_visit(answers, "v", "v", None, {"sekolah"})
    after = read_visit(without_traces(answers)[0], "v", "v", None, {"sekolah"})
    assert before.fix is not None and after.fix is None
    assert (after.arrival, after.answers, after.kind) == (before.arrival, before.answers, before.kind)


def test_that_a_point_was_edited_is_still_said_but_neither_from_nor_to_where() -> None:
    changes = [("g/point", "-5.00543 110.00517 4 5", "-5.1 110.2 0 0"), ("arrival", "open", "closed"),
               ("elsewhere", None, "-5.00543 110.00517 4 5")]  # fmt: skip
    assert changes_without_traces(changes) == [
        ("g/point", None, None), ("arrival", "open", "closed"), ("elsewhere", None, None),
    ]  # fmt: skip


@given(st.floats(-12, 7), st.floats(94, 142), st.floats(-100, 4000), st.floats(0, 5000))
def test_whatever_a_phone_measures_is_known(lat: float, lon: float, altitude: float, accuracy: float) -> None:
    written = f"{lat:.7f} {lon:.7f} {altitude!r} {accuracy!r}"
    assert is_trace("anything", written)
    assert without_traces(without_traces({"a": written})[0]) == ({"a": None}, [])
