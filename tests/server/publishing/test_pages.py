"""The page of publishing: it shows what would be done, and does just that once somebody has agreed to it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.app import create_app
from server.db import now, snapshot, writing
from server.publishing import publishing
from server.publishing.publishing import newest_publishing, steps_of
from server.publishing.tables import Publishing
from server.register.tables import Facility
from server.roles.account import Held
from server.roles.table import GIVEN, Role
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.acts import newest, written_down
from tests.support.builders import VILLAGES
from tests.support.built import built
from tests.support.claiming import ROUND
from tests.support.faults import status
from tests.support.mending import edited, with_a_question
from tests.support.proxy import FaultProxy, Request
from tests.support.trial import a_context
from tests.support.walking import OURS
from tests.support.web import Browser, entered
from tests.support.workbooks import DISTRICT
from workers.central.api import Central
from workers.queue.draining import drain
from workers.sending.publish import publish_forms
from xlsforms.build import BuiltForm, build

PAGE = "/penerbitan"
SCHOOL, HOME = built("visit_school"), built("visit_lksa")
WORK = ["plan_publishing", "publish"]


class Desk:
    """An operator at the page, and the worker that does what they ask for; Central is reached through a proxy."""

    def __init__(self, engine: Engine, central: Central, folder: Path, proxy: FaultProxy) -> None:
        self.engine, self.central, self.proxy = engine, central, proxy
        self.context = a_context(central, engine, folder, proxy.url)
        self.app = create_app(engine, self.context.settings)
        self.web = self.of(Role.OPERATOR)

    def of(self, role: Role) -> Browser:
        area, round_id = (DISTRICT, ROUND) if role in (Role.VERIFIER, Role.LEAD) else ("", None)
        return entered(self.app, [Held(role, area, round_id)])

    def page(self) -> str:
        answer = self.web.get(PAGE)
        assert answer.status_code == 200
        return " ".join(re.sub("<[^>]+>", " ", answer.text).split())

    def ask(self) -> None:
        assert self.web.post(f"{PAGE}/rencana", headers=OURS).status_code == 303

    def work(self) -> None:
        drain(self.context, WORK)

    def planned(self) -> str:
        self.ask()
        self.work()
        return self.page()

    def shown(self) -> dict[str, str]:
        """Give what the form of the page would send."""
        text = self.web.get(PAGE).text
        return {name: re.search(f'name="{name}" value="([^"]+)"', text)[1] for name in ("number", "digest")}  # type: ignore[index]

    def agree(self, sent: dict[str, str] | None = None) -> int:
        return int(self.web.post(f"{PAGE}/setuju", data=sent or self.shown(), headers=OURS).status_code)

    def publish(self) -> str:
        """Agree to what is shown, and have it done."""
        assert self.agree() == 303
        self.work()
        return self.page()

    def states(self) -> dict[str, str]:
        with snapshot(self.engine) as session:
            found = newest_publishing(session, self.central.project)
            return (
                {f"{step.kind} {step.name}".strip(): step.state for step in steps_of(session, found.id)}
                if found
                else {}
            )


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> list[BuiltForm]:
    """Publish two forms instead of all; whoever changes the list changes what is built."""
    some = [SCHOOL, HOME]
    monkeypatch.setattr("workers.sending.publishing.build_with_childs", lambda: list(some))
    return some


@pytest.fixture
def desk(
    district: Engine, central: Central, sandbox: Sandbox, tmp_path: Path, forms: list[BuiltForm]
) -> Iterator[Desk]:
    with FaultProxy(sandbox.url) as proxy:
        yield Desk(district, central, tmp_path, proxy)


def a_place(engine: Engine, number: int = 1) -> None:
    with writing(engine) as session:
        session.add(Facility(id=f"00000000-0000-4000-8000-{number:012}", kind="sekolah", name=f"SD Rekaan {number}",
                             village=VILLAGES[0].code))  # fmt: skip


def makes_a_form(asked: Request) -> bool:
    return asked.method == "POST" and asked.path.partition("?")[0].endswith("/forms")


def live(central: Central) -> dict[str, str | None]:
    return {form.form_id: form.version for form in central.forms() if form.is_published}


# ── a plan, agreed to, carried out


def test_nothing_is_done_before_somebody_agrees_and_then_just_what_was_shown(desk: Desk) -> None:
    a_place(desk.engine)
    since = newest(desk.engine)
    assert "Buat rencana" in desk.page()
    desk.ask()
    assert "Rencana sedang dibuat" in desk.page()
    desk.work()
    page = desk.page()
    assert f"Baru: visit_school (versi {SCHOOL.version})." in page and "dibuat draf, lampiran (daftar) dipasang" in page
    assert "Daftar baru di Central: facilities (kind," in page and "Daftar facilities di Central: baris baru 1" in page
    assert (live(desk.central), desk.central.lacking("facilities", ()).is_new) == ({}, True)
    assert "Selesai. Semua langkah berhasil." in desk.publish()
    assert live(desk.central) == {"visit_school": SCHOOL.version, "visit_lksa": HOME.version}
    assert len(desk.central.entities("facilities")) == 1 and set(desk.states().values()) == {"done"}
    assert [entry.act for entry in written_down(desk.engine, since)] == ["publishing_planned", "forms_published"]
    assert "Tidak ada yang perlu diterbitkan" in desk.planned()
    assert 'name="digest"' not in desk.web.get(PAGE).text


def test_what_a_version_changes_is_said_and_the_old_one_named(
    desk: Desk, forms: list[BuiltForm], tmp_path: Path
) -> None:
    publish_forms(desk.central, [SCHOOL])
    forms[:] = [with_a_question(tmp_path, "visit_school", "canteen")]
    page = desk.planned()
    assert f"versi {SCHOOL.version} menjadi {forms[0].version}" in page and "Pertanyaan baru: canteen" in page


def test_what_is_refused_is_said_with_the_reason_and_stops_no_other(
    desk: Desk, forms: list[BuiltForm], tmp_path: Path
) -> None:
    publish_forms(desk.central, [SCHOOL])
    forms[:] = [build("visit_school", edited(tmp_path, "parts/arrival.csv", "refused_why")), HOME]
    page = desk.planned()
    assert "Terhalang: visit_school." in page and "refused_why" in page
    assert f"Versi lama ( {SCHOOL.version} )" in page or f"Versi lama ({SCHOOL.version})" in page
    desk.publish()
    assert live(desk.central) == {"visit_school": SCHOOL.version, "visit_lksa": HOME.version}
    assert "form visit_school" not in desk.states()


# ── the plan has changed meanwhile


def test_who_agrees_to_a_plan_that_is_another_by_now_is_shown_that_one(desk: Desk) -> None:
    desk.planned()
    seen = desk.shown()
    a_place(desk.engine)
    desk.planned()
    for sent in (seen, {}, {"number": "x", "digest": "y"}, desk.shown() | {"digest": seen["digest"]}):
        answer = desk.web.post(f"{PAGE}/setuju", data=sent, headers=OURS)
        assert answer.status_code == 409 and "Rencana itu bukan lagi yang berlaku" in answer.text
        assert "baris baru 1" in answer.text
    desk.work()
    assert live(desk.central) == {}


def test_a_plan_that_changed_after_somebody_agreed_is_not_carried_out_but_shown_anew(desk: Desk) -> None:
    desk.planned()
    assert desk.agree() == 303
    a_place(desk.engine)
    desk.work()
    page = desk.page()
    assert "Sejak Anda setuju, ada yang berubah" in page and "baris baru 1" in page
    assert (live(desk.central), desk.states()) == ({}, {})
    assert "Selesai" in desk.publish() and len(live(desk.central)) == 2
    assert "Sejak Anda setuju" not in desk.page()


def test_to_agree_twice_publishes_once_and_no_plan_is_made_meanwhile(desk: Desk) -> None:
    desk.planned()
    sent = desk.shown()
    assert [desk.agree(sent), desk.agree(sent)] == [303, 303]
    answer = desk.web.post(f"{PAGE}/rencana", headers=OURS)
    assert answer.status_code == 409 and "masih dijalankan" in answer.text
    desk.work()
    with snapshot(desk.engine) as session:
        assert len(session.scalars(select(Job).filter_by(kind="publish")).all()) == 1
    assert desk.central.published_versions("visit_school") == [SCHOOL.version]


# ── what goes wrong


@pytest.mark.ci
def test_a_step_that_fails_is_named_the_old_version_stays_and_the_others_go_out(
    desk: Desk, forms: list[BuiltForm], tmp_path: Path
) -> None:
    publish_forms(desk.central, [SCHOOL])
    forms[:] = [with_a_question(tmp_path, "visit_school", "canteen"), HOME]
    desk.planned()
    desk.proxy.always(status(409), where=lambda asked: asked.path.endswith("visit_school/draft/publish"))
    page = desk.publish()
    assert (
        "ada langkah yang gagal" in page and "Formulir visit_school tidak diterima, saat diterbitkan. Central" in page
    )
    assert f"Versi lama ({SCHOOL.version}) tetap dipakai" in page
    assert live(desk.central) == {"visit_school": SCHOOL.version, "visit_lksa": HOME.version}
    assert {name for name, state in desk.states().items() if state != "done"} == {"form visit_school"}
    desk.proxy.heal()
    page = desk.planned()
    assert "Berubah: visit_school" in page and "Baru: visit_lksa" not in page
    assert "Semua langkah berhasil" in desk.publish() and live(desk.central)["visit_school"] == forms[0].version


def test_where_central_is_away_the_step_is_named_and_taken_up_again(desk: Desk) -> None:
    desk.planned()
    desk.proxy.always(status(503), where=makes_a_form)
    page = desk.publish()
    assert "Dicoba lagi" in page and "Formulir visit_school gagal, pada draf." in page
    assert desk.states()["rows facilities"] == "waiting"
    desk.proxy.heal()
    with writing(desk.engine) as session:
        session.execute(update(Job).where(Job.state == "waiting").values(run_at=now()))
    desk.work()
    assert "Semua langkah berhasil" in desk.page() and len(live(desk.central)) == 2


def test_a_person_may_ask_for_another_plan_instead_of_waiting(desk: Desk) -> None:
    desk.planned()
    desk.proxy.always(status(503), where=makes_a_form)
    desk.publish()
    desk.proxy.heal()
    assert "Baru: visit_school" in desk.planned()
    with snapshot(desk.engine) as session:
        first, _ = session.scalars(select(Publishing).order_by(Publishing.id))
        waiting = session.scalars(select(Job).where(Job.kind == "publish", Job.state != "done")).all()
        assert first.ended_at is not None and waiting == []
    assert live(desk.central) == {}


def test_a_plan_that_central_lets_nobody_make_says_why(desk: Desk) -> None:
    desk.ask()
    desk.proxy.down()
    desk.work()
    page = desk.page()
    assert "Dicoba lagi" in page and "Buat rencana baru" in page and "Rencana sedang dibuat" in page
    desk.proxy.up()
    assert "Baru: visit_school" in desk.planned()


@pytest.mark.ci
def test_a_form_that_somebody_else_published_meanwhile_is_not_touched(
    desk: Desk, forms: list[BuiltForm], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_forms(desk.central, [SCHOOL])
    forms[:] = [with_a_question(tmp_path / "a", "visit_school", "canteen")]
    desk.planned()
    words = {"label::English (en)": "Why did they refuse? (made up)"}
    other = build("visit_school", edited(tmp_path / "b", "parts/arrival.csv", "refused_why", **words))
    begin = publishing.begin

    def begins_and_somebody_publishes(*told: Any) -> None:
        begin(*told)
        publish_forms(desk.central, [other])

    monkeypatch.setattr(publishing, "begin", begins_and_somebody_publishes)
    assert "tidak lagi seperti dalam rencana" in desk.publish()
    assert live(desk.central) == {"visit_school": other.version}


def test_a_worker_that_died_is_told_of(desk: Desk) -> None:
    desk.planned()
    desk.agree()
    with writing(desk.engine) as session:
        job = session.scalars(select(Job).filter_by(kind="publish")).one()
        job.state, job.attempts, job.lease_until = "running", 1, now() - timedelta(minutes=1)
    assert "Pekerjaan ini terputus" in desk.page()
    desk.work()
    assert "Semua langkah berhasil" in desk.page()


# ── who


@pytest.mark.parametrize("role", [role for role in GIVEN if role is not Role.OPERATOR])
def test_nobody_but_the_operator_publishes(role: Role, desk: Desk) -> None:
    desk.planned()
    other, sent = desk.of(role), desk.shown()
    answers = [other.get(PAGE), other.post(f"{PAGE}/rencana", headers=OURS),
               other.post(f"{PAGE}/setuju", data=sent, headers=OURS)]  # fmt: skip
    assert [answer.status_code for answer in answers] == [403] * 3
    with snapshot(desk.engine) as session:
        assert [one.agreed_at for one in session.scalars(select(Publishing))] == [None]
    assert PAGE in desk.web.get(PAGE).text and PAGE not in other.get("/akun").text


def test_it_reads_in_english_too(desk: Desk) -> None:
    desk.planned()
    desk.publish()
    text = desk.web.get(f"{PAGE}?lang=en").text
    assert "Every step succeeded" in text and "Form visit_school" in text
