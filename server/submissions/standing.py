"""Whether a submission counts, said once: for results, lists, files, the certificate and pages."""

from enum import StrEnum

from sqlalchemy import ColumnElement, case, select

from server.submissions.tables import Form, SubmissionState

REJECTED_AT_CENTRAL = "rejected"  # by a person


class Standing(StrEnum):
    """That it counts, or the first reason why it does not. What was lawfully removed has no row to ask."""

    COUNTS = "counts"
    GONE = "gone"  # purged, or the form was made anew
    DELETED = "deleted"
    FORM_GONE = "form_gone"  # the whole form was deleted; a person may say that its submissions go on counting
    OTHER_PROJECT = "other_project"
    UNREAD = "unread"
    ASIDE = "aside"  # it cannot be read or placed
    REJECTED = "rejected"
    OTHER_ROUND = "other_round"


def standing(*, project: int | None = None, round_id: str | None = None) -> ColumnElement[str]:
    """Say how a submission stands, as SQL over `SubmissionState` and, where a project is named, `Form`."""
    state, held = SubmissionState, SubmissionState.settlement_id.is_not(None)
    reasons: list[tuple[ColumnElement[bool], str]] = [
        (state.gone_at.is_not(None) & ~held, Standing.GONE), (state.deleted_at.is_not(None), Standing.DELETED),
        (_form_is_gone() & ~held, Standing.FORM_GONE),
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
    state = SubmissionState
    return state.gone_at.is_(None) & state.deleted_at.is_(None) & ~_form_is_gone()


def _form_is_gone() -> ColumnElement[bool]:
    return SubmissionState.form_pk.in_(select(Form.id).where(Form.absent_since.is_not(None)).correlate(None))
