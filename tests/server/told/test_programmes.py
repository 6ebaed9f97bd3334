"""What institutions do for families: who answers which need, how they meet, and families in rounded numbers."""

import re
from datetime import date

from sqlalchemy import select

from server.claims.tables import ClaimFile, Meeting
from server.db import writing
from tests.support.claiming import YEAR
from tests.support.restricted import PART, Ward
from tests.support.told import a_programme, it_is_told

PAGE = f"{PART}/program-ampk"


def text(ward: Ward) -> str:
    page = ward["pengamat"].get(PAGE)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))


def met(day: str, level: str = "pusat") -> dict[str, object]:
    return {"meetings_held": "yes", "meeting": [{"meeting_date": day, "meeting_level": level,
                                                 "institutions_present": "pemda lsm"}]}  # fmt: skip


def test_a_need_is_covered_and_small_numbers_of_families_are_hidden_with_what_tells_them(ward: Ward) -> None:
    it_is_told(ward.engine, "programme", "uuid:1", a_programme(YEAR))
    it_is_told(ward.engine, "programme", "uuid:2", a_programme(YEAR, half="2", families_reached=3))
    said = text(ward)
    assert "2 laporan program; 1 dari 24" in said and "Lapangan kerja" in said
    assert "sekitar 40" in said and "disembunyikan" in said
    assert "sekitar 20" not in said.split("Keluarga yang terjangkau")[1], "26 less 23 would tell of three"


def test_the_centre_has_to_meet_in_each_half_and_a_meeting_told_twice_is_one(ward: Ward) -> None:
    it_is_told(ward.engine, "programme", "uuid:1", a_programme(YEAR, level="pusat", **met(f"{YEAR}-02-01")))
    it_is_told(ward.engine, "programme", "uuid:2", a_programme(YEAR, level="pusat", **met(f"{YEAR}-02-01")))
    assert "Belum cukup" in text(ward)
    it_is_told(ward.engine, "programme", "uuid:3", a_programme(YEAR, level="pusat", **met(f"{YEAR}-07-01")))
    assert "Belum cukup" not in text(ward) and "Cukup: paling sedikit dua" in text(ward)


def test_of_another_year_or_area_nothing_is_counted(ward: Ward) -> None:
    it_is_told(ward.engine, "programme", "uuid:1", a_programme(YEAR - 1))
    it_is_told(ward.engine, "programme", "uuid:2", a_programme(YEAR, area_given="Kabupaten Entah"))
    it_is_told(ward.engine, "programme", "uuid:3", {"half_year": "x", "meeting": "aneh", "level": "?"})
    assert "0 laporan program; 0 dari 24" in text(ward)


def test_the_same_is_there_as_a_file(ward: Ward) -> None:
    it_is_told(ward.engine, "programme", "uuid:1", a_programme(YEAR))
    answer = ward["penilai"].get(f"{PAGE}.csv")
    assert "Lapangan kerja" in answer.data.decode("utf-8-sig") and answer.status_code == 200
    assert ward["pengamat"].get(f"{PAGE}.csv").status_code == 403


def test_meetings_of_the_claim_form_stand_beside_what_institutions_tell(ward: Ward) -> None:
    assert "Rapat menurut formulir klaim" not in text(ward)
    with writing(ward.engine) as session:
        file = session.scalars(select(ClaimFile.id)).one()
        for day in (f"{YEAR}-02-01", f"{YEAR}-08-01"):
            session.add(Meeting(file_id=file, dated=date.fromisoformat(day), meeting_level="district", cell="Rapat!A4"))
    it_is_told(ward.engine, "programme", "uuid:1", a_programme(YEAR, **met(f"{YEAR}-02-01", "kab_kota")))
    assert "Kabupaten/kota 1 1 1 dari 2" in text(ward).split("Rapat menurut formulir klaim")[1]
