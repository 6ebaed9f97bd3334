"""Whether a submission counts, said once: for results, lists, files, the certificate and pages."""

from enum import StrEnum

from sqlalchemy import ColumnElement, case

from server.submissions.tables import Form, SubmissionState

REJECTED_AT_CENTRAL = "rejected"  # by a person


class Standing(StrEnum):
    """That it counts, or the first reason why it does not. What was lawfully removed has no row to ask."""

    COUNTS = "counts"
    GONE = "gone"  # purged, or the form was made anew
    DELETED = "deleted"
    OTHER_PROJECT = "other_project"
    UNREAD = "unread"
    ASIDE = "aside"  # it cannot be read or placed
    REJECTED = "rejected"
    OTHER_ROUND = "other_round"


def standing(*, project: int | None = None, round_id: str | None = None) -> ColumnElement[str]:
    """Say how a submission stands, as SQL over `SubmissionState` and, where a project is named, `Form`."""
    state = SubmissionState
    reasons: list[tuple[ColumnElement[bool], str]] = [
        (state.gone_at.is_not(None), Standing.GONE), (state.deleted_at.is_not(None), Standing.DELETED)
    ]  # fmt: skip
    if project is not None:
        reasons.append((Form.project != project, Standing.OTHER_PROJECT))
    reasons += [
        (state.problem.is_not(None), Standing.ASIDE),
        (state.changes_read == 0, Standing.UNREAD),
        (state.aside.is_not(None), Standing.ASIDE),
        (state.review_state == REJECTED_AT_CENTRAL, Standing.REJECTED),
    ]
    if round_id is not None:
        reasons.append((state.round_id.is_distinct_from(round_id), Standing.OTHER_ROUND))
    return case(*reasons, else_=Standing.COUNTS)


def counts(*, project: int | None = None, round_id: str | None = None) -> ColumnElement[bool]:
    """Tell whether it counts: for a project and a round, where they are named."""
    return standing(project=project, round_id=round_id) == Standing.COUNTS


def is_living() -> ColumnElement[bool]:
    """Tell whether Central still has it, not deleted: then its files and comments are asked for."""
    return standing().not_in([Standing.GONE, Standing.DELETED])
