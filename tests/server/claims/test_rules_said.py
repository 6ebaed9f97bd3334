"""The claim form says by which rules its points are judged: those that the round has fixed, as the form is made."""

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, delete

from server.claims import template
from server.claims.template import stamp_for, template_for, template_of
from server.db import snapshot, writing
from server.rounds.rules import last_fixed, take_present_rules
from server.rounds.states import Entry
from server.rounds.tables import RoundRules
from server.rulebook import load_rules
from tests.support.claiming import ROUND, claims_come
from tests.support.parts import HEALTH
from tests.support.workbooks import DISTRICT, TEMPLATE, a_place, filled, row_of

PRESENT = load_rules()


def guide_of(content: bytes) -> list[str]:
    return [str(cell.value) for (cell, *_) in load_workbook(io.BytesIO(content))["Petunjuk"].rows if cell.value]


def said(engine: Engine, agency: str | None = None) -> str:
    """Give the last line of the guide of a form that is made now."""
    with snapshot(engine) as session:
        stamp = replace(stamp_for(session, ROUND, DISTRICT), agency=agency)
        return guide_of(template_of(session, stamp).content)[-1]


def digest(engine: Engine) -> str:
    with snapshot(engine) as session:
        fixed = last_fixed(session, ROUND)
        assert fixed is not None
        return fixed.digest[:12]


@pytest.fixture
def an_update(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rules that come with Tilik be others than when the round was planned."""
    new = replace(PRESENT, version="baru")
    monkeypatch.setattr(template, "load_rules", lambda: new)
    monkeypatch.setattr("server.rounds.rules.load_rules", lambda: new)


@pytest.mark.parametrize("agency", [None, HEALTH])
def test_a_form_names_the_rules_that_its_round_has_fixed(district: Engine, an_update: None, agency: str | None) -> None:
    assert f"aturan Tilik versi {PRESENT.version} ({digest(district)}), yang sudah ditetapkan" in said(district, agency)


def test_a_form_that_is_made_after_others_were_taken_names_those(district: Engine, an_update: None) -> None:
    before = digest(district)
    with writing(district) as session:
        take_present_rules(session, ROUND, Entry("terminal:test", "Notulen rekaan"))
    assert digest(district) != before
    assert f"versi baru ({digest(district)})" in said(district)


def test_where_none_are_fixed_it_names_the_present_ones_and_says_so(district: Engine, an_update: None) -> None:
    with writing(district) as session:
        session.execute(delete(RoundRules))
    assert said(district) == (
        "Saat formulir ini dibuat, aturan putaran ini belum ditetapkan; aturan Tilik yang sekarang: versi baru."
    )


def test_forms_with_the_line_and_without_it_are_read_alike(district: Engine) -> None:
    with snapshot(district) as session:
        content = template_for(session, ROUND, DISTRICT).content
    cells = {f"Klaim!E{row_of(17)}": 15}
    first = claims_come(district, filled(cells, a_place(), template=content))
    assert not any("aturan Tilik" in line for line in guide_of(TEMPLATE))
    again = claims_come(district, filled(cells, a_place()))
    assert (first.problems, again.problems) == ((), ()) and first.form == again.form
