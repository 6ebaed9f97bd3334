"""What is swept away: files that nothing has named for a day, and nothing else."""

import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from server.claims.importing import import_claims
from server.db import now, writing
from server.settings import Settings
from server.store.folder import Folder
from server.submissions.tables import Attachment, Form
from server.work.kinds import Sweep
from server.work.queue import ask
from tests.support.workbooks import a_place, filled
from workers.queue.context import Context
from workers.queue.draining import drain


def test_only_old_files_that_nothing_names_are_swept_away(engine: Engine, tmp_path: Path) -> None:
    context = Context(engine, Settings(data=tmp_path))
    store = Folder(tmp_path / "store")
    named, forgotten, fresh = (store.put([content], 100).digest for content in (b"named", b"forgotten", b"fresh"))
    half = tmp_path / "store" / "incoming-half"
    half.write_bytes(b"ha")
    long_ago = (now() - timedelta(days=2)).timestamp()
    for path in (store.path(named), store.path(forgotten), half):
        os.utime(path, (long_ago, long_ago))
    with writing(engine) as session:
        session.add(form := Form(project=1, form_id="trial"))
        session.flush()
        session.add(Attachment(form_pk=form.id, root_id="a", instance_id="a", name="1.jpg", state="stored",
                               digest=named))  # fmt: skip
        ask(session, Sweep())
    drain(context, ["sweep"])
    left = {path for path in (store.path(named), store.path(forgotten), store.path(fresh), half) if path.exists()}
    assert left == {store.path(named), store.path(fresh)}


def test_the_workbook_that_claims_came_from_is_kept(district: Engine, tmp_path: Path) -> None:
    context = Context(district, Settings(data=tmp_path))
    plan = import_claims(
        district, context.store, filled(None, a_place()), "klaim.xlsx", "terminal:test", lambda plan: True
    )
    workbook = Folder(tmp_path / "store").path(plan.digest)
    long_ago = (now() - timedelta(days=2)).timestamp()
    os.utime(workbook, (long_ago, long_ago))
    with writing(district) as session:
        ask(session, Sweep())
    drain(context, ["sweep"])
    assert workbook.exists()
