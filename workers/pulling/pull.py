"""Pull submissions from Central: the feed streams, batches of 500 are committed, the watermark moves at the end.

Killed anywhere, the next pull goes on where this one was: every step may be repeated. No network inside a transaction.

One filter sees what is created, edited, reviewed and deleted. Moments are Central's own (its Date header): this
machine's clock may be wrong. Central stamps a row before it commits it, so a row may appear later than a newer one:
hence the look-back, and "ge". What the filter cannot see, the slow pass does (`workers.pulling.slow_pass`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from server.db import insert_into, now, snapshot, writing
from server.forms.queries import note_versions
from server.moments import from_central, to_central
from server.removals.tombstones import remove_again, removed_roots
from server.submissions.forms import form_of
from server.submissions.keeping import (
    Known,
    ask_for_files,
    digest,
    fill_in_form_versions,
    insert_versions,
    latest_sight,
    lock_form,
    newest_stamp,
    note_gone,
    present_roots,
    set_back,
    upsert_states,
)
from server.submissions.replacing import make_room
from server.submissions.tables import Form
from server.traces.queries import roots_without_traces
from server.traces.text import text_without_traces
from server.visits.reading import VISIT
from verification.reason import Reason
from workers.central.api import Central
from workers.central.feed import FeedRow, read_rows
from workers.central.session import CentralProblem
from workers.central.wire import FormInfo, Json
from workers.pulling.closer import CloserLook, FromXml
from workers.pulling.forbearance import Forbearance
from workers.pulling.forms import meet_forms
from workers.pulling.words import fetch_words
from xlsforms.forms import FORMS

BATCH = 500
LOOK_BACK = timedelta(minutes=10)
AHEAD = timedelta(hours=1)  # a watermark farther ahead came from a wrong clock; one less far soon is not ahead any more
THE_BEGINNING, NEVER = "1970-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"

Progress = Callable[[str, int], None]  # a form's id, and how many more of its rows are in


@dataclass
class PullReport:
    """What a pull of one form did."""

    form_id: str
    rows: int = 0
    new_versions: int = 0
    gone: list[str] = field(default_factory=list)
    problem: Reason | None = None


def pull_all(engine: Engine, central: Central, progress: Progress | None = None) -> list[PullReport]:
    """Pull every published form of the project; one that fails leaves the others pulled."""
    return [pull_form(engine, central, form_id, progress) for form_id in meet_forms(engine, central)]


def pull_form(
    engine: Engine, central: Central, form_id: str, progress: Progress | None = None, *, everything: bool = False
) -> PullReport:
    """Pull one form to its end. What goes wrong is noted with the form, and in the report.

    `everything` reads the whole feed again, from the beginning.
    """
    pull = _FormPull(engine, central, form_id, form_key(engine, central.project, form_id), progress)
    try:
        while pull.cycle(everything=everything):
            continue  # what this one could not see, another has to
    except CentralProblem as problem:
        pull.report.problem = problem.reason
        with writing(engine) as session:
            pull.note(session, problem=problem.reason)
        return pull.report
    fetch_words(engine, central, pull.form_pk, form_id)
    return pull.report


def form_key(engine: Engine, project: int, form_id: str) -> int:
    """Give our number of a form, known or new; one that was met before this project had it is read from now on."""
    read_as = FORMS.get(form_id)
    with snapshot(engine) as session:
        if (known := form_of(session, project, form_id)) and read_as in (None, known.read_as):
            return known.id
    with writing(engine) as session:
        new = insert_into(session, Form).values(project=project, form_id=form_id, read_as=read_as)
        session.execute(new.on_conflict_do_nothing())  # another worker may meet it at the same moment
        session.execute(update(Form).filter_by(project=project, form_id=form_id).values(read_as=read_as))
        known = form_of(session, project, form_id)
        assert known is not None  # noqa: S101 - for the type checker
        return known.id


def changed_since(since: str, reached: str | None = None) -> str:
    """Write the filter for all that changed since a moment; `reached` is the oldest submission a cut cycle saw.

    Naming deletedAt also switches off Central's hidden "not deleted".
    """
    changed = " or ".join(f"__system/{name} ge {since}" for name in ("submissionDate", "updatedAt", "deletedAt"))
    return f"({changed}) and __system/submissionDate le {reached}" if reached else changed


def looking_back(watermark: str | None, look_back: timedelta = LOOK_BACK) -> str:
    """Give the moment from which a pull asks again."""
    if watermark is None:
        return THE_BEGINNING
    return to_central(from_central(watermark) - look_back)


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
        self._closer = CloserLook(
            self.engine, self.central, self.form_id, self.form_pk, Forbearance(self.central, self.form_id)
        )

    def cycle(self, *, everything: bool = False) -> bool:
        """Read the feed once to its end; tells whether to look once more.

        One that went on from a cycle that was cut has not seen what changed meanwhile; one that asked for what changed
        after a moment that is still to come, by a clock of Central's that was ahead, has seen nothing.
        """
        watermark = started = reached = newest = None
        if not everything:
            with snapshot(self.engine) as session:
                form = session.get_one(Form, self.form_pk)
                watermark, started, reached = form.watermark, form.cycle_started, form.cycle_reached
                newest = newest_stamp(session, self.form_pk)
        missing = self._all_that_is_here() if watermark is None and reached is None else set()
        published: FormInfo | None = None
        with self.central.feed(self.form_id, changed_since(_from_when(watermark, newest), reached)) as feed:
            opened_at = started or feed.opened_at
            for batch in _batches(read_rows(feed.chunks)):
                # only now: a version published after the feed was opened makes us read XML, never trust a wrong feed
                published = published or self.central.form(self.form_id)
                self._take(batch, published, feed.opened_at, opened_at)
                missing.difference_update(row.root_id for row in batch)
        was_ahead = watermark is not None and looking_back(watermark, AHEAD) > feed.opened_at
        with writing(self.engine) as session:
            if missing:
                note_gone(session, self.form_pk, sorted(missing), feed.opened_at)
            self.note(session, watermark=None if was_ahead else opened_at, cycle_started=None, cycle_reached=None,
                      pulled_at=now(), problem=None)  # fmt: skip
        self.report.gone += sorted(missing)
        return started is not None or was_ahead

    def _all_that_is_here(self) -> set[str]:
        """Name what must be in a feed that is read from the beginning, or is gone; and let that feed be the newest.

        It is read before the feed is opened: what is new at Central meanwhile cannot be taken for gone. No submission
        was seen after the present moment, but by a clock that was ahead.
        """
        with snapshot(self.engine) as session:
            here, seen_at = present_roots(session, self.form_pk), latest_sight(session, self.form_pk)
        if seen_at and seen_at > (present := self.central.clock()):
            with writing(self.engine) as session:
                set_back(session, self.form_pk, present)
        return here

    def note(self, session: Session, **values: Any) -> None:
        """Note how far this form is."""
        session.connection().execute(update(Form).where(Form.id == self.form_pk).values(**values))

    def _take(self, batch: Sequence[FeedRow], published: FormInfo, seen_at: str, cycle_started: str) -> None:
        seen = self._closer.look(batch, published.version)
        stamps = [row.system.submitted_at for row in batch if row.system.submitted_at]
        reached = {"cycle_started": cycle_started, "cycle_reached": stamps[-1]} if stamps else {}
        with writing(self.engine) as session:
            lock_form(session, self.form_pk)
            fill_in_form_versions(session, self.form_pk, seen.filled_in)
            note_versions(session, self.form_pk, seen.filled_in.values())
            keep = _Batch(self.form_pk, published.version, seen_at, seen.extra, FORMS.get(self.form_id) == VISIT)
            self.report.new_versions += keep.write(session, seen.rows)
            self.note(session, published_version=published.version, state=published.state, **reached)
        self.report.rows += len(batch)
        if self.progress:
            self.progress(self.form_id, len(batch))


def _kept(row: FeedRow, text: str, bare: set[str]) -> str:
    """Give answers as they are kept: without traces of places, where these were deleted when a district was closed."""
    return text_without_traces(text)[0] if row.root_id in bare else text


def _from_when(watermark: str | None, newest: str | None) -> str:
    """Say from when on to ask. Central's database stamps by its own clock, which may be behind the Date header's."""
    since = looking_back(watermark)
    return min(since, newest) if newest and since != THE_BEGINNING else since


def _batches(rows: Iterator[FeedRow]) -> Iterator[list[FeedRow]]:
    """Give rows in batches; where the feed breaks, first what came of it."""
    batch: list[FeedRow] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except CentralProblem:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


@dataclass(frozen=True)
class _Batch:
    """Writes a batch: the versions that are new, and what Central now says of each submission.

    The feed is evidence only for versions filled in with the published form: of others it may hide answers.
    """

    form_pk: int
    published: str | None
    seen_at: str
    extra: dict[str, FromXml]
    of_visits: bool  # of nothing else it is kept by which phone it came

    def write(self, session: Session, batch: Sequence[FeedRow]) -> int:
        """Write it, but for what was lawfully removed; returns how many versions are new."""
        removed = removed_roots(session, self.form_pk, [row.root_id for row in batch])
        rows = list({row.root_id: row for row in reversed(batch) if row.root_id not in removed}.values())[::-1]
        undone = [row.root_id for row in batch if row.root_id in removed and row.system.deleted_at is None]
        remove_again(session, self.form_pk, undone)
        if not rows:
            return 0
        bare = roots_without_traces(session, self.form_pk, [row.root_id for row in rows])
        extra = [x for x in self.extra.values() if x.row.root_id not in removed]
        from_xml = [self._version(x.row, x.instance_id, x.known, "xml", _kept(x.row, x.text, bare))
                    for x in extra if x.text is not None]  # fmt: skip
        from_feed = [
            self._version(row, row.instance_id, Known(row.system.edits + 1, row.system.form_version), "odata",
                          _kept(row, row.text, bare))
            for row in rows
            if row.text and (row.problem or row.system.form_version == self.published)
            and not row.is_encrypted
        ]  # fmt: skip
        submitted = {row.root_id: row.system.submitted_at for row in rows if row.system.submitted_at}
        make_room(session, self.form_pk, submitted)
        upsert_states(session, [self._state(row) for row in rows])
        with_files = [(row.root_id, row.instance_id) for row in rows if row.system.expected]
        older = [(x.row.root_id, x.instance_id) for x in extra if x.instance_id != x.row.instance_id]
        ask_for_files(session, self._lists(with_files + older))
        note_versions(session, self.form_pk, (version["form_version"] for version in from_xml + from_feed))
        return insert_versions(session, from_xml + from_feed)  # of one that both have, the XML is kept

    def _version(self, row: FeedRow, instance_id: str, known: Known, source: str, text: str) -> Json:
        return {
            "form_pk": self.form_pk, "root_id": row.root_id, "instance_id": instance_id, "number": known.number,
            "digest": digest(text), "source": source, "form_version": known.form_version, "answers": text,
        }  # fmt: skip

    def _state(self, row: FeedRow) -> Json:
        system, extra = row.system, self.extra.get(row.instance_id)
        problem = row.problem or (extra.problem if extra else Reason("encrypted") if row.is_encrypted else None)
        return {
            "form_pk": self.form_pk, "root_id": row.root_id, "instance_id": row.instance_id,
            "submitted_at": system.submitted_at or self.seen_at, "updated_at": system.updated_at,
            "deleted_at": system.deleted_at, "review_state": system.review_state, "edits": system.edits,
            "attachments_present": system.present,
            "attachments_expected": system.expected,
            "submitter": system.submitter, "device": system.device if self.of_visits else None,
            "seen_at": self.seen_at, "gone_at": None, "settlement_id": None, "problem": problem,
        }  # fmt: skip

    def _lists(self, versions: Sequence[tuple[str, str]]) -> list[Json]:
        moment = now()
        return [
            {"form_pk": self.form_pk, "root_id": root_id, "instance_id": instance_id, "settled": False,
             "recheck": False, "attempts": 0, "next_ask_at": moment}
            for root_id, instance_id in versions
        ]  # fmt: skip
