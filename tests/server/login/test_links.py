"""One-time links: what they open, once, for whom; and that they go round no second step."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from server.db import now, writing
from server.login.tables import LoginSession
from server.people.links import DEMO, HAND_OVER, INVITE, LASTS, RESET, NewLink, make_link
from server.people.tables import Mark, OneTimeLink, Person
from tests.support.door import OURS, PASSWORD, STRICT, Clock, app_code, member, text_of, type_password
from tests.support.web import Browser, browser

NEW = "sepeda biru menghitung awan"


def handed_out(engine: Engine, purpose: str = RESET, *, with_code: bool = False, **more: Any) -> NewLink:
    with writing(engine) as session:
        return make_link(session, member(session, **more), purpose, "tester", with_code=with_code)


def press(found: Browser, link: NewLink, code: str = "") -> Any:
    return found.post(f"/masuk/tautan/{link.token}", data={"code": code}, headers=OURS)


def sessions(engine: Engine) -> int:
    with writing(engine) as session:
        return session.scalar(select(func.count()).select_from(LoginSession)) or 0


def test_a_link_opens_by_its_button_once_and_asks_for_a_new_password(app: Flask, engine: Engine) -> None:
    link, found = handed_out(engine), browser(app)
    assert press(found, link).headers["Location"] == "/masuk/kata-sandi"
    assert found.get("/akun").headers["Location"] == "/masuk/kata-sandi?next=/akun"
    assert type_password(browser(app)).status_code == 400, "the old password is gone"
    assert found.post("/masuk/kata-sandi", data={"password": "pendek"}, headers=OURS).status_code == 400
    assert found.post("/masuk/kata-sandi", data={"password": NEW}, headers=OURS).status_code == 303
    assert found.get("/akun").status_code == 200
    assert type_password(browser(app), password=NEW).status_code == 303
    assert "sudah dipakai" in text_of(press(browser(app), link))


def test_looking_at_a_link_uses_nothing_up_and_lets_nobody_in(app: Flask, engine: Engine) -> None:
    link = handed_out(engine)
    for _ in range(3):
        assert "Orang Rekaan" in browser(app).get(f"/masuk/tautan/{link.token}").text
    assert sessions(engine) == 0 and press(browser(app), link).status_code == 303


@pytest.mark.parametrize(
    "path", ["/masuk", "/masuk/instansi", "/masuk/kunci", "/masuk/langkah-kedua", "/masuk/buktikan"]
)
def test_no_session_begins_without_an_act_of_the_person(app: Flask, engine: Engine, path: str) -> None:
    handed_out(engine)
    browser(app).get(path)
    assert sessions(engine) == 0


def test_a_reset_does_not_go_round_the_second_step(app: Flask, engine: Engine) -> None:
    link, found = handed_out(engine, app=True), browser(app)
    assert press(found, link).headers["Location"] == "/masuk/langkah-kedua"
    assert "/masuk/langkah-kedua" in found.get("/masuk/kata-sandi").headers["Location"]
    found.post("/masuk/langkah-kedua", data={"code": app_code()}, headers=OURS)
    assert "/masuk/kata-sandi" in found.get("/akun").headers["Location"]


def test_whoever_came_by_an_invitation_sets_password_then_second_step(app: Flask, engine: Engine) -> None:
    link, found = handed_out(engine, INVITE, email="baru@example.id"), browser(app)
    with writing(engine) as session:
        from server.roles.tables import HeldRole

        session.scalars(select(HeldRole)).one().role = STRICT.role.value
    press(found, link)
    assert "/masuk/kata-sandi" in found.get("/masuk/pasang-langkah-kedua").headers["Location"]
    found.post("/masuk/kata-sandi", data={"password": NEW}, headers=OURS)
    assert "/masuk/pasang-langkah-kedua" in found.get("/akun").headers["Location"]


@pytest.mark.parametrize("odd", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_printed_code_is_asked_where_it_was_made_and_read_as_typed(app: Flask, engine: Engine, odd: Any) -> None:
    link, found = handed_out(engine, HAND_OVER, with_code=True), browser(app)
    assert link.code and press(found, link).status_code == 400
    assert press(found, link, odd(link.code)).status_code == 303


def test_five_wrong_printed_codes_end_the_link(app: Flask, engine: Engine) -> None:
    link = handed_out(engine, HAND_OVER, with_code=True)
    for _ in range(5):
        assert "tidak cocok" in text_of(press(browser(app), link, "AAAA-AAAA-AAAA"))
    assert "tidak dikenal" in text_of(press(browser(app), link, str(link.code)))
    assert sessions(engine) == 0


@pytest.mark.parametrize("purpose", [INVITE, RESET, HAND_OVER])
def test_a_link_runs_out(app: Flask, engine: Engine, clock: Clock, purpose: str) -> None:
    link = handed_out(engine, purpose)
    clock.passed = LASTS[purpose] - timedelta(minutes=1)
    assert browser(app).get(f"/masuk/tautan/{link.token}").status_code == 200
    clock.passed = LASTS[purpose] + timedelta(minutes=1)
    assert "kedaluwarsa" in text_of(press(browser(app), link))


def test_a_new_link_ends_the_one_before(app: Flask, engine: Engine) -> None:
    first = handed_out(engine)
    with writing(engine) as session:
        second = make_link(session, 1, RESET, "tester")
    assert "diganti" in text_of(press(browser(app), first)) and press(browser(app), second).status_code == 303


@pytest.mark.parametrize("marked", [True, False])
def test_a_link_of_the_demo_opens_only_what_the_demo_made(app: Flask, engine: Engine, marked: bool) -> None:
    link, found = handed_out(engine, DEMO, app=True), browser(app)
    if marked:
        with writing(engine) as session:
            session.add(Mark(name=DEMO, made_at=now()))
    assert (press(found, link).status_code == 303) is marked
    assert (found.get("/akun").status_code == 200) is marked


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "é", "a" * 5000])
def test_what_is_no_link_opens_nothing(app: Flask, token: str) -> None:
    assert browser(app).get(f"/masuk/tautan/{token}").status_code in (400, 404)


def test_whose_account_has_ended_has_no_link(app: Flask, engine: Engine) -> None:
    link = handed_out(engine)
    with writing(engine) as session:
        session.scalars(select(Person)).one().ended_at = now()
    assert press(browser(app), link).status_code == 400


def test_of_two_who_press_at_once_one_gets_in(app: Flask, engine: Engine) -> None:
    link = handed_out(engine)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: press(browser(app), link).status_code, range(4)))
    assert sorted(answers) == [303, 400, 400, 400] and sessions(engine) == 1


def test_a_link_is_told_in_the_language_of_who_it_is_for(app: Flask, engine: Engine) -> None:
    link = handed_out(engine)
    with writing(engine) as session:
        session.scalars(select(Person)).one().language = "en"
    assert "This link is for" in text_of(browser(app).get(f"/masuk/tautan/{link.token}"))


def test_neither_link_nor_code_is_in_the_table(engine: Engine) -> None:
    link = handed_out(engine, HAND_OVER, with_code=True)
    with writing(engine) as session:
        row = str(session.execute(select(OneTimeLink.__table__)).one())
    assert link.code and link.token not in row and link.code not in row and link.code.replace("-", "") not in row
    assert len(link.token) == 43 and PASSWORD not in row
