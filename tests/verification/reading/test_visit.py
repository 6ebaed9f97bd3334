"""Reading a submission as a visit: Central's row and the submission's own XML read alike."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.support.builders import KINDS
from verification.model import Arrival, Fix, Mode, Seen, Visit
from verification.reading.visit import UnreadableSubmission, began_at, read_visit, zone_min

RECEIVED = datetime(2026, 11, 1, tzinfo=UTC)


def answers(**changes: Any) -> dict[str, Any]:
    """Give answers as the feed sends them."""
    return {
        "__id": "uuid:1", "start": "2026-11-01T09:00:00.000+07:00", "today": "2026-11-01",
        "opening": {"mode": "on_site"}, "place": {"facility": "abc", "kind": "pojok_asi", "name_given": None},
        "on_arrival": {"arrival": "open", "asked_third_party": None},
        "point": {"type": "Point", "coordinates": [110.1, -5.1, 3], "properties": {"accuracy": 12.5}},
        "seen": {"closed_room": "yes", "refrigerator": "no", "chair": None},
        "photo_front": None, "photo_room": "1.jpg", "meta": {"instanceID": "uuid:1"},
    } | changes  # fmt: skip


def read(**changes: Any) -> Visit:
    return read_visit(answers(**changes), "uuid:1", "uuid:1", RECEIVED, KINDS)


def test_a_row_of_the_feed() -> None:
    assert read() == Visit(
        "uuid:1", "uuid:1", "pojok_asi", Mode.ON_SITE, Arrival.OPEN, RECEIVED, facility_id="abc",
        fix=Fix(110.1, -5.1, 12.5), answers={"closed_room": Seen.YES, "refrigerator": Seen.NO},
        day=date(2026, 11, 1),
    )  # fmt: skip


def test_the_xml_reads_as_the_feed_does() -> None:
    """In XML an unanswered question is empty text and a point is "lat lon altitude accuracy"."""
    xml = answers(point="-5.1 110.1 3.0 12.5", photo_front="")
    xml["place"] |= {"name_given": ""}
    xml["seen"] |= {"chair": None}
    assert read_visit(xml, "uuid:1", "uuid:1", RECEIVED, KINDS) == read()


@pytest.mark.parametrize("point, expected", [
    (None, None), ("", None), ("-5.1 110.1", Fix(110.1, -5.1)), ("-5.1 110.1 0 0", Fix(110.1, -5.1, 0)),
    ({"type": "Point", "coordinates": [110.1, -5.1]}, Fix(110.1, -5.1)),
])  # fmt: skip
def test_points(point: Any, expected: Fix | None) -> None:
    assert read(point=point).fix == expected


def test_a_field_moved_to_another_group_by_an_older_form_still_reads() -> None:
    moved = answers(opening={}, mode="video", arrival="closed", on_arrival={})
    visit = read_visit(moved, "uuid:1", "uuid:1", RECEIVED, KINDS)
    assert (visit.mode, visit.arrival) == (Mode.VIDEO, Arrival.CLOSED)


def test_an_answer_of_a_newer_form_counts_as_not_seen_never_as_seen() -> None:
    assert read(seen={"chair": "half", "capacity": "40"}).answers == {}


def test_a_module_of_the_criteria_is_read_like_the_rest_of_them() -> None:
    seen = {"chair": "yes", "room": {"quiet": "na", "floor_unit": "2"}, "recount": {"register_shown": "not_seen"}}
    assert read(seen=seen).answers == {
        "chair": Seen.YES, "quiet": Seen.NOT_APPLICABLE, "register_shown": Seen.NOT_SEEN,
    }  # fmt: skip


UNREADABLE = {
    "no kind of place": ({"place": {}}, "unreadable_kind"),
    "a kind of another project": ({"place": {"kind": "bioskop"}}, "unreadable_kind"),
    "nothing on arrival": ({"on_arrival": {}}, "unreadable_answer"),
    "an unknown arrival": ({"on_arrival": {"arrival": "perhaps"}}, "unreadable_answer"),
    "an unknown way": ({"opening": {"mode": "by_boat"}}, "unreadable_answer"),
    "an unknown word of who was asked": (
        {"on_arrival": {"arrival": "open", "asked_third_party": "perhaps"}},
        "unreadable_answer",
    ),
    "half a point": ({"point": "-5.1"}, "unreadable_point"),
    "a point of words": ({"point": "here and there"}, "unreadable_point"),
    "a point that is no number": ({"point": "nan nan nan nan"}, "unreadable_point"),
    "a point at infinity": ({"point": "-5.1 1e999 0 5"}, "unreadable_point"),
    "an accuracy that is no number": ({"point": "-5.1 111.3 0 nan"}, "unreadable_point"),
    "a point on no earth": (
        {"point": {"type": "Point", "coordinates": [500, 91, 0], "properties": {"accuracy": 5}}},
        "unreadable_point",
    ),
    "a point without coordinates": ({"point": {"type": "Point"}}, "unreadable_point"),
    "an empty submission": (dict.fromkeys(answers()), "unreadable_kind"),
}


@pytest.mark.parametrize("changes, code", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_says_why(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(UnreadableSubmission) as caught:
        read(**changes)
    assert caught.value.reason.code == code


WRONG: list[Any] = [
    "Rumah Aman Melati",
    ["Rumah Aman Melati"],
    {"x": "Rumah Aman Melati"},
    7,
    True,
    "\0",
    "\ud800",
    "Rumah " * 900,
]


@pytest.mark.parametrize("group, question", [("place", "kind"), ("on_arrival", "arrival"), ("opening", "mode"),
                                             ("on_arrival", "asked_third_party"), ("point", "point")])  # fmt: skip
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong)[:30])
def test_a_reason_says_which_question_and_never_what_was_answered(group: str, question: str, wrong: Any) -> None:
    good = answers()[group]
    given = wrong if question == "point" else good | {question: wrong}
    try:
        read(**{group: given})
    except UnreadableSubmission as error:
        assert set(error.reason.values) <= {"question"} and error.reason.values.get("question") in (question, None)


def test_white_space_at_the_ends_of_answers_means_nothing() -> None:
    padded = answers(today=" 2026-11-01\n", point=" -5.1 110.1 3 12.5 ")
    padded["place"] = {"facility": " abc", "kind": "\tpojok_asi\n", "name_given": "  "}
    padded["on_arrival"] = {"arrival": " open\r\n"}
    padded["seen"] = {"closed_room": "yes ", "refrigerator": " no"}
    assert read_visit(padded, "uuid:1", "uuid:1", RECEIVED, KINDS) == read()


def test_what_no_database_can_hold_is_read_as_a_sign_for_it() -> None:
    visit = read(place={"kind": "pojok_asi", "name_given": "a\0b\ud800c", "facility": "\0"}, seen={"\0": "yes"})
    assert (visit.name, visit.facility_id, visit.answers) == ("a\ufffdb\ufffdc", "\ufffd", {"\ufffd": Seen.YES})


def test_a_name_is_no_longer_than_that_of_a_claim() -> None:
    visit = read(place={"kind": "pojok_asi", "name_given": "9" * 100_000, "registry_given": "²" * 9000})
    assert (visit.name, visit.registry_no) == ("9" * 300, "²" * 300)


def test_elements_within_an_answer_are_not_lost_in_the_xml() -> None:
    """Without the form nobody can tell whether it is an answer with elements in it or a group with words in it."""
    xml = answers(place={"": "x", "kind": "pojok_asi", "name_given": {"": "SD  1", "b": "Negeri"}})
    assert read_visit(xml, "uuid:1", "uuid:1", RECEIVED, KINDS).name == "SD  1"


MOMENTS = {
    "2026-10-30T23:10:00.000+07:00": True, "1970-01-01T00:00:00.000+09:00": True, "2199-12-31T23:59:59.999-12:00": True,
    "2026-10-30T23:10:00.000": False, "0001-01-01T00:00:00.000+07:00": False, "9999-12-31T23:59:59.000-07:00": False,
    "yesterday": False, "": False, " 2026-10-30T23:10:00.000+07:00\n": True, "2026-10-30T23:10:00.000+07": True,
}  # fmt: skip


@pytest.mark.parametrize("start, known", MOMENTS.items())
def test_when_a_form_was_opened_is_known_where_its_moment_can_be_reckoned_with(start: str, known: bool) -> None:
    found = began_at({"inside": {"start": start}})
    assert found == (datetime.fromisoformat(start.strip()) if known else None)
    assert found is None or found.astimezone(UTC)


@pytest.mark.parametrize("zone, minutes", [("+07:00", 420), ("+05:45", 345), ("Z", 0), ("-09:30", -570), ("", None)])
def test_in_which_zone_a_phone_stood_is_as_it_wrote_the_moment(zone: str, minutes: int | None) -> None:
    assert zone_min(began_at({"inside": {"start": f"2026-10-30T23:10:00.000{zone}"}})) == minutes


def test_that_a_place_is_closed_for_good_is_an_arrival_of_its_own() -> None:
    for why, arrival in (("permanently", Arrival.CLOSED_FOR_GOOD), ("holiday", Arrival.CLOSED), (None, Arrival.CLOSED)):
        assert read(on_arrival={"arrival": "closed", "closed_why": why}).arrival is arrival
    left_over = {"arrival": "open", "closed_why": "permanently"}
    assert read(on_arrival=left_over).arrival is Arrival.OPEN, "of going back"
