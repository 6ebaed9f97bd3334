"""Passkeys: what is asked, what is believed, and how often."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as examples_of
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from webauthn import verify_authentication_response, verify_registration_response

from server.app import create_app
from server.db import writing
from server.login.passkeys import MOST_PASSKEYS, NoPasskey, RelyingParty, _verified, ask, keep_passkey, passes_passkey
from server.login.shared import here
from server.login.tables import UsedChallenge
from server.people.tables import Passkey, Person
from server.settings import Settings
from tests.support.authenticator import MAKE, PRESENT, Device, asked, base64url, enrolled, send
from tests.support.door import STRICT, Clock, acts, come_in, member, text_of
from tests.support.environment import examples
from tests.support.web import browser

pytestmark = pytest.mark.ci  # of production alone: a newcomer does not wait for it

HERE = RelyingParty("localhost", "http://localhost")


def test_a_passkey_is_a_second_step(app: Flask, engine: Engine) -> None:
    device = Device()
    assert enrolled(app, engine, device).get("/akun").status_code == 200
    found = come_in(app)
    assert found.get("/akun").status_code == 303
    assert send(found, "/masuk/langkah-kedua", device.show(asked(found, "factor").json)).status_code == 303
    assert "Kunci sandi" in text_of(found.get("/akun"))
    assert [act for _, act, _ in acts(engine)][-2:] == ["login_password", "factor_passkey"]


def test_a_passkey_alone_is_a_whole_login(app: Flask, engine: Engine) -> None:
    device = Device()
    enrolled(app, engine, device)
    found = browser(app)
    options = asked(found, "enter").json
    assert options["userVerification"] == "required" and not options.get("allowCredentials")
    assert send(found, "/masuk/kunci", device.show(options)).status_code == 303
    assert found.get("/akun").status_code == 200


def test_what_is_asked_names_the_site_and_hides_the_persons_number(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session, STRICT)
    options = asked(come_in(app), "make").json
    assert options["rp"]["id"] == "localhost" and len(options["user"]["id"]) == 43
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert len(options["challenge"]) == 43  # 256 bits


@pytest.mark.parametrize("wrong", [{"origin": "http://evil.example"}, {"origin": "https://localhost"},
                                   {"origin": "http://localhost:81"}, {"name": "evil.example"}, {"flags": PRESENT},
                                   {"flags": 0}, {"kind": "webauthn.create"}, {"key": Device().key},
                                   {"id": b"another"}, {"count": -1}])  # fmt: skip
def test_an_answer_that_is_wrong_in_anything_is_refused(app: Flask, engine: Engine, wrong: dict[str, Any]) -> None:
    device = Device(count=5)
    enrolled(app, engine, device)
    found = browser(app)
    assert send(found, "/masuk/kunci", replace(device, **wrong).show(asked(found, "enter").json)).status_code == 400
    assert found.get("/akun").status_code == 303
    assert send(found, "/masuk/kunci", replace(device, count=9).show(asked(found, "enter").json)).status_code == 303


@pytest.mark.parametrize("wrong", [{"origin": "http://evil.example"}, {"name": "evil.example"}, {"flags": PRESENT},
                                   {"kind": "webauthn.get"}])  # fmt: skip
def test_no_key_is_kept_that_was_made_wrongly(app: Flask, engine: Engine, wrong: dict[str, Any]) -> None:
    with writing(engine) as session:
        member(session, STRICT)
    found = come_in(app)
    assert send(found, MAKE, Device(**wrong).make(asked(found, "make").json)).status_code == 400
    with writing(engine) as session:
        assert session.scalar(select(func.count()).select_from(Passkey)) == 0


def test_a_counter_that_stands_still_is_a_copys(app: Flask, engine: Engine) -> None:
    device = Device(count=5)
    enrolled(app, engine, device)
    copy, found = replace(device), browser(app)
    assert send(found, "/masuk/kunci", device.show(asked(found, "enter").json)).status_code == 303
    other = browser(app)
    assert send(other, "/masuk/kunci", copy.show(asked(other, "enter").json)).status_code == 400


def test_a_device_that_does_not_count_is_believed_once_for_each_question(app: Flask, engine: Engine) -> None:
    device = Device(counts=False)
    enrolled(app, engine, device)
    found = browser(app)
    answer = device.show(asked(found, "enter").json)
    with found.session_transaction() as cookie:
        carried = dict(cookie)
    assert send(found, "/masuk/kunci", answer).status_code == 303
    replaying = browser(app)
    with replaying.session_transaction() as cookie:  # whoever has the cookie of then, and the answer
        cookie.update(carried)
    assert "terlalu lama" in text_of(send(replaying, "/masuk/kunci", answer))


def test_an_answer_serves_the_browser_and_the_purpose_that_were_asked(app: Flask, engine: Engine) -> None:
    device = Device()
    enrolled(app, engine, device)
    first, second, half = browser(app), browser(app), come_in(app)
    options = asked(first, "enter").json
    assert send(second, "/masuk/kunci", device.show(options)).status_code == 400
    asked(second, "enter")
    assert send(second, "/masuk/kunci", device.show(options)).status_code == 400
    assert send(half, "/masuk/langkah-kedua", device.show(asked(half, "enter").json)).status_code == 400
    assert send(half, "/masuk/kunci", device.show(asked(half, "factor").json)).status_code == 400


def test_a_question_is_believed_for_ten_minutes(app: Flask, engine: Engine, clock: Clock) -> None:
    device = Device()
    enrolled(app, engine, device)
    found = browser(app)
    answer = device.show(asked(found, "enter").json)
    clock.passed = timedelta(minutes=10)
    assert "terlalu lama" in text_of(send(found, "/masuk/kunci", answer))


def test_anothers_passkey_is_no_second_step(app: Flask, engine: Engine) -> None:
    device = Device()
    enrolled(app, engine, device)
    with writing(engine) as session:
        member(session, STRICT, email="lain@example.id", app=True)
    other = come_in(app, "lain@example.id")
    assert send(other, "/masuk/langkah-kedua", device.show(asked(other, "factor").json)).status_code == 400


def test_a_key_belongs_to_one_person_and_a_person_has_ten_at_most(app: Flask, engine: Engine) -> None:
    device = Device()
    with writing(engine) as session:
        first, second = member(session), member(session, email="lain@example.id")
        question = ask("make", None)
        keep_passkey(session, first, HERE, question, device.make({"challenge": question.challenge}), "Firefox")
    for person_id, one, code in [(second, device, "passkey_wrong"), *([(first, Device(), "")] * (MOST_PASSKEYS - 1)),
                                 (first, Device(), "passkeys_too_many")]:  # fmt: skip
        question = ask("make", None)
        answer = replace(one, id=one.id if one is device else Device().id).make({"challenge": question.challenge})
        try:
            with writing(engine) as session:
                keep_passkey(session, person_id, HERE, question, answer, "Firefox")
            assert code == ""
        except NoPasskey as refused:
            assert refused.reason.code == code


def test_whose_account_has_ended_shows_a_passkey_in_vain(app: Flask, engine: Engine) -> None:
    device = Device()
    enrolled(app, engine, device)
    found = browser(app)
    options = asked(found, "enter").json
    with writing(engine) as session:
        person = session.scalars(select(Person)).one()
        person.ended_at = person.made_at
    assert send(found, "/masuk/kunci", device.show(options)).status_code == 400


@pytest.mark.parametrize("purpose", ["", "factor", "make", "prove", "else"])
def test_nobody_is_asked_for_more_than_to_log_in(app: Flask, purpose: str) -> None:
    assert asked(browser(app), purpose).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "127.0.0.1:8000"])
def test_passkeys_are_offered_under_the_name_that_they_are_bound_to(app: Flask, host: str) -> None:
    found = browser(app)
    assert asked(found, "enter", base_url=f"http://{host}").status_code == 400
    assert "passkeys.js" not in found.get("/masuk", base_url=f"http://{host}").text
    assert "passkeys.js" in found.get("/masuk", base_url="http://localhost:8000").text


def test_where_the_library_is_not_installed_no_page_offers_a_passkey(
    app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.login.passkeys.INSTALLED", False)
    with writing(engine) as session:
        member(session, STRICT)
    found = come_in(app)
    assert asked(found, "make").status_code == 400
    assert "data-passkey" not in found.get("/masuk/pasang-langkah-kedua").text + browser(app).get("/masuk").text


def test_the_name_that_is_set_is_the_keys(engine: Engine) -> None:
    made = create_app(engine, Settings.model_validate({"secret_key": "k" * 40, "web_name": "tilik.example.id"}))
    with made.test_request_context(base_url="https://tilik.example.id"):
        assert here() == RelyingParty("tilik.example.id", "https://tilik.example.id")
    with made.test_request_context(base_url="http://localhost"):
        assert here() is None


def test_answers_that_were_used_up_are_forgotten_with_time(app: Flask, engine: Engine, clock: Clock) -> None:
    device = Device()
    enrolled(app, engine, device)
    clock.passed = timedelta(hours=1)
    found = browser(app)
    send(found, "/masuk/kunci", device.show(asked(found, "enter").json))
    with writing(engine) as session:
        assert session.scalar(select(func.count()).select_from(UsedChallenge)) == 1


_ANSWER = json.loads(Device().show({"challenge": "A" * 43}))
_PARTS = st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature"])
_ODD = (st.none() | st.booleans() | st.integers() | st.text(max_size=60) | st.lists(st.integers(), max_size=2)
        | st.binary(max_size=80).map(base64url))  # fmt: skip


@examples_of(max_examples=examples(150))
@given(text=st.text(max_size=40) | st.builds(lambda part, odd: _spoilt(part, odd), _PARTS, _ODD), make=st.booleans())
def test_whatever_a_browser_answers_is_refused_with_a_sentence(text: str, make: bool) -> None:

    question = ask("enter", None)
    key = {"credential_public_key": b"\xa0", "credential_current_sign_count": 0}
    verify, known = (verify_registration_response, {}) if make else (verify_authentication_response, key)
    with pytest.raises(NoPasskey):
        _verified(verify, HERE, question, text, **known)


def _spoilt(part: str, odd: Any) -> str:
    answer = json.loads(json.dumps(_ANSWER))
    (answer if part in answer else answer["response"])[part] = odd
    return json.dumps(answer)


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": 1}', '{"id": "\\u00e9"}', "x" * 30_000,
                                    '{"id": "AAAA"}'])  # fmt: skip
def test_an_answer_of_no_key_is_refused(app: Flask, answer: str) -> None:
    found = browser(app)
    asked(found, "enter")
    assert send(found, "/masuk/kunci", answer).status_code == 400


def test_passes_passkey_tells_whose_it_is(engine: Engine) -> None:
    device = Device()
    with writing(engine) as session:
        person_id = member(session)
        question = ask("make", None)
        keep_passkey(session, person_id, HERE, question, device.make({"challenge": question.challenge}), "Firefox")
        question = ask("enter", None)
        assert (
            passes_passkey(session, None, HERE, question, device.show({"challenge": question.challenge})) == person_id
        )
