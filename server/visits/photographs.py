"""Which photographs may be shown: of the current version of a submission that counts, and never of a home."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.db import Json, among
from server.disclosure.places import UnclearedPlace
from server.register.tables import Facility
from server.rulebook import load_rules
from server.submissions.files import STORED
from server.submissions.media import can_be_shown
from server.submissions.standing import counts
from server.submissions.tables import Attachment, Form, Submission, SubmissionState
from server.visits.places import said_of_a_visit
from server.visits.tables import Visit
from verification.flags.flag import Flag
from verification.flags.photographs import BITS, bits_apart

_Where = tuple[Attachment, str | None, str | None]  # a photograph, with the district and the round it was taken in


def photographs_of(session: Session, project: int, versions: Sequence[str]) -> dict[str, list[Attachment]]:
    """List the photographs of versions that may be shown, those too that have not come yet."""
    found: dict[str, list[Attachment]] = defaultdict(list)
    here = Attachment.form_pk.in_(select(Form.id).where(Form.project == project))  # so that the index on both is used
    for attachment, *_where in shown_files(session, project, here & among(session, Attachment.instance_id, versions)):
        found[attachment.instance_id].append(attachment)
    return found


Pair = tuple[Attachment, Attachment]


def same_photograph(flags: Sequence[Sequence[Any]]) -> set[str]:
    """Name the visits of which a photograph is the same, of the signs that are kept of one."""
    return {other for code, other, *_ in flags if code == Flag.SAME_PHOTOGRAPH and other}


def alike_photographs(session: Session, project: int, version: str, others: Collection[str]) -> dict[str, Pair]:
    """Find the photograph of a version that looks most like one of each of these visits; none that may not be shown.

    Given are its own and the other's, by the visit.
    """
    roots = {other: other.split(" ")[0] for other in others}
    query = select(SubmissionState.root_id, SubmissionState.instance_id)
    current = dict(session.execute(query.where(SubmissionState.root_id.in_(set(roots.values())))).all())
    files = photographs_of(session, project, [version, *current.values()]) if current else {}
    found: dict[str, Pair] = {}
    for other, root in roots.items():
        pairs = [(_bits_apart(mine, theirs), mine.id, theirs.id, (mine, theirs)) for mine in files.get(version, ())
                 for theirs in files.get(current.get(root, ""), ())]  # fmt: skip
        if pairs and min(pairs)[0] <= load_rules().flags.alike_bits:
            found[other] = min(pairs)[3]
    return found


def _bits_apart(one: Attachment, other: Attachment) -> int:
    if one.digest is not None and one.digest == other.digest and can_be_shown(one.media_type):
        return 0
    looks, its = looks_of(one.traits), looks_of(other.traits)
    return BITS if looks is None or its is None else bits_apart(looks, its)


def looks_of(traits: Json | None) -> int | None:
    """Give what a photograph looks like, by its traits (`server.visits.traits`), where that is known."""
    looks = (traits or {}).get("looks")
    return int(looks, 16) if looks else None


@dataclass(frozen=True)
class ShownPhotograph:
    """A photograph that may be shown to whom it may be shown where it was taken."""

    digest: str
    district: str | None
    round_id: str | None


def shown_photograph(session: Session, project: int, number: int) -> ShownPhotograph | None:
    """Find a photograph by its number; None where there is none that may be shown to anybody."""
    found, district, round_id = next(shown_files(session, project, Attachment.id == number), (None, None, None))
    if found is None or found.state != STORED or found.digest is None:
        return None
    return ShownPhotograph(found.digest, district, round_id)


def shown_files(session: Session, project: int, which: ColumnElement[bool]) -> Iterator[_Where]:
    """Give photographs that may be shown, with where they were taken: in one statement, so that one beyond reach costs
    no other.
    """
    file, state = Attachment, SubmissionState
    query = (
        select(file, state.district, state.round_id, Visit.kind, Facility.kind)
        .join(Form, Form.id == file.form_pk)
        .join(state, (state.form_pk == file.form_pk) & (state.root_id == file.root_id)
              & (state.instance_id == file.instance_id))
        .join(Submission, (Submission.form_pk == file.form_pk) & (Submission.root_id == file.root_id)
              & (Submission.instance_id == file.instance_id))
        .join(Visit, Visit.submission_id == Submission.id)
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .where(which, file.replaced_at.is_(None), counts(project=project))
        .order_by(file.name)
    )  # fmt: skip
    for attachment, district, round_id, *kinds in session.execute(query):
        if not UnclearedPlace(said_of_a_visit(*kinds)).is_home:
            yield attachment, district, round_id
