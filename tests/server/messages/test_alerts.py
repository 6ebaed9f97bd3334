"""What is not well is said, what is well is not; operators are told once a day, and of what comes up at once."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from server.audit.sealing import seal
from server.audit.tables import AuditEntry, AuditUnsealed
from server.backup.tables import Backup
from server.db import writing
from server.messages import alerts
from server.messages.alerts import alarms, tell_operators
from server.messages.outbox import done_by_hand, put_in
from server.messages.tables import Message
from server.people.tables import Person
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.tables import Round
from server.settings import Settings
from server.sync.tables import Certificate
from server.work.tables import Job
from tests.support.disk import Disk, put_disk
from tests.support.telling import NOON, PROJECT, Clock, a_form, mailing, messages, news, somebody
from tests.support.web import TESTER


@pytest.fixture(autouse=True)
def a_disk_with_room(monkeypatch: pytest.MonkeyPatch) -> None:
    put_disk(monkeypatch, Disk(10**12, 0, 5 * 10**11))


@pytest.fixture
def watched(roomy: Engine, clock: Clock) -> Engine:
    """Give a database in which all is well."""
    with writing(roomy) as session:
        a_form(session, pulled_at=NOON)
        _certificate(session)
        _backup(session)
    return roomy


def settings(**more: Any) -> Settings:
    return mailing(central_url="https://central.contoh.test", **more)


def _certificate(session: Session, **more: Any) -> None:
    session.add(Certificate(**{"project": PROJECT, "as_of": "x", "made_at": NOON, "verdict": "identical", "digest": "x",
                               "detail": "{}", **more}))  # fmt: skip


def _backup(session: Session, **more: Any) -> None:
    session.add(Backup(**{"made_at": NOON, "file": "x", "size": 1, "digest": "x", "rows": 1, "files": 1, "lacking": 0,
                          **more}))  # fmt: skip


def codes(engine: Engine, found: Settings | None = None) -> list[str]:
    with writing(engine) as session:
        return [one.code for one in alarms(session, found or settings())]


def test_where_all_is_well_nothing_is_said(watched: Engine) -> None:
    assert codes(watched) == []


def test_a_new_database_without_central_says_nothing_of_it(roomy: Engine, clock: Clock) -> None:
    assert codes(roomy, mailing()) == ["alert_no_backup"]


def _old_pull(session: Session) -> None:
    a_form(session, pulled_at=NOON - timedelta(hours=1, seconds=1))


def _old_backup(session: Session, **passed: float) -> None:
    session.execute(update(Backup).values(made_at=NOON - timedelta(days=2, **passed)))


def _never_pulled(session: Session) -> None:
    a_form(session, "visit_lksa")


def _job(state: str, **passed: float) -> Callable[[Session], None]:
    moment = NOON - timedelta(**passed)
    return lambda session: session.add(Job(kind="read", key="", state=state, run_at=moment, asked_at=moment))


def _act(session: Session) -> None:
    entry = AuditEntry(at=NOON - timedelta(minutes=10, seconds=1), by="x", act="x", about="x")
    session.add_all((entry, AuditUnsealed(entry=entry)))


def _message(state: str, **more: Any) -> Callable[[Session], None]:
    def made(session: Session) -> None:
        assert put_in(session, mailing(), somebody(session, "x@contoh.test"), news())
        for name, value in {"state": state, **more}.items():
            setattr(session.scalars(select(Message)).one(), name, value)

    return made


A_DAY_AND_MORE = NOON - timedelta(days=1, seconds=1)
WRONG: list[tuple[str, Callable[[Session], Any]]] = [
    ("alert_pull_old", _old_pull), ("alert_pull_old", _never_pulled),
    ("alert_certificate_differs", lambda session: _certificate(session, verdict="different")),
    ("alert_certificate_differs", lambda session: _certificate(session, verdict="unstable")),
    ("alert_certificate_old", lambda session: _certificate(session, made_at=NOON - timedelta(days=2, seconds=1))),
    ("alert_backup_old", lambda session: _old_backup(session, seconds=1)),
    ("alert_backup_lacks", lambda session: _backup(session, lacking=1)),
    ("alert_work_failed", _job("failed")), ("alert_work_waits", _job("waiting", hours=1, seconds=1)),
    ("alert_audit_unsealed", _act),
    ("alert_messages_unsent", _message("failed", ended_at=NOON)),
    ("alert_messages_unsent", _message("waiting", next_at=NOON - timedelta(hours=1, seconds=1))),
    ("alert_messages_by_hand", _message("by_hand", asked_at=A_DAY_AND_MORE)),
]  # fmt: skip
FINE: list[Callable[[Session], Any]] = [
    lambda session: a_form(session, pulled_at=NOON - timedelta(hours=1)),
    lambda session: a_form(session, "visit_lksa", absent_since=NOON),
    lambda session: _certificate(session, made_at=NOON - timedelta(days=2)),
    lambda session: _old_backup(session),
    _job("done"), _job("running"), _job("waiting", hours=1),
    lambda session: session.add(
        AuditUnsealed(entry=AuditEntry(at=NOON - timedelta(minutes=10), by="x", act="x", about="x"))
    ),
    _message("sent", ended_at=NOON), _message("waiting"), _message("done", ended_at=NOON),
    _message("failed", ended_at=A_DAY_AND_MORE), _message("by_hand", asked_at=NOON - timedelta(days=1)),
]  # fmt: skip


@pytest.mark.parametrize("number, code, make", [(number, *one) for number, one in enumerate(WRONG)])
def test_what_is_not_well_is_said(watched: Engine, number: int, code: str, make: Callable[[Session], Any]) -> None:
    with writing(watched) as session:
        make(session)
    assert codes(watched) == [code]


@pytest.mark.parametrize("number", range(len(FINE)))
def test_what_is_just_in_time_is_not(watched: Engine, number: int) -> None:
    with writing(watched) as session:
        FINE[number](session)
    assert codes(watched) == []


def test_what_was_sealed_is_well(watched: Engine) -> None:
    with writing(watched) as session:
        _act(session)
        session.flush()
        seal(session)
    assert codes(watched) == []


def test_nothing_was_ever_pulled_or_certified(roomy: Engine, clock: Clock) -> None:
    assert codes(roomy) == ["alert_never_pulled", "alert_no_certificate", "alert_no_backup"]


def test_between_rounds_nobody_waits_for_a_pull(watched: Engine) -> None:
    with writing(watched) as session:
        _old_pull(session)
        session.get_one(Round, "2026").state = "closed"
    assert codes(watched) == []


@pytest.mark.parametrize("disk, low", [
    (Disk(10**13, 0, 10**12), False), (Disk(10**13, 0, 10**12 - 1), True),  # a tenth
    (Disk(10**10, 0, 2 * 10**9), False), (Disk(10**10, 0, 2 * 10**9 - 1), True),  # 2 GB
])  # fmt: skip
def test_the_disk(watched: Engine, monkeypatch: pytest.MonkeyPatch, disk: Disk, low: bool) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: disk)
    assert codes(watched) == (["alert_disk_low"] if low else [])


NAMED = {"data": "alert_disk_low", "store": "alert_store_disk_low", "backups": "alert_backup_disk_low"}


def test_each_disk_is_watched_and_named_and_one_that_holds_several_is_named_once(
    watched: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    full, roomy = Disk(10**12, 10**12, 10**9), Disk(10**12, 0, 5 * 10**11)
    made = settings(data=tmp_path / "data", backup=tmp_path / "backups" / "tilik")
    for folder in (made.store, tmp_path / "backups"):
        folder.mkdir(parents=True)
    numbers = {tmp_path: 1, made.data: 1, made.store: 2, tmp_path / "backups": 3}
    monkeypatch.setattr(alerts, "_device", lambda path: numbers[path])
    for low in (tmp_path / "backups", made.store, made.data):
        monkeypatch.setattr(shutil, "disk_usage", (dict.fromkeys(numbers, roomy) | {low: full}).__getitem__)
        assert codes(watched, made) == [NAMED[low.name]]
    put_disk(monkeypatch, full)
    assert codes(watched, made) == list(NAMED.values())
    numbers |= {made.store: 1, tmp_path / "backups": 1}
    assert codes(watched, made) == ["alert_disk_low"]


def test_a_bucket_has_no_disk_here(watched: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings(data=tmp_path, store_url="s3://x")
    made.store.mkdir()
    disks = {tmp_path: Disk(10**12, 0, 5 * 10**11), made.store: Disk(10**12, 0, 1)}
    monkeypatch.setattr(shutil, "disk_usage", disks.__getitem__)
    monkeypatch.setattr(alerts, "_device", list(disks).index)
    assert codes(watched, made) == []


def test_a_disk_that_is_gone_is_said_and_hides_nothing_else(
    watched: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def gone(path: Path) -> Disk:
        if path == tmp_path / "backups":
            raise OSError(116, "stale")
        return Disk(10**12, 0, 10**9)

    (tmp_path / "backups").mkdir()
    monkeypatch.setattr(shutil, "disk_usage", gone)
    found = settings(data=tmp_path, backup=tmp_path / "backups")
    assert codes(watched, found) == ["alert_disk_low", "alert_disk_unreadable"]


def test_the_tls_certificate(watched: Engine, clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "tls.pem"
    made = settings(tls_certificate=file)
    assert codes(watched, made) == ["alert_tls_unreadable"]
    file.write_text("-----BEGIN CERTIFICATE-----\nx", encoding="utf-8")
    assert codes(watched, made) == ["alert_tls_unreadable"]
    authority = trustme.CA()
    for left, wanted in ((15, []), (13, ["alert_tls_ends"]), (-1, ["alert_tls_ends"])):
        blob = authority.issue_cert("tilik.contoh.test", not_after=NOON + timedelta(days=left)).cert_chain_pems[0]
        file.write_bytes(blob.bytes())
        assert codes(watched, made) == wanted, left


# ── telling


def look(engine: Engine) -> int:
    with writing(engine) as session:
        told = tell_operators(session, settings())
        session.execute(delete(Job).where(Job.kind == "tell"))  # by the database's clock, long ago after a day of ours
        return told


def test_operators_are_told_once_a_day_and_of_what_comes_up_at_once(watched: Engine, clock: Clock) -> None:
    with writing(watched) as session:
        somebody(session, "op@contoh.test", Held(Role.OPERATOR))
        somebody(session, "sek@contoh.test", Held(Role.SECRETARIAT))
    assert look(watched) == 0, "all is well"
    with writing(watched) as session:
        _job("failed")(session)
    assert [look(watched) for _ in range(2)] == [1, 0]
    with writing(watched) as session:
        _certificate(session, verdict="different")
    assert [look(watched) for _ in range(2)] == [1, 0]
    assert [one.about for one in messages(watched)] == ["alert_work_failed", "alert_certificate_differs"]
    with writing(watched) as session:
        assert session.scalars(select(Person.email).join(Message)).all() == ["op@contoh.test"] * 2
        for one in session.scalars(select(Message)):
            one.state, one.ended_at = "sent", NOON
    clock.forward(days=1)
    with writing(watched) as session:
        a_form(session, pulled_at=clock.moment)
    assert [look(watched) for _ in range(2)] == [1, 0]
    assert messages(watched)[-1].about == "alert_certificate_differs alert_work_failed"


def test_every_check_there_is_stands_in_the_list() -> None:
    made = {name for name in vars(alerts) if name.endswith("_alarms")}
    assert {check.__name__ for check in alerts.CHECKS} == made


def test_what_was_told_by_hand_is_no_trouble(watched: Engine) -> None:
    with writing(watched) as session:
        _message("by_hand", asked_at=A_DAY_AND_MORE)(session)
        session.flush()
        done_by_hand(session, TESTER, session.scalars(select(Message.id)).one())
    assert codes(watched) == []
