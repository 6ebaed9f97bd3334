"""Logging in by a provider's account: whose word is believed, when, and whom it lets in."""

import base64
import json
import logging
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import OctKey, RSAKey
from pydantic import ValidationError
from sqlalchemy import Engine, select

from server.app import create_app
from server.db import writing
from server.login.provider import _is_strong
from server.people.links import HAND_OVER, INVITE, RESET, LinkGone, look_at, make_link
from server.people.tables import Person
from server.settings import Settings
from tests.support.door import EMAIL, OURS, PLAIN, STRICT, acts, come_in, member, text_of
from tests.support.oidc import CLIENT, CLIENT_SECRET, Provider, running_provider
from tests.support.web import Browser, browser
from tests.support.web import person as a_person

pytestmark = pytest.mark.ci  # of production alone: a newcomer does not wait for it

BACK = "/masuk/instansi/kembali"
_ONE_KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})


@pytest.fixture
def said() -> Iterator[Provider]:
    with running_provider() as found:
        found.key = _ONE_KEY
        yield found


def settings_for(issuer: str, **more: Any) -> Settings:
    known = {"oidc_client_id": CLIENT, "oidc_client_secret": CLIENT_SECRET, "oidc_name": "Akun Rekaan"}
    return Settings.model_validate({"secret_key": "k" * 40, "oidc_issuer": issuer} | known | more)


@pytest.fixture
def app(engine: Engine, said: Provider) -> Flask:
    return create_app(engine, settings_for(said.url))


def come_back(found: Browser, said: Provider, start: str = "/masuk/instansi") -> Any:
    return found.get(said.bring_back(found.get(start).headers["Location"]))


def invited(engine: Engine, *held: Any, purpose: str = INVITE, email: str = EMAIL, with_code: bool = False) -> str:
    """Invite somebody new; give the link's token."""
    with writing(engine) as session:
        person_id = a_person(session, *(held or (PLAIN,)), email=email)
        session.get_one(Person, person_id).totp_secret = None
        return make_link(session, person_id, purpose, "tester", with_code=with_code).token


def subjects(engine: Engine) -> list[str | None]:
    with writing(engine) as session:
        return list(session.scalars(select(Person.oidc_subject).order_by(Person.id)))


def test_who_was_invited_gets_in_and_is_bound_and_the_invitation_is_used_up(app: Flask, engine: Engine,
                                                                            said: Provider) -> None:  # fmt: skip
    token, found = invited(engine), browser(app)
    assert come_back(found, said).status_code == 303 and found.get("/akun").status_code == 200
    assert subjects(engine) == [f"{said.url} orang-1"]
    with writing(engine) as session, pytest.raises(LinkGone):
        look_at(session, token)
    assert [act for _, act, _ in acts(engine)] == ["oidc_bound", "login_oidc"]
    said.claims = {"email": "lain@example.id", "email_verified": False}  # by its number from now on
    again = browser(app)
    assert come_back(again, said).status_code == 303 and again.get("/akun").status_code == 200


def test_the_request_says_what_we_want_and_no_more(app: Flask, engine: Engine, said: Provider) -> None:
    invited(engine)
    come_back(browser(app), said)
    assert said.asked["scope"] == "openid email" and said.asked["response_type"] == "code"
    assert said.asked["code_challenge_method"] == "S256" and len(said.asked["code_challenge"]) == 43
    assert len(said.asked["state"]) >= 20 and len(said.asked["nonce"]) >= 20
    assert len(said.given["code_verifier"]) >= 43 and said.asked["redirect_uri"] == f"http://localhost{BACK}"


@pytest.mark.parametrize("claims", [{"email": "lain@example.id"}, {"email": None}, {"email_verified": False},
                                    {"email_verified": "true"}, {"email_verified": None}])  # fmt: skip
def test_nobody_else_gets_in_and_no_account_is_made(app: Flask, engine: Engine, said: Provider,
                                                    claims: dict[str, Any]) -> None:  # fmt: skip
    invited(engine)
    said.claims, found = claims, browser(app)
    answer = come_back(found, said)
    assert answer.status_code == 400 and "undangan kepada sekretariat" in text_of(answer)
    assert found.get("/akun").status_code == 303 and subjects(engine) == [None]
    assert acts(engine) == [("nobody", "login_oidc_refused", "")]


@pytest.mark.parametrize("how", ["reset", "with a printed code", "in use", "bound", "ended", "used"])
def test_an_address_alone_binds_no_account_that_is_not_waiting_for_its_owner(app: Flask, engine: Engine, said: Provider,
                                                                             how: str) -> None:  # fmt: skip
    token = invited(engine, purpose={"reset": RESET, "with a printed code": HAND_OVER}.get(how, INVITE),
                    with_code=how == "with a printed code")  # fmt: skip
    with writing(engine) as session:
        person = session.scalars(select(Person)).one()
        if how == "in use":
            person.password = "x"
        elif how == "bound":
            person.oidc_subject = f"{said.url} orang-2"
        elif how == "ended":
            person.ended_at = person.made_at
        elif how == "used":
            look_at(session, token).used_at = person.made_at
    assert "undangan kepada sekretariat" in text_of(come_back(browser(app), said))


STRANGE = RSAKey.generate_key(2048, {"kid": "1"})
NOW = int(time.time())


@pytest.mark.parametrize("wrong", [
    {"signing": STRANGE}, {"algorithm": "none"}, {"algorithm": "HS256"},
    {"algorithm": "HS256", "key": OctKey.generate_key(256, {"kid": "1"})},
    pytest.param({"signing": STRANGE, "head": {"jwk": STRANGE.as_dict(private=False)}}, id="a key of its own"),
    {"claims": {"iss": "https://evil.example"}}, {"claims": {"iss": None}}, {"claims": {"aud": "other"}},
    {"claims": {"aud": "other", "azp": CLIENT}}, {"claims": {"aud": [CLIENT, "other"], "azp": "other"}},
    {"claims": {"aud": None}}, {"claims": {"exp": NOW - 120}}, {"claims": {"exp": None}},
    {"claims": {"iat": NOW + 90_000}}, {"claims": {"nbf": NOW + 90_000}}, {"claims": {"nonce": "other"}},
    {"claims": {"nonce": None}}, {"claims": {"sub": None}}, {"claims": {"sub": ""}},
    {"claims": {"sub": "x" * 256}}, {"claims": {"sub": 7}},
    {"answer": {"id_token": None}},
    {"answer": {"id_token": "a.b.c"}}, {"answer": {"error": "access_denied"}}, {"raw": {"/token": b"<html>"}},
    {"raw": {"/token": b"[]"}}, {"raw": {"/jwks": b"nonsense"}}, {"raw": {"/jwks": b'{"keys": []}'}},
    {"raw": {"/jwks": b"[]"}},
], ids=lambda wrong: re.sub(r"<[^>]*>|\b\d{9,}\b|0x[0-9a-f]+", "…", str(wrong))[:80])  # fmt: skip
def test_a_word_that_is_wrong_in_anything_is_not_believed(app: Flask, engine: Engine, said: Provider,
                                                          wrong: dict[str, Any]) -> None:  # fmt: skip
    invited(engine)
    for name, value in wrong.items():
        setattr(said, name, value)
    found = browser(app)
    answer = come_back(found, said)
    assert answer.status_code == 502 and "tidak dapat dipercaya" in text_of(answer)
    assert found.get("/akun").status_code == 303 and subjects(engine) == [None]


def test_a_changed_token_is_not_believed(app: Flask, engine: Engine, said: Provider) -> None:
    invited(engine)
    found = browser(app)
    back = said.bring_back(found.get("/masuk/instansi").headers["Location"])
    head, body, signature = said.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "==")) | {"sub": "orang-2"}
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    said.answer = {"id_token": f"{head}.{forged}.{signature}"}
    assert found.get(back).status_code == 502


def test_no_address_in_a_tokens_head_is_followed(app: Flask, engine: Engine, said: Provider) -> None:
    invited(engine)
    said.signing, said.head = STRANGE, {"jku": f"{said.url}/theirs", "x5u": f"{said.url}/theirs"}
    assert come_back(browser(app), said).status_code == 502
    assert "/theirs" not in said.seen


def test_an_answer_is_for_the_browser_that_began_and_once(app: Flask, engine: Engine, said: Provider) -> None:
    invited(engine)
    first, second = browser(app), browser(app)
    back = said.bring_back(first.get("/masuk/instansi").headers["Location"])
    assert second.get(back).status_code == 502
    assert first.get(BACK + "?code=1").status_code == 502
    assert first.get(BACK + "?code=1&state=other").status_code == 502
    assert first.get(back).status_code == 303
    first.post("/keluar", headers=OURS)
    assert first.get(back).status_code == 502


def test_what_the_browser_carries_holds_no_token(app: Flask, engine: Engine, said: Provider,
                                                 caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    caplog.set_level(logging.INFO)
    invited(engine)
    found = browser(app)
    come_back(found, said)
    with found.session_transaction() as cookie:
        carried = str(dict(cookie))
    for secret in ("a" * 20, CLIENT_SECRET, "eyJ", said.given["code"]):
        assert secret not in carried + caplog.text + found.get("/akun").text


@pytest.mark.parametrize("itself", [{"issuer": "https://evil.example"}, {"issuer": None}])
def test_a_provider_that_calls_itself_otherwise_is_not_asked(
    app: Flask, said: Provider, itself: dict[str, Any]
) -> None:
    said.itself = itself
    assert browser(app).get("/masuk/instansi").status_code == 502
    said.itself = {}
    assert browser(app).get("/masuk/instansi").status_code == 302, "once it is mended, nobody has to restart"


@pytest.mark.parametrize("raw", [b"", b"<html>", b"[]", b"null", b"{}", b"\xff"])
def test_a_provider_that_answers_nonsense_is_a_sentence(app: Flask, said: Provider, raw: bytes) -> None:
    said.raw = {"/.well-known/openid-configuration": raw}
    answer = browser(app).get("/masuk/instansi")
    assert answer.status_code == 502 and "Coba lagi" in text_of(answer)


def test_a_provider_that_is_down_is_a_sentence_and_a_password_still_opens(engine: Engine) -> None:
    app = create_app(engine, settings_for("http://127.0.0.1:9"))
    with writing(engine) as session:
        member(session)
    found = browser(app)
    answer = found.get("/masuk/instansi")
    assert answer.status_code == 502 and "tidak menjawab" in text_of(answer)
    assert come_in(app, where=found).get("/akun").status_code == 200


@pytest.mark.parametrize("amr, acr, strong", [
    (["pwd"], None, False), ([], None, False), (None, None, False), ("mfa", None, False), (["pwd", "otp"], None, True),
    (["mfa"], None, True), (["otp"], None, False), ([["mfa"]], None, False), (None, "1", False),
    (None, "https://refeds.org/profile/mfa", True),
])  # fmt: skip
def test_a_second_step_there_counts_where_the_provider_says_so(amr: Any, acr: str | None, strong: bool) -> None:
    assert _is_strong({"amr": amr, "acr": acr}) is strong


@pytest.mark.parametrize("amr, goes", [(["pwd", "otp"], "/"), (["pwd"], "/masuk/pasang-langkah-kedua")])
def test_a_provider_that_does_not_say_how_counts_as_one_factor(app: Flask, engine: Engine, said: Provider,
                                                               amr: list[str], goes: str) -> None:  # fmt: skip
    invited(engine, STRICT)
    said.claims = {"amr": amr}
    assert come_back(browser(app), said).headers["Location"] == goes


def test_who_has_an_account_in_use_connects_it_on_their_own_page(app: Flask, engine: Engine, said: Provider) -> None:
    with writing(engine) as session:
        member(session)
        member(session, email="lain@example.id")
    found, other = come_in(app), come_in(app, "lain@example.id")
    assert come_back(found, said, "/akun/instansi").headers["Location"] == "/akun"
    assert "dihubungkan" in text_of(found.get("/akun")) and subjects(engine) == [f"{said.url} orang-1", None]
    come_back(other, said, "/akun/instansi")
    assert "akun Tilik lain" in text_of(other.get("/akun")) and subjects(engine)[1] is None
    found.post("/akun/instansi/lepas", headers=OURS)
    assert "dilepas" in text_of(found.get("/akun")) and subjects(engine) == [None, None]


def test_who_has_no_other_way_in_stays_connected(app: Flask, engine: Engine, said: Provider) -> None:
    invited(engine)
    found = browser(app)
    come_back(found, said)
    found.post("/akun/instansi/lepas", headers=OURS)
    assert "satu-satunya cara" in text_of(found.get("/akun")) and subjects(engine) != [None]


def test_an_answer_meant_to_connect_does_not_log_in_another(app: Flask, engine: Engine, said: Provider) -> None:
    with writing(engine) as session:
        member(session)
    found = come_in(app)
    back = said.bring_back(found.get("/akun/instansi").headers["Location"])
    with found.session_transaction() as cookie:
        cookie.pop("_user_id")
    assert found.get(back).status_code == 502 and subjects(engine) == [None]


def test_who_leaves_is_told_that_the_provider_may_still_know_them(app: Flask, engine: Engine, said: Provider) -> None:
    invited(engine)
    found = browser(app)
    come_back(found, said)
    page = found.get(found.post("/keluar", headers=OURS).headers["Location"])
    assert "Keluar juga dari Akun Rekaan" in text_of(page)
    assert found.get("/masuk/instansi/keluar").headers["Location"].startswith(f"{said.url}/end?client_id=tilik")


@pytest.mark.parametrize("wanted, goes", [("/akun", "/akun"), ("//evil.example", "/"), ("https://evil.example", "/")])
def test_who_comes_back_is_led_to_a_page_of_ours_only(app: Flask, engine: Engine, said: Provider, wanted: str,
                                                      goes: str) -> None:  # fmt: skip
    invited(engine)
    assert come_back(browser(app), said, f"/masuk/instansi?next={wanted}").headers["Location"] == goes


def test_where_no_provider_is_set_there_is_no_such_page(engine: Engine) -> None:
    found = browser(create_app(engine, Settings.model_validate({"secret_key": "k" * 40})))
    assert {found.get(page).status_code for page in ("/masuk/instansi", BACK, "/masuk/instansi/keluar")} == {404}
    assert "instansi" not in found.get("/masuk").text


@pytest.mark.parametrize("issuer, taken", [
    ("https://sso.example.id", True), ("http://localhost:8080", True), ("http://127.0.0.1:1", True),
    ("http://sso.example.id", False), ("sso.example.id", False), ("ftp://sso.example.id", False),
])  # fmt: skip
def test_a_provider_is_asked_over_tls_or_on_this_machine(issuer: str, taken: bool) -> None:
    if taken:
        assert settings_for(issuer + "/").oidc_issuer == issuer
    else:
        with pytest.raises(ValidationError):
            settings_for(issuer)


def test_half_a_provider_is_refused() -> None:
    with pytest.raises(ValidationError, match="CLIENT_ID"):
        settings_for("https://sso.example.id", oidc_client_id=None)
