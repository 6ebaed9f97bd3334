"""What is shown of a round is in the words of its own indicator set, as they were when the round was planned."""

import html
import io
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from server.claims.tables import Claim, ClaimLine
from server.claims.template import template_for
from server.db import snapshot, writing
from server.results.verifying import verify
from server.rounds.rules import take_present_rules
from server.rounds.states import Entry
from server.rulebook import DEFAULT_SET, load_indicators
from server.sets.keeping import keep_set
from tests.support.builders import ALL_FIVE, LAT, LON, load_district
from tests.support.claiming import ROUND, claims_come, open_round
from tests.support.cli import printed
from tests.support.indicator_sets import made_up_set
from tests.support.trial import it_comes
from tests.support.updating import OTHER_NAME, another_tilik
from tests.support.web import TESTER, entered
from tests.support.workbooks import DISTRICT, YEAR, a_place, filled, row_of
from verification.sets.sheets import as_plain

OURS, MADE_UP, OTHER = 17, 3, "contoh"  # an indicator of either set; the round of the second
NAMES = {
    ROUND: load_indicators(DEFAULT_SET).by_number[OURS].name["id"],
    OTHER: made_up_set().by_number[MADE_UP].name["id"],
}


@pytest.fixture
def two_rounds(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Claim a place in a round of Tilik's own set; then load another set, and claim a place in a round of that."""
    monkeypatch.setenv("TILIK_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    load_district(engine)
    open_round(engine)
    claims_come(engine, filled({f"Klaim!E{row_of(OURS)}": 15}, a_place()))
    with writing(engine) as session:
        keep_set(session, as_plain(made_up_set()), "f" * 64, TESTER)
    open_round(engine, OTHER, YEAR + 1, indicator_set=made_up_set().id)
    with snapshot(engine) as session:
        form = template_for(session, OTHER, DISTRICT).content
    school = a_place("Sekolah Atas", A=MADE_UP, B="sekolah")
    assert claims_come(engine, filled({f"Klaim!E{row_of(MADE_UP)}": 10}, school, template=form)).problems == ()
    answers = {"kind": "pojok_asi", "arrival": "open", "name_given": "Pojok ASI Pasar", "seen": ALL_FIVE,
               "point": f"{LAT} {LON} 40 5"}  # fmt: skip
    it_comes(engine, "visit_pojok_asi", "uuid:1", answers, project=1)
    for round_id in NAMES:
        verify(engine, round_id, DISTRICT)
    return engine


def shown(engine: Engine, app: Flask, round_id: str, number: int) -> Mapping[str, str]:
    """Give all that names an indicator of a round, by where it is read."""
    web, here = entered(app), f"/wilayah/{round_id}/{DISTRICT}"
    with snapshot(engine) as session:
        line = session.scalars(select(ClaimLine.id).join(Claim).where(Claim.round_id == round_id)).one()
        book = template_for(session, round_id, DISTRICT).content
    pages = (here, f"{here}/indikator/{number}", f"{here}/baris", f"{here}/baris/{line}", f"{here}/peta",
             f"/laporan/{round_id}/{DISTRICT}", f"/laporan/{round_id}/{DISTRICT}.json",
             f"/laporan/{round_id}/{DISTRICT}.csv")  # fmt: skip
    found = {}
    for page in pages:
        answer = web.get(page, follow_redirects=True)
        assert answer.status_code == 200, page
        found[page] = answer.get_data(as_text=True)
    found["xlsx"] = _written(web.get(f"/laporan/{round_id}/{DISTRICT}.xlsx").data)
    found["form"] = _written(book)
    found["why"] = printed("why", "--round", round_id, DISTRICT, str(number))
    found["why of a place"] = printed("why", "--round", round_id, DISTRICT, str(number), "1")
    return {name: " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()) for name, text in found.items()}


def _written(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


UNNAMED = ("why of a place",)  # it names what was looked at there


def test_each_round_has_its_own_words_after_a_second_set_was_loaded(two_rounds: Engine, app: Flask) -> None:
    for round_id, number in ((ROUND, OURS), (OTHER, MADE_UP)):
        (other,) = set(NAMES) - {round_id}
        for where, text in shown(two_rounds, app, round_id, number).items():
            assert NAMES[round_id] in text or where in UNNAMED, where
            assert NAMES[other] not in text, where


@pytest.mark.ci
def test_an_update_changes_no_word_of_a_round_until_its_rules_are_taken(two_rounds: Engine, app: Flask) -> None:
    before = shown(two_rounds, app, ROUND, OURS)
    with another_tilik(OURS, points=99.0):
        for where, text in shown(two_rounds, app, ROUND, OURS).items():
            assert OTHER_NAME not in text and (NAMES[ROUND] in text or where in UNNAMED), where
        with writing(two_rounds) as session:
            take_present_rules(session, ROUND, Entry("terminal:test", "Notulen rekaan 12/2026"))
        verify(two_rounds, ROUND, DISTRICT)
        after = shown(two_rounds, app, ROUND, OURS)
    assert {where for where in before if OTHER_NAME in after[where]} == {*before}


_OF_NO_ROUND = {
    "server/rulebook.py": "it is where sets are loaded",
    "server/rounds/rules.py": "it fixes what a round goes by, and gives that",
    "server/rounds/commands.py": "a round is being planned",
    "server/claims/template.py": "a form from before rounds had names",
    "server/benchmarks/stating.py": "of all sets on offer",
    "server/sets/pages.py": "a set by itself", "server/sets/commands.py": "a set by itself",
    "server/sets/views.py": "a set by itself, and what forms are built from",
}  # fmt: skip


def test_nobody_else_loads_a_set_by_its_id() -> None:
    """What belongs to a round goes by `indicators_of`: the same id may have another text after an update."""
    root = Path(__file__).parents[3]
    loads = {file.relative_to(root).as_posix() for room in ("server", "workers") for file in (root / room).rglob("*.py")
             if "load_indicators" in file.read_text(encoding="utf-8")}  # fmt: skip
    assert {one for one in loads if not one.startswith("workers/bench/")} == {*_OF_NO_ROUND}
