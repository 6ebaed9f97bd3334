"""Finding a place by its subdistrict and village; what a form says of its district: open or not, whom to turn to."""

from typing import Any

from tests.support.built import built
from tests.xlsforms.filling import plain_answers
from workers.sending.assigning import PROPERTIES
from xlsforms.fill import Filled, FormFiller, facilities_csv, list_csv

DISTRICTS = [
    {"name": "d1", "label": "Kabupaten Satu (fiktif)", "district": "99.01", "open": "1", "contacts": "UPTD Satu: 1"},
    {"name": "d2", "label": "Kabupaten Dua (fiktif)", "district": "99.02", "open": "0", "contacts": "UPTD Dua: 2"},
]
AREAS = [
    {"name": "a1", "label": "Kec. Satu", "code": "99.01.01", "level": "subdistrict", "district": "99.01"},
    {"name": "a2", "label": "Desa Satu", "code": "99.01.01.2001", "level": "village", "parent": "99.01.01",
     "district": "99.01"},
    {"name": "a3", "label": "Desa Dua", "code": "99.01.01.2002", "level": "village", "parent": "99.01.01",
     "district": "99.01"},
    {"name": "a4", "label": "Desa Tiga", "code": "99.02.01.2001", "level": "village", "parent": "99.02.01",
     "district": "99.02"},
]  # fmt: skip
PLACES = [
    {"name": "p1", "label": "SDN 1", "kind": "sekolah", "village": "99.01.01.2001", "subdistrict": "99.01.01",
     "district": "99.01"},
    {"name": "p2", "label": "SDN 2", "kind": "sekolah", "village": "99.01.01.2002", "subdistrict": "99.01.01",
     "district": "99.01"},
    {"name": "p3", "label": "SDN 3", "kind": "sekolah", "village": "99.02.01.2001", "subdistrict": "99.02.01",
     "district": "99.02"},
]  # fmt: skip


def with_lists(filler: FormFiller, *changes: dict[str, Any], districts: Any = DISTRICTS, **answers: Any) -> Filled:
    form = built("visit_school")
    media = {"facilities.csv": facilities_csv(PLACES), "follow_ups.csv": list_csv(PROPERTIES, []),
             "districts.csv": list_csv(("district", "open", "contacts"), districts),
             "areas.csv": list_csv(("code", "level", "parent", "district"), AREAS)}  # fmt: skip
    first = plain_answers(form) | answers
    return filler.fill(form.xform, first, *changes, media=media, look_at=("facility", "where_village", "moved_village"))


def test_a_place_is_found_by_subdistrict_and_village_and_without_them(filler: FormFiller) -> None:
    def offered(**answers: Any) -> dict[str, list[str]]:
        return with_lists(filler, facility="p1", **answers).offered

    assert offered()["facility"] == ["SDN 1", "SDN 2", "SDN 3"]
    found = offered(where_subdistrict="a1")
    assert (found["where_village"], found["facility"]) == (["Desa Satu", "Desa Dua"], ["SDN 1", "SDN 2"])
    assert offered(where_subdistrict="a1", where_village="a2")["facility"] == ["SDN 1"]


def test_a_village_chosen_and_taken_back_hides_nothing(filler: FormFiller) -> None:
    filled = with_lists(filler, {"where_subdistrict": None}, facility="p1", where_subdistrict="a1", where_village="a3")
    assert filled.offered["facility"] == ["SDN 1", "SDN 2", "SDN 3"]


def test_nothing_is_asked_where_the_round_is_not_open(filler: FormFiller) -> None:
    filled = with_lists(filler, facility="p3")
    assert "round_not_open" in filled.asked[0]
    assert {"arrival", "point", "photo_front", "two_adults", "anti_violence_policy"}.isdisjoint(filled.asked[0])
    assert "<arrival>" not in filled.xml
    assert "arrival" in with_lists(filler, facility="p1").asked[0]


def test_an_unlisted_place_says_its_district_where_the_phone_has_several(filler: FormFiller) -> None:
    closed = with_lists(filler, listed="no", name_given="SDN Baru", district_given="d2")
    assert "district_given" in closed.asked[0] and "arrival" not in closed.asked[0]
    alone = with_lists(filler, listed="no", name_given="SDN Baru", districts=DISTRICTS[1:])
    assert "district_given" not in alone.asked[0] and "round_not_open" in alone.asked[0]


def test_a_phone_without_the_lists_of_districts_and_areas_goes_on_as_before(filler: FormFiller) -> None:
    form = built("visit_school")
    filled = filler.fill(form.xform, plain_answers(form) | {"facility": "p1"},
                         media={"facilities.csv": facilities_csv(PLACES)})  # fmt: skip
    assert filled.problem is None and "arrival" in filled.asked[0] and "district_contacts" not in filled.asked[0]


def test_the_districts_own_contacts_come_before_sending(filler: FormFiller) -> None:
    asked = with_lists(filler, facility="p1").asked[0]
    assert asked.index("concern") < asked.index("district_contacts")
    assert "UPTD Satu: 1" in with_lists(filler, facility="p1").xml


def test_where_a_place_moved_to_is_a_village_of_its_district(filler: FormFiller) -> None:
    filled = with_lists(filler, facility="p1", arrival="moved", moved_address_known="yes", moved_village="a3")
    assert filled.offered["moved_village"] == ["Desa Satu", "Desa Dua"] and "<moved_village>a3" in filled.xml
    assert "moved_village" not in with_lists(filler, facility="p1", arrival="moved", moved_address_known="no").asked[0]
