"""The half-yearly form about programmes for families of children in need of special protection: institutions alone."""

import csv
import re
from datetime import date
from typing import Any

import pytest

from tests.support.filling import FormFilling, answer
from verification.model import Seen
from verification.reading import programme as model
from verification.reading.programme import NEEDS, FamilyNeed, Programme, ProgrammeField, ProgrammeLevel, read_programme
from workers.central.xml import read_answers
from xlsforms.build import BuiltForm
from xlsforms.fill import Filled, FormFiller
from xlsforms.forms import SHEETS

FORM = "ampk_programme"
PLAIN: dict[str, Any] = {
    "half_year": 2026, "half": "1", "level": "kab_kota", "area_given": "Kabupaten Rekaan", "institution_kind": "lsm",
    "field": "ekonomi", "need": "ekonomi_2", "intervention": "pencegahan", "strategy": "jaringan",
    "ampk_groups": ["napza", "kekerasan"], "families_planned": 40, "families_reached": 7, "budget_juta": 12.5,
    "funding": "apbd", "document_shown": "yes", "referral_system": "na", "obstacles": ["dana"], "meetings_held": "yes",
    "meeting_date": "2026-05-02", "meeting_level": "kab_kota", "institutions_present": ["pemda", "lsm"],
    "agenda": "Pembagian tugas", "decisions_before": 4, "decisions_followed": 3,
}  # fmt: skip


@pytest.fixture
def fill(filler: FormFiller, forms: dict[str, BuiltForm]) -> FormFilling:
    return FormFilling(filler, forms[FORM])


def read(filled: Filled) -> Programme:
    return read_programme(read_answers(filled.xml), "uuid:1", "uuid:1")


def choices(list_name: str) -> list[str]:
    with (SHEETS / "parts/choices.csv").open(newline="", encoding="utf-8") as sheet:
        return [row["name"] for row in csv.DictReader(sheet) if row["list_name"] == list_name]


def test_a_programme_reads_back_as_it_was_filled_in(fill: FormFilling) -> None:
    filled = fill(PLAIN)
    assert (filled.problem, filled.refused) == (None, [])
    meeting = model.ProgrammeMeeting(
        date(2026, 5, 2), ProgrammeLevel.DISTRICT,
        frozenset({model.InstitutionKind.GOVERNMENT, model.InstitutionKind.NGO}),
        "Pembagian tugas", 4, 3,
    )  # fmt: skip
    assert read(filled) == Programme(
        "uuid:1", "uuid:1", date.fromisoformat(str(answer(filled.xml, "today"))), 2026, model.Half.FIRST,
        ProgrammeLevel.DISTRICT, "Kabupaten Rekaan", model.InstitutionKind.NGO, FamilyNeed(ProgrammeField.ECONOMY, 2),
        model.Intervention.PREVENTION, model.Strategy.NETWORKS,
        frozenset({model.AmpkGroup.SUBSTANCES, model.AmpkGroup.VIOLENCE}), 40, 7, 12.5, model.Funding.DISTRICT,
        Seen.YES, Seen.NOT_APPLICABLE, frozenset({model.ProgrammeObstacle.MONEY}), (meeting,), (),
    )  # fmt: skip


@pytest.mark.parametrize("field", ProgrammeField)
def test_each_field_offers_the_needs_of_its_part_of_the_matrix(fill: FormFilling, field: ProgrammeField) -> None:
    codes = [f"{field}_{number}" for number in range(1, NEEDS[field] + 1)]
    assert [code for code in choices("programme_need") if code.startswith(field)] == codes
    for number, code in enumerate(codes, start=1):
        assert read(fill(PLAIN | {"field": field, "need": code})).need == FamilyNeed(field, number)
    other = next(code for code in choices("programme_need") if not code.startswith(field))
    assert fill(PLAIN | {"field": field, "need": other}).problem == "need"


def test_the_matrix_has_24_needs() -> None:
    assert len(choices("programme_need")) == sum(NEEDS.values()) == 24


def test_going_back_to_another_field_asks_the_need_anew(fill: FormFilling) -> None:
    assert fill(PLAIN, {"field": "kesehatan"}).problem == "need"
    changed = fill(PLAIN, {"field": "kesehatan", "need": "kesehatan_7"})
    assert changed.problem is None and read(changed).need == FamilyNeed(ProgrammeField.HEALTH, 7)


def test_the_nation_has_no_name_of_an_area(fill: FormFilling) -> None:
    filled = fill(PLAIN | {"level": "pusat"})
    assert "area_given" not in filled.asked[0] and read(filled).area is None
    assert fill(PLAIN, {"level": "pusat"}).xml.count("Kabupaten Rekaan") == 0


def test_without_meetings_none_is_asked_about_nor_kept(fill: FormFilling) -> None:
    filled = fill(PLAIN, {"meetings_held": "no"})
    assert "meeting_date" not in filled.asked[1]
    assert (filled.problem, read(filled).meetings) == (None, ())
    assert fill(PLAIN | {"meeting_date": None}).problem == "meeting_date"


REFUSED = {
    "families below 0": ("families_planned", -1, "Tulis bilangan dari 0 sampai 1.000.000."),
    "more families than there are": ("families_reached", 1_000_001, "Tulis bilangan dari 0 sampai 1.000.000."),
    "a budget below 0": ("budget_juta", -0.5, "Tulis juta rupiah, dari 0 sampai 100.000.000."),
    "a year before the law": ("half_year", 2010, "Tulis tahun, dari 2011 sampai tahun ini."),
    "a year to come": ("half_year", 2200, "Tulis tahun, dari 2011 sampai tahun ini."),
    "a meeting to come": ("meeting_date", "2200-01-01", "Tanggal ini belum tiba."),
    "more followed up than decided": ("decisions_followed", 5, "Lebih banyak daripada keputusan rapat sebelumnya."),
    "a person's number": ("agenda", "Ibu N 081234567890", "Paling panjang 300 huruf, tanpa nomor orang."),
    "a person as an area": ("area_given", "3321010101010001", "Paling panjang 60 huruf, tanpa nomor orang."),
}


@pytest.mark.parametrize("name, value, sentence", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(fill: FormFilling, name: str, value: Any, sentence: str) -> None:
    (refused,) = fill(PLAIN | {name: value}).refused
    assert (refused["question"], refused["sentence"]) == (name, sentence)


def test_no_family_and_no_child_is_asked_about(fill: FormFilling, forms: dict[str, BuiltForm]) -> None:
    """Institutions report numbers; the only texts are an area's name and what a meeting was about."""
    typed = {name for name in fill(PLAIN).asked[0] if re.search(rf'/{name}"[^>]*type="string"', forms[FORM].xform)}
    written = {name for name in typed if f'/{name}">' in "".join(re.findall(r"<input ref=[^>]*>", forms[FORM].xform))}
    assert written == {"area_given", "agenda", "programme_notice", "concern"}
    assert answer(fill(PLAIN).xml, "instanceName") == "Program AMPK · 2026-1"


def test_it_takes_a_quarter_of_an_hour_at_most(fill: FormFilling) -> None:
    assert fill.seconds(PLAIN) <= 15 * 60


ENUMS = {
    "half": model.Half, "programme_level": ProgrammeLevel, "institution_kind": model.InstitutionKind,
    "programme_field": ProgrammeField, "intervention": model.Intervention, "strategy": model.Strategy,
    "ampk_group": model.AmpkGroup, "funding": model.Funding, "obstacle": model.ProgrammeObstacle,
}  # fmt: skip


@pytest.mark.parametrize("list_name", ENUMS)
def test_form_and_reader_have_the_same_words(list_name: str) -> None:
    values: Any = ENUMS[list_name]
    assert choices(list_name) == list(values)
