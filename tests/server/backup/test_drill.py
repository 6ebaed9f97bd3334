"""The drill: all is lost and a backup is restored elsewhere. It is as it was, and what was removed stays away."""

import hashlib
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.backup.apart import FOLDER
from server.backup.left_out import LEFT_OUT
from server.backup.making import make_backup
from server.backup.queries import last_backup
from server.backup.restoring import RestoreWish, restore
from server.db import now, snapshot, writing
from server.feedback.tables import FreshAnswer
from server.login.tables import LoginSession
from server.messages.tables import Message
from server.people.tables import OneTimeLink
from server.phones.tables import PhoneSheet
from server.sync.certificates import IDENTICAL
from tests.server.backup.scene import (
    ANOTHER,
    PRIVATE,
    SECRET,
    TO_GO,
    Machine,
    Roots,
    another_machine,
    everything,
    restored_on,
    said_anywhere,
)
from tests.support.environment import DATABASES
from tests.support.lining import VERSION, plan_session
from tests.support.storing import everything_in
from tests.support.trial import refusal
from tests.support.visits import FORM_ID, JPEG, a_visit
from tests.support.web import person
from workers.central.api import Central

pytestmark = pytest.mark.ci  # of production alone: a newcomer does not wait for it

SINCE = ("backups", "audit_entries", "audit_unsealed")  # that it was made, and that it was restored


@pytest.mark.parametrize("kind", DATABASES)
def test_every_row_and_every_file_is_there_to_the_letter(
    machine: Machine, roots: Roots, kind: str, tmp_path: Path
) -> None:
    before, files = everything(machine.engine, but=SINCE), everything_in(machine.store)
    made = make_backup(machine.engine, machine.store, machine.place)
    assert made.backup.rows >= sum(map(len, before.values()))
    assert (made.backup.files, made.backup.lacking) == (4, 0)
    assert JPEG in files.values() and before["submissions"]
    with another_machine(kind, machine, tmp_path / "elsewhere") as new:
        restored = restored_on(new, made, apart=made.file.parent / FOLDER)
        assert (restored.rows, restored.files, restored.buried) == (made.backup.rows, 4, 0)
        assert everything(new.engine, but=SINCE) == before
        assert everything_in(new.store) == files


@pytest.mark.parametrize("kind", DATABASES)
def test_the_certificate_and_the_report_are_the_same_and_what_was_removed_since_stays_away(
    machine: Machine, roots: Roots, central: Central, kind: str, tmp_path: Path
) -> None:
    made = make_backup(machine.engine, machine.store, machine.place)
    machine.remove(roots.to_go)
    machine.remove(roots.pictured, "back.jpg")
    machine.work()
    certificate, report, tombstones = machine.certify(), machine.report(), machine.tombstones()
    assert certificate[0] == IDENTICAL and len(tombstones) == 3

    with another_machine(kind, machine, tmp_path / "elsewhere") as new:
        restored = restored_on(new, made, apart=made.file.parent / FOLDER)
        assert (restored.buried, restored.lacking, restored.files) == (2, 0, made.backup.files - 2)
        assert not said_anywhere(new.engine, SECRET)
        assert (
            not {ANOTHER, TO_GO} & set(everything_in(new.store).values()) and JPEG in everything_in(new.store).values()
        )
        new.work()
        assert new.tombstones() == tombstones
        assert new.certify() == certificate
        assert new.report() == report
        central.submit(FORM_ID, a_visit())
        new.pull()
        assert new.certify()[0] == IDENTICAL, "and it goes on, numbering too"
        assert not said_anywhere(new.engine, SECRET)


@pytest.mark.ci
def test_what_was_removed_at_central_and_is_restored_there_is_asked_away_again(
    machine: Machine, roots: Roots, central: Central, tmp_path: Path
) -> None:
    """Whoever restores both, Central from a backup of its own, has the removal carried out there once more."""
    made = make_backup(machine.engine, machine.store, machine.place)
    machine.remove(roots.to_go)
    machine.work()
    central.session.ask("POST", f"projects/{central.project}/forms/{FORM_ID}/submissions/{roots.to_go}/restore").close()
    with another_machine("sqlite", machine, tmp_path / "elsewhere") as new:
        restored_on(new, made, apart=made.file.parent / FOLDER)
        new.work()
        new.pull()
        assert new.certify()[0] == IDENTICAL and not said_anywhere(new.engine, SECRET)
    assert refusal(lambda: central.submission(FORM_ID, roots.to_go)).startswith("central_not_found")


def test_who_was_logged_in_is_not_and_a_link_opens_nothing(machine: Machine, tmp_path: Path) -> None:
    assert {FreshAnswer.__tablename__, LoginSession.__tablename__, Message.__tablename__, OneTimeLink.__tablename__,
            PhoneSheet.__tablename__} == LEFT_OUT  # fmt: skip
    machine.claim()
    with writing(machine.engine) as session:
        held = plan_session(session, 0)
        session.add(FreshAnswer(key="0" * 32, session_id=held.id, version=VERSION, answers={"sealed": "x"}))
        who, moment = person(session), now()
        session.add(LoginSession(person_id=who, digest="s", step="whole", way="password", device="x", begun_at=moment,
                                 seen_at=moment, proved_at=moment))  # fmt: skip
        session.add(OneTimeLink(person_id=who, digest="l", purpose="reset", made_by="x", made_at=moment,
                                expires_at=moment))  # fmt: skip
    made = make_backup(machine.engine, machine.store, machine.place)
    with another_machine("sqlite", machine, tmp_path / "elsewhere") as new:
        restored_on(new, made, apart=made.file.parent / FOLDER)
        found = everything(new.engine)
    assert found["people"] and not found["login_sessions"] and not found["one_time_links"]
    assert found["child_sessions"] and not found["fresh_answers"], "they would tell in which order they came"


def test_nor_by_a_backup_from_before_they_were_left_out(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.claim()
    with writing(machine.engine) as session:
        who, moment = person(session), now()
        session.add(OneTimeLink(person_id=who, digest="l", purpose="reset", made_by="x", made_at=moment,
                                expires_at=moment))  # fmt: skip
    monkeypatch.setattr("server.backup.making.LEFT_OUT", frozenset())
    made = make_backup(machine.engine, machine.store, machine.place)
    with another_machine("sqlite", machine, tmp_path / "elsewhere") as new:
        assert restored_on(new, made, without=True).rows == made.backup.rows
        found = everything(new.engine)
    assert found["people"] and not found["one_time_links"]


def test_what_was_removed_goes_from_an_older_copy_of_the_store_too(machine: Machine, tmp_path: Path) -> None:
    """The database was lost, and the store came back from somewhere else."""
    machine.claim()
    machine.keep([JPEG, TO_GO])
    made = make_backup(machine.engine, machine.store, machine.place)
    shutil.copytree(machine.settings.store, tmp_path / "elsewhere" / "store")
    machine.remove("uuid:1", "1.jpg")
    machine.work()
    with another_machine("sqlite", machine, tmp_path / "elsewhere") as new:
        assert TO_GO in everything_in(new.store).values()
        restored_on(new, made, apart=made.file.parent / FOLDER)
        assert everything_in(new.store) == everything_in(machine.store)


def test_a_backup_that_was_made_is_noted(machine: Machine) -> None:
    machine.claim()
    with snapshot(machine.engine) as session:
        assert last_backup(session) is None
    made = make_backup(machine.engine, machine.store, machine.place)
    with snapshot(machine.engine) as session:
        found = last_backup(session)
    assert found and (found.file, found.made_at) == (made.file.name, made.backup.made_at)
    assert found.digest == hashlib.sha256(made.file.read_bytes()).hexdigest()
    assert made.file.stat().st_mode & 0o077 == 0 and made.file.stat().st_size == found.size


def test_that_it_was_restored_is_on_record(machine: Machine, tmp_path: Path) -> None:
    machine.claim()
    made = make_backup(machine.engine, machine.store, machine.place)
    with another_machine("sqlite", machine, tmp_path / "elsewhere") as new:
        restored_on(new, made, without=True, by="terminal:root")
        with snapshot(new.engine) as session:
            entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert (entry.by, entry.act, entry.about) == (
        "terminal:root", "restored", f"backup:{int(made.backup.made_at.timestamp())}"
    )  # fmt: skip


def test_restored_over_itself_it_needs_no_tombstones_from_elsewhere(machine: Machine, roots: Roots) -> None:
    made = make_backup(machine.engine, machine.store, machine.place)
    machine.remove(roots.to_go)
    machine.work()
    with made.file.open("rb") as source:
        restored = restore(machine.engine, machine.store, source, RestoreWish(PRIVATE, replace=True))
    assert restored.buried == 1 and restored.known_until and restored.known_until > made.backup.made_at
    assert not said_anywhere(machine.engine, SECRET) and TO_GO not in everything_in(machine.store).values()


def test_a_database_that_did_not_make_the_backup_does_not_know_all(
    machine: Machine, roots: Roots, tmp_path: Path
) -> None:
    """What it knows counts; that it knows all does not follow."""
    made = make_backup(machine.engine, machine.store, machine.place)
    with another_machine("sqlite", machine, tmp_path / "elsewhere") as new:
        new.claim()
        with pytest.raises(Exception, match="tombstones_needed"), made.file.open("rb") as source:
            restore(new.engine, new.store, source, RestoreWish(PRIVATE, replace=True))
        with made.file.open("rb") as source:
            restored = restore(new.engine, new.store, source, RestoreWish(PRIVATE, replace=True, without=True))
        assert restored.known_until == made.backup.made_at


@pytest.mark.ci
def test_what_a_later_removal_of_a_restored_tilik_says_is_kept_apart_too(
    machine: Machine, roots: Roots, tmp_path: Path
) -> None:
    """Two restores from one backup, the second one after a removal in the first."""
    made = make_backup(machine.engine, machine.store, machine.place)
    with another_machine("sqlite", machine, tmp_path / "second") as second:
        restored_on(second, made, apart=made.file.parent / FOLDER)
        second.remove(roots.to_go)
        second.work()
    with another_machine("sqlite", machine, tmp_path / "third") as third:
        assert restored_on(third, made, apart=made.file.parent / FOLDER).buried == 1
        assert not said_anywhere(third.engine, SECRET)
