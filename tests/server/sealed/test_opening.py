"""Opening a sealed assignment: by one of two, by its code, for half an hour, and a few times wrong at most."""

import pytest
from sqlalchemy import update

import server.restricted.opened
from server.db import now, writing
from server.roles.tables import TeamMember, Tie
from tests.support.acts import newest, written_down
from tests.support.restricted import GIVING, Ward, answers, code_on
from tests.support.workbooks import DISTRICT


def is_open(ward: Ward, who: str, number: int) -> bool:
    page = ward[who].get(f"/tersegel/{number}")
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    return 'name="legal_basis"' in page.text


def test_it_opens_by_its_code_alone_however_it_is_typed(ward: Ward) -> None:
    number, code = ward.give()
    assert not is_open(ward, "ketua", number)
    assert ward.fill("ketua", number).status_code == 400, "what was filled in is kept until the code is typed"
    since = newest(ward.engine)
    assert ward.open("ketua", number, code.lower().replace("-", " ")).status_code == 200
    assert is_open(ward, "ketua", number) and not is_open(ward, "anggota", number)
    assert {act.act for act in written_down(ward.engine, since)} == {"sealed_opened", "shelter_seen"}


@pytest.mark.parametrize("who", ["ketiga", "lain", "petugas", "penilai", "pengamat"])
def test_nobody_but_the_two_opens_it_not_even_with_its_code(ward: Ward, who: str) -> None:
    number, code = ward.give()
    wanted = 404 if who in ("ketiga", "lain") else 403
    assert ward.open(who, number, code).status_code == wanted
    assert ward[who].get(f"/tersegel/{number}").status_code == wanted
    assert ward[who].get("/tersegel/987654").status_code == wanted, "as if it were not there"


def test_after_five_wrong_codes_the_right_one_does_not_open_it_either(ward: Ward) -> None:
    number, code = ward.give()
    for _ in range(5):
        assert ward.open("ketua", number, "AAAA-AAAA-AAAA").status_code == 400
    locked = ward.open("anggota", number, code)
    assert locked.status_code == 400 and "terkunci" in locked.text and "Terkunci" in ward["petugas"].get(GIVING).text
    fresh = code_on(ward.post("petugas", f"{GIVING}/{number}", {"act": "draw"}).text)
    assert ward.open("anggota", number, fresh).status_code == 200


def test_a_right_code_forgives_the_wrong_ones_before(ward: Ward) -> None:
    number, code = ward.give()
    for _ in range(2):
        for _ in range(4):
            ward.open("ketua", number, "X")
        assert ward.open("ketua", number, code).status_code == 200


def test_after_half_an_hour_the_code_is_asked_again_and_nothing_typed_is_lost(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, code = ward.give()
    ward.open("ketua", number, code)
    real = server.restricted.opened.time
    monkeypatch.setattr(server.restricted.opened, "time", lambda: real() + 1801)
    asked = ward.fill("ketua", number, capacity="17")
    assert asked.status_code == 400 and 'name="capacity" value="17"' in asked.text
    wrong = ward.fill("ketua", number, capacity="17", act="open", then="fill", code="X")
    assert wrong.status_code == 400 and 'name="capacity" value="17"' in wrong.text and 'value="fill"' in wrong.text
    assert ward.fill("ketua", number, capacity="17", act="open", then="fill", code=code).status_code == 303
    assert "17" in ward["ketua"].get(f"/tersegel/{number}").text


def test_who_leaves_the_team_or_has_a_tie_opens_it_no_more(ward: Ward) -> None:
    number, code = ward.give()
    ward.open("ketua", number, code)
    ward.open("anggota", number, code)
    with writing(ward.engine) as session:
        left = update(TeamMember).filter_by(person_id=ward.people["anggota"])
        session.execute(left.values(ended_at=now(), ended_by="test"))
        session.add(Tie(person_id=ward.people["ketua"], district=DISTRICT, why="x", declared_by="t", declared_at=now()))
    for who in ("anggota", "ketua"):
        assert ward[who].get(f"/tersegel/{number}").status_code in (403, 404)
        assert ward.post(who, f"/tersegel/{number}", answers() | {"act": "fill"}).status_code in (403, 404)
