"""Repair: make Tilik what Central is, and say what was done. What was lawfully removed is never brought back.

What it replaces is kept beside, marked and dated: answers as replaced versions, a file's bytes as what it was before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.removals.tombstones import removed_roots
from server.store.interface import Store
from server.submissions.files import keep_damaged
from server.submissions.keeping import Known, digest, lock_form, read_again
from server.submissions.replacing import Replacing, keep_replaced
from server.submissions.tables import Submission, SubmissionState
from server.sync.certificates import Cause, latest_certificate, read_detail
from server.sync.compared import forget_one, stored_files
from server.sync.side_by_side import altered_here
from server.traces.queries import roots_without_traces
from server.traces.text import text_without_traces
from workers.central.api import Central
from workers.central.feed import to_text
from workers.central.session import unless_gone
from workers.central.xml import UnreadableXml, read_answers
from workers.pulling.forbearance import Forbearance
from workers.pulling.pull import Progress, form_key
from workers.pulling.slow_pass import SlowReport, look_over

_OF_A_VERSION = frozenset({Cause.CONTENT_DIFFERS, Cause.FORM_VERSION_DIFFERS})


@dataclass
class Repaired:
    """What a repair did to one form: the slow pass over it, versions written anew, files thrown away and asked for."""

    slow_pass: SlowReport
    rewritten: int
    broken_files: int


def repair(engine: Engine, central: Central, store: Store, form_id: str, progress: Progress | None = None) -> Repaired:
    """Repair one form."""
    form_pk = form_key(engine, central.project, form_id)
    broken = _throw_away_broken_files(engine, store, form_pk)
    rewritten, forbearance = 0, Forbearance(central, form_id)
    for root_id, instance_id in _doubtful_versions(engine, central.project, form_pk, form_id):
        with forbearance.with_one():
            rewritten += _write_anew(engine, central, form_pk, form_id, root_id, instance_id)
    return Repaired(look_over(engine, central, store, form_id, progress, turn=None), rewritten, broken)


def _throw_away_broken_files(engine: Engine, store: Store, form_pk: int) -> int:
    """Put files whose bytes are not what their name says aside: the slow pass fetches what is not there."""
    with snapshot(engine) as session:
        digests = {file.digest for file in stored_files(session, form_pk)}
    broken = [file for file in digests if not store.is_whole(file)]
    for file in broken:
        if found := store.copy(file):
            with writing(engine) as session:
                lock_form(session, form_pk)
                keep_damaged(session, file, found)
        store.remove(file)
    return len(broken)


def _doubtful_versions(engine: Engine, project: int, form_pk: int, form_id: str) -> Sequence[tuple[str, str]]:
    """Name the versions altered here, and those of which the last certificate said so."""
    with snapshot(engine) as session:
        found = [(altered.root_id, altered.values["version"]) for altered in altered_here(session, form_pk)]
        certificate = latest_certificate(session, project)
        for form in read_detail(certificate).forms if certificate else ():
            if form.form_id == form_id:
                found += [(d.root_id, d.values["version"]) for d in form.differences if d.code in _OF_A_VERSION]
    return found


def _write_anew(engine: Engine, central: Central, form_pk: int, form_id: str, root_id: str, instance_id: str) -> int:
    """Write a version's answers from its XML at Central, the evidence itself; what was read from it is read again."""
    xml = unless_gone(partial(central.xml, form_id, root_id, instance_id))
    listed = unless_gone(partial(central.versions, form_id, root_id))
    known = {v.instance_id: Known(n, v.form_version) for n, v in enumerate(reversed(listed or ()), 1)}.get(instance_id)
    if xml is None or known is None:
        return 0
    try:
        text = to_text(read_answers(xml))
    except UnreadableXml:
        return 0
    with writing(engine) as session:
        lock_form(session, form_pk)
        if removed_roots(session, form_pk, [root_id]):
            return 0
        if roots_without_traces(session, form_pk, [root_id]):
            text, _ = text_without_traces(text)
        version = session.scalars(select(Submission).filter_by(form_pk=form_pk, instance_id=instance_id)).one()
        keep_replaced(session, [version], Replacing.REPAIRED)
        version.answers, version.digest, version.source = text, digest(text), "xml"
        version.number, version.form_version = known
        forget_one(session, form_pk, root_id)
        read_again(session, SubmissionState.form_pk == form_pk, SubmissionState.root_id == root_id)
    return 1
