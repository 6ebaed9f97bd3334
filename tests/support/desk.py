"""Readers of documents in front of their pages: what they send is what a page of ours would."""

import io
import re
import uuid
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, select, update

from server.claims.tables import Document
from server.db import snapshot, writing
from server.desk.checked import DeskChecked, checked_part
from server.desk.queries import draw_rules
from server.desk.scores import desk_scores
from server.desk.tables import Clarification
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.rules import indicators_of
from server.rounds.tables import Round
from tests.support.claiming import ROUND, claims_come
from tests.support.documents import a_pdf, as_form
from tests.support.handing import OURS, Desk, a_desk
from tests.support.prepared import prepared
from tests.support.web import Browser, browser_of, person
from tests.support.workbooks import DISTRICT, filled

DESK = f"/wilayah/{ROUND}/{DISTRICT}/dokumen/periksa"
ASKED = f"/wilayah/{ROUND}/{DISTRICT}/dokumen/klarifikasi"
PROVINCE = DISTRICT.partition(".")[0]
ASSESSOR, OFFICER = Held(Role.ASSESSOR), Held(Role.DISTRICT, DISTRICT, ROUND)
CENTRE, HERE = Held(Role.READER), Held(Role.READER, PROVINCE, ROUND)
# a decree for 1a and 1b, minutes for 3a, a list for 28a, of which no number is repeated
DOCUMENTS = {
    "Dokumen!A4": 1, "Dokumen!B4": "12/2026", "Dokumen!D4": "Peraturan Rekaan", "Dokumen!E4": "1a",
    "Dokumen!G4": "Bupati (fiktif)", "Dokumen!I4": "I, II", "Dokumen!J4": "perda.pdf",
    "Dokumen!A5": 1, "Dokumen!B5": "12/2026", "Dokumen!D5": "Peraturan Rekaan, lampiran", "Dokumen!E5": "1b",
    "Dokumen!J5": "perda.pdf",
    "Dokumen!A6": 3, "Dokumen!B6": "Notulen 4", "Dokumen!E6": "3a", "Dokumen!J6": "notulen.pdf",
    "Dokumen!A7": 28, "Dokumen!B7": "15/2026", "Dokumen!J7": "rekap.pdf",
    "Klaim!E4": 10, "Jawaban!E4": "ya",
}  # fmt: skip
FILES = (("perda.pdf", a_pdf()), ("notulen.pdf", a_pdf((300, 300))), ("rekap.pdf", a_pdf((310, 310))))
FINE = {"opened": "yes", "matches_number": "yes", "matches_date": "yes", "in_force": "yes", "issuer_ok": "yes",
        "covers": ["I", "II"], "says": "yes", "page": "3"}  # fmt: skip
NOT_SO = FINE | {"says": "no"}


def a_reading_desk(engine: Engine, tmp_path: Path, *, percent: float = 0) -> Desk:
    """Give a desk to which the documents have come; of each hundred so many are drawn for a second reader."""
    prepared(engine, _documents_come)
    desk = a_desk(engine, tmp_path)
    for _, content in FILES:
        desk.store.put([content], len(content))
    with writing(engine) as session:
        rules = draw_rules(session, ROUND)
        rules.seed, rules.second_percent = "benih rekaan", percent
    return desk


def _documents_come(engine: Engine) -> None:
    assert claims_come(engine, filled(DOCUMENTS)).problems == ()
    with TemporaryDirectory() as folder:
        a_desk(engine, Path(folder)).hand_in(*FILES, declared=True)


def somebody(desk: Desk, *held: Held) -> Browser:
    """Let somebody in who holds roles."""
    with writing(desk.engine) as session:
        number = person(session, *held)
    return browser_of(desk.app, number)


def row_of(desk: Desk, number: str, question: str | None) -> int:
    """Give the number of a document's row."""
    with snapshot(desk.engine) as session:
        return session.scalars(select(Document.id).filter_by(number=number, question=question)).one()


def stands(desk: Desk, row: int) -> DeskChecked:
    """Tell how a document stands."""
    with snapshot(desk.engine) as session:
        found = next(one for one in checked_part(session, (ROUND, DISTRICT), has_scanner=False)
                     if one.document.id == row)  # fmt: skip
        session.expunge_all()
    return found


def hidden(page: str, name: str) -> str:
    """Give what a page's form has in a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, f"no {name}"
    return found[1]


def reads(web: Browser, row: int, answers: dict[str, Any] | None = None, **more: Any) -> Any:
    """Open a document's page and send answers."""
    page = web.get(f"{DESK}/{row}").text
    data = {"uuid": hidden(page, "uuid"), "before": hidden(page, "before"), **(answers or FINE), **more}
    return web.post(f"{DESK}/{row}", data=data, headers=OURS)


def sends(web: Browser, row: int, act: str, **typed: str) -> Any:
    """Send one of Tim Penilai's forms, which a page may have offered before; it says what it showed."""
    page = web.get(f"{DESK}/{row}").text
    shown = {name: found[1] for name in ("newest", "before")
             if (found := re.search(rf'name="{name}" value="([^"]*)"', page))}  # fmt: skip
    data = {"uuid": str(uuid.uuid4()), "newest": "", **shown, **typed}
    return web.post(f"{DESK}/{row}/{act}", data=data, headers=OURS)


def replies(web: Browser, number: int, *files: tuple[str, bytes], **typed: Any) -> Any:
    """Send a district's reply to a question, in words or with files."""
    typed["uuid"] = str(uuid.uuid4())
    typed["berkas"] = [(io.BytesIO(content), name) for name, content in files]
    return web.post(f"{ASKED}/{number}/jawab", headers=OURS, **as_form(typed))


def asked_about(desk: Desk) -> tuple[int, Browser, Browser]:
    """Give a decree that two readers doubt and the district was asked about; Tim Penilai, and an officer there."""
    row, assessor = row_of(desk, "12/2026", "1a"), somebody(desk, ASSESSOR)
    for held in (HERE, CENTRE):
        reads(somebody(desk, held), row, NOT_SO)
    assert sends(assessor, row, "klarifikasi", words="Di pasal berapa?").status_code == 303
    return row, assessor, somebody(desk, OFFICER)


def sends_score(web: Browser, row: int, points: str) -> Any:
    """Give a document's question points."""
    return sends(web, row, "nilai", points=points, words="Sesuai.")


def scores(desk: Desk) -> Any:
    """Tell what the desk left of each indicator."""
    with snapshot(desk.engine) as session:
        return desk_scores(session, ROUND, DISTRICT, indicators_of(session, session.get_one(Round, ROUND)))


def time_passes(desk: Desk) -> None:
    """Let the window of every question be over."""
    with writing(desk.engine) as session:
        session.execute(update(Clarification).values(last_day=date(2026, 1, 2)))
