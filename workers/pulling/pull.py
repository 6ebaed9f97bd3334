"""Pull submissions from Central: the feed streams, batches of 500 are committed, the watermark moves at the end.

Killed anywhere, the next pull goes on where this one was: every step may be repeated. No network inside a transaction.

One filter sees what is created, edited, reviewed and deleted. Moments are Central's own (its Date header): this
machine's clock may be wrong. Central stamps a row before it commits it, so a row may appear later than a newer one:
hence the look-back, and "ge". What the filter cannot see, the slow pass does (`workers.pulling.slow_pass`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from server.aside import or_aside
from server.db import insert_into, now, snapshot, writing
from server.moments import from_central, to_central
from server.removals.tombstones import removed_roots
from server.submissions.forms import form_of, forms_of
from server.submissions.keeping import (
    ask_for_files,
    digest,
    insert_versions,
    known_versions,
    lock_form,
    newest_stamp,
    upsert_states,
)
from server.submissions.tables import Form
from server.visits.reading import VISIT
from verification.reading.point import may_be_half_read
from verification.reason import Reason
from workers.central.api import Central
from workers.central.feed import FeedRow, read_rows, to_text
from workers.central.session import CentralProblem
from workers.central.wire import FormInfo, Json
from workers.central.xml import MAX_XML_CHARACTERS, UnreadableXml, read_answers
from xlsforms.forms import FORMS

BATCH = 500
TROUBLES_IN_A_ROW = 3  # from so many on it is Central that fails, not a submission
LOOK_BACK = timedelta(minutes=10)
THE_BEGINNING, NEVER = "1970-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"

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
    return [pull_form(engine, central, form_id, progress) for form_id in meet_forms(engine, central)]


def meet_forms(engine: Engine, central: Central) -> list[str]:
    """List the published forms of the project, and note which of those we know are there no longer."""
    published = [form.form_id for form in central.forms() if form.is_published]
    with snapshot(engine) as session:
        known = forms_of(session, central.project)
    published += _hidden(central, [form.form_id for form in known if form.form_id not in published])
    if any((form.absent_since is None) is not (form.form_id in published) for form in known):
        with writing(engine) as session:
            for form in forms_of(session, central.project):
                form.absent_since = None if form.form_id in published else form.absent_since or now()
    return published


def _hidden(central: Central, form_ids: Iterable[str]) -> list[str]:
    """Name the forms that are at Central and not on its list: closed ones are kept from some accounts.

    They are asked for like the others, so that what the account may not do is noted with them.
    """
    return [form_id for form_id in form_ids if _is_forbidden(central, form_id)]


def _is_forbidden(central: Central, form_id: str) -> bool:
    try:
        central.form(form_id)
    except CentralProblem as problem:
        if problem.reason.code not in ("central_not_allowed", "central_not_found"):
            raise
        return problem.reason.code == "central_not_allowed"
    return False


def pull_form(
    engine: Engine, central: Central, form_id: str, progress: Progress | None = None, *, everything: bool = False
) -> PullReport:
    """Pull one form to its end. What goes wrong is noted with the form, and in the report.

    `everything` reads the whole feed again, from the beginning.
    """
    pull = _FormPull(engine, central, form_id, form_key(engine, central.project, form_id), progress)
    try:
        while pull.cycle(everything=everything):
            continue  # one that went on from a cycle that was cut has not seen what changed meanwhile: look once more
    except CentralProblem as problem:
        pull.report.problem = problem.reason
        with writing(engine) as session:
            pull.note(session, problem=problem.reason)
    return pull.report


def form_key(engine: Engine, project: int, form_id: str) -> int:
    """Give our number of a form, known or new."""
    with snapshot(engine) as session:
        if known := form_of(session, project, form_id):
            return known.id
    with writing(engine) as session:
        new = insert_into(session, Form).values(project=project, form_id=form_id, read_as=FORMS.get(form_id))
        session.execute(new.on_conflict_do_nothing())  # another worker may meet it at the same moment
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
    _poisoned: int = 0  # submissions in a row that Central failed to give

    def __post_init__(self) -> None:
        self.report = PullReport(self.form_id)

    def cycle(self, *, everything: bool = False) -> bool:
        """Read the feed once to its end; tells whether this went on from a cycle that was cut."""
        watermark = started = reached = newest = None
        if not everything:
            with snapshot(self.engine) as session:
                form = session.get_one(Form, self.form_pk)
                watermark, started, reached = form.watermark, form.cycle_started, form.cycle_reached
                newest = newest_stamp(session, self.form_pk)
        published: FormInfo | None = None
        with self.central.feed(self.form_id, changed_since(_from_when(watermark, newest), reached)) as feed:
            opened_at = started or feed.opened_at
            for batch in _batches(read_rows(feed.chunks)):
                # only now: a version published after the feed was opened makes us read XML, never trust a wrong feed
                published = published or self.central.form(self.form_id)
                self._take(batch, published, feed.opened_at, opened_at)
        with writing(self.engine) as session:
            self.note(
                session, watermark=opened_at, cycle_started=None, cycle_reached=None, pulled_at=now(), problem=None
            )
        return started is not None

    def note(self, session: Session, **values: Any) -> None:
        """Note how far this form is."""
        session.connection().execute(update(Form).where(Form.id == self.form_pk).values(**values))

    def _take(self, batch: Sequence[FeedRow], published: FormInfo, seen_at: str, cycle_started: str) -> None:
        extra = self._fetch_extra(batch, published.version)
        stamps = [row.system.submitted_at for row in batch if row.system.submitted_at]
        reached = {"cycle_started": cycle_started, "cycle_reached": stamps[-1]} if stamps else {}
        with writing(self.engine) as session:
            lock_form(session, self.form_pk)
            keep = _Batch(self.form_pk, published.version, seen_at, extra)
            self.report.new_versions += keep.write(session, batch)
            self.note(session, published_version=published.version, state=published.state, **reached)
        self.report.rows += len(batch)
        if self.progress:
            self.progress(self.form_id, len(batch))

    def _fetch_extra(self, batch: Sequence[FeedRow], published: str | None) -> dict[str, "_FromXml"]:
        """Fetch what the feed does not show: versions made between two polls, and answers that it shows in part.

        In part it shows those of other form versions, and points that are not written as a phone writes them. Central
        gives neither for a submission that is deleted; both are fetched when it is restored.
        """
        living = [row for row in batch if not (row.system.deleted_at or row.is_encrypted or row.problem)]
        suspects = [row for row in living if row.system.edits or self._is_in_part(row, published)]
        if not suspects:
            return {}
        with snapshot(self.engine) as session:
            known = known_versions(session, self.form_pk, [row.root_id for row in suspects])
        extra: dict[str, _FromXml] = {}
        for row in suspects:
            missing = partial(self._missing_of, published=published, have=known.get(row.root_id, set()))
            try:
                extra |= or_aside(missing, _unread, row, but=CentralProblem)
            except CentralProblem as problem:
                if problem.passes:
                    raise
                extra |= _unread(row, Reason("content_not_given"))  # deleted meanwhile, mostly
        return extra

    def _is_in_part(self, row: FeedRow, published: str | None) -> bool:
        is_visit = FORMS.get(self.form_id) == VISIT
        return row.system.form_version != published or (is_visit and may_be_half_read(row.text))

    def _missing_of(self, row: FeedRow, published: str | None, have: set[str]) -> dict[str, "_FromXml"]:
        """Fetch the versions of one submission that are not kept yet, and not in the feed as they are."""
        current = row.system.edits + 1
        wanted = {row.instance_id: current} if self._is_in_part(row, published) else {}
        if len(have | {row.instance_id}) < current:
            versions = reversed(self.central.versions(self.form_id, row.root_id))
            numbers = {version.instance_id: number for number, version in enumerate(versions, 1)}
            wanted |= {instance_id: n for instance_id, n in numbers.items() if instance_id != row.instance_id}
        return {
            instance_id: self._read_xml(row, instance_id, wanted[instance_id]) for instance_id in wanted.keys() - have
        }

    def _read_xml(self, row: FeedRow, instance_id: str, number: int) -> "_FromXml":
        try:
            xml = self.central.xml(self.form_id, row.root_id, instance_id)
        except CentralProblem as problem:
            self._poisoned += 1
            if problem.reason.values.get("status") != "500" or self._poisoned == TROUBLES_IN_A_ROW:
                raise
            return _FromXml(row, instance_id, number, None, problem.reason)  # set aside until the next slow pass
        self._poisoned = 0
        try:
            return _FromXml(row, instance_id, number, to_text(read_answers(xml)))
        except UnreadableXml as error:
            as_it_came = to_text({"": xml}) if len(xml) <= MAX_XML_CHARACTERS else None
            return _FromXml(row, instance_id, number, as_it_came, error.reason)


def _unread(row: FeedRow, problem: Reason = Reason("unreadable_row")) -> dict[str, "_FromXml"]:  # noqa: B008
    """Set a submission aside until it is seen again."""
    return {row.instance_id: _FromXml(row, row.instance_id, row.system.edits + 1, None, problem)}


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


@dataclass(frozen=True, slots=True)
class _FromXml:
    """A version whose answers came from its XML; `problem` says why they could not be read from it."""

    row: FeedRow
    instance_id: str
    number: int
    text: str | None
    problem: Reason | None = None


@dataclass(frozen=True)
class _Batch:
    """Writes a batch: the versions that are new, and what Central now says of each submission.

    The feed is evidence only for submissions made for the published version: of others it may hide answers.
    """

    form_pk: int
    published: str | None
    seen_at: str
    extra: dict[str, _FromXml]

    def write(self, session: Session, batch: Sequence[FeedRow]) -> int:
        """Write it, but for what was lawfully removed; returns how many versions are new."""
        removed = removed_roots(session, self.form_pk, [row.root_id for row in batch])
        rows = list({row.root_id: row for row in reversed(batch) if row.root_id not in removed}.values())[::-1]
        if not rows:
            return 0
        extra = [x for x in self.extra.values() if x.row.root_id not in removed]
        from_xml = [self._version(x.row, x.instance_id, x.number, "xml", x.text) for x in extra if x.text is not None]
        from_feed = [
            self._version(row, row.instance_id, row.system.edits + 1, "odata", row.text)
            for row in rows
            if row.text and (row.problem or row.system.form_version == self.published)
            and not row.is_encrypted
        ]  # fmt: skip
        upsert_states(session, [self._state(row) for row in rows])
        with_files = [(row.root_id, row.instance_id) for row in rows if row.system.expected]
        older = [(x.row.root_id, x.instance_id) for x in extra if x.instance_id != x.row.instance_id]
        ask_for_files(session, self._lists(with_files + older))
        return insert_versions(session, from_xml + from_feed)  # of one that both have, the XML is kept

    def _version(self, row: FeedRow, instance_id: str, number: int, source: str, text: str) -> Json:
        return {
            "form_pk": self.form_pk, "root_id": row.root_id, "instance_id": instance_id, "number": number,
            "digest": digest(text), "source": source, "form_version": row.system.form_version, "answers": text,
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
            "submitter": system.submitter, "seen_at": self.seen_at, "gone_at": None, "problem": problem,
        }  # fmt: skip

    def _lists(self, versions: Sequence[tuple[str, str]]) -> list[Json]:
        moment = now()
        return [
            {"form_pk": self.form_pk, "root_id": root_id, "instance_id": instance_id, "settled": False,
             "recheck": False, "attempts": 0, "next_ask_at": moment}
            for root_id, instance_id in versions
        ]  # fmt: skip
