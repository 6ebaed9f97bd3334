"""The kinds of place as data."""

from typing import Any

import pytest

from tests.support.builders import KINDS
from verification.places.kinds import Shown, names_a_shelter, read_kinds

A_KIND = {"code": "taman", "allowance_m": 300, "shown": "openly", "claimed_point": True}


def test_what_each_kind_allows() -> None:
    kinds = {kind.code: (kind.allowance_m, kind.shown, kind.claimed_point) for kind in KINDS.by_code.values()}
    assert {code: kind for code, kind in kinds.items() if kind[1] != "openly"} == {
        "lksa": (75, "by_subdistrict", True), "rumah_singgah": (75, "by_subdistrict", True),
        "rumah_aman": (75, "on_no_list", False), "rpsa": (75, "on_no_list", False),
    }  # fmt: skip
    openly = {code: kind for code, kind in kinds.items() if kind[1] == "openly"}
    assert openly["pojok_asi"] == (50, "openly", True) and openly["taman"] == (300, "openly", True)
    assert {allowance for allowance, _, _ in openly.values()} == {50, 75, 150, 300}
    assert all(claimed for _, _, claimed in openly.values())


@pytest.mark.parametrize("code", [None, "", "bioskop"])
def test_a_kind_that_nobody_knows_is_shown_as_the_strictest(code: str | None) -> None:
    assert code not in KINDS
    assert KINDS.shown(code) is Shown.ON_NO_LIST is list(Shown)[-1]


@pytest.mark.parametrize("name, is_one", [
    ("Rumah Aman Mawar", True), ("RPSA Bambu Apus", True), ("rumah  perlindungan anak", True), ("Shelter P2TP2A", True),
    ("Panti Safe House", True), ("Rumah Amanah", False), ("Rumah Singgah Aman", False), ("SDN 1 Rpsari", False),
    ("Pojok ASI Shelter BRT Pasar", False),
])  # fmt: skip
def test_a_shelter_is_known_by_its_name(name: str, is_one: bool) -> None:
    assert names_a_shelter(name) is is_one


FAULTY: dict[str, list[dict[str, Any]]] = {
    "an unknown way to be shown": [A_KIND | {"shown": "sometimes"}],
    "nothing said of how it is shown": [{key: value for key, value in A_KIND.items() if key != "shown"}],
    "a word too many": [A_KIND | {"colour": "green"}],
    "one kind twice": [A_KIND, A_KIND],
}


@pytest.mark.parametrize("rows", FAULTY.values(), ids=FAULTY)
def test_a_faulty_file_is_refused(rows: list[dict[str, Any]]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_kinds({"kinds": rows})
