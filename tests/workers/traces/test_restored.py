"""A backup made before a district was closed brings no point back, and what the points showed is still known."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.backup.apart import FOLDER
from server.backup.encryption import identities, new_key, public_key, recipients
from server.backup.making import BackupPlace, make_backup
from server.backup.restoring import RestoreWish, restore
from server.db import now, open_database, snapshot
from server.rounds.states import CLOSED
from server.rounds.tables import RoundPart
from server.store.folder import Folder
from server.sync.certificates import IDENTICAL
from server.traces.tables import TracesGone
from tests.sandbox.server import Sandbox
from tests.support.copying import a_new_one
from tests.support.environment import DATABASES
from tests.support.traces import District, a_district
from tests.support.trial import a_context
from workers.central.api import Central
from workers.queue.context import Context

pytestmark = pytest.mark.ci  # of production alone: a newcomer does not wait for it
KEY = new_key(now())


@pytest.fixture
def district(engine: Engine, sandbox: Sandbox, central: Central, tmp_path: Path) -> District:
    return a_district(a_context(central, engine, tmp_path / "var", sandbox.url), central, sandbox, tmp_path / "var")


def a_place(folder: Path) -> BackupPlace:
    return BackupPlace(folder, recipients(public_key(KEY)), 30)


@pytest.fixture(params=DATABASES)
def elsewhere(request: pytest.FixtureRequest, district: District, tmp_path: Path) -> Iterator[District]:
    """Give another machine, with nothing on it."""
    with a_new_one(request.param) as url:
        engine = open_database(url)
        settings = district.context.settings.model_copy(update={"data": tmp_path / "elsewhere"})
        context = Context(engine, settings)
        yield District(context, district.central, tmp_path / "elsewhere", district.roots)
        engine.dispose()


def frozen(district: District) -> list[object]:
    with snapshot(district.engine) as session:
        query = select(TracesGone.root_id, TracesGone.frozen).order_by(TracesGone.root_id)
        return [(*row,) for row in session.execute(query)]


@pytest.mark.parametrize("opened", [False, True])
def test_neither_a_backup_from_before_nor_one_from_after_has_a_point_once_restored(
    district: District, elsewhere: District, tmp_path: Path, opened: bool
) -> None:
    first, second = a_place(tmp_path / "before"), a_place(tmp_path / "after")  # two in a second have one name
    before = make_backup(district.engine, district.context.store, first)
    district.close()
    district.work()
    if opened:
        district.reopen()
    after = make_backup(district.engine, district.context.store, second)
    for made in (before, after):
        with made.file.open("rb") as source:
            wish = RestoreWish(identities(KEY), apart=second.folder / FOLDER, replace=True)
            restored = restore(elsewhere.engine, Folder(elsewhere.context.settings.store), source, wish)
        assert elsewhere.left() == [] or (
            elsewhere.engine.dialect.name == "sqlite" and all("sqlite" in name for name in elsewhere.left())
        )
        assert frozen(elsewhere) == frozen(district)
        assert restored.buried == (2 if made is before else 0), "the deletion, and the file with a point in it"
        elsewhere.work()
        elsewhere.pull()
        assert elsewhere.left() == []
        assert elsewhere.certify() == IDENTICAL, elsewhere.differences()
        elsewhere.repair()
        assert elsewhere.left() == []
    with snapshot(elsewhere.engine) as session:
        assert (session.scalars(select(RoundPart.state)).one() == CLOSED) is not opened
    if opened:
        assert elsewhere.found() == district.found()
