"""Entries as people read them: names are looked up when they are shown, and are in no entry."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy.orm import Session

from server.audit.searching import Found
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.roles.queries import people_called
from server.spreadsheets import csv_lines
from server.web.menu import PLACES, name_of
from server.words import Catalogue


@view
class ShownEntry:
    """An act, as a page has it; `who` is named, or called by number where nobody knows the name any more."""

    number: int
    at: datetime
    who: Cleared
    act: Cleared
    about: tuple[Cleared, ...]
    district: Cleared
    round_id: Cleared
    sequence: int | None


def shown_entries(session: Session, found: Sequence[Found], clear: Clearance) -> list[ShownEntry]:
    """Clear entries, with the names of the people who are in them."""
    labels = {one.entry.by for one in found} | {word for one in found for word in one.entry.about.split()}
    names = people_called(session, labels)
    return [_shown(one, names, clear) for one in found]


def _shown(found: Found, names: dict[str, str], clear: Clearance) -> ShownEntry:
    entry = found.entry
    return ShownEntry(
        entry.id, entry.at, clear.ours(names.get(entry.by, entry.by)), clear.say(f"audit.{entry.act}"),
        tuple(_thing(word, names, clear) for word in entry.about.split()), clear.id(entry.district or "–"),
        clear.id(entry.round_id or "–"), found.sequence,
    )  # fmt: skip


def _thing(word: str, names: dict[str, str], clear: Clearance) -> Cleared:
    kind, _, number = word.partition(":")
    if kind == "role":
        return clear.say(f"role.{number}")
    if kind == "page" and number in PLACES:
        return clear.say("trail.thing", kind=clear.say("thing.page"), number=clear.say(name_of(number)))
    called = clear.ours(names[word]) if word in names else clear.id(number)
    return clear.say("trail.thing", kind=clear.say(f"thing.{kind}"), number=called)


@view
class ExportedEntry:
    """An act with its seal, as a file has it that travels: ids, codes and digests, moments in UTC; no name."""

    number: int
    at: Cleared
    by: Cleared
    act: Cleared
    about: Cleared
    district: Cleared | None
    round: Cleared | None
    before: Cleared | None
    after: Cleared | None
    sequence: int | None
    digest: Cleared | None
    sealed_at: Cleared | None


COLUMNS = tuple(field.name for field in fields(ExportedEntry))


def exported(found: Found, clear: Clearance) -> ExportedEntry:
    """Clear an entry for an export."""
    entry = found.entry
    texts = (entry.district, entry.round_id, entry.before, entry.after)
    district, round_id, before, after = (clear.id(text) if text is not None else None for text in texts)
    return ExportedEntry(
        entry.id, clear.id(_moment(entry.at)), clear.id(entry.by), clear.id(entry.act), clear.id(entry.about), district,
        round_id, before, after, found.sequence, clear.id(found.digest) if found.digest else None,
        clear.id(_moment(found.sealed_at)) if found.sealed_at else None,
    )  # fmt: skip


def lines_of_csv(entries: Iterable[ExportedEntry], words: Catalogue) -> Iterator[str]:
    """Write entries as CSV, a line at a time."""
    head = [words.say(f"trail.{name}") for name in COLUMNS]
    return csv_lines(head, ([getattr(entry, name) for name in COLUMNS] for entry in entries), words)


def lines_of_json(entries: Iterable[ExportedEntry]) -> Iterator[str]:
    """Write entries as JSON, one a line."""
    return (json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in entries)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
