"""A Tilik with a little of everything, and a machine where nothing is: what a drill needs."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, select

from server.backup.encryption import identities, new_key, public_key, recipients
from server.backup.making import BackupPlace, Made
from server.backup.restoring import Restored, RestoreWish, restore
from server.db import Base, now, open_database, snapshot, writing
from server.decisions.deciding import Wish, decide
from server.removals.removing import Removed, empty_store, remove_file, remove_submission
from server.removals.tombstones import Tombstone, all_tombstones
from server.reports.builder import build_report
from server.reports.exports import report_json
from server.reports.material import load_material
from server.schema import upgrade
from server.settings import Settings
from server.store.folder import Folder
from server.store.interface import NO_LIMIT
from server.submissions.files import STORED
from server.submissions.tables import Attachment, Form, SubmissionState
from server.sync.certificates import latest_certificate
from server.words import catalogue
from server.work.kinds import LookOverAll, Pulls
from server.work.queue import ask
from tests.sandbox.server import PASSWORD, USER
from tests.support.claiming import ROUND
from tests.support.copying import a_new_one
from tests.support.visits import FORM_ID, JPEG, a_visit, claim_a_place, publish
from tests.support.web import TESTER
from tests.support.workbooks import DISTRICT
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.queue.context import Context
from workers.queue.draining import drain

KEY = new_key(now())
PUBLIC, PRIVATE = public_key(KEY), identities(KEY)
SECRET = "only the removed submission says this"
ANOTHER = JPEG + b"another"
TO_GO = JPEG + b"of the one to be removed"


@dataclass(frozen=True)
class Machine:
    """A Tilik: its database, its folder, its Central."""

    engine: Engine
    settings: Settings

    @property
    def context(self) -> Context:
        return Context(self.engine, self.settings)

    @property
    def store(self) -> Folder:
        return Folder(self.settings.store)

    @property
    def place(self) -> BackupPlace:
        assert self.settings.backup
        return BackupPlace(self.settings.backup, recipients(PUBLIC), 30)

    def work(self) -> None:
        """Do what was asked for, and what comes of it."""
        drain(self.context)

    def claim(self) -> None:
        """Have something: a district with a claim."""
        upgrade(self.engine)
        self.store.put([claim_a_place(self.engine)], NO_LIMIT)

    def keep(self, files: Sequence[bytes]) -> None:
        """Have photographs that rows name."""
        with writing(self.engine) as session:
            form = Form(project=self.settings.project, form_id=FORM_ID)
            session.add(form)
            session.flush()
            for number, content in enumerate(files):
                stored = self.store.put([content], NO_LIMIT)
                session.add(Attachment(form_pk=form.id, root_id=f"uuid:{number}", instance_id=f"uuid:{number}",
                                       name="1.jpg", state=STORED, digest=stored.digest))  # fmt: skip

    def pull(self) -> None:
        with writing(self.engine) as session:
            ask(session, Pulls())
            ask(session, LookOverAll())
        self.work()

    def certify(self) -> tuple[str, str]:
        """Compare with Central to the byte; gives verdict and digest."""
        with Central.from_settings(self.settings) as central:
            verdict = certify(self.engine, central, self.store, deep=True)
        with snapshot(self.engine) as session:
            found = latest_certificate(session, self.settings.project)
            assert found
            return verdict, found.digest

    def report(self) -> dict[str, Any]:
        """Give the report, but for when it was computed: a removal has it computed again."""
        with snapshot(self.engine) as session:
            material = load_material(session, ROUND, DISTRICT, self.settings.project)
            assert material
            report: dict[str, Any] = json.loads(report_json(build_report(material, catalogue("id"))))
        return {name: value for name, value in report.items() if name != "computed_at"}

    def remove(self, root: str, name: str | None = None) -> Removed:
        with writing(self.engine) as session:
            form = session.scalars(select(Form)).one()
            if name:
                removed = remove_file(session, form, root, name, "withdrawn_consent", "terminal:test")
            else:
                removed = remove_submission(session, form, root, "withdrawn_consent", "terminal:test")
        empty_store(self.store, removed)
        return removed

    def comment(self, root: str) -> None:
        with writing(self.engine) as session:
            form = session.scalars(select(Form)).one()
            version = session.scalars(select(SubmissionState.instance_id).filter_by(root_id=root)).one()
            decide(session, form.id, root, Wish("comment", version, text="Mohon dilengkapi."), TESTER)

    def tombstones(self) -> list[Tombstone]:
        with snapshot(self.engine) as session:
            return sorted(all_tombstones(session))


def restored_on(machine: Machine, made: Made, **wish: Any) -> Restored:
    with made.file.open("rb") as source:
        return restore(machine.engine, machine.store, source, RestoreWish(PRIVATE, **wish))


def everything(engine: Engine, but: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every table, to the letter."""
    with snapshot(engine) as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables if table.name not in but
        }  # fmt: skip


def said_anywhere(engine: Engine, text: str) -> bool:
    return text in repr(everything(engine))


@dataclass(frozen=True)
class Roots:
    """The submissions that a scene has."""

    plain: str
    pictured: str  # two photographs
    to_go: str  # edited and commented upon


def a_scene(machine: Machine, central: Central) -> Roots:
    """Fill a Tilik: claims, visits with photographs, an edit, a decision, a removal, a result, a certificate."""
    machine.claim()
    publish(central)
    plain = central.submit(FORM_ID, a_visit())
    photographs = {"front.jpg": JPEG, "back.jpg": ANOTHER}
    pictured = central.submit(FORM_ID, a_visit(photo="front.jpg", photo_front="back.jpg"), photographs)
    to_go = central.submit(FORM_ID, a_visit(word=SECRET, photo="go.jpg"), {"go.jpg": TO_GO})
    central.comment(FORM_ID, to_go, SECRET)
    early = central.submit(FORM_ID, a_visit(word="removed before"))
    machine.pull()
    machine.comment(plain)
    machine.remove(early)
    machine.work()
    machine.pull()  # our own comment comes back from Central
    return Roots(plain, pictured, to_go)


@contextmanager
def a_machine(database: str, folder: Path, url: str, project: int) -> Iterator[Machine]:
    """Give a machine on which nothing is yet."""
    engine = open_database(database)
    settings = Settings(
        data=folder / "var", backup=folder / "backup", backup_keys=PUBLIC, central_url=url, central_user=USER,
        central_password=SecretStr(PASSWORD), central_project=project, database_url=SecretStr(database),
    )  # fmt: skip
    yield Machine(engine, settings)
    engine.dispose()


@contextmanager
def another_machine(kind: str, first: Machine, folder: Path) -> Iterator[Machine]:
    """Give a machine with a new database of a kind and a new folder; backups lie where they did."""
    with a_new_one(kind) as url:
        engine = open_database(url)
        settings = first.settings.model_copy(update={"data": folder, "database_url": SecretStr(url)})
        yield replace(first, engine=engine, settings=settings)
        engine.dispose()
