"""Pull submissions from Central: the feed streams, batches of 500 are committed, the watermark moves at the end.

Killed anywhere, the next pull goes on where this one was: every step may be repeated. No network inside a transaction.

One filter sees what is created, edited, reviewed and deleted. Moments are Central's own (its Date header): this
machine's clock may be wrong. Central stamps a row before it commits it, so a row may appear later than a newer one:
hence the look-back, and "ge".
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.db import now, reading, writing
from server.submissions import insert_versions, known_versions, upsert_states
from server.tables import Form
from verification.model import Reason
from workers.central import Central, Json
from workers.central_session import CentralProblem
from workers.feed import FeedRow, digest, read_rows, to_text
from workers.xml import UnreadableXml, read_answers

BATCH = 500
LOOK_BACK = timedelta(minutes=10)
THE_BEGINNING = "1970-01-01T00:00:00.000Z"

Progress = Callable[[str, int], None]  # a form's id, and how many more of its rows are in


@dataclass
class PullReport:
    """What a pull of one form did."""

    form_id: str
    rows: int = 0
    new_versions: int = 0
    problem: Reason | None = None


def pull_all(engine: Engine, central: Central, progress: Progress | None = None) -> list[PullReport]:
    """Pull every published form of the project; one that fails leaves the others pulled."""
    forms = [form["xmlFormId"] for form in central.forms() if form["publishedAt"] is not None]
    return [pull_form(engine, central, form_id, progress) for form_id in forms]


def pull_form(engine: Engine, central: Central, form_id: str, progress: Progress | None = None) -> PullReport:
    """Pull one form to its end. What goes wrong is noted with the form, and in the report."""
    pull = _FormPull(engine, central, form_id, _meet_form(engine, central.project, form_id), progress)
    try:
        while pull.cycle():
            """A cycle that went on from one that was cut has not seen what changed meanwhile: look once more."""
    except CentralProblem as problem:
        pull.report.problem = problem.reason
        with writing(engine) as session:
            pull.note(session, problem=to_json(problem.reason))
    return pull.report


def to_json(reason: Reason | None) -> Json | None:
    """Write a reason for a problem column."""
    return {"code": reason.code, "values": reason.values} if reason else None


def _meet_form(engine: Engine, project: int, form_id: str) -> int:
    query = select(Form.id).filter_by(project=project, form_id=form_id)
    with reading(engine) as session:
        known = session.scalar(query)
    if known is not None:
        return known
    with writing(engine) as session:
        if session.scalar(query) is None:
            session.add(Form(project=project, form_id=form_id))
            session.flush()
        return session.scalars(query).one()


def changed_since(since: str, reached: str | None = None) -> str:
    """Write the filter for all that changed since a moment; `reached` is the oldest submission a cut cycle saw.

    Naming deletedAt also switches off Central's hidden "not deleted".
    """
    changed = " or ".join(f"__system/{name} ge {since}" for name in ("submissionDate", "updatedAt", "deletedAt"))
    return f"({changed}) and __system/submissionDate le {reached}" if reached else changed


def looking_back(watermark: str | None) -> str:
    """Give the moment from which a pull asks again."""
    if watermark is None:
        return THE_BEGINNING
    return (datetime.fromisoformat(watermark) - LOOK_BACK).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass
class _FormPull:
    engine: Engine
    central: Central
    form_id: str
    form_pk: int
    progress: Progress | None
    report: PullReport = field(init=False)

    def __post_init__(self) -> None:
        self.report = PullReport(self.form_id)

    def cycle(self) -> bool:
        """Read the feed once to its end; tells whether this went on from a cycle that was cut."""
        with reading(self.engine) as session:
            form = session.get_one(Form, self.form_pk)
            watermark, started, reached = form.watermark, form.cycle_started, form.cycle_reached
        published = None
        with self.central.feed(self.form_id, changed_since(looking_back(watermark), reached)) as feed:
            opened_at = started or feed.opened_at
            for batch in _batches(read_rows(feed.chunks)):
                # only now: a version published after the feed was opened makes us read XML, never trust a wrong feed
                published = published or self.central.form(self.form_id)
                self._take(batch, published, opened_at)
        with writing(self.engine) as session:
            self.note(
                session, watermark=opened_at, cycle_started=None, cycle_reached=None, pulled_at=now(), problem=None
            )
        return started is not None

    def note(self, session: Session, **values: Any) -> None:
        """Note how far this form is."""
        session.connection().execute(update(Form).where(Form.id == self.form_pk).values(**values))

    def _take(self, batch: Sequence[FeedRow], published: Json, opened_at: str) -> None:
        extra = self._fetch_extra(batch, published["version"])
        with writing(self.engine) as session:
            self.report.new_versions += _keep(session, self.form_pk, published["version"], batch, extra)
            self.note(session, published_version=published["version"], state=published["state"],
                       cycle_started=opened_at, cycle_reached=batch[-1].system["submissionDate"])  # fmt: skip
        self.report.rows += len(batch)
        if self.progress:
            self.progress(self.form_id, len(batch))

    def _fetch_extra(self, batch: Sequence[FeedRow], published: str | None) -> dict[str, "_FromXml"]:
        """Fetch what the feed does not show: versions made between two polls, and answers of other form versions.

        Central gives neither for a submission that is deleted; both are fetched when it is restored.
        """
        living = [row for row in batch if row.system["deletedAt"] is None and not row.is_encrypted]
        suspects = [row for row in living if row.system["edits"] or row.system["formVersion"] != published]
        if not suspects:
            return {}
        with reading(self.engine) as session:
            known = known_versions(session, self.form_pk, [row.root_id for row in suspects])
        extra: dict[str, _FromXml] = {}
        for row in suspects:
            have = known.get(row.root_id, set())
            wanted = {row.instance_id} if row.system["formVersion"] != published else set()
            if len(have | {row.instance_id}) <= row.system["edits"]:
                versions = self.central.versions(self.form_id, row.root_id)
                wanted |= {version["instanceId"] for version in versions} - {row.instance_id}
            for instance_id in wanted - have:
                extra[instance_id] = self._read_xml(row, instance_id)
        return extra

    def _read_xml(self, row: FeedRow, instance_id: str) -> "_FromXml":
        try:
            text = to_text(read_answers(self.central.xml(self.form_id, row.root_id, instance_id)))
        except UnreadableXml as error:
            return _FromXml(row, instance_id, None, error.reason)
        return _FromXml(row, instance_id, text)


def _batches(rows: Iterable[FeedRow]) -> Iterator[list[FeedRow]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


@dataclass(frozen=True, slots=True)
class _FromXml:
    """A version whose answers came from its XML, or could not be read from it."""

    row: FeedRow
    instance_id: str
    text: str | None
    problem: Reason | None = None


def _keep(
    session: Session, form_pk: int, published: str | None, batch: Sequence[FeedRow], extra: dict[str, _FromXml]
) -> int:
    """Write a batch: the versions that are new, and what Central now says of each submission. Returns how many are new.

    The feed is evidence only for submissions made for the published version: of others it may hide answers.
    """
    versions = [
        _version(form_pk, row, row.instance_id, "odata", row.text)
        for row in batch
        if row.system["formVersion"] == published and not row.is_encrypted
    ]
    versions += [_version(form_pk, x.row, x.instance_id, "xml", x.text) for x in extra.values() if x.text is not None]
    upsert_states(session, [_state(form_pk, row, extra.get(row.instance_id)) for row in batch])
    return insert_versions(session, versions)


def _version(form_pk: int, row: FeedRow, instance_id: str, source: str, text: str) -> Json:
    return {
        "form_pk": form_pk, "root_id": row.root_id, "instance_id": instance_id, "digest": digest(text),
        "source": source, "form_version": row.system["formVersion"], "answers": text,
    }  # fmt: skip


def _state(form_pk: int, row: FeedRow, extra: _FromXml | None) -> Json:
    system = row.system
    problem = extra.problem if extra else Reason("encrypted") if row.is_encrypted else None
    return {
        "form_pk": form_pk, "root_id": row.root_id, "instance_id": row.instance_id,
        "submitted_at": system["submissionDate"], "updated_at": system["updatedAt"], "deleted_at": system["deletedAt"],
        "review_state": system["reviewState"], "edits": system["edits"],
        "attachments_present": system["attachmentsPresent"], "attachments_expected": system["attachmentsExpected"],
        "problem": to_json(problem),
    }  # fmt: skip
