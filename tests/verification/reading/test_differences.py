"""What two versions answer differently: by question, whatever view of Central each came from."""

from typing import Any

import pytest

from verification.reading.differences import differences

POINT = {"type": "Point", "coordinates": [110.63, -6.89, 0], "properties": {"accuracy": 4.5}}


LINE = {
    "type": "LineString", "coordinates": [[110.63, -6.89, 0], [110.64, -6.9, 5]],
    "properties": {"accuracies": [None, 4.5]},
}  # fmt: skip


def test_an_answer_changed_added_and_taken_away() -> None:
    before, after = {"word": "a", "gone": "x"}, {"word": "b", "new": "y"}
    assert differences(before, after) == [("word", "a", "b"), ("gone", "x", None), ("new", None, "y")]


def test_groups_and_repeats_are_named_by_their_path() -> None:
    before = {"inside": {"note": "a"}, "room": [{"use": "hall"}, {"use": "yard"}]}
    after = {"inside": {"note": "b"}, "room": [{"use": "hall"}, {"use": "roof"}]}
    assert differences(before, after) == [("inside/note", "a", "b"), ("room[2]/use", "yard", "roof")]


@pytest.mark.parametrize(
    ("feed", "xml"),
    [
        ({"n": 7}, {"n": "7"}),
        ({"n": 0.5}, {"n": "0.50"}),
        ({"p": POINT}, {"p": "-6.89 110.63 0.0 4.5"}),
        ({"p": POINT | {"properties": {"accuracy": None}}}, {"p": "-6.89 110.63 0"}),
        ({"room": [{"use": "hall", "__id": "x"}]}, {"room": {"use": "hall"}}),
        ({"word": None, "room@odata.navigationLink": "…"}, {}),
        ({"a_b_c": "1", "_1st": "x"}, {"a.b-c": "1", "1st": "x"}),
        ({"g_1": {"a_b": "1"}, "r_1": [{"a_b": "1"}]}, {"g-1": {"a.b": "1"}, "r.1": {"a-b": "1"}}),
        ({"a_b": "12"}, {"a.b": "1", "a-b": "2"}),
        ({"word": " a "}, {"word": " a "}),
        ({"at": "2026-11-01T09:00:00.000+07:00"}, {"at": " 2026-11-01T09:00:00.000+07\n"}),
        ({"at": "2026-11-01T09:00:00.000Z"}, {"at": "2026-11-01T09:00:00.000Z "}),
        ({"n": -6}, {"n": "-6,89"}),
        ({"n": 7}, {"n": " 7 "}),
        ({"n": 1e-7}, {"n": "0.0000001"}),
        ({"p": POINT | {"coordinates": [110, -6, 0]}}, {"p": "-6,89 110,63 0,0 4.5"}),
        ({"p": POINT}, {"p": " -6.89  110.63 0 4.5 "}),
        ({"p": POINT | {"coordinates": [110.63, -6.89]}}, {"p": "-6.89 110.63 x 4.5"}),
        ({"line": LINE}, {"line": "-6.89 110.63 0 0; -6.9 110.64 5 4.5;"}),
        (
            {"area": LINE | {"type": "Polygon", "coordinates": [LINE["coordinates"]]}},
            {"area": "-6.89 110.63 0 0;-6.9 110.64 5 4.5"},
        ),
        ({"inside": {"note": None}}, {"inside": "\n  "}),
        ({"inside": {"note": "a"}}, {"inside": {"": " words ", "note": "a"}}),
        ({"word": "a  b"}, {"word": {"": "a  b", "b": "very"}}),
        ({"room": [{"use": None}]}, {"room": "\n"}),
        ({"meta": {"instanceID": "a"}, "__id": "a"}, {"meta": {"instanceID": "b", "deprecatedID": "a"}}),
    ],
)
def test_the_same_answer_seen_in_the_feed_and_in_the_xml_is_no_difference(
    feed: dict[str, Any], xml: dict[str, Any]
) -> None:
    assert differences(feed, xml) == differences(xml, feed) == []


def test_only_what_changed_is_told_of_names_that_the_feed_writes_otherwise() -> None:
    before = {"a.b": "1", "g-1": {"a.b": "1", "c": "2"}, "at": "2026-11-01T09:00:00.000+07"}
    after = {"a_b": "1", "g_1": {"a_b": "1", "c": "3"}, "at": "2026-11-01T09:00:00.000+07:00"}
    assert differences(before, after) == [("g_1/c", "2", "3")]


@pytest.mark.parametrize(("before", "after"), [
    (" a", "a"), ("2026-11-01T09:00:00.000+07:00", "2026-11-01T09:00:00.000+08:00"), ("a+07", "a+07:00"), ("1 ", "1"),
])  # fmt: skip
def test_text_that_differs_a_little_differs(before: str, after: str) -> None:
    assert differences({"word": before}, {"word": after}) == [("word", before, after)]


def test_a_number_that_changed_by_little_changed() -> None:
    assert differences({"n": 1}, {"n": "1.5"}) == [("n", "1", "1.5")]


def test_text_is_compared_to_the_letter() -> None:
    assert differences({"npsn": "007"}, {"npsn": "7"}) == [("npsn", "007", "7")]


def test_a_moved_point_is_told_as_the_form_writes_it() -> None:
    moved = POINT | {"coordinates": [110.64, -6.89, 0]}
    assert differences({"p": POINT}, {"p": moved}) == [("p", "-6.89 110.63 0 4.5", "-6.89 110.64 0 4.5")]
