"""What a claim is set against beside visits: the list of the district's last part that is closed, and nothing else."""

import io
import os
import subprocess
import sys

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from server.claims.template import template_for
from server.db import snapshot, writing
from server.removals.removing import remove_submission
from server.results.beside import beside_of
from server.results.closing import close_part
from server.results.tables import IndicatorResult
from server.results.verifying import result_of, verify
from server.rounds.tables import Round
from server.rulebook import load_benchmarks
from server.settings import CHECKOUT
from server.submissions.tables import Form
from tests.support.claiming import ROUND, TESTER, claims_come, forget_jobs, open_round
from tests.support.rounds import asked_for
from tests.support.told import COMMUNITY, an_interview, it_is_told
from tests.support.workbooks import DISTRICT, TEMPLATE, YEAR, a_place, filled, row_of
from verification.comparing.beside import Beside

NEXT = str(YEAR + 1)
STAYS = ("Pojok ASI Pasar", *(f"Pojok ASI Kantor {name}" for name in ("Satu", "Dua", "Tiga", "Empat", "Lima")))


def form_of(engine: Engine, round_id: str, *places: str) -> bytes:
    with snapshot(engine) as session:
        template = template_for(session, round_id, DISTRICT).content
    return filled({f"Klaim!E{row_of(17)}": 12}, *map(a_place, places), template=template)


@pytest.fixture
def two_rounds(district: Engine) -> Engine:
    """Claims of two rounds: of the first a place is gone in the second, and two are new."""
    claims_come(district, form_of(district, ROUND, *STAYS, "Pojok ASI Terminal"))
    open_round(district, NEXT, YEAR + 1)
    claims_come(district, form_of(district, NEXT, *STAYS, "Pojok ASI Stasiun", "Pojok ASI Balai"))
    verify(district, NEXT, DISTRICT)
    forget_jobs(district)
    return district


def set_against(engine: Engine, round_id: str) -> Beside:
    with snapshot(engine) as session:
        return beside_of(session, session.get_one(Round, round_id), DISTRICT)


def rises(engine: Engine) -> list[tuple[str, dict[str, object]]]:
    """Give what the next round's result says of the rise of 17."""
    with snapshot(engine) as session:
        result = result_of(session, NEXT, DISTRICT)
        rows = session.scalars(select(IndicatorResult.findings).filter_by(result_id=result and result.id, indicator=17))
        return [(one["code"], one["values"]) for one in rows.one() if one["about"] == "rise"]


def test_only_a_closed_part_of_an_earlier_year_is_what_a_rise_is_set_against(two_rounds: Engine) -> None:
    assert set_against(two_rounds, NEXT) == Beside(YEAR + 1, None, load_benchmarks())
    close_part(two_rounds, ROUND, DISTRICT, TESTER)
    last = set_against(two_rounds, NEXT).last
    assert last is not None and last.round_id == ROUND
    assert {number: len(of) for number, of in last.listed.items()} == {17: 7}
    assert set_against(two_rounds, ROUND).last is None


def test_closing_a_part_has_the_next_rounds_computed_again_and_the_rise_told(two_rounds: Engine) -> None:
    assert [code for code, _ in rises(two_rounds)] == ["no_last_round"]
    close_part(two_rounds, ROUND, DISTRICT, TESTER)
    assert ("verify", f"{NEXT}/{DISTRICT}") in asked_for(two_rounds)
    verify(two_rounds, NEXT, DISTRICT)
    ((code, values),) = rises(two_rounds)
    assert code == "rise_at_most"
    assert values == {"round": ROUND, "listed_then": 7, "new": 2, "gone": 1, "most": 1}


_DIGEST = """
import sys
from server.db import open_database, snapshot
from server.results.tables import IndicatorResult
from server.results.inputs import load_inputs
with snapshot(open_database(sys.argv[1])) as session:
    print(load_inputs(session, sys.argv[2], sys.argv[3]).digest)
"""


@pytest.mark.ci
def test_every_process_digests_the_same_inputs_alike(two_rounds: Engine) -> None:
    """Else each would take a result of another for outdated."""
    close_part(two_rounds, ROUND, DISTRICT, TESTER)
    address = two_rounds.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _DIGEST, address, NEXT, DISTRICT]
    told = {
        subprocess.run(command, cwd=CHECKOUT, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True,
                       check=True).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(told) == 1


def test_what_parents_say_stands_beside_what_the_district_says_and_goes_with_them(district: Engine) -> None:
    """E-8b: the claim says that certificates are free of charge; parents who were asked paid."""
    claims_come(district, filled({"Klaim!E11": 5, cell_of("8a1"): "ya"}, a_place()))
    forget_jobs(district)
    for number in range(12):
        paid = {"role": "parent", "topic": "registration", "akta_paid": "yes" if number < 8 else "no"}
        it_is_told(district, "interview", f"uuid:{number}", an_interview(COMMUNITY | paid))
    assert asked_for(district) == [("verify", f"{ROUND}/{DISTRICT}")]
    assert said_of(district, 8)["sources_differ"] == {
        "what": "8a1", "question": "akta_paid", "asked": 10, "low": 65, "high": 75, "there": 0, "of": 0, "sources": 2,
        "differ": 1}  # fmt: skip
    with writing(district) as session:
        form = session.scalars(select(Form).filter_by(read_as="interview")).one()
        for number in range(3):
            remove_submission(session, form, f"uuid:{number}", "withdrawn_consent", "terminal:test")
    assert "sources_differ" not in said_of(district, 8), "of nine nothing is told"


def cell_of(code: str) -> str:
    sheet = load_workbook(io.BytesIO(TEMPLATE), read_only=True)["Jawaban"]
    rows = sheet.iter_rows(min_col=1, max_col=1, values_only=True)
    return next(f"Jawaban!E{row}" for row, (found,) in enumerate(rows, start=1) if found == code)


def said_of(engine: Engine, indicator: int) -> dict[str, object]:
    verify(engine, ROUND, DISTRICT)
    with snapshot(engine) as session:
        row = session.scalars(select(IndicatorResult).filter_by(indicator=indicator)).one()
        return {one["code"]: one["values"] for one in row.findings}
