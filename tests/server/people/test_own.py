"""One's own account: what is shown, and that how one logs in is changed only by who has just shown that it is them."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from server.db import now, writing
from server.login.sessions import sessions_of
from server.people.factors import keep_codes
from server.people.tables import Passkey, Person
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import HeldRole, Tie
from tests.support.authenticator import Device, asked, enrolled, send
from tests.support.builders import load_district
from tests.support.claiming import open_round
from tests.support.door import (
    LIST,
    OURS,
    PASSWORD,
    STRICT,
    Clock,
    acts,
    app_code,
    come_in,
    member,
    text_of,
    type_password,
)
from tests.support.web import Browser, browser

NEW = "sepeda biru menghitung awan"
CHANGES = {
    "/akun/kata-sandi": {"old": PASSWORD, "password": NEW}, "/akun/langkah-kedua/hapus": {"way": "printed"},
    "/akun/sesi/akhiri": {}, "/masuk/pasang-langkah-kedua/aplikasi": {"code": "000000"},
    "/masuk/pasang-langkah-kedua/lembar": {}, "/masuk/pasang-langkah-kedua/kunci": {"credential": "x"},
}  # fmt: skip


def whole(app: Flask, engine: Engine, *held: Held, codes: bool = True) -> Browser:
    """Give the browser of somebody new who has logged in with an app's code; they have a printed list too."""
    with writing(engine) as session:
        member(session, *(held or (STRICT,)), app=True, codes=codes)
    found = come_in(app)
    assert found.post("/masuk/langkah-kedua", data={"code": app_code()}, headers=OURS).status_code == 303
    return found


def kept(engine: Engine) -> tuple[Any, ...]:
    with writing(engine) as session:
        person = session.scalars(select(Person)).one()
        return person.password, person.totp_secret, len(sessions_of(session, person.id))


@pytest.mark.parametrize("page", CHANGES)
def test_what_changes_how_one_gets_in_asks_for_password_and_factor_again(app: Flask, engine: Engine, clock: Clock,
                                                                         page: str) -> None:  # fmt: skip
    found, before = whole(app, engine), kept(engine)
    clock.passed = timedelta(minutes=10)
    answer = found.post(page, data=CHANGES[page], headers=OURS)
    assert answer.status_code == 303 and "/masuk/buktikan" in answer.headers["Location"]
    assert kept(engine) == before
    assert "Belum ada yang diubah" in text_of(found.get(answer.headers["Location"]))


@pytest.mark.parametrize("data, proved", [
    ({"way": "app", "password": PASSWORD, "code": "right"}, True),
    ({"way": "app", "password": PASSWORD, "code": "1"}, False),
    ({"way": "app", "password": "salah", "code": "right"}, False), ({"way": "app", "code": "right"}, False),
    ({"way": "printed", "password": PASSWORD, "code": LIST[0], "number": "1"}, True),
    ({"way": "printed", "password": "salah", "code": LIST[0], "number": "1"}, False),
    ({"way": "printed", "password": PASSWORD, "code": LIST[0], "number": "2"}, False),
    ({"way": "password", "password": PASSWORD}, False), ({"way": "else", "password": PASSWORD}, False), ({}, False),
])  # fmt: skip
def test_a_proof_is_all_that_was_asked_when_logging_in(app: Flask, engine: Engine, clock: Clock, data: dict[str, str],
                                                       proved: bool) -> None:  # fmt: skip
    found = whole(app, engine)
    clock.passed = timedelta(minutes=11)
    if data.get("code") == "right":
        data = data | {"code": app_code(22)}
    answer = found.post("/masuk/buktikan?next=/akun/kata-sandi", data=data, headers=OURS)
    assert (answer.status_code, answer.headers.get("Location")) == (
        (303, "/akun/kata-sandi") if proved else (400, None)
    )
    assert (found.get("/akun/kata-sandi").status_code == 200) is proved


def test_a_printed_code_is_not_used_up_by_a_wrong_password(app: Flask, engine: Engine) -> None:
    found = whole(app, engine)
    data = {"way": "printed", "password": "salah", "code": LIST[0], "number": "1"}
    found.post("/masuk/buktikan", data=data, headers=OURS)
    assert found.post("/masuk/buktikan", data=data | {"password": PASSWORD}, headers=OURS).status_code == 303


def test_a_password_alone_proves_it_where_there_is_no_second_step(app: Flask, engine: Engine, clock: Clock) -> None:
    with writing(engine) as session:
        member(session)
    found = come_in(app)
    clock.passed = timedelta(minutes=11)
    assert 'type="password"' in found.get("/masuk/buktikan").text
    assert (
        found.post("/masuk/buktikan", data={"way": "password", "password": PASSWORD}, headers=OURS).status_code == 303
    )
    assert found.get("/akun/kata-sandi").status_code == 200


def test_a_passkey_proves_it_alone(app: Flask, engine: Engine, clock: Clock) -> None:
    device = Device()
    found = enrolled(app, engine, device)
    clock.passed = timedelta(minutes=11)
    assert send(found, "/masuk/buktikan", device.show(asked(found, "factor").json)).status_code == 400
    assert send(found, "/masuk/buktikan", device.show(asked(found, "prove").json)).status_code == 303
    assert found.get("/akun/kata-sandi").status_code == 200


def test_five_wrong_proofs_end_the_session(app: Flask, engine: Engine) -> None:
    found = whole(app, engine)
    data = {"way": "app", "password": "salah", "code": "1"}
    answers = [found.post("/masuk/buktikan", data=data, headers=OURS) for _ in range(5)]
    assert "Lima kali salah" in text_of(answers[-1]) and found.get("/akun").status_code == 303


@pytest.mark.parametrize("old, new, said", [
    ("salah", NEW, "sekarang tidak cocok"), ("", NEW, "sekarang tidak cocok"), (PASSWORD, "pendek", "sedikitnya 12"),
    (PASSWORD, "bu.rekaan@example.id", "mudah ditebak"), (PASSWORD, "x" * 201, "paling panjang"),
])  # fmt: skip
def test_a_password_is_not_changed_by_who_does_not_know_it_nor_to_a_bad_one(app: Flask, engine: Engine, old: str,
                                                                            new: str, said: str) -> None:  # fmt: skip
    found, before = whole(app, engine), kept(engine)
    answer = found.post("/akun/kata-sandi", data={"old": old, "password": new}, headers=OURS)
    assert answer.status_code == 400 and said in text_of(answer) and kept(engine) == before


def test_a_changed_password_is_the_only_one_and_ends_all_other_sessions(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session)
    found, other = come_in(app), come_in(app)
    answer = found.post("/akun/kata-sandi", data={"old": PASSWORD, "password": NEW}, headers=OURS)
    assert "Kata sandi diganti" in text_of(found.get(answer.headers["Location"]))
    assert other.get("/akun").status_code == 303 and found.get("/akun").status_code == 200
    assert type_password(browser(app)).status_code == 400
    assert type_password(browser(app), password=NEW).status_code == 303
    assert ("person:1", "password_changed", "person:1") in acts(engine)


@pytest.mark.parametrize("way", ["app", "printed"])
def test_a_second_step_is_removed_and_ends_all_other_sessions(app: Flask, engine: Engine, way: str) -> None:
    found, other = whole(app, engine), come_in(app)
    answer = found.post("/akun/langkah-kedua/hapus", data={"way": way}, headers=OURS)
    assert "Langkah kedua dihapus" in text_of(found.get(answer.headers["Location"]))
    assert "/masuk?" in other.get("/akun").headers["Location"]
    assert acts(engine)[-1] == ("person:1", f"factor_{way}_removed", "person:1")
    answer = found.post("/akun/langkah-kedua/hapus", data={"way": way}, headers=OURS)
    assert "tidak terpasang" in text_of(found.get(answer.headers["Location"]))


def test_the_last_second_step_stays_where_a_role_asks_for_one(app: Flask, engine: Engine) -> None:
    found = whole(app, engine, codes=False)
    found.post("/akun/langkah-kedua/hapus", data={"way": "app"}, headers=OURS)
    assert "ini yang terakhir" in text_of(found.get("/akun")) and kept(engine)[1] is not None


def test_it_goes_where_no_role_asks_for_one(app: Flask, engine: Engine) -> None:
    found = whole(app, engine, Held(Role.OBSERVER), codes=False)
    found.post("/akun/langkah-kedua/hapus", data={"way": "app"}, headers=OURS)
    assert kept(engine)[1] is None and found.get("/akun").status_code == 200


def test_one_of_two_passkeys_is_removed_and_never_anothers(app: Flask, engine: Engine) -> None:
    first, second = Device(), Device()
    found = enrolled(app, engine, first)
    assert send(found, "/masuk/pasang-langkah-kedua/kunci", second.make(asked(found, "make").json)).status_code == 303
    with writing(engine) as session:
        other = member(session, email="lain@example.id")
        session.add(
            Passkey(person_id=other, credential_id=b"3", public_key=b"3", sign_count=0, name="x", made_at=now())
        )
    for number, left in ((3, {1, 2, 3}), (1, {2, 3}), (1, {2, 3}), (2, {2, 3})):
        found.post("/akun/langkah-kedua/hapus", data={"way": "passkey", "passkey": str(number)}, headers=OURS)
        with writing(engine) as session:
            assert set(session.scalars(select(Passkey.id))) == left


def test_one_sees_ones_sessions_and_ends_them(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session)
        other = member(session, email="lain@example.id")
    found, second, third = come_in(app), come_in(app), come_in(app)
    strangers = come_in(app, "lain@example.id")
    assert text_of(found.get("/akun")).count("terakhir") == 3
    found.post("/akun/sesi/akhiri", data={"session": "4"}, headers=OURS)
    assert "sudah berakhir" in text_of(found.get("/akun")) and strangers.get("/akun").status_code == 200
    found.post("/akun/sesi/akhiri", data={"session": "2"}, headers=OURS)
    assert [one.get("/akun").status_code for one in (found, second, third)] == [200, 303, 200]
    found.post("/akun/sesi/akhiri", headers=OURS)
    assert [one.get("/akun").status_code for one in (found, third, strangers)] == [200, 303, 200]
    assert other and [act for _, act, _ in acts(engine)][-2:] == ["session_ended", "sessions_ended"]


@pytest.mark.parametrize("language, taken", [("en", True), ("id", True), ("xx", False), ("", False), ("en-GB", False)])
def test_the_language_is_one_of_ours(app: Flask, engine: Engine, language: str, taken: bool) -> None:
    with writing(engine) as session:
        member(session)
    found = come_in(app)
    found.post("/akun/bahasa", data={"language": language}, headers=OURS)
    with writing(engine) as session:
        assert session.scalars(select(Person.language)).one() == (language if taken else "id")


def test_a_form_sets_only_what_it_shows(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session)
    found = come_in(app)
    more = {"name": "Lain", "email": "lain@example.id", "person_id": "2", "role": "operator", "ended_at": "2026-01-01"}
    found.post("/akun/bahasa", query_string={"language": "id"}, data={"language": "en"} | more, headers=OURS)
    with writing(engine) as session:
        person = session.scalars(select(Person)).one()
        assert (person.language, person.name, person.email) == ("en", "Orang Rekaan", "bu.rekaan@example.id")


def test_one_reads_what_one_holds_in_words(app: Flask, engine: Engine) -> None:
    load_district(engine)
    open_round(engine)
    with writing(engine) as session:
        person_id = member(session, Held(Role.OBSERVER, "99.01"), Held(Role.VERIFIER, "99.01", "2026"))
        keep_codes(session, person_id, LIST)
        session.add(Tie(person_id=person_id, district="99.02", why="saudara kandung", declared_by="person:1",
                        declared_at=now()))  # fmt: skip
    found = come_in(app)
    found.post("/masuk/langkah-kedua", data={"way": "printed", "number": "1", "code": LIST[0]}, headers=OURS)
    text = " ".join(text_of(found.get("/akun")).split())
    for said in ("Kabupaten Contoh", "Kabupaten Tetangga", "semua putaran", "putaran 2026", "Tim Rekaan",
                 "saudara kandung", "tersisa 9 kode", "bu.rekaan@example.id"):  # fmt: skip
        assert said in text, said


def test_without_a_role_the_account_says_who_gives_them(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        person = session.get_one(Person, member(session))
        session.scalars(select(HeldRole).filter_by(person_id=person.id)).one().ended_at = now()
    assert "belum mempunyai peran" in text_of(come_in(app).get("/akun"))
