"""The certificate and what is awaited, as they may be shown."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime

from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.moments import from_central
from server.submissions.files import late_files
from server.sync.certificates import CountedForm, Detail, Difference, FormDetail, SettledForm
from server.sync.tables import Certificate


@view
class DifferenceShown:
    """A submission on which the two sides do not agree, and the sentence why."""

    submission: Cleared
    code: Cleared
    sentence: Cleared


@view
class CauseShown:
    """How often a cause was found in a form."""

    code: Cleared
    count: int
    sentence: Cleared


@view
class SettledShown:
    """Who settled a form that Central no longer has, when and why; whether its submissions count; and all in words."""

    by: Cleared
    at: datetime
    why: Cleared
    counts: bool
    sentence: Cleared


@view
class FormShown:
    """What was compared of a form: its counts by name, and how it came out.

    `made_anew` says what Central still lists of a deleted form of this id; `counted` that counts alone were compared.
    """

    form_id: Cleared
    counts: dict[str, int]
    digest: Cleared
    unstable: bool
    settled: SettledShown | None
    made_anew: Cleared | None
    counted: Cleared | None
    causes: tuple[CauseShown, ...]
    differences: tuple[DifferenceShown, ...]


@view
class CertificateShown:
    """A certificate; `totals` are the forms' counts added up, `ago` how old it is, `compared` what was in content."""

    verdict: Cleared
    digest: Cleared
    made_at: datetime
    as_of: datetime
    ago: Cleared
    bytes_hashed_at: datetime | None
    compared: tuple[Cleared, ...]
    totals: dict[str, int]
    forms: tuple[FormShown, ...]


@view
class LateFile:
    """A file that has not come."""

    form_id: Cleared
    root_id: Cleared
    name: Cleared
    attempts: int
    next_ask_at: datetime


def shown_certificate(found: Certificate, detail: Detail, clear: Clearance) -> CertificateShown:
    """Clear a certificate."""
    return CertificateShown(
        verdict=clear.code("sync", found.verdict),
        digest=clear.id(found.digest),
        made_at=found.made_at,
        as_of=from_central(found.as_of),
        ago=clear.ago(found.made_at),
        bytes_hashed_at=found.bytes_hashed_at,
        compared=tuple(_compared(detail, clear)),
        totals=detail.totals,
        forms=tuple(_form(form, clear) for form in detail.forms),
    )


def _compared(detail: Detail, clear: Clearance) -> Iterator[Cleared]:
    """Say how much was compared in content: never more than was."""
    totals, moments = detail.totals, detail.files_compared
    yield clear.say("sync.content", **totals)
    if totals["content"] < totals["versions"]:
        yield clear.say("sync.content_left")
    if moments:
        yield clear.say("sync.files_compared", since=moments[0], until=moments[1], **totals)
    elif totals["stored_files"]:
        yield clear.say("sync.files_not_compared", **totals)


def _settled(form: FormDetail, found: SettledForm, clear: Clearance) -> SettledShown:
    by, why = clear.ours(found.by), clear.ours(found.why)
    key = "sync.settled" if found.counts else "sync.settled_out"
    sentence = clear.say(key, form=clear.id(form.form_id), by=by, at=found.at, why=why)
    return SettledShown(by, found.at, why, found.counts, sentence)


def _counted(form: FormDetail, found: CountedForm, clear: Clearance) -> Cleared:
    return clear.say("sync.counted", form=clear.id(form.form_id), passed=found.passed, there=found.there)


def _made_anew(form: FormDetail, clear: Clearance) -> Cleared:
    return clear.say("sync.made_anew", form=clear.id(form.form_id), count=form.made_anew)


def _form(form: FormDetail, clear: Clearance) -> FormShown:
    counts = {one.name: value for one in fields(form) if type(value := getattr(form, one.name)) is int}
    return FormShown(
        form_id=clear.id(form.form_id),
        counts=counts,
        digest=clear.id(form.digest),
        unstable=form.unstable,
        settled=_settled(form, form.settled, clear) if form.settled else None,
        made_anew=_made_anew(form, clear) if form.made_anew else None,
        counted=_counted(form, form.counted, clear) if form.counted else None,
        causes=tuple(CauseShown(clear.code("difference", code), count, clear.say(f"difference.{code}"))
                     for code, count in form.causes.items()),
        differences=tuple(_difference(found, clear) for found in form.differences),
    )  # fmt: skip


def _difference(found: Difference, clear: Clearance) -> DifferenceShown:
    values = {name: clear.file(str(value)) if name == "name" else clear.value(name, value)
              for name, value in found.values.items()}  # fmt: skip
    return DifferenceShown(clear.id(found.root_id), clear.code("difference", found.code),
                           clear.say(f"difference.{found.code}", **values))  # fmt: skip


def late(session: Session, project: int, clear: Clearance) -> list[LateFile]:
    """List the files that have not come, those waited for longest first."""
    return [
        LateFile(clear.id(file.form_id), clear.id(file.root_id), clear.file(file.name), file.attempts, file.next_ask_at)
        for file in late_files(session, project)
    ]
