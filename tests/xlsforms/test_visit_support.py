"""The visit to a community organisation or a company: what is asked follows from the kind of place."""

import pytest

from server.rulebook import load_indicators
from tests.support.filling import FormFilling, answer, at_a_place, elsewhere, listed
from verification.model import Seen
from xlsforms.build import BuiltForm
from xlsforms.fill import FormFiller

FORM = "visit_support"
SERVICE, SUPPORT = {"child_service", "used_by_children"}, {"support_in_place", "support_continuing"}
ASKED = {  # in the core, by kind
    "lembaga_masyarakat": SERVICE, "lbh": SERVICE, "pusat_informasi": SERVICE, "pusat_kreativitas": SERVICE,
    "perusahaan": SUPPORT, "tpa": SERVICE | SUPPORT,
}  # fmt: skip
WITH_PRACTICE = {
    "lembaga_masyarakat": {"signboard", "legal_status", "since_year"},
    "perusahaan": {"no_child_labour_policy", "since_year", "worker_facilities"},
    "tpa": {"signboard", "legal_status", "since_year"},
}
ALL = dict.fromkeys(SERVICE | SUPPORT, "yes")


@pytest.fixture
def fill(filler: FormFiller, forms: dict[str, BuiltForm]) -> FormFilling:
    return FormFilling(filler, forms[FORM])


def test_each_kind_is_offered(forms: dict[str, BuiltForm]) -> None:
    assert set(forms[FORM].kinds) == ASKED.keys()
    assert forms[FORM].modules == ("practice", "recount")


@pytest.mark.parametrize("kind", ASKED)
def test_an_organisation_is_asked_for_its_service_and_a_company_for_its_support(fill: FormFilling, kind: str) -> None:
    asked = fill.asked(at_a_place(kind) | ALL)
    assert asked & ALL.keys() == ASKED[kind]
    assert ("forms_of_support" in asked) == ("support_in_place" in ASKED[kind])
    for name in ASKED[kind]:
        assert fill(at_a_place(kind) | ALL | {name: None}).problem == name, "it has to be answered"


@pytest.mark.parametrize("kind", WITH_PRACTICE)
def test_the_plan_adds_what_practice_knows(fill: FormFilling, kind: str) -> None:
    core, more = (fill.asked(at_a_place(kind, *modules) | ALL) for modules in ((), ("practice",)))
    assert more - core == WITH_PRACTICE[kind]


def test_a_count_takes_what_the_register_may_say(fill: FormFilling) -> None:
    counted = {"register_shown": "yes", "recount_total": 30, "recount_boys": 20, "recount_girls": 11}
    refused = fill(at_a_place("tpa", "recount") | ALL | counted).refused
    assert [(one["question"], one["sentence"]) for one in refused] == [
        ("recount_girls", "Jumlah laki-laki dan perempuan melebihi jumlah seluruhnya.")
    ]


@pytest.mark.parametrize("kind", ASKED)
def test_the_core_takes_a_quarter_of_an_hour_at_most(fill: FormFilling, kind: str) -> None:
    assert fill.seconds(at_a_place(kind) | elsewhere(kind) | ALL) <= 15 * 60


@pytest.mark.parametrize("code", ["child_service", "support_in_place"])
def test_what_decides_cannot_be_said_not_to_apply(code: str) -> None:
    assert Seen.NOT_APPLICABLE not in load_indicators().criteria[code].scale.answers


@pytest.mark.parametrize("year", [1944, 2200])
def test_a_year_that_cannot_be_is_refused(fill: FormFilling, year: int) -> None:
    filled = fill(at_a_place("perusahaan", "practice") | ALL | {"since_year": year})
    assert filled.refused == [{"question": "since_year", "answer": str(year),
                               "sentence": "Tulis tahun, dari 1945 sampai tahun ini."}]  # fmt: skip
    assert fill(at_a_place("perusahaan", "practice") | ALL | {"since_year": 2024}).refused == []


def test_going_back_to_another_kind_of_place_forgets_what_only_the_first_is_asked(fill: FormFilling) -> None:
    first = at_a_place("tpa") | ALL | {"forms_of_support": ["fasilitas"]}
    filled = fill(first, {"facility": listed("lbh")})
    assert (answer(filled.xml, "kind"), answer(filled.xml, "child_service")) == ("lbh", "yes")
    assert {answer(filled.xml, name) for name in (*SUPPORT, "forms_of_support")} == {None}
    assert filled.problem is None
