"""Whom a set asks: every name that a source says is an agency, or is nobody in particular."""

import pytest

from tests.support.builders import INDICATORS
from verification.claim_form.lists import MEETINGS
from verification.claim_form.parts import COORDINATION, agencies_of, part_of, sheets_asked
from verification.sets.agencies import Agency, named_in

AGENCIES = (Agency("Dinas Satu", ("Kantor Satu",)), Agency(None, ("SKPD terkait",)))


@pytest.mark.parametrize("source, names, also_nobody", [
    ("Dinas Kesehatan", ("Dinas Kesehatan",), False), ("Bappeda dan SKPD terkait", ("Bappeda",), True),
    ("Dinas A, dan Dinas B dan C.", ("Dinas A", "Dinas B dan C"), False), ("skpd  TERKAIT", (), True),
    ("Kantor Satu, Dinas Dua, Dinas Satu", ("Dinas Satu", "Dinas Dua"), False),
    ("Buku: Dinas A, dan Dinas B. Video (termasuk audio): Dinas B, Dinas C", ("Dinas A", "Dinas B", "Dinas C"), False),
    ("", (), False),
])  # fmt: skip
def test_agencies_are_read_from_what_a_source_says(source: str, names: tuple[str, ...], also_nobody: bool) -> None:
    assert named_in(source, AGENCIES) == (names, also_nobody)


def test_every_indicator_is_asked_of_somebody_and_each_part_has_only_its_own() -> None:
    agencies = agencies_of(INDICATORS)
    assert {number for numbers in agencies.values() for number in numbers} == INDICATORS.by_number.keys()
    assert list(agencies)[-1] == COORDINATION
    for agency, numbers in agencies.items():
        part = part_of(INDICATORS, agency)
        assert tuple(part.by_number) == numbers
        assert {one.indicator for one in part.breakdowns.values()} <= set(numbers)
        assert not any(word in agency for word in ("terkait", ":", "bersangkutan", "dan/atau")), agency
    assert agencies["Dinas Kependudukan dan Pencatatan Sipil"] == (8, 11)
    assert agencies["Badan Pusat Statistik"] == (5, 8)


def test_a_part_has_the_sheets_of_its_questions_and_meetings_are_nobodys() -> None:
    sheets = {agency: sheets_asked(part_of(INDICATORS, agency), agency)[3:] for agency in agencies_of(INDICATORS)}
    assert sheets["Dinas Pekerjaan Umum"] == ()
    assert sheets["Bappeda"] == ("Anggaran", "Masukan Anak")
    assert [agency for agency, there in sheets.items() if MEETINGS in there] == [COORDINATION]
    assert sheets_asked(INDICATORS, None)[3:] == ("Fasilitas", "Kebijakan", "Anggaran", "Rincian", "Kelompok Anak",
                                                  "Masukan Anak", "Rapat")  # fmt: skip
