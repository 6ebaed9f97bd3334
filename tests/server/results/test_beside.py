"""What a claim is set against beside visits: the list of the district's last part that is closed, and nothing else."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import Engine, select

from server.claims.template import template_for
from server.db import snapshot
from server.results.beside import beside_of
from server.results.closing import close_part
from server.results.tables import IndicatorResult
from server.results.verifying import result_of, verify
from server.rounds.tables import Round
from server.rulebook import load_benchmarks
from server.settings import CHECKOUT
from tests.support.claiming import ROUND, TESTER, claims_come, forget_jobs, open_round
from tests.support.rounds import asked_for
from tests.support.workbooks import DISTRICT, YEAR, a_place, filled, row_of
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
