"""What is there to decide by: the visits of a line, in which version, with which files."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from server.db import Json, among
from server.facts.tables import Fact
from server.results.tables import LineResult
from server.submissions.files import STORED
from server.submissions.standing import Standing, standing
from server.submissions.tables import Attachment, Submission, SubmissionState
from server.work.kinds import Verify
from server.work.queue import ask
from verification.deciding.facts import NowVisit, Recorded, SeenVisit

REMOVED = "removed"  # in place of a digest: the file was lawfully removed after somebody had seen it
_GONE = frozenset({Standing.GONE, Standing.DELETED, Standing.FORM_GONE})


def visits_now(session: Session, round_id: str, district: str, submissions: Collection[int]) -> dict[int, NowVisit]:
    """Give submissions as they are now, by their numbers; what was lawfully removed is not among them."""
    if not submissions:
        return {}
    state, file = SubmissionState, Attachment
    query = (
        select(state, Submission.number, standing().label("standing"), file.name, file.state, file.digest)
        .outerjoin(Submission, (Submission.form_pk == state.form_pk) & (Submission.root_id == state.root_id)
                   & (Submission.instance_id == state.instance_id))
        .outerjoin(file, (file.form_pk == state.form_pk) & (file.instance_id == state.instance_id)
                   & (file.root_id == state.root_id) & file.replaced_at.is_(None))
        .where(among(session, state.id, sorted(submissions)))
    )  # fmt: skip
    found: dict[int, NowVisit] = {}
    files: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for one, number, stands, name, file_state, digest in session.execute(query):
        gone = stands in _GONE or (one.round_id, one.district) != (round_id, district)
        day = one.day.isoformat() if one.day else None
        found[one.id] = NowVisit(one.id, one.root_id, day, one.instance_id, number or 0, gone=gone)
        if name is not None:
            files[one.id].append((file_mark(name), (digest or "") if file_state == STORED else ""))
    return {number: replace(now, files=tuple(sorted(files[number]))) for number, now in sorted(found.items())}


def file_mark(name: str) -> str:
    """Write a file's name so that it is known again and tells nobody anything: a phone may have made it up."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def evidence_changed(session: Session, form_pk: int, root_id: str) -> None:
    """Have what was decided looked at again where a submission's file has come or changed, if anything was."""
    where = select(SubmissionState.round_id, SubmissionState.district).filter_by(form_pk=form_pk, root_id=root_id)
    for round_id, district in session.execute(where.where(_is_decided_there())):
        if round_id and district:
            ask(session, Verify(round_id, district))


def _is_decided_there() -> ColumnElement[bool]:
    mine = (Fact.round_id == SubmissionState.round_id) & (Fact.district == SubmissionState.district)
    return exists().where(mine)


def submissions_of(row: LineResult | None) -> tuple[int, ...]:
    """Number the submissions that are on a line: the one it was judged by, and those that gave way to it."""
    if row is None or row.state_id is None:
        return ()
    return (row.state_id, *(int(number) for number in (row.considered or {}).get("earlier", ())))


def seen_of(
    submissions: Iterable[int], now: Mapping[int, NowVisit], placed: Mapping[int, int]
) -> tuple[SeenVisit, ...]:
    """Say what is before a person of submissions; one that is gone is not. `placed`: by which decision it is there."""
    here = [found for number in submissions if (found := now.get(number)) is not None and not found.gone]
    return tuple(SeenVisit(one.submission, one.version, one.files, placed.get(one.submission), one.day, one.number)
                 for one in here)  # fmt: skip


def posted(seen: Iterable[SeenVisit]) -> str:
    """Write what a page showed, for its form to send back."""
    rows = [[one.submission, one.version, dict(one.files), one.placed] for one in seen]
    return json.dumps(rows, separators=(",", ":"))


def read_posted(text: str) -> tuple[SeenVisit, ...] | None:
    """Read what a form sent back; None where it is nothing that a page of ours wrote."""
    try:
        rows = json.loads(text)
        return tuple(SeenVisit(int(number), str(version), _pairs(files), None if placed is None else int(placed))
                     for number, version, files, placed in rows)  # fmt: skip
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _pairs(files: Mapping[Any, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(name), str(digest)) for name, digest in files.items()))


def evidence_from(kept: Json) -> Recorded:
    """Read what was before a person, as it was kept."""
    visits = (SeenVisit(one["submission"], one["version"], _pairs(one["files"]), one.get("placed"), one.get("day"),
                        one.get("number", 0))
              for one in kept.get("visits", ()))  # fmt: skip
    return Recorded(tuple(visits), str(kept.get("rules", "")), int(kept.get("newest", 0)))
