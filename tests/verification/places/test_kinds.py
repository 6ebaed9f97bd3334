"""The kinds of place as data."""

from typing import Any

import pytest

from tests.support.builders import KINDS
from verification.places.kinds import Shown, read_kinds

A_KIND = {"code": "taman", "allowance_m": 300, "shown": "openly", "claimed_point": True}


def test_what_each_kind_allows() -> None:
    assert {kind.code: (kind.allowance_m, kind.shown, kind.claimed_point) for kind in KINDS.by_code.values()} == {
        "pojok_asi": (50, "openly", True), "sekolah": (150, "openly", True), "lksa": (75, "by_subdistrict", True),
        "rumah_singgah": (75, "by_subdistrict", True), "rumah_aman": (75, "on_no_list", False),
    }  # fmt: skip


@pytest.mark.parametrize("code", [None, "", "bioskop"])
def test_a_kind_that_nobody_knows_is_shown_as_the_strictest(code: str | None) -> None:
    assert code not in KINDS
    assert KINDS.shown(code) is Shown.ON_NO_LIST is list(Shown)[-1]


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
