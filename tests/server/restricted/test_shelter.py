"""A shelter's visit from papers: one fills it in, the other confirms or says what differs, and then it is closed."""

from typing import Any

import pytest
from sqlalchemy import JSON, Date, DateTime, Float, String, Text, select, update

from server.db import snapshot, writing
from server.restricted.tables import ServiceTotals, ShelterVisit
from server.rounds.states import CLOSED
from server.rounds.tables import RoundPart
from server.sealed.tables import SealedAssignment
from server.words import catalogue
from tests.support.acts import newest, written_down
from tests.support.days import this_month
from tests.support.restricted import GIVING, Ward, answers


@pytest.fixture
def number(ward: Ward) -> int:
    """Give an assignment that both have opened."""
    number, code = ward.give()
    assert all(ward.open(who, number, code).status_code == 200 for who in ("ketua", "anggota"))
    return number


def versions(ward: Ward) -> list[ShelterVisit]:
    with snapshot(ward.engine) as session:
        found = list(session.scalars(select(ShelterVisit).order_by(ShelterVisit.number)))
        session.expunge_all()
    return found


def says(reason: str) -> str:
    return catalogue("id").sentences[f"reason.{reason}"].partition("{")[0]


def test_one_fills_it_in_and_the_other_confirms(ward: Ward, number: int) -> None:
    since = newest(ward.engine)
    assert ward.fill("ketua", number, location_secret="no", school_link="na", capacity="1.200").status_code == 303
    page = ward["anggota"].get(f"/tersegel/{number}").text
    assert "1200" in page and "Tidak benar" in page and "14 dari 15" in page
    assert "Semuanya benar, setujui" in page and "Simpan isian" not in page
    assert ward.act("anggota", number, "confirm").status_code == 303
    (one,) = versions(ward)
    assert (one.filled_by, one.confirmed_by) == (ward.people["ketua"], ward.people["anggota"])
    assert one.answers["location_secret"] == "no" and one.answers["capacity"] == 1200 and one.month == this_month()
    assert "Disetujui kedua verifikator" in ward["petugas"].get(GIVING).text
    acts = [act for act in written_down(ward.engine, since) if act.act != "sealed_listed"]
    assert [act.act for act in acts] == ["shelter_filled", "shelter_seen", "shelter_confirmed"]
    assert {act.about for act in acts} == {f"sealed:{number}"}


def test_who_filled_it_in_cannot_confirm_it(ward: Ward, number: int) -> None:
    ward.fill("ketua", number)
    for act in ("confirm", "differ"):
        page = ward.act("ketua", number, act, differs="month")
        assert page.status_code == 400 and says("shelter_not_to_confirm") in page.text
    assert versions(ward)[0].confirmed_by is None


def test_what_differs_is_ticked_and_filled_in_again_by_either(ward: Ward, number: int) -> None:
    ward.fill("ketua", number)
    page = ward.act("anggota", number, "differ")
    assert page.status_code == 400 and says("shelter_nothing_differs") in page.text
    assert ward.act("anggota", number, "differ", differs=["capacity", "month", "<b>", "nama"]).status_code == 303
    assert versions(ward)[0].differs == ["capacity", "month"], "a field that there is, and nothing else"
    assert ward["ketua"].get(f"/tersegel/{number}").text.count("(berbeda)") == 2
    assert ward.act("anggota", number, "confirm").status_code == 400
    assert ward.fill("anggota", number, before=1, capacity="7").status_code == 303
    assert ward.act("anggota", number, "confirm", before=2).status_code == 400
    assert ward.act("ketua", number, "confirm", before=2).status_code == 303


def test_the_other_one_does_not_write_over_what_waits_for_them(ward: Ward, number: int) -> None:
    ward.fill("ketua", number)
    page = ward.fill("anggota", number, before=1)
    assert page.status_code == 400 and says("shelter_confirm_first") in page.text and len(versions(ward)) == 1
    assert ward.fill("ketua", number, before=1).status_code == 303, "who filled it in may still put it right"


def test_a_page_that_is_older_than_what_is_kept_changes_nothing(ward: Ward, number: int) -> None:
    ward.fill("ketua", number)
    ward.fill("ketua", number, before=1, capacity="9")
    for act in ("confirm", "differ"):
        page = ward.act("anggota", number, act, before=1, differs="month")
        assert page.status_code == 400 and says("restricted_changed") in page.text
    again = ward.fill("ketua", number, before=0)
    assert again.status_code == 400 and says("restricted_changed") in again.text


def test_what_both_confirmed_changes_by_another_version_with_a_reason_alone(ward: Ward, number: int) -> None:
    ward.fill("ketua", number)
    ward.act("anggota", number, "confirm")
    page = ward.fill("anggota", number, before=1, capacity="5")
    assert page.status_code == 400 and says("shelter_why_missing") in page.text
    assert ward.fill("anggota", number, before=1, why="ceritanya begini").status_code == 400
    assert ward.fill("anggota", number, before=1, capacity="5", why="typing_error").status_code == 303
    assert ward.fill("anggota", number, before=2, capacity="5").status_code == 400, "each of them, until the end"
    first, second = versions(ward)
    assert first.confirmed_by and not second.confirmed_by and (first.why, second.why) == (None, "typing_error")


@pytest.mark.parametrize(
    "field, typed, reason",
    [("legal_basis", "", "shelter_answer_missing"), ("legal_basis", "mungkin", "shelter_answer_missing"),
     ("location_secret", "ada anak", "shelter_answer_missing"), ("capacity", "banyak", "restricted_number_wrong"),
     ("staff_total", "-1", "restricted_number_wrong"), ("capacity", "10.001", "restricted_number_wrong"),
     ("capacity", "1,5", "restricted_number_wrong"), ("month", "2099-01", "sealed_month_far_off"),
     ("month", "15-11-2026", "sealed_month_wrong")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    ward: Ward, number: int, field: str, typed: str, reason: str
) -> None:
    said: dict[str, Any] = {field: typed, "staff_certified": "4321"}
    page = ward.fill("ketua", number, **said)
    assert page.status_code == 400 and says(reason) in page.text and f'id="{field}-wrong"' in page.text
    assert 'value="4321"' in page.text and versions(ward) == []


def test_a_number_that_is_not_known_is_left_out(ward: Ward, number: int) -> None:
    assert ward.fill("ketua", number, capacity="", staff_total="0").status_code == 303
    kept = versions(ward)[0].answers
    assert (kept["capacity"], kept["staff_total"]) == (None, 0)


def test_nothing_is_filled_in_once_the_part_is_closed(ward: Ward, number: int) -> None:
    ward.fill("ketua", number)
    with writing(ward.engine) as session:
        session.execute(update(RoundPart).values(state=CLOSED))
    assert ward.act("anggota", number, "confirm").status_code == 400
    assert ward.fill("ketua", number, before=1).status_code == 400


def test_a_code_that_was_drawn_since_shuts_out_what_is_being_filled_in(ward: Ward, number: int) -> None:
    ward.post("petugas", f"{GIVING}/{number}", {"act": "draw"})
    assert ward.fill("ketua", number).status_code == 400 and versions(ward) == []


def test_no_column_takes_a_story_a_day_or_a_point() -> None:
    """Codes, numbers and a month: what somebody went through has nowhere to stand, nor has where the place is."""
    for table in (ShelterVisit, ServiceTotals, SealedAssignment):
        for column in table.__table__.columns:
            assert not isinstance(column.type, Text | Float), column
            if isinstance(column.type, String):
                assert (column.type.length or 0) <= 100 or column.name == "code", column
            if table is not SealedAssignment:
                assert not isinstance(column.type, Date | DateTime), column
    free = [c for t in (ShelterVisit, ServiceTotals) for c in t.__table__.columns if isinstance(c.type, JSON)]
    assert [column.name for column in free] == ["answers", "differs", "totals"]


def test_words_that_were_sent_under_any_name_are_kept_nowhere(ward: Ward, number: int) -> None:
    word = "Kuncicerita"
    ward.fill("ketua", number, catatan=word, address=word, why=word, kind=word)
    ward.act("anggota", number, "differ", differs=[word, "capacity"], why=word)
    with snapshot(ward.engine) as session:
        kept = [str(vars(row)) for table in (ShelterVisit, SealedAssignment) for row in session.scalars(select(table))]
    assert len(kept) == 2 and all(word not in row for row in kept)


def test_every_answer_that_is_kept_has_a_criterion(ward: Ward, number: int) -> None:
    ward.fill("ketua", number, extra="yes")
    assert set(versions(ward)[0].answers) == set(answers())
