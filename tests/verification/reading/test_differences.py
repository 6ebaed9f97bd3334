"""What two versions answer differently: by question, whatever view of Central each came from."""

from typing import Any

import pytest

from verification.reading.differences import differences

POINT = {"type": "Point", "coordinates": [110.63, -6.89, 0], "properties": {"accuracy": 4.5}}


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
        ({"meta": {"instanceID": "a"}, "__id": "a"}, {"meta": {"instanceID": "b", "deprecatedID": "a"}}),
    ],
)
def test_the_same_answer_seen_in_the_feed_and_in_the_xml_is_no_difference(
    feed: dict[str, Any], xml: dict[str, Any]
) -> None:
    assert differences(feed, xml) == differences(xml, feed) == []


def test_text_is_compared_to_the_letter() -> None:
    assert differences({"npsn": "007"}, {"npsn": "7"}) == [("npsn", "007", "7")]


def test_a_moved_point_is_told_as_the_form_writes_it() -> None:
    moved = POINT | {"coordinates": [110.64, -6.89, 0]}
    assert differences({"p": POINT}, {"p": moved}) == [("p", "-6.89 110.63 0 4.5", "-6.89 110.64 0 4.5")]
