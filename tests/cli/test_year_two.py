"""Outlines of one year, then of the next: of a thousand villages with other codes the plan says what each was."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.cli import a_file, printed, said
from tests.support.geojson import feature, square

Village = tuple[str, str, float, float, float]  # its code, its name, and its square: column, row, columns
RECODED = 1000
DISTRICTS = {"97.01": "Kabupaten Satu", "97.02": "Kabupaten Dua", "97.03": "Kabupaten Tiga", "97.04": "Kabupaten Empat"}


def year_one() -> dict[str, Village]:
    """Give four districts of five hundred villages; names come again in every district, as they do."""
    found: dict[str, Village] = {}
    for number in range(2000):
        district, within = number // 500, number % 500
        code = f"97.{district + 1:02}.{within // 50 + 1:02}.{2001 + within % 50}"
        found[code] = (code, f"Suka {within // 50} {within % 50}", within % 50, district * 12 + within // 50, 1)
    return found


def as_file(name: str, villages: dict[str, Village], above: dict[str, str]) -> Any:
    features = [feature(code, False, nama=title) for code, title in above.items()]
    features += [feature(code, square(x, y, wide), nama=title) for code, title, x, y, wide in villages.values()]
    return a_file(name, json.dumps({"type": "FeatureCollection", "features": features}))


def in_a_new_province(villages: dict[str, Village], *districts: str) -> Iterator[tuple[str, Village]]:
    for code, (_, title, *where) in villages.items():
        if code[:5] in districts:
            yield code, (f"98{code[2:]}", title, *where)  # type: ignore[misc]


@pytest.mark.ci
def test_a_thousand_villages_with_other_codes_are_found_again() -> None:
    old = year_one()
    above = {"97": "Provinsi Contoh", **DISTRICTS}
    said(0, "areas", "load", as_file("2022.geojson", old, above), "--as-of", "2022-12-31")

    new = dict(old)
    new |= dict(in_a_new_province(old, "97.03", "97.04"))  # a province is divided: a thousand codes
    split, merged, into, swapped, other = (f"97.01.01.20{n:02}" for n in (1, 3, 4, 6, 7))
    x, y = old[split][2:4]
    new[split] = (split, old[split][1], x, y, 0.5)
    new["split"] = ("97.01.01.2099", "Suka Baru", x + 0.5, y, 0.5)
    del new[merged]
    new[into] = (into, old[into][1], *old[merged][2:4], 2)
    new[swapped], new[other] = (swapped, old[other][1], *old[swapped][2:]), (other, old[swapped][1], *old[other][2:])
    reused = "97.02.10.2050"
    new[reused] = (reused, "Tempat Lain", 200, 200, 1)
    named = {"97": "Provinsi Contoh", "97.01": "Kabupaten Satu Raya", "97.02": "Kabupaten Dua", "98": "Provinsi Baru",
             "98.03": "Kabupaten Tiga", "98.04": "Kabupaten Empat"}  # fmt: skip
    file = as_file("2023.geojson", new, named)

    told = said(1, "areas", "load", file, "--whole", "--as-of", "2023-12-31", answer="n\n")
    assert "97.03 Kabupaten Tiga" in told and "98.03 Kabupaten Tiga" in told and "Kabupaten Satu Raya" in told
    plan = json.loads(printed("areas", "load", file, "--whole", "--as-of", "2023-12-31", "--json", "--yes"))["plan"]

    recoded = {pair["old"]: pair for pair in plan["recoded"]}
    villages = {old: pair for old, pair in recoded.items() if old.count(".") == 3}
    assert len(villages) == RECODED and all(pair["new"] == f"98{old[2:]}" for old, pair in villages.items())
    assert all(pair["same_name"] and pair["of_old"] > 0.999 for pair in villages.values())
    assert {old: recoded[old]["new"] for old in ("97.03", "97.04", "97.03.01")} == {
        "97.03": "98.03", "97.04": "98.04", "97.03.01": "98.03.01",
    }  # fmt: skip
    unsure = {one["old"]: [pair["new"] for pair in one["candidates"]] for one in plan["unsure"]}
    assert unsure == {split: [split, "97.01.01.2099"], merged: [into]}
    renamed = {one["code"]: one["new_name"] for one in plan["renamed"]}
    assert renamed == {"97.01": "Kabupaten Satu Raya", swapped: old[other][1], other: old[swapped][1]}
    assert plan["gone"] == [reused] and reused in plan["new"], "another place has its code"


def test_names_that_change_places_while_the_ground_stays_are_two_new_names() -> None:
    one, other = "97.01.01.2001", "97.01.01.2002"
    before = {one: (one, "Satu", 0.0, 0.0, 1.0), other: (other, "Dua", 1.0, 0.0, 1.0)}
    after = {one: (one, "Dua", 0.0, 0.0, 1.0), other: (other, "Satu", 1.0, 0.0, 1.0)}
    said(0, "areas", "load", as_file("2022.geojson", before, {"97": "Provinsi Contoh"}))
    plan = json.loads(printed("areas", "load", as_file("2023.geojson", after, {}), "--json"))["plan"]
    assert [(found["code"], found["new_name"]) for found in plan["renamed"]] == [(one, "Dua"), (other, "Satu")]
    assert plan["recoded"] == plan["unsure"] == plan["gone"] == []
