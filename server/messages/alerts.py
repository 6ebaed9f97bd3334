"""Whether all is well with Tilik itself: pull, certificate, disks, backup, queue, audit, TLS, messages.

Looked at every hour by a job, whenever an operator opens the page, and by `tilik alerts` for whatever watches this
machine: where the worker stands still, that alone can tell.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from server.audit.entries import digest_of
from server.audit.tables import AuditEntry, AuditUnsealed
from server.backup.queries import last_backup
from server.db import now
from server.messages.channels import Topic
from server.messages.outbox import BY_HAND, FAILED, WAITING, News, put_in
from server.messages.tables import Message
from server.moments import CAPITAL, day_in
from server.people.tables import Person
from server.roles.queries import people_who_may
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import Round
from server.settings import Settings
from server.submissions.tables import Form
from server.sync.certificates import IDENTICAL, latest_certificate
from server.work import queue
from server.work.tables import Job
from verification.reason import Reason

PULLED, CERTIFIED, BACKED_UP = timedelta(hours=1), timedelta(days=2), timedelta(days=2)
WAITED, SEALED, HANDED = timedelta(hours=1), timedelta(minutes=10), timedelta(days=1)
TLS_LEFT = timedelta(days=14)
LEAST_FREE, LEAST_FREE_PART = 2 * 10**9, 0.1  # bytes; of the disk
GIGABYTE = 10**9
Alarms = Iterator[Reason]


def alarms(session: Session, settings: Settings) -> list[Reason]:
    """Say what is not well; nothing where all is."""
    return [found for check in CHECKS for found in check(session, settings)]


def pull_alarms(session: Session, settings: Settings) -> Alarms:
    """Watch that each form was pulled within the hour, while a round is open."""
    if settings.central_url is None or session.scalar(select(Round.id).filter_by(state=OPEN).limit(1)) is None:
        return
    query = select(Form.form_id, Form.pulled_at).filter_by(project=settings.project, absent_since=None)
    forms = session.execute(query.order_by(Form.form_id)).all()
    if not forms:
        yield Reason("alert_never_pulled")
    for form_id, pulled_at in forms:
        if pulled_at is None or pulled_at < now() - PULLED:
            yield Reason("alert_pull_old", {"form": form_id})


def certificate_alarms(session: Session, settings: Settings) -> Alarms:
    """Watch that the last certificate says "identical", and is not old."""
    if settings.central_url is None:
        return
    found = latest_certificate(session, settings.project)
    if found is None:
        yield Reason("alert_no_certificate")
    elif found.verdict != IDENTICAL:
        yield Reason("alert_certificate_differs")
    elif found.made_at < now() - CERTIFIED:
        yield Reason("alert_certificate_old", {"days": (now() - found.made_at).days})


def disk_alarms(_session: Session, settings: Settings) -> Alarms:
    """Watch the room on each disk that grows, under the first of its names."""
    looked_at: set[int] = set()
    for what, folder, low in _growing(settings):
        try:
            there = _there(folder)
            number, disk = _device(there), shutil.disk_usage(there)
        except OSError:  # a disk of another machine that is gone: the rest is looked at all the same
            yield Reason("alert_disk_unreadable", {"what": what})
            continue
        if number not in looked_at and disk.free < max(LEAST_FREE, LEAST_FREE_PART * disk.total):
            yield replace(low, values={"gigabytes": round(disk.free / GIGABYTE, 1),
                                       "percent": round(100 * disk.free / disk.total)})  # fmt: skip
        looked_at.add(number)


def _growing(settings: Settings) -> Iterator[tuple[str, Path, Reason]]:
    """Name the folders that grow, each with what is said where its disk is nearly full."""
    yield "TILIK_DATA", settings.data, Reason("alert_disk_low")
    if settings.store_url is None:
        yield (
            "TILIK_DATA store",
            settings.store,
            Reason("alert_store_disk_low"),
        )  # a disk of its own may be mounted there
    if settings.backup is not None:
        yield "TILIK_BACKUP", settings.backup, Reason("alert_backup_disk_low")


def _there(folder: Path) -> Path:
    """Give the folder, or the nearest around it that is there: it is made by who first writes into it."""
    return next(one for one in (folder.resolve(), *folder.resolve().parents) if one.exists())


def _device(folder: Path) -> int:
    """Number the disk that a folder lies on."""
    return folder.stat().st_dev


def queue_alarms(session: Session, _settings: Settings) -> Alarms:
    """Watch for work that failed, and for work that nobody does."""
    overdue = (Job.state == queue.WAITING) & (Job.run_at < now() - WAITED)
    failed, late = _counts(session, Job.state == queue.FAILED, overdue)
    if failed:
        yield Reason("alert_work_failed", {"count": failed})
    if late:
        yield Reason("alert_work_waits", {"count": late})


def audit_alarms(session: Session, _settings: Settings) -> Alarms:
    """Watch that what was done is sealed."""
    unsealed = AuditEntry.id.in_(select(AuditUnsealed.entry_id))
    if count := _count(session, AuditEntry.id, (AuditEntry.at < now() - SEALED) & unsealed):
        yield Reason("alert_audit_unsealed", {"count": count})


def message_alarms(session: Session, _settings: Settings) -> Alarms:
    """Watch that people are told: what failed since yesterday, what does not get out, what nobody copied by hand."""
    failed = (Message.state == FAILED) & (Message.ended_at > now() - HANDED)
    late = (Message.state == WAITING) & (Message.next_at < now() - WAITED)
    forgotten = (Message.state == BY_HAND) & (Message.asked_at < now() - HANDED)
    seen = Message.kind != Topic.REGISTER  # its register tells whether somebody took it up
    unsent, by_hand = _counts(session, or_(failed, late) & seen, forgotten & seen)
    if unsent:
        yield Reason("alert_messages_unsent", {"count": unsent})
    if by_hand:
        yield Reason("alert_messages_by_hand", {"count": by_hand})


def tls_alarms(_session: Session, settings: Settings) -> Alarms:
    """Watch the end of the pages' certificate, where its file is named."""
    if settings.tls_certificate is None:
        return
    from cryptography import x509  # in production only; nothing else here needs it

    try:
        ends = x509.load_pem_x509_certificate(settings.tls_certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        yield Reason("alert_tls_unreadable")
        return
    if ends < now() + TLS_LEFT:
        yield Reason("alert_tls_ends", {"days": max((ends - now()).days, 0)})


def backup_alarms(session: Session, _settings: Settings) -> Alarms:
    """Watch that a backup was made lately, and that it lacks no file."""
    found = last_backup(session)
    if found is None:
        yield Reason("alert_no_backup")
    elif found.made_at < now() - BACKED_UP:
        yield Reason("alert_backup_old", {"days": (now() - found.made_at).days})
    elif found.lacking:
        yield Reason("alert_backup_lacks", {"count": found.lacking})


CHECKS: Sequence[Callable[[Session, Settings], Alarms]] = (
    pull_alarms, certificate_alarms, disk_alarms, backup_alarms, queue_alarms, audit_alarms, tls_alarms, message_alarms,
)  # fmt: skip


def _counts(session: Session, one: ColumnElement[bool], other: ColumnElement[bool]) -> tuple[int, int]:
    """Count the rows of a table that are so, and those that are otherwise; the rest is not looked at."""
    found = session.execute(
        select(func.count(case((one, 1))), func.count(case((other, 1)))).where(or_(one, other))
    ).one()
    return found[0], found[1]


def _count(session: Session, key: object, condition: object) -> int:
    return session.scalar(select(func.count(key)).where(condition)) or 0  # type: ignore[arg-type]


def tell_operators(session: Session, settings: Settings) -> int:
    """Put into the outbox for each operator what was not told them today; returns how many messages.

    What goes on is told once a day; what comes up beside it, at once.
    """
    day, codes = day_in(CAPITAL, now()).isoformat(), {found.code for found in alarms(session, settings)}
    told = 0
    for person_id in people_who_may(session, Permission.OPERATE):
        new = sorted(codes - _told_on(session, person_id, day))
        if new:
            news = News(Topic.ALERT, " ".join(new), digest_of(new), f"{day}/{digest_of(new)[:16]}")
            told += put_in(session, settings, session.get_one(Person, person_id), news)
    return told


def _told_on(session: Session, person_id: int, day: str) -> set[str]:
    query = select(Message.about).filter_by(person_id=person_id, kind=Topic.ALERT)
    return {
        code for about in session.scalars(query.where(Message.once.startswith(f"{day}/"))) for code in about.split()
    }
