"""A certificate for the terminal."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from server.sync.not_received import NotReceived
from server.sync.shown import CertificateShown, FormShown
from server.words import Catalogue


def certificate_text(found: CertificateShown, awaited: NotReceived, words: Catalogue) -> Iterator[str]:
    """Write a sync certificate: what it states, or every difference with its likely cause."""
    yield words.say(f"sync.{found.verdict}")
    yield words.say("sync.statement", moment=found.as_of, **found.totals)
    yield f"{words.say('sync.digest')} {found.digest}"
    yield from found.compared
    for form in found.forms:
        yield from filter(None, (form.settled and form.settled.sentence, form.made_anew, form.counted))
        for cause in form.causes:
            yield f"{form.form_id}: {cause.count} × {cause.sentence}"
        for difference in form.differences:
            yield f"  {difference.submission} {difference.sentence}"
    yield f"{words.say('sync.awaited_title')}: {awaited.count}"
    yield words.say("sync.phones")


def certificate_json(found: CertificateShown, awaited: NotReceived, words: Catalogue) -> str:
    """Write the same for a program."""
    shown = {
        "verdict": found.verdict, "as_of": found.as_of.isoformat(), "made_at": found.made_at.isoformat(),
        "digest": found.digest,
        "bytes_hashed_at": found.bytes_hashed_at.isoformat() if found.bytes_hashed_at else None,
        "totals": found.totals, "forms": [_form(form) for form in found.forms],
        "visits_not_received": asdict(awaited), "note": words.say("sync.phones"),
    }  # fmt: skip
    return json.dumps(shown, ensure_ascii=False, indent=1, default=str)


def _form(form: FormShown) -> dict[str, Any]:
    shown = asdict(form)
    return shown.pop("counts") | shown
