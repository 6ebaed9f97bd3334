"""Whatever is wrong with a submission, its neighbours are kept, read, verified and shown as if it were not there.

From the stand-in for Central by a pull, reading and verifying to pages, files and a certificate. TILIK_TEST_FUZZ_INPUTS
says how many odd submissions each database gets; always the same ones of that many.
"""

import io
import logging
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, select

from server.app import create_app
from server.db import snapshot, writing
from server.results.tables import Result, VisitResult
from server.settings import Settings
from server.submissions.standing import Standing, standing
from server.submissions.tables import Attachment, Submission, SubmissionState
from server.visits.tables import Visit
from server.work.kinds import Pulls
from server.work.queue import ask
from server.work.tables import Job
from tests.fuzz.odd_submissions import FORM_ID, Mutant, innocents, mutants
from tests.sandbox.server import Sandbox
from tests.sandbox.state import Form as SandboxForm
from tests.sandbox.xform import read_submission
from tests.support.child import Place
from tests.support.odd import change_row
from tests.support.tally import MUCH_MB, SLOW_SECONDS, Tally
from tests.support.visits import claim_a_place, empty, publish
from tests.support.web import entered
from workers.bench.own_process import peak_mb, reset_peak_mb
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.queue.context import Context
from workers.queue.draining import drain

AT_ONCE, LOOKED_AT = 200, 5
REPORT = "/laporan/2026/99.01"
# of a line the likeliest few visits, of a visit the signs between it and another: an odd one that could be read may be
# among them, or be that other
SHARED = ("considered", "flags")
OWN = (
    "id",
    "version_id",
    "submission_id",
    "state_id",
    "result_id",
    "form_pk",
    "seen_at",
    "changes",
    "changes_read",
    "looked",
    "looked_at",
)


@dataclass
class Outcome(Tally):
    """What became of the odd submissions."""

    unforeseen: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def must_be_clean(self, more: object = "") -> None:
        set_aside = f"set aside: {dict(self.reasons)}; by the guarded edge: {dict(self.unforeseen)}"
        super().must_be_clean(f"{set_aside} {more}")


@dataclass
class Trial:
    """The whole way, from the stand-in for Central to a page."""

    context: Context
    central: Central
    form: SandboxForm
    sandbox: Sandbox
    outcome: Outcome
    well: list[str] = field(default_factory=list)

    def send(self, xml: str) -> str:
        read = read_submission(xml.encode("utf-8", "replace"))
        self.sandbox.state.create(self.form, read, xml.encode("utf-8", "replace"))
        return read.instance_id

    def goes_well(self) -> dict[str, Any]:
        """Send what is as it should be, and give all that comes of it."""
        self.well = [self.send(xml) for _, xml in self.neighbours]
        version = self.form.submissions[self.well[-1]].current
        version.files["1.jpg"] = ("image/jpeg", a_photograph())
        self.gather()
        return self.what_came(self.well)

    neighbours: list[tuple[str, str]] = field(default_factory=innocents)

    def begin_anew(self) -> None:
        self.form.submissions.clear()
        empty(self.context.engine, self.context.settings.data)

    def meet(self, odd: list[Mutant]) -> None:
        for one in odd:
            self.send(one.sent)
            submission = self.form.submissions[one.root]
            change_row(submission, one.changed)
            submission.current.xml = one.xml or submission.current.xml

    def gather(self) -> None:
        """Pull, fetch, read, verify, certify."""
        engine = self.context.engine
        with writing(engine) as session:
            ask(session, Pulls())
        drain(self.context)
        with snapshot(engine) as session:
            for job in session.scalars(select(Job).where(Job.state != "done")):
                self.outcome.fail("traceback", f"{job.kind} {job.key}: {job.problem}")
        certify(engine, self.central, self.context.store)

    def what_came(self, roots: list[str]) -> dict[str, Any]:
        state, version = SubmissionState, Submission
        with snapshot(self.context.engine) as session:
            rows = session.execute(select(*_columns(state)).where(state.root_id.in_(roots))).all()
            kept = session.execute(select(*_columns(version)).where(version.root_id.in_(roots))).all()
            read = session.execute(
                select(*_columns(Visit))
                .join(version, version.id == Visit.submission_id)
                .where(version.root_id.in_(roots))
            ).all()
            results = session.execute(select(*_columns(VisitResult)).where(VisitResult.visit_id.in_(roots))).all()
            files = session.execute(select(*_columns(Attachment)).where(Attachment.root_id.in_(roots))).all()
        found = {"states": rows, "kept": kept, "read": read, "results": results, "files": files}
        return {name: sorted(map(repr, values)) for name, values in found.items()}

    def look(self, web: FlaskClient, odd: list[Mutant]) -> None:
        """Ask for the pages and files; each is there, and the neighbours are on them."""
        roots = [*self.well, *(one.root for one in odd)]
        paths = [
            "/",
            REPORT,
            f"{REPORT}.csv",
            "/sertifikat",
            "/pekerjaan",
            *(f"/kiriman/{FORM_ID}/{r}" for r in roots),
        ]
        for path in paths:
            answer = web.get(path)
            if answer.status_code >= 500:
                self.outcome.fail("traceback", f"{path}: {answer.status_code}")
        visits = str(web.get(f"{REPORT}.json").get_json())
        with snapshot(self.context.engine) as session:
            photograph = session.scalar(select(Attachment.id).filter_by(root_id=self.well[-1], state="stored"))
            if session.scalar(select(Result.id)) is None:
                self.outcome.fail("traceback", "the district is not verified")
        if web.get(f"/foto/{photograph}.jpg").status_code != 200 or not all(root in visits for root in self.well):
            self.outcome.fail("traceback", "a neighbour is not shown")

    def count(self, odd: list[Mutant]) -> None:
        with snapshot(self.context.engine) as session:
            stands = session.execute(select(SubmissionState.root_id, standing(), SubmissionState.problem,
                                            SubmissionState.aside)).all()  # fmt: skip
        self.outcome.taken += sum(row[1] == Standing.COUNTS for row in stands) - len(self.well)
        for row in stands:
            if row[1] != Standing.COUNTS:
                self.outcome.refused += 1
                reason = row.problem or row.aside
                self.outcome.reasons[reason.code if reason else row[1]] += 1
        if len(stands) != len(odd) + len(self.well):
            self.outcome.fail("partial_write", f"{len(stands)} of {len(odd) + len(self.well)} are here")


def _columns(model: Any) -> list[Any]:
    return [column for column in model.__table__.columns if column.name not in (*OWN, *SHARED, "next_ask_at")]


def a_photograph() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (9, 9), "teal").save(file, "JPEG")
    return file.getvalue()


@contextmanager
def unforeseen(outcome: Outcome) -> Iterator[None]:
    """Count what the guarded edge caught."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            outcome.unforeseen[record.getMessage()] += 1

    listener = Listener()
    logging.getLogger("server.aside").addHandler(listener)
    yield
    logging.getLogger("server.aside").removeHandler(listener)


@pytest.fixture
def trial(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Trial:
    publish(central)
    form = sandbox.state.projects[central.project].forms[FORM_ID]
    publish(central, "2", drop="word")
    claim_a_place(engine)
    place = Place("sqlite://", tmp_path, sandbox.url, central.project)
    values = {name.removeprefix("TILIK_").lower(): value for name, value in place.environment.items()}
    return Trial(Context(engine, Settings(**values)), central, form, sandbox, Outcome())  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [8, pytest.param(400, marks=pytest.mark.ci)], ids=["a few", "many"])
def test_odd_submissions_among_others(trial: Trial, count: int) -> None:
    count = int(os.environ.get("TILIK_TEST_FUZZ_INPUTS") or count)
    web = entered(create_app(trial.context.engine, trial.context.settings))
    expected = trial.goes_well()
    trial.look(web, [])
    assert all(expected.values())
    with unforeseen(trial.outcome):
        for seed in range(0, count, AT_ONCE):
            odd = list(mutants(seed, min(AT_ONCE, count - seed)))
            one_batch(trial, web, odd, expected)
    trial.outcome.must_be_clean()


def one_batch(trial: Trial, web: FlaskClient, odd: list[Mutant], expected: dict[str, Any]) -> None:
    trial.begin_anew()
    reset_peak_mb()
    began, before = time.process_time(), peak_mb()
    trial.meet(odd)
    found = trial.goes_well()
    for name, rows in expected.items():
        if without_moments(found[name]) != without_moments(rows):
            trial.outcome.fail("traceback", f"{name} of a neighbour: {found[name]} for {rows}")
    trial.look(web, odd[:LOOKED_AT])
    trial.count(odd)
    if time.process_time() - began > SLOW_SECONDS:
        trial.outcome.fail("slow", f"{time.process_time() - began:.0f} s for {len(odd)}")
    if peak_mb() - before > MUCH_MB:
        trial.outcome.fail("much", f"{peak_mb() - before:.0f} MB for {len(odd)}")


def without_moments(rows: list[str]) -> list[str]:
    """Leave out when it came and which it is: it is sent anew each time."""
    return sorted(re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "…", row) for row in rows)
