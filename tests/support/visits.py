"""What the tests of faults stand on: visits with a little of everything, what comes of them, and who gathers it."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, update

from server.areas.geojson import AreaPlan
from server.audit.sealing import seal
from server.db import Base, now, snapshot, writing
from server.recoding.applying import AreasWish, load_areas
from server.results.tables import IndicatorResult, LineResult, Result, VisitResult
from server.store.interface import Store
from server.submissions.tables import Attachment, FileList, Form, Submission, SubmissionChange, SubmissionState
from server.visits.tables import Visit
from server.words import LANGUAGES, catalogue
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.sandbox.xform import read_submission
from tests.support.builders import LAT, LON, VILLAGES
from tests.support.claiming import claims_come, open_round
from tests.support.forms import a_form, a_submission, new_id
from tests.support.workbooks import DISTRICT, a_place, filled, row_of
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.pulling.files import fetch_attachments
from workers.pulling.pull import pull_form
from xlsforms.forms import FORMS

Json = dict[str, Any]
FORM_ID = next(form for form in FORMS if form == "visit_pojok_asi")
QUESTIONS = {"kind": "text", "arrival": "text", "facility": "text", "photo_front": "image"}
JPEG = b"\xff\xd8\xff" + bytes(range(256)) * 4
CLAIMED = {
    "area_versions",
    "areas",
    "rounds",
    "round_stages",
    "round_parts",
    "round_changes",
    "claim_files",
    "facilities",
    "claims",
    "answers",
    "documents",
    "claim_lines",
}


def a_visit(instance_id: str | None = None, **other: Any) -> str:
    """Give a visit's XML: to the claimed place, where all is well."""
    answers = {"kind": "pojok_asi", "arrival": "open", "point": f"{LAT} {LON} 4 5"} | other
    return a_submission(instance_id, form_id=FORM_ID, **answers)


def publish(central: Central, version: str = "1", drop: str | None = None) -> None:
    central.publish(FORM_ID, a_form(version, form_id=FORM_ID, drop=drop, **QUESTIONS), version)


def visits_with_history(central: Central) -> None:
    """Leave a visit of an older form version, a plain one, one with one of two photographs, one edited, one deleted."""
    publish(central)
    central.submit(FORM_ID, a_visit(word="old"))
    publish(central, "2", drop="word")
    central.submit(FORM_ID, a_visit(version="2"))
    central.submit(FORM_ID, a_visit(version="2", photo="a.jpg", photo_front="late.jpg"), {"a.jpg": JPEG})
    edited = central.submit(FORM_ID, a_visit(version="2", arrival="closed"))
    central.edit(FORM_ID, edited, a_visit(new_id(), replaces=edited, version="2"))
    delete(central, central.submit(FORM_ID, a_visit(version="2")))


def submit_many(sandbox: Sandbox, central: Central, count: int, **answers: Any) -> int:
    """Put many visits into the sandbox at once: over HTTP it would take most of the test's time."""
    form = sandbox.state.projects[central.project].forms[FORM_ID]
    for _ in range(count):
        xml = a_visit(**answers).encode()
        sandbox.state.create(form, read_submission(xml), xml)
    return count


def delete(central: Central, root: str) -> None:
    central.delete(FORM_ID, root)


def claim_a_place(engine: Engine) -> bytes:
    """Load the district, and claim what the visits went to; gives the workbook, which no store has."""
    names = {"99": "Provinsi", "99.01": "Kabupaten", "99.01.01": "Kecamatan Satu", "99.01.02": "Kecamatan Dua"}
    content = filled({f"Klaim!E{row_of(17)}": 12.5}, a_place())
    villages = {village.code: village.name for village in VILLAGES}
    load_areas(
        engine, AreaPlan(tuple(VILLAGES), names | villages, (), ()), AreasWish("terminal:test", date(2026, 1, 1))
    )
    open_round(engine)
    plan = claims_come(engine, content)
    assert not plan.problems and plan.district == DISTRICT
    return content


def gather(engine: Engine, central: Central, store: Store) -> Reason | None:
    """Pull the form, then its files, as the job does; returns what went wrong."""
    report = pull_form(engine, central, FORM_ID)
    if report.problem:
        return report.problem
    with snapshot(engine) as session:
        form_pk = session.scalars(select(Form.id).filter_by(project=central.project, form_id=FORM_ID)).one()
    try:
        fetch_attachments(engine, central, form_pk, FORM_ID, store)
    except CentralProblem as problem:
        return problem.reason
    return None


def everything(engine: Engine, data: Path) -> Json:
    """Give all that came of a form, without our own numbering and our own clock."""
    with snapshot(engine) as session:
        found: Json = {
            model.__tablename__: sorted(map(tuple, session.execute(select(*_columns(model)))), key=repr)
            for model in (Submission, SubmissionState, SubmissionChange, FileList, Attachment, Visit, Result,
                          IndicatorResult, LineResult, VisitResult)
        }  # fmt: skip
    found["files"] = sorted(file.name for file in (data / "store").rglob("*") if file.is_file())
    return found


def _columns(model: type[Base]) -> list[Any]:
    ours = {
        "id",
        "form_pk",
        "submission_id",
        "result_id",
        "state_id",
        "considered",
        "seen_at",
        "attempts",
        "next_ask_at",
        "computed_at",
        "looked_at",
        "compared_at",
    }
    ours |= {"changes", "changes_read", "version_id", "photographs"} if model is SubmissionState else set()
    return [column for column in model.__table__.columns if column.name not in ours]


PEOPLE = {"people", "held_roles", "login_sessions"}


def empty(engine: Engine, data: Path) -> None:
    """Forget all but what was claimed, who is logged in, and what was written down, which no database lets go.

    That is sealed, so that work begun anew finds as much to do whenever it begins.
    """
    with writing(engine) as session:
        while seal(session):
            pass
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in CLAIMED | PEOPLE and not table.name.startswith("audit_"):
                session.execute(table.delete())
    for file in (data / "store").rglob("*"):
        if file.is_file():
            file.unlink()


def time_passes(engine: Engine) -> None:
    """Let every pause and every lease run out, as if hours had gone by."""
    with writing(engine) as session:
        session.execute(update(Job).where(Job.state == "waiting").values(run_at=now()))
        session.execute(update(FileList).values(next_ask_at=now()))
        session.execute(update(Job).where(Job.state == "running").values(lease_until=Job.asked_at))


def assert_operator_can_act(reason: Reason | Json | None) -> None:
    """A reason has a sentence in every language, and every value in it is filled in."""
    if isinstance(reason, dict):
        reason = Reason(reason["code"], reason["values"])
    assert reason is not None
    for language in LANGUAGES:
        words = catalogue(language)
        assert words.knows(f"reason.{reason.code}"), reason
        assert "{" not in words.reason(reason)
