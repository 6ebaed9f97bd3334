"""What services counted: entered by a verifier, exact for Tim Penilai, rounded and few ones hidden for all others."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from server.db import snapshot, writing
from server.restricted.tables import ServiceTotals
from server.rounds.states import CLOSED
from server.rounds.tables import RoundPart
from server.words import catalogue
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND
from tests.support.restricted import HIDDEN_SERVICE, OTHERS_SERVICE, SCHOOL, SERVICE, TOTALS, Ward
from tests.support.workbooks import DISTRICT

FORM = f"{TOTALS}/layanan/{SERVICE}"
TYPED = {"cases_known": "1.203", "cases_served": "38", "violence_known": "7", "tppo_known": "0",
         "cases_known_before": "41", "source": "simfoni"}  # fmt: skip


def kept(ward: Ward) -> list[ServiceTotals]:
    with snapshot(ward.engine) as session:
        found = list(session.scalars(select(ServiceTotals).order_by(ServiceTotals.number)))
        session.expunge_all()
    return found


def enter(ward: Ward, who: str = "anggota", before: int = 0, at: str = FORM, **other: str) -> int:
    return int(ward.post(who, at, TYPED | {"before": str(before)} | other).status_code)


def numbers(page: str) -> dict[str, tuple[str, str]]:
    found = re.findall(r'<th scope="row">(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td>', page)
    return {name: (now.replace("&lt;", "<"), before.replace("&lt;", "<")) for name, now, before in found}


def test_a_verifier_enters_them_and_everybody_else_sees_them_rounded(ward: Ward) -> None:
    since = newest(ward.engine)
    assert enter(ward) == 303
    assert kept(ward)[0].totals["cases_known"] == 1203 and kept(ward)[0].totals["women_known"] is None
    for who in ("pengamat", "anggota", "penilai"):
        shown = numbers(ward[who].get(TOTALS).text)
        assert shown["Anak yang melapor atau dirujuk"] == ("1205", "40")
        assert shown["Anak korban kekerasan: diketahui"] == ("<8", "–")
        assert shown["Anak korban perdagangan orang: diketahui"] == ("<8", "–"), "none is not told from a few"
        assert shown["Perempuan korban kekerasan dan TPPO: diketahui"] == ("–", "–")
    (act,) = written_down(ward.engine, since)
    assert (act.act, act.about, act.district) == ("totals_entered", f"place:{SERVICE}", DISTRICT)


def test_exact_ones_are_for_tim_penilai_and_officers_and_each_reading_is_written_down(ward: Ward) -> None:
    enter(ward)
    since = newest(ward.engine)
    for who in ("penilai", "petugas"):
        page = ward[who].get(f"{TOTALS}/lengkap")
        assert numbers(page.text)["Anak yang melapor atau dirujuk"] == ("1203", "41")
        assert page.headers["Cache-Control"] == "no-store"
    for who in ("pengamat", "ketua", "anggota", "lain"):
        assert ward[who].get(f"{TOTALS}/lengkap").status_code == 403
    assert [act.act for act in written_down(ward.engine, since)] == ["totals_seen"] * 2 + ["refused"] * 4


def test_only_verifiers_of_the_district_enter_and_see_the_form(ward: Ward) -> None:
    for who in ("petugas", "penilai", "pengamat"):
        assert enter(ward, who) == 403 and ward[who].get(FORM).status_code == 403
    assert enter(ward, at=FORM.replace(DISTRICT, "99.02")) == 403
    assert kept(ward) == []


@pytest.mark.parametrize("place", [HIDDEN_SERVICE, OTHERS_SERVICE, SCHOOL, "x", "..%2f"])
def test_what_is_no_service_here_or_is_called_a_shelter_is_not_there(ward: Ward, place: str) -> None:
    at = f"{TOTALS}/layanan/{place}"
    assert enter(ward, at=at) == 404 and ward["anggota"].get(at).status_code == 404
    assert "Melati" not in ward["penilai"].get(TOTALS).text


@pytest.mark.parametrize(
    "field, typed, reason",
    [("cases_known", "12 anak", "restricted_number_wrong"), ("tppo_served_before", "-3", "restricted_number_wrong"),
     ("cases_known", "1.000.001", "restricted_number_wrong"), ("cases_known", "12.5", "restricted_number_wrong"),
     ("cases_known", "<8", "restricted_number_wrong"), ("cases_known", "١٢", "restricted_number_wrong"),
     ("source", "cerita", "totals_source_missing"), ("source", "", "totals_source_missing")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(ward: Ward, field: str, typed: str, reason: str) -> None:
    page = ward.post("anggota", FORM, TYPED | {"before": "0", "women_known": "4321", field: typed})
    said = catalogue("id").sentences[f"reason.{reason}"].partition("{")[0]
    assert page.status_code == 400 and said in page.text and 'value="4321"' in page.text
    assert kept(ward) == []


def test_nothing_typed_is_refused_and_zero_is_something(ward: Ward) -> None:
    nothing: dict[str, Any] = dict.fromkeys(TYPED, "") | {"source": "summary"}
    assert enter(ward, **nothing) == 400
    assert enter(ward, **(nothing | {"abh_known": "0"})) == 303


def test_what_does_not_fit_is_a_remark_and_repeats_no_number(ward: Ward) -> None:
    assert enter(ward, cases_served="1300", abh_known="3", abh_restorative="4") == 303
    for page in (ward["anggota"].get(FORM).text, ward["penilai"].get(f"{TOTALS}/lengkap").text):
        assert page.count("Periksa lagi (tahun data)") == 2
    assert "Periksa lagi" not in ward["pengamat"].get(TOTALS).text


def test_putting_right_takes_a_reason_and_the_page_that_is_newest(ward: Ward) -> None:
    enter(ward)
    assert enter(ward, "ketua") == 400, "somebody entered it meanwhile"
    assert enter(ward, "ketua", before=1) == 400
    assert enter(ward, "ketua", before=1, why="typing_error", cases_known="50") == 303
    assert [one.why for one in kept(ward)] == [None, "typing_error"]
    assert numbers(ward["penilai"].get(f"{TOTALS}/lengkap").text)["Anak yang melapor atau dirujuk"] == ("50", "41")


def test_a_closed_part_stays_as_it_is(ward: Ward) -> None:
    with writing(ward.engine) as session:
        session.execute(update(RoundPart).values(state=CLOSED))
    assert enter(ward) == 400 and kept(ward) == []


def test_two_services_are_added_up(ward: Ward) -> None:
    enter(ward)
    with writing(ward.engine) as session:
        session.add(ServiceTotals(round_id=ROUND, district=DISTRICT, facility_id=OTHERS_SERVICE, number=1,
                                  totals={"violence_known": 6}, source="summary", entered_by="test"))  # fmt: skip
    assert numbers(ward["pengamat"].get(TOTALS).text)["Anak korban kekerasan: diketahui"] == ("15", "–")


def test_a_part_that_there_is_not_is_not_there(ward: Ward) -> None:
    for path in (TOTALS, f"{TOTALS}/lengkap"):
        assert ward["penilai"].get(path.replace(ROUND, "1999")).status_code == 404
