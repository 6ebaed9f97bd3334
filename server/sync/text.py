"""A certificate for the terminal."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from server.moments import from_central
from server.sync.certificates import Detail
from server.sync.not_received import NotReceived
from server.sync.tables import Certificate
from server.words import Catalogue


def certificate_text(
    found: Certificate, detail: Detail, awaited: Sequence[NotReceived], words: Catalogue
) -> Iterator[str]:
    """Write a sync certificate: what it states, or every difference with its likely cause."""
    yield words.say(f"sync.{found.verdict}")
    yield words.say("sync.statement", moment=from_central(found.as_of), **detail.totals)
    yield f"{words.say('sync.digest')} {found.digest}"
    yield from compared_text(detail, words)
    for form in detail.forms:
        if form.settled:
            key = "sync.settled" if form.settled.counts else "sync.settled_out"
            yield words.say(key, form=form.form_id, **asdict(form.settled))
        if form.made_anew:
            yield words.say("sync.made_anew", form=form.form_id, count=form.made_anew)
        for code, count in form.causes.items():
            yield f"{form.form_id}: {count} × {words.say(f'difference.{code}')}"
        for difference in form.differences:
            yield f"  {difference.root_id} {words.say(f'difference.{difference.code}', **difference.values)}"
    yield f"{words.say('sync.awaited_title')}: {sum(one.count for one in awaited)}"
    yield words.say("sync.phones")


def compared_text(detail: Detail, words: Catalogue) -> Iterator[str]:
    """Write how much was compared in content: never more than was."""
    totals, moments = detail.totals, detail.files_compared
    yield words.say("sync.content", **totals)
    if totals["content"] < totals["versions"]:
        yield words.say("sync.content_left")
    if moments:
        yield words.say("sync.files_compared", since=moments[0], until=moments[1], **totals)
    elif totals["stored_files"]:
        yield words.say("sync.files_not_compared", **totals)


def certificate_json(found: Certificate, detail: Detail, awaited: Sequence[NotReceived], words: Catalogue) -> str:
    """Write the same for a program."""
    shown = {
        "verdict": found.verdict, "as_of": found.as_of, "made_at": found.made_at.isoformat(), "digest": found.digest,
        "bytes_hashed_at": found.bytes_hashed_at.isoformat() if found.bytes_hashed_at else None,
        "totals": detail.totals, "forms": [asdict(form) for form in detail.forms],
        "visits_not_received": [asdict(one) for one in awaited], "note": words.say("sync.phones"),
    }  # fmt: skip
    return json.dumps(shown, ensure_ascii=False, indent=1, default=str)
