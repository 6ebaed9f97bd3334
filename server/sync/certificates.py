"""The sync certificate: what stands here, set beside what stands at Central, form by form. It never repairs.

Each submission is one line (`Line`) on either side; a form agrees where both sides have the same lines and all that
hangs on them. The digest is over the lines at Central, so that anybody with access there can work it out again.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import now
from server.sync.sides import digest_of_sorted
from server.sync.tables import Certificate

IDENTICAL, DIFFERENT, DISAGREE, UNSTABLE = "identical", "different", "disagree", "unstable"
SHOWN = 200  # differences of a form that are listed one by one; all are counted


class Cause(StrEnum):
    """Why the two sides may differ; each has its sentence."""

    NOT_PULLED_YET = "not_pulled_yet"
    KEEPS_CHANGING = "keeps_changing"
    VIEWS_DISAGREE = "views_disagree"
    ONLY_LISTED = "only_listed"
    MISSING_HERE = "missing_here"
    SENT_AGAIN = "sent_again"
    BACK_AT_CENTRAL = "back_at_central"
    REMOVAL_PENDING = "removal_pending"
    PURGED_AT_CENTRAL = "purged_at_central"
    VANISHED_AT_CENTRAL = "vanished_at_central"
    RESTORED_AT_CENTRAL = "restored_at_central"
    DELETION_MISSED = "deletion_missed"
    EDIT_MISSED = "edit_missed"
    REVIEW_MISSED = "review_missed"
    CONTENT_NOT_KEPT = "content_not_kept"
    VERSIONS_MISSING = "versions_missing"
    CONTENT_DIFFERS = "content_differs"
    FORM_VERSION_DIFFERS = "form_version_differs"
    FILES_MISSING = "files_missing"
    FILES_CLEARED = "files_cleared"
    FILE_LOST_HERE = "file_lost_here"
    FILE_ALTERED_HERE = "file_altered_here"
    FILE_REPLACED_AT_CENTRAL = "file_replaced_at_central"
    ALTERED_HERE = "altered_here"
    COMMENTS_MISSING = "comments_missing"
    FORM_DELETED_AT_CENTRAL = "form_deleted_at_central"
    COUNT_DIFFERS = "count_differs"


OF_CENTRAL = frozenset({Cause.VIEWS_DISAGREE, Cause.ONLY_LISTED})  # Central's own two views do not agree


@dataclass(frozen=True)
class Difference:
    """One submission (or form) on which the two sides do not agree, and the likely cause."""

    root_id: str
    code: Cause
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SettledForm:
    """That a person settled what no command can mend: who, when, why, and whether the form's submissions count."""

    by: str
    at: datetime
    why: str
    counts: bool


@dataclass(frozen=True)
class CountedForm:
    """That of a form counts alone were compared: how many went on from here, and how many are at Central."""

    passed: int
    there: int


@dataclass
class FormDetail:
    """What was compared of one form, and how it came out.

    `identical` counts the submissions on which all sides agree, `content` the versions whose answers were compared: by
    the feed now, or by a deep certificate since they changed. So are `compared` (submissions whose comments were) and,
    of `stored_files`, `compared_files`, each byte by byte at some moment between the two.
    """

    form_id: str
    identical: int = 0
    content: int = 0
    living: int = 0
    versions: int = 0
    deleted: int = 0
    files: int = 0
    gone: int = 0
    removed: int = 0
    refused: int = 0
    given_up: int = 0
    removed_files: int = 0
    compared: int | None = None
    stored_files: int = 0
    compared_files: int | None = None
    files_compared_from: datetime | None = None
    files_compared_until: datetime | None = None
    digest: str = ""
    causes: dict[Cause, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    unstable: bool = False
    made_anew: int = 0  # so many in Central's listing are of a deleted form of this id
    settled: SettledForm | None = None  # Central no longer has the form
    counted: CountedForm | None = None  # what children answered: it is not pulled

    def add(self, found: Difference) -> None:
        """Count a difference, and list it while there is room."""
        self.causes[found.code] = self.causes.get(found.code, 0) + 1
        if len(self.differences) < SHOWN:
            self.differences.append(found)

    def explain_listed(self) -> None:
        """Take what only the listing names for a deleted form's of this id: Central goes on listing what it had."""
        self.made_anew = self.causes.pop(Cause.ONLY_LISTED, 0)
        self.differences = [found for found in self.differences if found.code != Cause.ONLY_LISTED]


@dataclass
class Detail:
    """A certificate's whole content."""

    forms: list[FormDetail]

    @property
    def totals(self) -> dict[str, int]:
        """Sums over the forms."""
        names = ("identical", "living", "versions", "content", "deleted", "files", "gone", "removed", "refused",
                 "given_up", "removed_files", "compared", "stored_files", "compared_files")  # fmt: skip
        return {name: sum(getattr(form, name) or 0 for form in self.forms) for name in names}

    @property
    def files_compared(self) -> tuple[datetime, datetime] | None:
        """The moments between which the files that count as compared were."""
        moments = [m for form in self.forms for m in (form.files_compared_from, form.files_compared_until) if m]
        return (min(moments), max(moments)) if moments else None

    @property
    def verdict(self) -> str:
        """Say how it came out. Where Central's views disagree on some, all others are identical."""
        causes = {cause for form in self.forms for cause in form.causes}
        if any(form.unstable for form in self.forms):
            return UNSTABLE
        return (DIFFERENT if causes - OF_CENTRAL else DISAGREE) if causes else IDENTICAL


_detail = TypeAdapter(Detail)


# ── keeping certificates ─────────────────────────────────────────────────────────────────────────────────────────


def keep_certificate(session: Session, project: int, as_of: str, detail: Detail) -> str:
    """Keep a certificate and give its verdict."""
    digest = digest_of_sorted(sorted(f"{form.form_id}:{form.digest}" for form in detail.forms))
    hashed_at = detail.files_compared[1] if detail.files_compared else None
    session.add(Certificate(project=project, as_of=as_of, made_at=now(), verdict=detail.verdict, digest=digest,
                            bytes_hashed_at=hashed_at, detail=_detail.dump_json(detail).decode()))  # fmt: skip
    return detail.verdict


def latest_certificate(session: Session, project: int) -> Certificate | None:
    """Give the newest certificate of a project."""
    return session.scalars(select(Certificate).filter_by(project=project).order_by(Certificate.id.desc())).first()


def read_detail(certificate: Certificate) -> Detail:
    """Read a kept certificate's content."""
    return _detail.validate_json(certificate.detail)
