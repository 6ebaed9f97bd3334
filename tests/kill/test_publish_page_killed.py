"""Killed while it carries out what was agreed to on the page, publishing is gone on with, and does nothing twice."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from server.db import now, snapshot, writing
from server.publishing.publishing import agree, ask_for_plan, newest_publishing, steps_of
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.child import PUBLISHED, Child, Place, kill, publish_what_was_agreed
from tests.support.environment import new_project_at
from tests.support.proxy import FaultProxy
from tests.support.trial import a_context
from tests.support.web import TESTER
from workers.central.api import Central
from workers.queue.draining import drain
from xlsforms.build import build

pytestmark = pytest.mark.ci
WORK = ["plan_publishing", "publish"]


def agreed(engine: Engine, central: Central, sandbox: Sandbox, folder: Path) -> int:
    """Have a plan made and agree to it; gives its number."""
    with writing(engine) as session:
        number = ask_for_plan(session, central.project, TESTER).id
    drain(a_context(central, engine, folder, sandbox.url), WORK)
    with writing(engine) as session:
        found = newest_publishing(session, central.project)
        assert found and found.digest
        agree(session, central.project, number, found.digest, TESTER)
    return number


@pytest.mark.parametrize("at", [12, 20, 28, 36])
def test_what_was_begun_is_gone_on_with(
    district: Engine, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    some = [build(form_id) for form_id in PUBLISHED]
    monkeypatch.setattr("workers.sending.publishing.build_with_childs", lambda: some)
    address = district.url.render_as_string(hide_password=False)
    with FaultProxy(sandbox.url) as proxy, new_project_at(sandbox) as central:
        number = agreed(district, central, sandbox, tmp_path)
        kill(proxy, lambda: Child(publish_what_was_agreed, Place(address, tmp_path, proxy.url, central.project)), at)
        with writing(district) as session:
            assert (found := newest_publishing(session, central.project)) and found.ended_at is None
            session.execute(update(Job).where(Job.state == "running").values(lease_until=now() - timedelta(hours=1)))
        drain(a_context(central, district, tmp_path, sandbox.url), WORK)
        with snapshot(district) as session:
            found = newest_publishing(session, central.project)
            assert found and (found.id, bool(found.ended_at), found.changed) == (number, True, False)
            assert {step.state for step in steps_of(session, number)} == {"done"}
        for form_id in PUBLISHED:
            assert central.published_versions(form_id) == [build(form_id).version]
            assert central.draft_version(form_id) is None
