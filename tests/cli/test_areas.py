"""areas load over areas that are there: the plan is shown, somebody agrees, and all of it is done or nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import a_file, printed, said, tilik
from tests.support.geojson import feature, square

OLD, NEW, FAR = "99.01.01.2001", "99.01.01.2009", "99.01.01.2005"


def a_country(name: str, *villages: dict[str, Any]) -> Path:
    return a_file(name, json.dumps({"type": "FeatureCollection", "features": villages}))


def village(code: str, column: int = 0, name: str = "Sukarekso") -> dict[str, Any]:
    return feature(code, square(column), nama=name)


@pytest.fixture
def recoded() -> Path:
    """Give a file in which a village that is loaded has another code."""
    said(0, "areas", "load", a_country("old.geojson", village(OLD), village(FAR, 9, "Jauh")))
    return a_country("new.geojson", village(NEW))


def loaded(*words: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed("areas", "load", *words, "--json"))
    return found


def test_a_recoding_is_shown_and_done_only_by_who_agrees(recoded: Path) -> None:
    refused = said(1, "areas", "load", recoded, answer="n\n")
    assert f"{OLD} Sukarekso" in refused and f"{NEW} Sukarekso" in refused
    assert "Tidak ada yang dimuat" in refused
    said(0, "areas", "load", recoded, answer="y\n")
    assert loaded(recoded, "--yes")["areas"] == {"new": 0, "changed": 0, "unchanged": 4}


def test_nobody_is_asked_where_nothing_that_was_there_becomes_another(recoded: Path) -> None:
    said(0, "areas", "load", a_country("more.geojson", village("99.01.01.2006", 3, "Tambahan")), answer="")
    renamed = said(0, "areas", "load", a_country("renamed.geojson", village(OLD, name="Sukamaju")), answer="")
    assert "Sukarekso" in renamed and "Sukamaju" in renamed


def test_who_cannot_be_asked_agrees_beforehand(recoded: Path) -> None:
    assert tilik("areas", "load", recoded, answer="").exit_code == 1
    plan = loaded(recoded, "--yes")["plan"]
    assert [(pair["old"], pair["new"]) for pair in plan["recoded"]] == [(OLD, NEW)]


def test_a_file_with_everything_there_is_ends_what_it_does_not_name(recoded: Path) -> None:
    assert loaded(recoded, "--whole", "--as-of", "2027-01-01", "--yes")["plan"]["gone"] == [FAR]


def test_what_a_person_decided_comes_as_a_list_and_its_mistakes_are_said(recoded: Path) -> None:
    elsewhere = a_country("elsewhere.geojson", village("99.01.01.2007", 20, "Lain"))
    decided = a_file("decided.csv", f"{FAR},99.01.01.2007\n")
    plan = loaded(elsewhere, "--whole", "--decided", decided, "--yes")["plan"]
    assert OLD in plan["gone"]
    wrong = a_file("wrong.csv", "99.09,99.08\n")
    assert "99.09" in said(1, "areas", "load", recoded, "--decided", wrong, "--yes")


def test_a_province_without_known_clocks_is_named(recoded: Path) -> None:
    unknown = a_country("unknown.geojson", feature("98.01.01.2001", square(30)))
    assert "98" in said(0, "areas", "load", unknown)
    known = a_country("known.geojson", feature("97", False, zona="WIT"), feature("97.01.01.2001", square(40)))
    assert "97 " not in said(0, "areas", "load", known)
