"""Getting in: each step of the door, as somebody who stands before it sees it."""

import re

import pyotp
import pytest
from flask import Flask
from sqlalchemy import Engine

from server.db import writing
from server.people.factors import codes_left
from server.people.passwords import fits
from server.people.tables import Person
from tests.support.door import (
    EMAIL,
    LIST,
    OURS,
    PASSWORD,
    STRICT,
    acts,
    app_code,
    come_in,
    member,
    text_of,
    type_password,
)
from tests.support.web import Browser, browser


def test_address_and_password_are_enough_where_no_role_asks_for_more(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        person_id = member(session)
    found = browser(app)
    assert type_password(found).headers["Location"].startswith("/")
    assert found.get("/akun").status_code == 200
    assert acts(engine) == [(f"person:{person_id}", "login_password", f"person:{person_id}")]


@pytest.mark.parametrize("email, password", [
    (EMAIL, "salah sama sekali"), ("siapa@example.id", PASSWORD), ("", ""), (EMAIL, ""), (EMAIL, PASSWORD + " "),
    (EMAIL, PASSWORD.title()),
])  # fmt: skip
def test_what_does_not_go_together_is_refused_with_the_same_sentence(app: Flask, engine: Engine, email: str,
                                                                     password: str) -> None:  # fmt: skip
    with writing(engine) as session:
        member(session)
    answer = type_password(browser(app), email, password)
    assert answer.status_code == 400 and "tidak cocok" in text_of(answer)
    assert acts(engine)[-1][:2] == ("nobody", "login_failed")


def test_the_address_is_read_as_people_type_it(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session)
    assert type_password(browser(app), f"  {EMAIL.upper()} ").status_code == 303


def test_an_unknown_address_costs_as_many_hashes_as_a_known_one(app: Flask, engine: Engine,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    counted: list[str] = []

    def counting(kept: str | None, typed: str) -> bool:
        counted.append(typed)
        return fits(kept, typed)

    monkeypatch.setattr("server.login.entering.fits", counting)
    with writing(engine) as session:
        member(session)
    for email in (EMAIL, "siapa@example.id"):
        type_password(browser(app), email, "salah sama sekali")
    assert len(counted) == 2


def test_who_holds_more_chooses_a_second_step_before_anything_else(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session, STRICT)
    found = come_in(app)
    for page in ("/", "/akun", "/pekerjaan", "/masuk/buktikan", "/akun/kata-sandi"):
        assert "/masuk/pasang-langkah-kedua" in found.get(page).headers["Location"]
    assert "lembar" in found.get("/masuk/pasang-langkah-kedua").text.lower()


def test_the_app_is_taken_once_it_has_shown_a_code(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session, STRICT)
    found = come_in(app)
    page = "/masuk/pasang-langkah-kedua/aplikasi"
    secret = re.findall(r"<code>([A-Z2-7 ]+)</code>", found.get(page).text)[0].replace(" ", "")
    assert "<svg" in found.get(page).text and secret in found.get(page).text.replace(" ", "")
    assert found.post(page, data={"code": "000000"}, headers=OURS).status_code == 400
    assert found.post(page, data={"code": pyotp.TOTP(secret).now()}, headers=OURS).status_code == 303
    assert found.get("/akun").status_code == 200


def drawn(found: Browser) -> tuple[list[str], str]:
    """Have a list of codes drawn; give its codes, and what the page sends back."""
    text = found.post("/masuk/pasang-langkah-kedua/lembar", headers=OURS).text
    sealed = re.search(r'name="codes" value="([^"]+)"', text)
    assert sealed
    return re.findall(r"<code>([A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4})</code>", text), sealed[1]


def test_a_printed_list_counts_once_its_owner_says_that_it_is_on_paper(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        person_id = member(session, STRICT)
    found = come_in(app)
    codes, sealed = drawn(found)
    with writing(engine) as session:
        assert (len(set(codes)), codes_left(session, person_id)) == (10, [])
    assert found.post("/masuk/pasang-langkah-kedua/lembar", data={"codes": sealed}, headers=OURS).status_code == 303
    assert found.get("/akun").status_code == 200
    again = come_in(app)
    data = {"way": "printed", "number": "1", "code": codes[0].lower().replace("-", " ")}
    assert again.post("/masuk/langkah-kedua", data=data, headers=OURS).status_code == 303
    with writing(engine) as session:
        assert codes_left(session, person_id) == list(range(2, 11))


def test_a_list_is_kept_once_and_by_nobody_else(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        person_id = member(session, STRICT)
        member(session, STRICT, email="lain@example.id")
    first, other, page = come_in(app), come_in(app, "lain@example.id"), "/masuk/pasang-langkah-kedua/lembar"
    codes, sealed = drawn(first)
    changed = sealed[:-2] + ("A" if sealed[-2] != "A" else "B") + sealed[-1]  # the last one has bits that say nothing
    assert other.post(page, data={"codes": sealed}, headers=OURS).status_code == 400
    assert first.post(page, data={"codes": changed}, headers=OURS).status_code == 400
    assert first.post(page, data={"codes": sealed}, headers=OURS).status_code == 303
    again = come_in(app)
    again.post("/masuk/langkah-kedua", data={"way": "printed", "number": "1", "code": codes[0]}, headers=OURS)
    assert first.post(page, data={"codes": sealed}, headers=OURS).status_code in (303, 400)
    with writing(engine) as session:
        assert 1 not in codes_left(session, person_id), "what was used up stays used up"


@pytest.mark.parametrize("left", [4, 3, 1])
def test_few_codes_left_are_told(app: Flask, engine: Engine, left: int) -> None:
    from server.people.tables import PrintedCode

    with writing(engine) as session:
        person_id = member(session, STRICT, codes=True)
        for number in range(1, 11 - left):
            session.get_one(PrintedCode, (person_id, number)).used_at = session.get_one(Person, person_id).made_at
    text = text_of(come_in(app).get("/masuk/langkah-kedua"))
    assert (f"Tinggal {left} kode" in text) == (left <= 3) and f"nomor {11 - left} " in text


def test_a_password_alone_opens_nothing_to_who_has_a_second_step(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session, app=True)  # by choice: no role asks for it
    found = come_in(app)
    for page in ("/", "/akun", "/masuk/pasang-langkah-kedua", "/masuk/pasang-langkah-kedua/lembar"):
        assert "/masuk/langkah-kedua" in found.get(page).headers["Location"]
    answer = found.post("/masuk/langkah-kedua", data={"way": "app", "code": app_code()}, headers=OURS)
    assert answer.status_code == 303 and found.get("/akun").status_code == 200


@pytest.mark.parametrize("data", [{"way": "app", "code": "000000"}, {"way": "app", "code": ""}, {"way": "else"},
                                  {"way": "printed", "number": "1", "code": "AAAA-AAAA-AAAA"},
                                  {"way": "printed", "number": "99999999999999999999", "code": LIST[0]},
                                  {"way": "printed", "number": "-1", "code": LIST[0]},
                                  {"way": "printed", "number": "x", "code": LIST[0]},
                                  {"way": "printed", "number": "2", "code": LIST[0]}])  # fmt: skip
def test_a_wrong_code_opens_nothing(app: Flask, engine: Engine, data: dict[str, str]) -> None:
    with writing(engine) as session:
        member(session, STRICT, app=True, codes=True)
    found = come_in(app)
    assert found.post("/masuk/langkah-kedua", data=data, headers=OURS).status_code == 400
    assert found.get("/akun").status_code == 303
    assert acts(engine)[-1][1].startswith("proof_failed_")


def test_five_wrong_codes_end_the_session(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        person_id = member(session, STRICT, app=True)
    found = come_in(app)
    for _ in range(5):
        answer = found.post("/masuk/langkah-kedua", data={"way": "app", "code": "000000"}, headers=OURS)
    assert "Lima kali salah" in text_of(answer)
    late = found.post("/masuk/langkah-kedua", data={"way": "app", "code": app_code()}, headers=OURS)
    assert "/masuk?" in late.headers["Location"] or late.headers["Location"].endswith("/masuk")
    assert acts(engine)[-1] == (f"person:{person_id}", "proofs_failed", f"person:{person_id}")


def test_a_code_of_the_app_gets_in_once(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session, STRICT, app=True)
    code, first, second = app_code(), come_in(app), come_in(app)
    assert first.post("/masuk/langkah-kedua", data={"code": code}, headers=OURS).status_code == 303
    assert second.post("/masuk/langkah-kedua", data={"code": code}, headers=OURS).status_code == 400


@pytest.mark.parametrize("wanted, goes", [
    ("/akun", "/akun"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/"),
    ("/\t/evil.example", "/"), ("/\n/evil.example", "/"), ("\\\\evil.example", "/"), ("javascript:alert(1)", "/"),
    ("%2f%2fevil.example", "/"), ("", "/"), ("//[", "/"), ("/\t/[", "/"),
])  # fmt: skip
def test_who_logged_in_is_led_to_a_page_of_ours_only(app: Flask, engine: Engine, wanted: str, goes: str) -> None:
    with writing(engine) as session:
        member(session)
    answer = browser(app).post("/masuk", query_string={"next": wanted}, data={"email": EMAIL, "password": PASSWORD},
                               headers=OURS)  # fmt: skip
    assert answer.headers["Location"] == goes


def test_the_pages_speak_the_language_of_who_is_there(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        session.get_one(Person, member(session)).language = "en"
    found = come_in(app)
    assert "My account" in found.get("/akun").text
    assert "Akun saya" in found.get("/akun?lang=id").text


def test_logging_out_ends_the_session_and_leaves_nothing_in_the_browser(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session)
    found = come_in(app)
    with found.session_transaction() as cookie:
        carried = dict(cookie)
    answer = found.post("/keluar", headers=OURS)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    with found.session_transaction() as cookie:
        assert "_user_id" not in cookie
        cookie.update(carried)
    assert found.get("/akun").status_code == 303
    assert acts(engine)[-1][1] == "logout"
