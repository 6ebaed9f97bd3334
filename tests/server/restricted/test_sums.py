"""What was seen of shelters together: by province at best, and never so that one can be told from its neighbours."""

import re

from sqlalchemy import insert, update

from server.claims.tables import Answer, Claim, ClaimFile
from server.db import now, snapshot, writing
from server.restricted.shelter_sums import Sum, shelter_sums
from server.restricted.tables import ShelterVisit
from server.rounds.tables import Round
from server.sealed.tables import SealedAssignment
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND
from tests.support.days import today_here
from tests.support.restricted import Ward, answers
from tests.support.workbooks import DISTRICT


def looked_at(ward: Ward, **by_district: int) -> None:
    """Have so many shelters of districts confirmed, each with everything seen but one thing."""
    kept = answers() | {"safe_exits": "no", "health_link": "na"}
    with writing(ward.engine) as session:
        for district, count in by_district.items():
            for each in range(count):
                given = SealedAssignment(
                    uuid=f"{district}-{each}", round_id=ROUND, district=district.replace("_", "").replace("x", "."),
                    kind="rpsa", team_id=ward.team, first_id=ward.people["ketua"], second_id=ward.people["anggota"],
                    decision="1", decided_on=today_here(), month="2026-11", code="", drawn=1, wrong_codes=0,
                    given_by="test", given_at=now(),
                )  # fmt: skip
                session.add(given)
                session.flush()
                session.execute(insert(ShelterVisit).values(
                    assignment_id=given.id, number=1, month="2026-11", answers=kept,
                    filled_by=ward.people["ketua"], confirmed_by=ward.people["anggota"],
                ))  # fmt: skip


def rows(ward: Ward, who: str = "penilai") -> list[list[str]]:
    page = ward[who].get("/rumah-aman")
    assert page.status_code == 200, page.text
    found = re.findall(r'<tr><th scope="row">(.*?)</th>' + r"<td[^>]*>(.*?)</td>" * 3, page.text)
    return [[text.replace("&lt;", "<") for text in (name, looked_at, seen)] for name, looked_at, _, seen in found]


def claimed(ward: Ward) -> list[str]:
    """Give the number claimed of each row."""
    found = re.findall(r'data-label="Jumlah menurut klaim">(.*?)</td>', ward["penilai"].get("/rumah-aman").text)
    return [text.replace("&lt;", "<") for text in found]


def test_seven_are_too_few_and_so_is_none(ward: Ward) -> None:
    assert rows(ward) == [["Seluruh Indonesia", "<8", "terlalu sedikit untuk ditampilkan"]]
    looked_at(ward, _99x01=7)
    assert rows(ward) == [["Seluruh Indonesia", "<8", "terlalu sedikit untuk ditampilkan"]]


def test_eight_are_shown_rounded(ward: Ward) -> None:
    looked_at(ward, _99x01=8)
    areas = ("Seluruh Indonesia", "Provinsi Contoh", "Kabupaten Contoh")
    seen = "sekitar 110 dari 120"  # 8 × 14 of 8 × 15
    assert rows(ward, "petugas") == [[area, "10", seen] for area in areas]


def test_a_district_with_few_beside_it_is_not_shown_either(ward: Ward) -> None:
    looked_at(ward, _99x01=9, _99x02=2)
    assert [row[0] for row in rows(ward)] == ["Seluruh Indonesia", "Provinsi Contoh"]
    looked_at(ward, _98x01=3)
    assert [row[0] for row in rows(ward)] == ["Seluruh Indonesia"], "three would be the difference"


def test_what_districts_claim_stands_beside_it_under_the_same_rule(ward: Ward) -> None:
    few = "terlalu sedikit untuk ditampilkan"
    looked_at(ward, _99x01=9)
    assert claimed(ward) == [few] * 3, "nobody has claimed any"
    more = {"98.01": "tiga", "97.01": "999999", "96.01": None}
    with writing(ward.engine) as session:
        file = ClaimFile(round_id=ROUND, district="x", digest="x" * 64, template_version="1", imported_at=now(),
                         filename="x")  # fmt: skip
        for district, value in ({DISTRICT: "12", "99.02": "3"} | more).items():
            one = Claim(round_id=ROUND, district=district, indicator=28, self_score=5, file=file)
            session.add(one)
            session.flush()
            session.add(Answer(claim_id=one.id, code="28f3", value=value, cell="Jawaban!E1"))
    assert claimed(ward) == ["15", "15", few], "its neighbour's three would be the difference"


def test_what_waits_or_was_withdrawn_does_not_count_and_a_correction_does_once_confirmed(ward: Ward) -> None:
    looked_at(ward, _99x01=9)
    with writing(ward.engine) as session:
        session.execute(update(ShelterVisit).where(ShelterVisit.id == 1).values(confirmed_by=None))
        session.execute(update(SealedAssignment).where(SealedAssignment.id == 2).values(withdrawn_at=now()))
        better = insert(ShelterVisit).values(assignment_id=3, month="2026-11", answers=answers(), filled_by=1)
        session.execute(better.values(number=2, confirmed_by=2))
        session.execute(better.values(number=3, confirmed_by=None, answers={}))
    with snapshot(ward.engine) as session:
        sums = shelter_sums(session, session.get_one(Round, ROUND))
    assert sums.nation == Sum(7, 6 * 14 + 16, 6 * 15 + 16)


def test_it_is_read_by_officers_and_tim_penilai_alone_and_written_down(ward: Ward) -> None:
    since = newest(ward.engine)
    for who in ("ketua", "anggota", "pengamat"):
        assert ward[who].get("/rumah-aman").status_code == 403
    rows(ward)
    assert ward["penilai"].get("/rumah-aman?putaran=%00").status_code == 200
    assert [act.act for act in written_down(ward.engine, since)] == [*["refused"] * 3, "shelter_sums_seen"]


def test_no_page_of_it_names_a_place_or_a_person(ward: Ward) -> None:
    ward.confirmed()
    page = ward["penilai"].get("/rumah-aman").text
    assert "Ketua Rekaan" not in page and "B-12" not in page and "UPTD" not in page
