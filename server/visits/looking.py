"""Look at photographs that have come: what each shows of itself is kept beside it. Those of homes are not looked at."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from server.db import Json, among, snapshot, writing
from server.disclosure.places import UnclearedPlace
from server.machine import what_ails
from server.many_rows import update_each
from server.register.tables import Facility
from server.rounds.states import OPEN
from server.rounds.tables import RoundPart
from server.store.interface import Store
from server.submissions.files import is_not_looked_at
from server.submissions.keeping import lock_forms_of, note_photographs
from server.submissions.media import can_be_shown
from server.submissions.tables import Attachment, Form, Submission, SubmissionState
from server.visits.drawing import Busy, our_turn
from server.visits.elsewhere import keep_parts
from server.visits.places import said_of_a_visit
from server.visits.reading import VISIT
from server.visits.tables import Visit
from server.visits.traits import read_traits
from server.work.kinds import Verify
from server.work.queue import ask

log = logging.getLogger(__name__)
MOST = 200  # at once: what is read after them waits so long
_TROUBLES = 10  # files that are not to be had, after which the others wait too


class _File(NamedTuple):
    id: int
    state_id: int
    digest: str | None
    media_type: str | None
    round_id: str | None
    district: str | None
    form_kind: str | None
    register_kind: str | None

    @property
    def is_shown(self) -> bool:
        """Whether it is a photograph of a visit that was read, and not of a home."""
        is_home = UnclearedPlace(said_of_a_visit(self.form_kind, self.register_kind)).is_home
        return not is_home and self.form_kind is not None and can_be_shown(self.media_type)


def look_at_photographs(engine: Engine, open_store: Callable[[], Store]) -> bool:
    """Look at files of visits that were read; tells whether more wait. What may be shown is verified with it."""
    with snapshot(engine) as session:
        files = _waiting(session)
    if not files:
        return False
    store, found, troubles = open_store(), dict[int, Json](), 0
    for file in files:
        try:
            found[file.id] = _traits(store, file)
        except OSError as error:
            log.warning("a photograph was not looked at: %s", what_ails(error).code)
            troubles += 1
        except Busy:  # others are drawing in this process: the next job looks
            troubles += 1
        if troubles == _TROUBLES:
            break
    with writing(engine) as session:
        _keep(session, [file for file in files if file.id in found], found)
    return len(files) == MOST and not troubles


def _waiting(session: Session) -> list[_File]:
    file, state = Attachment, SubmissionState
    query = (
        select(file.id, state.id, file.digest, file.media_type, state.round_id, state.district, Visit.kind,
               Facility.kind)
        .join(Form, Form.id == file.form_pk)
        .join(state, (state.form_pk == file.form_pk) & (state.root_id == file.root_id))
        .outerjoin(Submission, (Submission.form_pk == file.form_pk) & (Submission.root_id == file.root_id)
                   & (Submission.instance_id == file.instance_id))
        .outerjoin(Visit, Visit.submission_id == Submission.id)
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .where(is_not_looked_at(), or_(Visit.submission_id.is_not(None), Form.read_as != VISIT))
        .order_by(file.id)
        .limit(MOST)
    )  # fmt: skip
    return [_File._make(row) for row in session.execute(query)]


def _traits(store: Store, file: _File) -> Json:
    if not file.is_shown or file.digest is None:
        return {}
    with our_turn():
        return dict[str, Any](read_traits(store.read(file.digest)))


def _keep(session: Session, files: Sequence[_File], found: dict[int, Json]) -> None:
    """Keep what was seen of files that are still those that were looked at."""
    theirs = {file.state_id for file in files}
    lock_forms_of(session, sorted(theirs))
    for file in files:
        rows = [{"id": file.id, "traits": found[file.id]}]
        update_each(session, Attachment, "id", rows, Attachment.digest == file.digest)
    note_photographs(session, among(session, SubmissionState.id, sorted(theirs)))
    keep_parts(session, found)
    parts = {(file.round_id, file.district) for file in files if file.is_shown}  # the same file is a sign by itself
    for round_id, district in sorted((r, d) for r, d in parts if r and d):
        part = session.get(RoundPart, (round_id, district))
        if part is not None and part.state == OPEN:
            ask(session, Verify(round_id, district))
