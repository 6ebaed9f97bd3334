"""Handing documents in: one by one or in a ZIP. Each file counts by itself, so that a bad one stops none of the others.

What is not taken stays on the list with its reason until somebody takes it off. Handing in the same again changes
nothing. What was marked as showing children is never taken again, under any name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import now, writing
from server.documents.changing import attach, declare, must_be_open, replace_marked
from server.documents.kinds import ARCHIVE, HEAD, OFFICE, ZIP, kind_of
from server.documents.limited import unpacked
from server.documents.naming import LONGEST, safe_name
from server.documents.tables import DocumentGone, HandedIn
from server.documents.unpacking import LEFT_ASIDE, MostOfAll, ZipEntry
from server.roles.account import Account, must
from server.roles.table import Permission
from server.settings import Settings
from server.store.interface import Store
from server.work.kinds import ScanDocuments
from server.work.queue import ask
from verification.reason import Reason, Value

MOST_FILES = 500  # of a ZIP
_UNPACKED = 3  # so many times as large as a ZIP may be what it holds
_MB = 10**6


@dataclass(frozen=True)
class Came:
    """A file as it came, by the name it came with; whoever gives it closes it."""

    name: str
    file: BinaryIO


@dataclass(frozen=True)
class Handing:
    """For which part of a round documents are handed in, by whom, and how.

    `declared`: whoever hands them in says that no child's name or face is in any. `row`: an indicator and the number of
    a document that they are for. `replaces`: the marked file that this is the blackened copy of.
    """

    round_id: str
    district: str
    by: Account
    declared: bool = False
    row: tuple[int, str] | None = None
    replaces: int | None = None


@dataclass
class TakenFiles:
    """How many files were taken, were here already, and were not taken; of the latter their names, and why.

    `aside`: how many entries of ZIPs are what programs leave behind, and were left out.
    """

    new: int = 0
    known: int = 0
    refused: int = 0
    aside: int = 0
    why: list[tuple[str, Reason]] = field(default_factory=list)


def hand_in(engine: Engine, store: Store, settings: Settings, files: Iterable[Came], wish: Handing) -> TakenFiles:
    """Take what comes. Raises NotAllowed where the part is closed, Forbidden, and OSError where the store is full."""
    must(wish.by, Permission.IMPORT_CLAIMS, wish.district, wish.round_id)
    with writing(engine) as session:
        must_be_open(session, wish.round_id, wish.district, wish.by)
    taken = TakenFiles()
    for came in files:
        for entry in _files_of(came, settings):
            if entry.problem == LEFT_ASIDE:
                taken.aside += int(str(entry.values["count"]))
            else:
                _take(engine, store, settings, entry, wish, taken)
    return taken


def _files_of(came: Came, settings: Settings) -> Iterator[ZipEntry]:
    """Give a file, or what a ZIP holds, with the reason of what is not taken; what is about all of a ZIP has its name.

    No entry has more bytes than a file may have.
    """
    name, file = safe_name(came.name), came.file
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    head = file.read(HEAD)
    kind = kind_of(head)
    most = settings.documents_zip_mb if kind == ZIP else settings.document_mb
    if not size:
        yield ZipEntry(name, problem="document_empty")
    elif size > most * _MB:
        yield ZipEntry(name, problem="document_too_large", values={"megabytes": most})
    elif kind == ARCHIVE:
        yield ZipEntry(name, problem="document_is_archive")
    elif kind != ZIP:
        file.seek(0)
        yield ZipEntry(name, file.read())
    else:
        yield from _files_of_a_zip(name, file, size, settings)


def _files_of_a_zip(name: str, file: BinaryIO, size: int, settings: Settings) -> Iterator[ZipEntry]:
    most = MostOfAll(settings.document_mb * _MB, MOST_FILES, _UNPACKED * settings.documents_zip_mb * _MB)
    for entry in unpacked(file, most):
        if entry.problem == OFFICE and size <= most.file:
            file.seek(0)
            yield ZipEntry(name, file.read())
        elif entry.problem == OFFICE:
            yield ZipEntry(name, problem="document_too_large", values={"megabytes": settings.document_mb})
        else:
            yield ZipEntry(entry.name or name, entry.content, entry.problem, entry.values)


def _take(engine: Engine, store: Store, settings: Settings, entry: ZipEntry, wish: Handing, taken: TakenFiles) -> None:
    """Take a file in a transaction of its own; what became of it counts once that is committed."""
    problem = Reason(entry.problem, _told(entry.values)) if entry.problem else None
    digest = store.put([entry.content], len(entry.content)).digest if entry.content else None
    with writing(engine) as session:
        must_be_open(session, wish.round_id, wish.district, wish.by)
        if digest and (refusal := _refusal(session, settings, digest, len(entry.content), wish)):
            problem, digest = refusal, None
        known = _same(session, wish, entry.name, digest, problem)
        found = known or HandedIn(
            round_id=wish.round_id, district=wish.district, name=entry.name[:LONGEST], digest=digest,
            size=len(entry.content), media_type=_kind(entry.content) if digest else None, problem=problem,
            handed_in_by=wish.by.label,
        )  # fmt: skip
        if known is None or digest is None:
            found.handed_in_at = now()
        session.add(found)
        session.flush()
        if digest and known is None:
            ask(session, ScanDocuments())
            _write_down(session, "document_handed_in", found, wish.by)
        if digest:
            _for_what(session, found, wish)
    if digest is None:
        taken.refused += 1
        taken.why.append((entry.name, problem or Reason("document_empty")))
    elif known is None:
        taken.new += 1
    else:
        taken.known += 1


def _kind(content: bytes) -> str:
    """Name a file's kind: what is a ZIP and was taken is an office file."""
    kind = kind_of(content[:HEAD])
    return OFFICE if kind == ZIP else kind


def _told(values: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if isinstance(value, int)}


def _same(session: Session, wish: Handing, name: str, digest: str | None, problem: Reason | None) -> HandedIn | None:
    """Find what came before under the same name, with the same content or refused for the same reason."""
    mine = {"round_id": wish.round_id, "district": wish.district, "name": name[:LONGEST], "digest": digest}
    found = session.scalars(select(HandedIn).filter_by(**mine).order_by(HandedIn.id)).all()
    return next((one for one in found if digest or (one.problem == problem and one.marked_at is None)), None)


def _for_what(session: Session, found: HandedIn, wish: Handing) -> None:
    """Declare a file, attach it, or let it stand for a marked one, as was wished."""
    if wish.declared:
        declare(session, [found], wish.by)
    if wish.row:
        attach(session, found, *wish.row, wish.by)
    if wish.replaces:
        replace_marked(session, found, wish.replaces, wish.by)


def _refusal(session: Session, settings: Settings, digest: str, size: int, wish: Handing) -> Reason | None:
    if session.scalar(select(DocumentGone.id).filter_by(digest=digest)) is not None:
        return Reason("document_was_marked")
    mine = {"round_id": wish.round_id, "district": wish.district}
    if session.scalar(select(HandedIn.id).filter_by(**mine, digest=digest).limit(1)) is not None:
        return None  # it is here already, and takes no more room
    here = session.scalar(select(func.sum(HandedIn.size)).filter_by(**mine).where(HandedIn.digest.is_not(None))) or 0
    if here + size > settings.documents_mb * _MB:
        return Reason("documents_too_many", {"megabytes": settings.documents_mb})
    return None


def _write_down(session: Session, act: str, found: HandedIn, by: Account) -> None:
    write_down(session, Act(by.label, act, f"document:{found.id}", found.district, found.round_id, after=found.digest))
