"""Sealed assignments: who gives them and to whom, what may be written, and the code that is shown once."""

import pytest
from sqlalchemy import select, update

from server.db import now, snapshot, writing
from server.people.links import as_typed
from server.people.passwords import fits
from server.roles.tables import Tie
from server.rounds.states import CLOSED
from server.rounds.tables import RoundPart
from server.sealed.tables import SealedAssignment
from server.words import catalogue
from tests.support.acts import newest, written_down
from tests.support.days import this_month
from tests.support.restricted import GIVING, Ward, code_on
from tests.support.workbooks import DISTRICT


def kept(ward: Ward) -> list[SealedAssignment]:
    with snapshot(ward.engine) as session:
        found = list(session.scalars(select(SealedAssignment).order_by(SealedAssignment.id)))
        session.expunge_all()
    return found


def refused(ward: Ward, reason: str, **other: str) -> None:
    page = ward.post("petugas", GIVING, ward.wish(**other))
    said = catalogue("id").sentences[f"reason.{reason}"].partition("{")[0]
    assert page.status_code == 400 and said in page.text, page.text
    assert kept(ward) == [], "and nothing was given"


def test_an_officer_gives_one_to_two_of_a_team_and_is_shown_its_code_once(ward: Ward) -> None:
    since = newest(ward.engine)
    number, code = ward.give()
    (one,) = kept(ward)
    assert (one.first_id, one.second_id) == (ward.people["ketua"], ward.people["anggota"])
    assert (one.decision, one.month, one.drawn) == ("B-12/PA/XI/2026", this_month(), 1)
    assert fits(one.code, as_typed(code)) and code not in one.code, "its digest is kept"
    assert code not in ward["petugas"].get(GIVING).text, "and it is shown once"
    acts = written_down(ward.engine, since)
    assert [(act.act, act.about) for act in acts][:1] == [("sealed_given", f"sealed:{number}")]
    assert acts[0].district == DISTRICT


def test_sent_twice_it_is_given_once_and_says_where_another_code_is_drawn(ward: Ward) -> None:
    wish = ward.wish()
    assert ward.post("petugas", GIVING, wish).status_code == 200
    again = ward.post("petugas", GIVING, wish)
    assert again.status_code == 400 and "kode baru" in again.text and len(kept(ward)) == 1


@pytest.mark.parametrize("who", ["ketua", "anggota", "lain", "penilai", "pengamat"])
def test_nobody_else_gives_one_or_sees_that_there_are_any(ward: Ward, who: str) -> None:
    ward.give()
    assert ward.post(who, GIVING, ward.wish()).status_code == 403
    assert ward[who].get(GIVING).status_code == 403 and ward[who].get("/tersegel").status_code == 403
    assert len(kept(ward)) == 1


def test_two_different_people_of_one_team_without_a_tie_go(ward: Ward) -> None:
    refused(ward, "sealed_needs_two", second=f"{ward.team}/{ward.people['ketua']}")
    refused(ward, "sealed_two_teams", second=f"{ward.team + 1}/{ward.people['lain']}")
    refused(ward, "sealed_who_missing", first="")
    refused(ward, "sealed_who_missing", first=f"{ward.team}/{ward.people['penilai']}")
    refused(ward, "sealed_who_missing", first="1/x")
    with writing(ward.engine) as session:
        session.add(
            Tie(person_id=ward.people["anggota"], district=DISTRICT, why="x", declared_by="t", declared_at=now())
        )
    refused(ward, "sealed_is_tied")


@pytest.mark.parametrize(
    "written",
    ["", "12", "RUMAH MELATI", "surat 12", "KEPUTUSAN", "RUMAH-AMAN-MELATI-12", "rpsa/12", "12\n13", "A" * 61, "12<b>"],
)
def test_a_decision_is_a_number_in_which_no_place_can_be_named(ward: Ward, written: str) -> None:
    refused(ward, "sealed_decision_wrong", decision=written)


@pytest.mark.parametrize(
    "field, written, reason",
    [("kind", "lksa", "sealed_kind_missing"), ("kind", "", "sealed_kind_missing"),
     ("month", "2026-13", "sealed_month_wrong"), ("month", "2026-11-03", "sealed_month_wrong"),
     ("month", "2020-01", "sealed_month_far_off"), ("decided_on", "kemarin", "sealed_day_wrong"),
     ("decided_on", "2099-01-01", "sealed_day_off"), ("uuid", "x", "decision_page_wrong")],
)  # fmt: skip
def test_a_field_that_is_wrong_says_so(ward: Ward, field: str, written: str, reason: str) -> None:
    refused(ward, reason, **{field: written})


def test_nothing_is_given_in_a_part_that_is_closed(ward: Ward) -> None:
    with writing(ward.engine) as session:
        session.execute(update(RoundPart).values(state=CLOSED))
    refused(ward, "assignment_part_closed")


def test_another_code_shuts_the_first_one_out_and_a_withdrawn_one_opens_nothing(ward: Ward) -> None:
    number, first = ward.give()
    assert ward.open("ketua", number, first).status_code == 200
    second = code_on(ward.post("petugas", f"{GIVING}/{number}", {"act": "draw"}).text)
    assert first != second
    assert 'name="code"' in ward["ketua"].get(f"/tersegel/{number}").text, "whoever had opened it types the new one"
    assert ward.open("ketua", number, first).status_code == 400
    assert ward.open("ketua", number, second).status_code == 200
    assert ward.post("petugas", f"{GIVING}/{number}", {"act": "withdraw", "why": "cerita"}).status_code == 400
    withdraws = {"act": "withdraw", "why": "verifier_changed"}
    assert ward.post("petugas", f"{GIVING}/{number}", withdraws).status_code == 303
    assert ward["ketua"].get(f"/tersegel/{number}").status_code == 404
    assert "Ditarik" in ward["petugas"].get(GIVING).text
    assert ward.post("petugas", f"{GIVING}/{number}", {"act": "draw"}).status_code == 400


def test_another_districts_is_not_there(ward: Ward) -> None:
    number, _ = ward.give()
    for where in (GIVING.replace(DISTRICT, "99.02"), GIVING.replace("/wilayah/", "/wilayah/1")):
        assert ward.post("petugas", f"{where}/{number}", {"act": "draw"}).status_code == 404


def test_the_two_see_that_they_have_one_and_nobody_else_does(ward: Ward) -> None:
    number, _ = ward.give()
    for who, sees in (("ketua", True), ("anggota", True), ("ketiga", False), ("lain", False)):
        page = ward[who].get("/tersegel/saya")
        assert page.status_code == 200 and (f"/tersegel/{number}" in page.text) is sees, who
    assert ward["petugas"].get("/tersegel/saya").status_code == 403
