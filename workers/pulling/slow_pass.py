"""The slow pass: what no timestamp at Central tells. Restores, purges, comments, files that were replaced or cleared.

It reads the whole feed again, so that anything the quick pull ever missed is mended too, and what is gone is seen: not
by Central's listing, which goes on naming what a form had that was deleted and made anew. Submission by submission it
asks only for what the feed cannot tell (`server.submissions.looking`). Nightly and on demand; where the account may
read Central's audit log, the minute's pull calls for it when the log shows what needs it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.db import batches, snapshot, writing
from server.removals.tombstones import removed_roots
from server.store.interface import Store
from server.submissions.files import recheck
from server.submissions.forms import form_of
from server.submissions.keeping import (
    comment_counts,
    insert_comments,
    lock_form,
)
from server.submissions.looking import TURN, AsShown, note_looked, to_look_into
from server.submissions.tables import Bookmark
from server.work.kinds import LookOver, LookOverAll
from server.work.queue import ask
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem, unless_gone
from workers.central.wire import Json
from workers.pulling.files import fetch_attachments
from workers.pulling.forbearance import Forbearance
from workers.pulling.pull import NEVER, Progress, form_key, looking_back, pull_form

COMMENTS_BATCH = 200


@dataclass
class SlowReport:
    """What a slow pass over one form did."""

    form_id: str
    rows: int = 0
    new_versions: int = 0
    gone: list[str] = field(default_factory=list)
    files: int = 0
    comments: int = 0
    problem: Reason | None = None


def look_over(
    engine: Engine, central: Central, store: Store, form_id: str, progress: Progress | None = None, *,
    turn: int | None = TURN,
) -> SlowReport:  # fmt: skip
    """Look over one form. What goes wrong with Central is in the report; what was found by then stays.

    `turn` is how many submissions are asked about that nothing points to; None: all of them.
    """
    report, form_pk = SlowReport(form_id), form_key(engine, central.project, form_id)
    pulled = pull_form(engine, central, form_id, progress, everything=True)
    report.rows, report.new_versions, report.gone = pulled.rows, pulled.new_versions, pulled.gone
    report.problem = pulled.problem
    if report.problem:
        return report
    try:
        with writing(engine) as session:
            chosen = to_look_into(session, form_pk, turn)
            recheck(session, form_pk, [one.root_id for one in chosen])
        report.files = fetch_attachments(engine, central, form_pk, form_id, store, progress)
        report.comments = fetch_comments(engine, central, form_pk, form_id, chosen, progress)
    except CentralProblem as problem:
        report.problem = problem.reason
    return report


def fetch_comments(
    engine: Engine, central: Central, form_pk: int, form_id: str, chosen: Sequence[AsShown],
    progress: Progress | None = None,
) -> int:  # fmt: skip
    """Fetch the comments of these submissions, and note them as asked about; returns how many are new."""
    new, forbearance = 0, Forbearance(central, form_id)
    for batch in batches(chosen, COMMENTS_BATCH):
        with snapshot(engine) as session:
            kept = comment_counts(session, form_pk, [one.root_id for one in batch])
        found: list[Json] = []
        for one in batch:
            with forbearance.with_one():
                found += _new_comments(central, form_pk, form_id, one.root_id, kept)
        with writing(engine) as session:
            new += _keep_comments(session, form_pk, found)
            note_looked(session, form_pk, batch)  # also one that Central did not answer for: it has its turn
        if progress:
            progress(form_id, len(batch))
    return new


def _new_comments(central: Central, form_pk: int, form_id: str, root_id: str, kept: Counter[str]) -> Iterator[Json]:
    """Give a submission's comments beyond those that are kept: Central neither changes nor deletes a comment."""
    comments = unless_gone(partial(central.comments, form_id, root_id))
    for number, comment in enumerate(reversed(comments or ()), 1):
        if number > kept[root_id]:
            yield {
                "form_pk": form_pk, "root_id": root_id, "number": number, "body": comment.body,
                "actor_id": comment.actor_id, "created_at": comment.created_at,
            }  # fmt: skip


def _keep_comments(session: Session, form_pk: int, comments: Sequence[Json]) -> int:
    lock_form(session, form_pk)
    removed = removed_roots(session, form_pk, [comment["root_id"] for comment in comments])
    return insert_comments(session, [c for c in comments if c["root_id"] not in removed])


# ── the audit log: sooner than nightly, where the account may read it ────────────────────────────────────────────

_AUDITED = "audits"
_AUDITS_LOOK_BACK = timedelta(minutes=1)  # an entry is stamped a moment before it can be seen
_NEEDS_A_SLOW_PASS = ("submission.restore", "submission.purge")
_FILES = "submission.attachment.update"


def read_audits(engine: Engine, central: Central) -> int:
    """Ask for what the audit log shows and the quick pull cannot see; returns how many entries there were.

    A purge's entry names no form: every form is looked over. Does nothing where the account may not read the log.
    """
    with snapshot(engine) as session:
        mark = session.get(Bookmark, (central.project, _AUDITED))
    # at first nothing: the first slow pass sees what was before
    since = looking_back(mark.moment, _AUDITS_LOOK_BACK) if mark else NEVER
    found = central.audits("submission", since)
    if found is None:
        return 0
    entries, read_at = found
    with writing(engine) as session:
        for form_id in _forms_to_look_over(entries, central.project):
            ask(session, LookOver(form_id) if form_id else LookOverAll())
        for form_id, root_id in _submissions_with_files(entries, central.project):
            if form := form_of(session, central.project, form_id):
                recheck(session, form.id, [root_id])
        session.merge(Bookmark(project=central.project, name=_AUDITED, moment=read_at))
    return len(entries)


def _forms_to_look_over(entries: Sequence[Json], project: int) -> set[str]:
    """Name the forms with entries that need a slow pass; "" where an entry could be about any form."""
    wanted = [entry for entry in entries if entry["action"] in _NEEDS_A_SLOW_PASS]
    return {_form_of(entry) for entry in wanted if _project_of(entry) in (project, None)}


def _submissions_with_files(entries: Sequence[Json], project: int) -> set[tuple[str, str]]:
    files = [entry for entry in entries if entry["action"] == _FILES and _project_of(entry) == project]
    return {(_form_of(entry), entry["details"]["instanceId"]) for entry in files if "instanceId" in entry["details"]}


def _form_of(entry: Json) -> str:
    return (entry.get("actee") or {}).get("xmlFormId", "")


def _project_of(entry: Json) -> int | None:
    return (entry.get("actee") or {}).get("projectId")
