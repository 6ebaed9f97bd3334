"""Keeping an indicator set that was read from a workbook: looked at first, then kept; withdrawn from new rounds."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.claims.grids import cells_of
from server.claims.hidden import hidden_in
from server.claims.limited import book_limited
from server.claims.package import UnusableWorkbook
from server.claims.sheet import ReadSheet
from server.claims.workbook import MAX_FILE_BYTES, refuse_other_kinds
from server.db import now
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.tables import Round
from server.rulebook import built_in_sets, codes_of_sets
from server.sets.tables import KEPT, WITHDRAWN, KeptSet
from verification.reason import Reason, WithReason
from verification.sets.indicators import IndicatorSet
from verification.sets.layout import FIRST_ROW, SHEETS
from verification.sets.sheets import ReadSet, as_plain, from_plain, read_sheets


class SetNotKept(WithReason):
    """A set that cannot be kept or withdrawn."""


def read_book(content: bytes) -> ReadSet:
    """Read a set from a workbook that came from outside. Raises UnusableWorkbook."""
    if len(content) > MAX_FILE_BYTES:
        raise UnusableWorkbook("workbook_too_large", limit=MAX_FILE_BYTES // 10**6)
    refuse_other_kinds(content)
    book = book_limited(content)
    found = read_sheets({title: cells_of(sheet) for title, sheet in book.items()}, codes_of_sets())
    sheets = [book[title] for title in SHEETS if title in book]
    return replace(found, hidden=tuple(reason for sheet in sheets for reason in _hidden_in(sheet)))


def _hidden_in(sheet: ReadSheet) -> Iterator[Reason]:
    """Say what is hidden of what a sheet says; its headings may be."""
    letters = {letter for row in sheet.cells.values() for letter in row}
    return hidden_in(sheet, [row for row in sheet.cells if row >= FIRST_ROW], letters)


def canonical(indicators: IndicatorSet) -> str:
    """Write a set as the text by which it is kept: the same set is always the same text."""
    return json.dumps(as_plain(indicators), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def keep_set(session: Session, plain: Mapping[str, Any], file_digest: str, by: Account) -> KeptSet:
    """Keep a set that was looked at; it is checked anew. Raises SetNotKept, Forbidden."""
    must(by, Permission.MANAGE_ROUNDS)
    found = from_plain(plain, codes_of_sets()).indicators
    if found is None:
        raise SetNotKept("set_has_faults")
    text = canonical(found)
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = session.get(KeptSet, found.id, with_for_update=True)
    if against := _against(session, found, digest, row):
        raise SetNotKept(against.code, **against.values)
    if row is not None and (row.digest, row.state) == (digest, KEPT):
        return row
    before, row = row.digest if row else None, row or KeptSet(id=found.id)
    row.digest, row.file_digest, row.text, row.state = digest, file_digest, text, KEPT
    row.loaded_by, row.loaded_at = by.label, now()
    session.add(row)
    session.flush()
    write_down(session, Act(by.label, "set_kept", f"set:{found.id}", before=before, after=digest))
    return row


def against_keeping(session: Session, found: IndicatorSet) -> Reason | None:
    """Say why a set that was looked at would not be kept, without keeping anything."""
    digest = hashlib.sha256(canonical(found).encode()).hexdigest()
    return _against(session, found, digest, session.get(KeptSet, found.id))


def _against(session: Session, found: IndicatorSet, digest: str, row: KeptSet | None) -> Reason | None:
    if found.id in built_in_sets():
        return Reason("set_is_built_in", {"found": found.id})
    if row is not None and row.digest != digest and (rounds := rounds_of(session, found.id)):
        return Reason("set_in_use", {"found": found.id, "rounds": ", ".join(rounds)[:200]})
    return None


def withdraw_set(session: Session, set_id: str, by: Account) -> KeptSet:
    """Offer a set to no new round. Raises SetNotKept, Forbidden."""
    must(by, Permission.MANAGE_ROUNDS)
    row = session.get(KeptSet, set_id, with_for_update=True)
    if row is None:
        raise SetNotKept("set_not_kept", found=set_id[:40])
    if row.state == KEPT:
        row.state = WITHDRAWN
        write_down(session, Act(by.label, "set_withdrawn", f"set:{row.id}"))
    return row


def rounds_of(session: Session, set_id: str) -> Sequence[str]:
    """Name the rounds that are of a set."""
    return session.scalars(select(Round.id).filter_by(indicator_set=set_id).order_by(Round.id)).all()


def kept_sets(session: Session) -> Sequence[KeptSet]:
    """List the sets that were loaded, the newest first."""
    return session.scalars(select(KeptSet).order_by(KeptSet.loaded_at.desc(), KeptSet.id)).all()
