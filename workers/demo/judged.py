"""What people do in the demo with what is there: a document is read, a place is decided, others are drawn by lot.

Another document waits for its reader, and what was drawn for Tim Penilai: whoever tries Tilik finds something to do.
"""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.assignments.giving import today_in
from server.db import writing
from server.desk.checked import checked_part
from server.desk.queries import draw_rules
from server.desk.reading import ReadingWish, read_document
from server.documents.handing_in import Came, Handing, hand_in
from server.draws.drawing import DrawWish, draw_places
from server.facts.before import FactWish, Part, before_eyes, new_uuid
from server.facts.deciding import decide_line
from server.facts.evidence import posted
from server.facts.lines import called
from server.results.verifying import verify
from server.roles.account import Account, Held
from server.roles.table import Role
from server.roles.tables import Team
from server.settings import Settings
from server.store.opening import open_store
from server.words import Catalogue
from verification.sampling.designs import Design

Say = Callable[..., None]
DOCUMENTS = ("perda-rekaan-3-2021.pdf", "sk-pojok-asi-15-2023.pdf")  # as documents.csv calls them
READ = 17  # the indicator whose document is read
DECIDED = "Perpustakaan Daerah Rekaan"  # as the rules propose, so that the demo's numbers show what rules do
DRAWN_FROM, DRAWN = 17, 3
SEED = "contoh"


def judge(engine: Engine, settings: Settings, part: Part, words: Catalogue, say: Say) -> None:
    """Hand documents in and read one, decide about a place as the rules propose, draw others; then compute anew."""
    _documents_come(engine, settings, part)
    with writing(engine) as session:
        _one_is_read(session, part, words)
        _a_place_is_decided(session, part, words)
        _places_are_drawn(session, part)
    verify(engine, part.round_id, part.district)
    say("demo.judged", documents=len(DOCUMENTS), drawn=DRAWN)


def _as(role: Role) -> Account:
    return Account("demo", (Held(role),))


def _documents_come(engine: Engine, settings: Settings, part: Part) -> None:
    files = [Came(name, io.BytesIO(a_page(name))) for name in DOCUMENTS]
    wish = Handing(part.round_id, part.district, _as(Role.SECRETARIAT), declared=True)
    taken = hand_in(engine, open_store(settings), settings, files, wish)
    if taken.new != len(DOCUMENTS):
        raise RuntimeError(f"the demo's own documents were not taken: {taken.why}")


def a_page(name: str) -> bytes:
    """Draw a page that stands in for a document, as a PDF."""
    image, file = Image.new("L", (1240, 1754), 255), io.BytesIO()
    draw = ImageDraw.Draw(image)
    draw.text((100, 120), "DOKUMEN CONTOH (FIKTIF)", fill=0, font_size=64)
    draw.text((100, 220), name, fill=60, font_size=40)
    image.save(file, "PDF", resolution=150)
    return file.getvalue()


def _one_is_read(session: Session, part: Part, words: Catalogue) -> None:
    draw_rules(session, part.round_id).seed = SEED  # by which some documents are read twice
    here = checked_part(session, (part.round_id, part.district), has_scanner=False)
    first = next(one for one in here if one.indicator == READ)
    typed = {"opened": "yes", "matches_number": "yes", "matches_date": "yes", "in_force": "yes", "issuer_ok": "yes",
             "says": "yes", "child_input_named": "no", "page": "1", "note": words.say("demo.note")}  # fmt: skip
    wish = ReadingWish(typed, before=first.before, uuid=new_uuid())
    read_document(session, (part.round_id, part.district), first.document.id, wish, _as(Role.READER),
                  has_scanner=False)  # fmt: skip


def _a_place_is_decided(session: Session, part: Part, words: Catalogue) -> None:
    (line,) = called(session, part.round_id, part.district, DECIDED, 2)
    if line.row is None:
        raise RuntimeError("the demo's place is not computed")
    seen = posted(before_eyes(session, part, line).seen)
    wish = FactWish(line.row.proposed, why=words.say("demo.why"), seen=seen)
    decide_line(session, part, line.line_id, wish, _as(Role.SUPERVISOR))


def _places_are_drawn(session: Session, part: Part) -> None:
    teams = [str(number) for number in session.scalars(select(Team.id).filter_by(round_id=part.round_id))]
    day = today_in(session, part.district).isoformat()
    wish = DrawWish(str(DRAWN_FROM), Design.RANDOM, str(DRAWN), SEED, day, teams=teams)
    draw_places(session, (part.round_id, part.district), wish, _as(Role.SUPERVISOR))
