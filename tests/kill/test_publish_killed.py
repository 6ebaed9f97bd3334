"""Killed at any request, publishing leaves the old version or the new one live, and the next run ends it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select

from server.db import snapshot, writing
from server.forms.tables import FormChange
from server.register.tables import CentralProject, Facility
from tests.sandbox.server import Sandbox
from tests.support.builders import VILLAGES
from tests.support.child import Child, Place, kill, publish
from tests.support.environment import new_project_at
from tests.support.mending import with_a_question
from tests.support.proxy import FaultProxy
from tests.support.sampling import half_of_them
from workers.central.api import Central
from workers.sending.place_ids import PLACES
from workers.sending.publish import publish_forms
from xlsforms.build import BuiltForm

pytestmark = pytest.mark.ci
FORM = "visit_lksa"


@contextmanager
def a_project(sandbox: Sandbox, before: BuiltForm | None) -> Iterator[Central]:
    """Give a project in which another version is published, or none."""
    with new_project_at(sandbox) as central:
        publish_forms(central, [before] if before else [])
        yield central


def found(engine: Engine, central: Central) -> dict[str, Any]:
    with snapshot(engine) as session:
        changes = session.execute(select(FormChange.version, FormChange.before, FormChange.what)).all()
    versions = central.published_versions(FORM)
    return {
        "versions": versions, "draft": central.draft_version(FORM), "unlinked": central.unlinked(FORM),
        "places": sorted(central.entities(PLACES)), "changes": [tuple(change) for change in changes],
    }  # fmt: skip


@pytest.mark.parametrize("is_new", [True, False], ids=["a new form", "another version"])
def test_publishing_that_is_killed_at_any_request(
    district: Engine, sandbox: Sandbox, tmp_path: Path, is_new: bool
) -> None:
    before = None if is_new else with_a_question(tmp_path, FORM)
    with writing(district) as session:
        session.add(Facility(id="00000000-0000-4000-8000-000000000001", kind="sekolah", name="SD Rekaan",
                             village=VILLAGES[0].code))  # fmt: skip
    address = district.url.render_as_string(hide_password=False)
    with FaultProxy(sandbox.url) as proxy:

        def run(central: Central) -> Child:
            return Child(publish, Place(address, tmp_path, proxy.url, central.project))

        with a_project(sandbox, before) as central:
            first = proxy.requests
            assert run(central).end() is not None
            wanted, requests = found(district, central), proxy.requests - first
            assert wanted["draft"] is None and len(wanted["versions"]) == 1 + (not is_new) and wanted["places"]
        for number in half_of_them(range(1, requests + 1), district):  # just before one is just after another
            with writing(district) as session:
                session.execute(delete(FormChange))
                session.execute(delete(CentralProject))  # the next is the first one to get places, too
            with a_project(sandbox, before) as central:
                kill(proxy, lambda central=central: run(central), number)
                live = [form.version for form in central.forms() if form.is_published]
                assert before is None or live in ([before.version], wanted["versions"][:1])
                assert run(central).end() is not None
                assert found(district, central) == wanted, number
