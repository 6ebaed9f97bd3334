"""What the tests of decisions share: a submission about a place, pulled and read; deciding; and time that passes."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, update

from server.areas.tables import Area, AreaVersion
from server.db import now, snapshot, writing
from server.decisions.deciding import Wish, decide
from server.decisions.tables import Decision
from server.register.tables import Facility
from server.submissions.tables import Form, SubmissionState
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.days import today_here
from tests.support.faults import Reset
from tests.support.forms import FORM_ID, a_form, a_submission
from tests.support.proxy import FaultProxy, Request
from tests.support.trial import a_context, read_visits
from tests.support.visits import Json
from tests.support.web import TESTER
from workers.central.api import Central
from workers.pulling.pull import pull_form
from workers.queue.context import Context
from workers.queue.draining import drain
from workers.sending.assigning import LIST

SUBDISTRICT, VILLAGE = "99.01.01", "99.01.01.2001"
SCHOOL, HOME = "SD Rekaan Satu", "Panti Asuhan Rekaan Kasih"
DEADLINE = (today_here() + timedelta(days=30)).isoformat()
OUT = ("write_back", "assign")  # work that brings decisions to Central
TYPED: dict[str, dict[str, str]] = {
    "review": {"review_state": "approved", "why": "Foto dan titik sesuai."},
    "comment": {"text": "Mohon dilengkapi."},
    "follow_up": {"text": "Berapa ruang yang dipakai?", "why": "Foto buram.", "deadline": DEADLINE},
}


def publish_visit_form(central: Central, **form: Any) -> None:
    central.publish(FORM_ID, a_form(kind="text", facility="text", arrival="text", **form), "1")


def a_facility(engine: Engine, kind: str = "sekolah", name: str = SCHOOL) -> str:
    facility_id = str(uuid.uuid4())
    with writing(engine) as session:
        session.merge(AreaVersion(id=1, loaded_at=now()))
        session.flush()
        session.merge(Area(since=1, code=SUBDISTRICT, level="subdistrict", name="Kecamatan Satu"))
        session.merge(Area(since=1, code=VILLAGE, level="village", name="Desa Satu"))
        session.flush()
        session.add(Facility(id=facility_id, kind=kind, name=name, village=VILLAGE))
    return facility_id


def a_visit(engine: Engine, central: Central, kind: str = "sekolah", name: str = SCHOOL, **more: Any) -> str:
    """Send a visit to a facility of the register, pull and read it; returns its first instance id."""
    facility = a_facility(engine, kind, name)
    root = central.submit(FORM_ID, a_submission(kind=kind, facility=facility, arrival="open", **more))
    pull_form(engine, central, FORM_ID)
    read_visits(engine)
    return root


def form_key(engine: Engine) -> int:
    with snapshot(engine) as session:
        return session.scalars(select(Form.id).filter_by(form_id=FORM_ID)).one()


def decided(engine: Engine, root: str, kind: str, **typed: Any) -> int:
    """Decide about the version that is here; returns the decision's number."""
    form_pk = form_key(engine)
    with writing(engine) as session:
        version = session.scalars(select(SubmissionState.instance_id).filter_by(root_id=root)).one()
        wish = Wish(**({"kind": kind, "version": version} | TYPED.get(kind, {}) | typed))
        return decide(session, form_pk, root, wish, TESTER).id


def decision(engine: Engine, number: int) -> Decision:
    with snapshot(engine) as session:
        found = session.get_one(Decision, number)
        session.expunge(found)
    return found


def jobs(engine: Engine, *kinds: str) -> list[tuple[str, str | None]]:
    """Give the jobs of these kinds, of decisions if none is named, oldest first: state, and what was wrong."""
    with snapshot(engine) as session:
        found = session.scalars(select(Job).where(Job.kind.in_(kinds or OUT)).order_by(Job.id))
        return [(job.state, job.problem.code if job.problem else None) for job in found]


def time_passes(engine: Engine) -> None:
    """Every wait is over, and every lease has run out."""
    with writing(engine) as session:
        session.execute(update(Job).values(run_at=now(), lease_until=now() - timedelta(seconds=1)))


@dataclass
class Trial:
    """A submission that is here, and Central behind a proxy that may lose answers.

    `lose` holds what requests begin with, such as "PATCH"; each entry costs one answer, after its effect.
    """

    context: Context
    central: Central
    sandbox: Sandbox
    lose: list[str] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        return self.context.engine

    def is_lost(self, request: Request) -> bool:
        lost = next((entry for entry in self.lose if f"{request.method} {request.path}".startswith(entry)), None)
        if lost is not None:
            self.lose.remove(lost)
        return lost is not None

    def decide_and_send(self, root: str, kind: str, **typed: object) -> int:
        number = decided(self.engine, root, kind, **typed)
        self.send()
        return number

    def send(self) -> None:
        drain(self.context, OUT)

    def state(self, root: str) -> str | None:
        state: str | None = self.central.submission(FORM_ID, root).review_state
        return state

    def comments(self, root: str) -> list[str]:
        return [comment.body for comment in self.central.comments(FORM_ID, root)]

    def reviews_logged(self) -> list[Json]:
        mine = {"projectId": self.central.project, "xmlFormId": FORM_ID}
        log = [entry for entry in self.sandbox.state.audits if entry.get("actee") == mine]
        return [entry for entry in log if entry["action"] == "submission.update"]


@contextmanager
def a_trial(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Iterator[Trial]:
    publish_visit_form(central)
    with FaultProxy(sandbox.url) as proxy:
        trial = Trial(a_context(central, engine, tmp_path, proxy.url), central, sandbox)
        proxy.always(Reset(reached_central=True), where=trial.is_lost)
        yield trial


def effects(trial: Trial, root: str, kind: str) -> int:
    if kind == "review":
        assert (trial.state(root) == "approved") is (trial.reviews_logged() != [])
        return len(trial.reviews_logged())
    return len(trial.comments(root) if kind == "comment" else trial.central.entities(LIST))
