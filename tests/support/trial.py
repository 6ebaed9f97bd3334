"""What the tests of pulling share: a form at the sandbox, many submissions at once, and what is kept of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.db import Base, now, snapshot, writing
from server.moments import to_central
from server.results.reading import read_unread
from server.settings import Settings
from server.submissions.keeping import insert_versions, upsert_states
from server.submissions.tables import Form, Submission, SubmissionChange, SubmissionState
from server.visits.reading import VISIT
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.sandbox.xform import read_submission
from tests.support.forms import FORM_ID, a_form, a_submission
from verification.reading.differences import AnswerChange
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.pulling.pull import AHEAD, LOOK_BACK, THE_BEGINNING, changed_since
from workers.queue.context import Context

_OWN = ("id", "version_id", "form_pk", "problem", "seen_at", "looked", "looked_at", "compared", "photographs")


def a_context(central: Central, engine: Engine, tmp_path: Path, url: str) -> Context:
    """Give what jobs work with; `url` may be a proxy's."""
    return Context(engine, Settings(
        data=tmp_path, central_url=url, central_user=USER, central_password=SecretStr(PASSWORD),
        central_project=central.project,
    ))  # fmt: skip


def publish_trial(central: Central) -> Central:
    central.publish(FORM_ID, a_form(), "1")
    return central


def publish_xml(central: Central, xml: str) -> None:
    path, headers = f"projects/{central.project}/forms", {"Content-Type": "application/xml"}
    central.session.ask("POST", path, params={"publish": "true"}, data=xml.encode(), headers=headers).close()


def submit_many(sandbox: Sandbox, central: Central, count: int, **answers: Any) -> list[str]:
    """Put many submissions into the sandbox at once; over HTTP this would take most of the test's time."""
    form = sandbox.state.projects[central.project].forms[FORM_ID]
    roots = []
    for number in range(count):
        xml = a_submission(word=f"w{number}", **answers).encode()
        read = read_submission(xml)
        sandbox.state.create(form, read, xml)
        roots.append(read.instance_id)
    return roots


def delete(central: Central, root: str) -> None:
    central.delete(FORM_ID, root)


def restore(central: Central, root: str) -> None:
    central.session.ask("POST", f"projects/{central.project}/forms/{FORM_ID}/submissions/{root}/restore").close()


def delete_form(central: Central) -> None:
    central.session.ask("DELETE", f"projects/{central.project}/forms/{FORM_ID}").close()


def restore_form(central: Central) -> None:
    """Restore the form that was deleted first, from Central's trash."""
    path = f"projects/{central.project}/forms"
    number = central.ask_for(path, params={"deleted": "true"})[0]["id"]
    central.session.ask("POST", f"{path}/{number}/restore").close()


def make_anew(central: Central, version: str = "2") -> None:
    """Delete the form and make it again under its id, which takes a version that was never used."""
    delete_form(central)
    central.publish(FORM_ID, a_form(version), version)


def close(central: Central) -> None:
    _set_state(central, "closed")


def reopen(central: Central) -> None:
    _set_state(central, "open")


def _set_state(central: Central, state: str) -> None:
    path = f"projects/{central.project}/forms/{FORM_ID}"
    central.session.ask("PATCH", path, json={"state": state}).close()


def kept(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Give everything that was kept, without our own numbering and the moment at which it was last seen."""
    return {model.__tablename__: _rows(engine, model) for model in (Submission, SubmissionState)}


def _rows(engine: Engine, model: type[Base]) -> list[tuple[Any, ...]]:
    columns = [column for column in model.__table__.columns if column.name not in _OWN]
    with snapshot(engine) as session:
        return sorted(map(tuple, session.execute(select(*columns))), key=repr)


def versions(engine: Engine) -> dict[str, str]:
    """Give the kept answers by instance id."""
    with snapshot(engine) as session:
        return {row.instance_id: row.answers for row in session.scalars(select(Submission))}


def states(engine: Engine) -> dict[str, SubmissionState]:
    with snapshot(engine) as session:
        found = {state.root_id: state for state in session.scalars(select(SubmissionState))}
        session.expunge_all()
    return found


JPEG, OTHER = b"\xff\xd8\xff\xe0 one", b"\xff\xd8\xff\xe0 another"


def pretend_that_time_has_passed(engine: Engine) -> None:
    """Move the watermark past everything that was, so that only the slow pass can see it."""
    with writing(engine) as session:
        session.execute(update(Form).values(watermark=to_central(now() + (LOOK_BACK + AHEAD) / 2)))


def refusal(action: Callable[[], Any]) -> str:
    with pytest.raises(CentralProblem) as caught:
        action()
    return f"{caught.value.reason.code} {caught.value.reason.values.get('number', '')}".strip()


def read_visits(engine: Engine) -> int:
    """Read what has come as visits, whatever form it came by."""
    with writing(engine) as session:
        session.execute(update(Form).values(read_as=VISIT))
    return read_unread(engine)


def feed_rows(central: Central, where: str | None = changed_since(THE_BEGINNING)) -> list[dict[str, Any]]:
    """Read the feed as it comes, newest first, Central's words about a submission as "system"."""
    with central.feed(FORM_ID, where) as feed:
        rows: list[dict[str, Any]] = json.loads(b"".join(feed.chunks))["value"]
    return [{**row, "system": row["__system"]} for row in rows]


MOMENT = "2026-11-01T00:00:00.000Z"


def it_comes(
    engine: Engine, form_id: str, root_id: str, answers: dict[str, Any], project: int = 1, version: str | None = None,
    read: bool = True, **state: Any,
) -> int:  # fmt: skip
    """Store a submission's version as a pull does, and `read` it; gives its form's number."""
    with writing(engine) as session:
        form = session.scalar(select(Form).filter_by(form_id=form_id)) or Form(
            project=project, form_id=form_id, read_as=VISIT
        )
        session.add(form)
        session.flush()
        number, ids = form.id, {"form_pk": form.id, "root_id": root_id, "instance_id": version or root_id}
        insert_versions(session, [ids | {"number": state.get("edits", 0) + 1, "digest": "x", "source": "odata",
                                         "form_version": "1", "answers": json.dumps(answers)}])  # fmt: skip
        upsert_states(session, [ids | {
            "submitted_at": MOMENT, "seen_at": MOMENT, "edits": 0, "attachments_present": 0, "attachments_expected": 0,
            "deleted_at": None, "gone_at": None, "review_state": None, "problem": None,
        } | state])  # fmt: skip
    if read:
        read_visits(engine)
    return number


def changes_of(session: Session, form_pk: int, root_id: str) -> list[tuple[int, list[AnswerChange]]]:
    """Give what each later version of a submission changed, by the version's number."""
    query = (
        select(Submission.number, SubmissionChange.changes)
        .join(SubmissionChange, SubmissionChange.submission_id == Submission.id)
        .where(Submission.form_pk == form_pk, Submission.root_id == root_id)
        .order_by(Submission.number)
    )
    return [(number, [tuple(change) for change in json.loads(text)]) for number, text in session.execute(query)]
