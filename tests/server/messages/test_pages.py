"""The page of what was told and of what is not well; and each person's own choice."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from server.app import create_app
from server.audit.tables import AuditEntry
from server.db import writing
from server.messages.outbox import Message
from server.people.tables import Person
from server.roles.account import Held
from server.roles.table import BY_TEAM, GIVEN, Role
from server.settings import Settings
from tests.support.telling import Clock, mailing, messages, somebody, states, told
from tests.support.web import Browser, browser, browser_of, entered
from verification.reason import Reason

PAGE, OWN = "/pemberitahuan", "/akun/pemberitahuan"
OURS = {"Origin": "http://localhost"}


@pytest.fixture
def app(engine: Engine, tmp_path: object) -> Iterator[Flask]:
    yield create_app(engine, mailing(data=tmp_path, web_name=None))


@pytest.fixture
def unconnected(engine: Engine, tmp_path: object) -> Flask:
    return create_app(engine, Settings.model_validate({"data": tmp_path}))


def text_of(browser: Browser, page: str = PAGE) -> str:
    answer = browser.get(page)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def test_without_a_channel_it_is_a_list_to_copy(engine: Engine, unconnected: Flask, clock: Clock) -> None:
    told(engine, Settings.model_validate({}), "ani@contoh.test", name="Bu Ani")
    page = text_of(entered(unconnected))
    assert "Bu Ani" in page and "ani@contoh.test" in page
    assert "Ada yang menunggu di Tilik. Masuk di http://localhost:8000" in page
    assert "Belum ada jalur pengiriman" in page and "Kirim lagi" not in page


def test_it_says_what_was_sent_what_waits_and_why_something_failed(engine: Engine, app: Flask, clock: Clock) -> None:
    numbers = told(engine, mailing(), "ani@contoh.test", "budi@contoh.test", "citra@contoh.test")
    with writing(engine) as session:
        for number, state in zip(numbers, ("sent", "waiting", "failed"), strict=True):
            one = session.get_one(Message, number)
            one.state, one.channel, one.ended_at = state, "mail", clock.moment if state != "waiting" else None
        one.problem = Reason("mail_refused", {"status": "550"})
    page = text_of(entered(app))
    assert "(kode 550)" in page and "gagal; menunggu seseorang" in page and "dicoba lagi" in page
    assert "26 Nov 2026 12.00 WIB" in page and "<td>Surel</td>" in page


def test_its_buttons(engine: Engine, app: Flask, clock: Clock) -> None:
    told(engine, Settings.model_validate({}), "ani@contoh.test", "budi@contoh.test")
    operator = entered(app, [Held(Role.OPERATOR)])
    first, second = (one.id for one in messages(engine))
    assert operator.post(PAGE, headers=OURS, data={"act": "done", "message": first}).status_code == 303
    assert operator.post(PAGE, headers=OURS, data={"act": "again", "message": second}).status_code == 303
    assert [state for state, _ in states(engine)] == ["done", "waiting"]
    assert messages(engine)[0].ended_by == f"person:{_id_of(operator)}"
    assert operator.post(PAGE, headers=OURS, data={"act": "again", "message": 999}).status_code == 303


def _id_of(found: Browser) -> int:
    with writing(found.application.extensions["tilik"].engine) as session:
        return max(session.scalars(Person.__table__.select().with_only_columns(Person.id)))


@pytest.mark.parametrize("form", [
    {}, {"act": "again"}, {"act": "x", "message": "1"}, {"act": "done", "message": "x"},
    {"act": "done", "message": "0"}, {"act": "done", "message": str(2**31)}, {"act": "done", "message": "-1"},
    {"message": "1"},
])  # fmt: skip
def test_a_request_that_no_page_of_ours_makes_changes_nothing(
    engine: Engine, app: Flask, clock: Clock, form: dict[str, str]
) -> None:
    told(engine, Settings.model_validate({}), "ani@contoh.test")
    assert entered(app).post(PAGE, headers=OURS, data=form).status_code == 400
    assert states(engine) == [("by_hand", None)]


@pytest.mark.parametrize("role", sorted(set(GIVEN) - BY_TEAM))
def test_who_may_see_it(engine: Engine, app: Flask, clock: Clock, role: Role) -> None:
    told(engine, Settings.model_validate({}), "ani@contoh.test")
    holder = entered(app, [Held(role)])
    may = role in (Role.SECRETARIAT, Role.OPERATOR)
    assert holder.get(PAGE).status_code == (200 if may else 403)
    answer = holder.post(PAGE, headers=OURS, data={"act": "done", "message": messages(engine)[0].id})
    assert answer.status_code == (303 if may else 403)
    assert states(engine)[0][0] == ("done" if may else "by_hand")


def test_a_secretariat_of_a_province_sees_no_page_about_all(engine: Engine, app: Flask) -> None:
    assert entered(app, [Held(Role.SECRETARIAT, "99")]).get(PAGE).status_code == 403
    assert browser(app).get(PAGE).status_code == 303, "nobody is led to log in"


def test_who_has_gone_is_no_longer_on_the_list(engine: Engine, unconnected: Flask, clock: Clock) -> None:
    told(engine, Settings.model_validate({}), "ani@contoh.test", name="Bu Ani", ended_at=None)
    with writing(engine) as session:
        session.get_one(Person, messages(engine)[0].person_id).ended_at = clock.moment
    assert "Bu Ani" not in text_of(entered(unconnected))


def test_what_is_not_well_stands_there_with_what_to_do(engine: Engine, app: Flask) -> None:
    found = create_app(engine, mailing(data=app.extensions["tilik"].settings.data, web_name=None,
                                       central_url="https://central.contoh.test"))  # fmt: skip
    page = text_of(entered(found))
    assert "Belum ada sertifikat sinkron." in page and "`tilik certify`" in page


def test_everybody_chooses_for_themselves_and_for_nobody_else(engine: Engine, app: Flask) -> None:
    with writing(engine) as session:
        ani, budi = (somebody(session, f"{name}@contoh.test").id for name in ("ani", "budi"))
    own = browser_of(app, ani)
    assert "checked" in text_of(own, OWN) and "ani@contoh.test" in text_of(own, OWN)
    assert (
        own.post(OWN, headers=OURS, data={"person": budi, "person_id": budi, "email": "x@contoh.test"}).status_code
        == 303
    )
    assert "checked" not in text_of(own, OWN)
    with writing(engine) as session:
        assert session.get_one(Person, budi).untold_since is None
        assert session.get_one(Person, ani).email == "ani@contoh.test"
    own.post(OWN, headers=OURS, data={"told": "on"})
    assert "checked" in text_of(own, OWN)
    assert browser(app).get(OWN).status_code == 303


def test_everybody_keeps_their_own_phone_number_and_a_wrong_one_stays_in_its_field(engine: Engine, app: Flask) -> None:
    with writing(engine) as session:
        ani = somebody(session, "ani@contoh.test").id
    own = browser_of(app, ani)
    assert own.post(OWN, headers=OURS, data={"told": "on", "phone": "0812-3456-7890"}).status_code == 303
    assert 'value="+6281234567890"' in text_of(own, OWN)
    refused = own.post(OWN, headers=OURS, data={"told": "on", "phone": "dua belas"})
    assert refused.status_code == 400 and "bukan nomor telepon" in refused.text and 'value="dua belas"' in refused.text
    own.post(OWN, headers=OURS, data={"told": "on", "phone": ""})
    with writing(engine) as session:
        assert session.get_one(Person, ani).phone is None
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["phone_set", "phone_set"]


def test_an_invitation_goes_by_mail_where_there_is_mail_and_its_code_does_not(
    engine: Engine, app: Flask, unconnected: Flask, clock: Clock
) -> None:
    wish = {"name": "Bu Citra", "email": "citra@contoh.test", "language": "id", "with_code": "on"}
    page = entered(app).post("/orang/baru", headers=OURS, data=wish)
    assert page.status_code == 200 and "citra@contoh.test" in page.text
    assert "/masuk/tautan/" not in page.text and 'class="large"' in page.text, "the code alone is printed"
    (one,) = messages(engine)
    assert (one.kind, one.state, one.about.partition(":")[0]) == ("link", "waiting", "link")
    page = entered(unconnected).post("/orang/baru", headers=OURS, data=wish | {"email": "dewi@contoh.test"})
    assert "/masuk/tautan/" in page.text and len(messages(engine)) == 1
