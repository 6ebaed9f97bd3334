"""Worlds that differ in what children and a forum answered, and all that comes out of them, at two moments.

In each batch one child answers otherwise in the second world, and those who said yes are others; where a batch is never
told, all of it is otherwise. Whoever sees the same in both cannot work out by any sum, filter or moment which of the
two it is.
"""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine, select, update

from server.app import create_app
from server.claims.tables import Answer, Claim
from server.db import open_database, writing
from server.feedback.expiring import forget_answers
from server.feedback.gathering import gather, gather_what_is_left
from server.feedback.tables import ChildAnswer, ChildForm
from server.forum.tables import ForumCode
from server.results.verifying import verify
from server.rounds.states import CLOSED
from server.rounds.tables import Round
from server.settings import Settings
from server.told.tables import WhatWasTold
from tests.attacker.outputs import VIEWERS, Outputs, addresses
from tests.support.built import built
from tests.support.claiming import ROUND, claims_come
from tests.support.cli import tilik
from tests.support.rounds import begin
from tests.support.told import it_is_told, some_minutes
from tests.support.web import Browser, browser, entered
from tests.support.workbooks import DISTRICT, a_place, filled
from xlsforms.child_page import child_page
from xlsforms.forms import CHILD_FORM

NEIGHBOUR, LONG_AGO, FIRST_KEPT, MONTH = "99.02", "2025-10", "2025-11", "2026-10"
CLAIMED = {10: "10h1", 22: "22a1", 25: "25b1"}
NARROWED = ("", "indikator=22&semua=1&kecamatan=99.01.01", "indikator=25&bagian=1")  # no filter, and two
# who looks: each of them sees something of children that others do not see, or sees it otherwise
LOOK = ("nobody", "others", "team", "district", "safeguarding", "facilitator", "observer", "inspectorate")
# what is drawn anew for whoever asks, what they did themselves, and what is not there
_ELSEWHERE = re.compile(r"^/(masuk|akun|anak|static|jejak-)|/x(/|$|\.)|9999|x{36}")
_HERE = re.compile(rf"/wilayah/{ROUND}/{DISTRICT}/(baris|indikator|suara-anak)|/laporan/")
_CHANGES = re.compile(
    r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12,}'
    r"|\d{1,2}[.:]\d\d( WIB)?|[\d-]{10}T[\d:.+Z-]+|\d+ (detik|menit|jam) (yang )?lalu"
)


@dataclass(frozen=True)
class Batch:
    """So many answers of a district about a kind of place, the first of which say yes to each question named."""

    district: str
    kind: str
    answers: int
    yes: dict[str, int]
    month: str = MONTH


@dataclass(frozen=True)
class Told:
    """What comes in at each of two moments; and how an eleventh forum says that it is led."""

    first: tuple[Batch, ...]
    then: tuple[Batch, ...]
    led_by: str = "official"


ONE = Told(
    (
        # of one batch: two of a month whose time is over by the second moment, and ten that stay
        Batch(DISTRICT, "ktr", 2, {"smoke_seen": 0}, LONG_AGO),
        Batch(DISTRICT, "ktr", 10, {"smoke_seen": 2}),
        Batch(DISTRICT, "sekolah", 11, {"school_rule_known": 10, "road_help": 5, "school_tell": 9}),
        Batch(DISTRICT, "forum_anak", 10, {"forum_asked": 7}),
        Batch(NEIGHBOUR, "sekolah", 6, {"school_rule_known": 6}),
        Batch(DISTRICT, "taman", 4, {"pay_here": 4}),
    ),
    (
        Batch(DISTRICT, "ktr", 10, {"smoke_seen": 9}),
        Batch(DISTRICT, "sekolah", 5, {"school_rule_known": 4}),  # with the neighbour's six, of the province
        Batch(NEIGHBOUR, "taman", 3, {"pay_here": 0}),
    ),
)
OTHER = Told(
    (
        Batch(DISTRICT, "ktr", 2, {"smoke_seen": 0}, LONG_AGO),
        Batch(DISTRICT, "ktr", 10, {"smoke_seen": 1}),
        Batch(DISTRICT, "sekolah", 11, {"school_rule_known": 9, "road_help": 6, "school_tell": 10}),
        Batch(DISTRICT, "forum_anak", 10, {"forum_asked": 6}),
        Batch(NEIGHBOUR, "sekolah", 6, {"school_rule_known": 5}),
        Batch(DISTRICT, "taman", 4, {"pay_here": 0}),
    ),
    (
        Batch(DISTRICT, "ktr", 10, {"smoke_seen": 8}),
        Batch(DISTRICT, "sekolah", 5, {"school_rule_known": 4}),
        Batch(NEIGHBOUR, "taman", 3, {"pay_here": 3}),
    ),
    led_by="children",
)
FEWER = replace(OTHER, first=(*OTHER.first[:2], replace(OTHER.first[2], yes={"school_rule_known": 8}),
                              *OTHER.first[3:]))  # fmt: skip
"""One child more than the band allows: a world that everybody may tell from the others."""


class World:
    """A database of its own, with its pages."""

    def __init__(self, engine: Engine, folder: Path, told: Told, *, turned: bool, look: Sequence[str]) -> None:
        self.engine, self._folder, self._told, self._turned, self._look = engine, folder, told, turned, look
        self._came = 0

    def at_first(self) -> Outputs:
        """Let the first answers come, and ten forums of the province; give all that comes out."""
        self._come(self._told.first)
        for number in range(10):
            self._minuted(number, "official" if number < 2 else "children")
        verify(self.engine, ROUND, DISTRICT)
        return dict(self._outputs())

    def later(self) -> Outputs:
        """Let others come, an eleventh forum, the time of the oldest be over and the round end."""
        self._minuted(10, self._told.led_by)
        self._come(self._told.then)
        with writing(self.engine) as session:
            forget_answers(session, FIRST_KEPT)
            session.execute(update(Round).values(state=CLOSED))
            gather_what_is_left(session)
        verify(self.engine, ROUND, DISTRICT)
        return dict(self._outputs())

    def _come(self, batches: Sequence[Batch]) -> None:
        with writing(self.engine) as session:
            for batch in batches:
                for number in range(batch.answers):
                    at = batch.answers - 1 - number if self._turned else number
                    said = {question: "yes" if at < yes else "no" for question, yes in batch.yes.items()}
                    session.add(ChildAnswer(
                        key=f"{self._came:032x}", round_id=ROUND, district=batch.district, place_kind=batch.kind,
                        month=batch.month, version="1", answers=said | {"feel_ok_place": "no"}, state="passed",
                    ))  # fmt: skip
                    self._came += 1
            session.flush()
            gather(session, ROUND)

    def _minuted(self, number: int, led_by: str) -> None:
        """Let a forum of another district be minuted."""
        code, district = f"N-{number:06}".replace("0", "A").replace("1", "B"), f"99.{number + 10}"
        with writing(self.engine) as session:
            session.add(ForumCode(code=code, round_id=ROUND, district=district))
        minutes = some_minutes(forum_code=code, q_who_leads=led_by)
        found = it_is_told(self.engine, "forum", f"uuid:forum-{number}", minutes)
        with writing(self.engine) as session:  # the areas of the tests have no so many districts
            told = session.get_one(WhatWasTold, found)
            told.round_id, told.area, told.aside = ROUND, district, None
            told.released_at, told.released_by = datetime(2026, 11, 1, 0, number, tzinfo=UTC), "person:1"

    def _outputs(self) -> Iterator[tuple[str, str]]:
        settings = Settings.model_validate({"secret_key": "k" * 40, "data": self._folder})
        app = create_app(self.engine, settings)
        for viewer, held in VIEWERS.items():
            if viewer not in self._look:
                continue
            web = entered(app, held) if held is not None else browser(app)
            yield from self._pages(app, viewer, web)
        yield from self._commands()

    def _pages(self, app: Flask, viewer: str, web: Browser) -> Iterator[tuple[str, str]]:
        about = (f"/wilayah/{ROUND}/{DISTRICT}/indikator/{number}" for number in CLAIMED)
        for address in (*addresses(self.engine, app), *about):
            if _ELSEWHERE.search(address):
                continue
            for narrowed in NARROWED if _HERE.search(address) else NARROWED[:1]:
                with web.get(address, query_string=narrowed) as answer:
                    if answer.status_code == 200:
                        yield f"{viewer} {address}?{narrowed}", _plain(answer.data)

    def _commands(self) -> Iterator[tuple[str, str]]:
        here = ("--round", ROUND, "--district", DISTRICT)
        for words in (("report", *here), ("report", *here, "--json"), ("report", *here, "--csv"),
                      ("claims", "show", *here, "--json"), ("rounds", "list", "--json"),
                      *(("why", "--round", ROUND, DISTRICT, str(number)) for number in CLAIMED)):  # fmt: skip
            result = tilik(*words)
            assert result.exit_code == 0, result.output
            yield f"terminal {' '.join(words)}", _plain(result.output.encode())
        file = self._folder / "laporan.xlsx"
        tilik("report", *here, "--xlsx", file)
        yield "terminal xlsx", _plain(file.read_bytes())


def _plain(content: bytes) -> str:
    """Give what is written in an answer, without what is another each time: clocks and digests."""
    if content.startswith(b"PK\x03\x04"):
        sheets = load_workbook(io.BytesIO(content)).worksheets
        text = "\n".join(str(cell) for one in sheets for row in one.iter_rows(values_only=True) for cell in row if cell)
    elif content.startswith(b"%PDF"):
        reader = shutil.which("pdftotext")
        assert reader, "no pdftotext"
        text = subprocess.run([reader, "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    else:
        text = content.decode("utf-8", "replace")
    return _CHANGES.sub("…", text)


def prepare(engine: Engine) -> None:
    """Prepare what is the same in every world: a claim, and forms that asked children."""
    begin(engine, DISTRICT, NEIGHBOUR)
    claims_come(engine, filled(None, a_place()))
    with writing(engine) as session:
        session.add(ChildForm(version="1", page=child_page(built(CHILD_FORM))))
        file = session.scalars(select(Claim).limit(1)).one().file_id
        for number, code in CLAIMED.items():
            claim = session.scalar(select(Claim).filter_by(indicator=number, district=DISTRICT))
            claim = claim or Claim(round_id=ROUND, district=DISTRICT, indicator=number, self_score=1.0, file_id=file)
            claim.answers.append(Answer(code=code, value="yes", cell="Jawaban!D4"))
            session.add(claim)


@contextmanager
def a_world(
    template: Path, folder: Path, told: Told, patched: Any, *, turned: bool = False, look: Sequence[str] = LOOK
) -> Iterator[World]:
    """Make a world of its own, in a folder of its own; the commands of a terminal work in it too."""
    folder.mkdir()
    shutil.copyfile(template, folder / "tilik.sqlite3")
    url = f"sqlite:///{folder / 'tilik.sqlite3'}"
    for name, value in {"TILIK_DATABASE_URL": url, "TILIK_DATA": str(folder)}.items():
        patched.setenv(name, value)
    engine = open_database(url)
    yield World(engine, folder, told, turned=turned, look=look)
    engine.dispose()
