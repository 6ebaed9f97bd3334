"""Many districts in several rounds, as rows: made-up parts with results, without a single line."""

from collections.abc import Sequence

from sqlalchemy import Engine, insert, select

from server.areas.tables import Area
from server.db import now, writing
from server.results.rows import SHAPE
from server.results.tables import Result
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from tests.support.builders import INDICATORS
from tests.support.claiming import ROUND

_IN_EACH = 15  # so many districts in a province


def codes_of(count: int, begin: int = 0) -> list[str]:
    """Number so many districts in provinces from 11 on."""
    return [f"{11 + n // _IN_EACH}.{n % _IN_EACH + 1:02}" for n in range(begin, begin + count)]


def a_nation(engine: Engine, count: int, rounds: Sequence[str] = (ROUND,), begin: int = 0) -> list[str]:
    """Make so many districts, each with a part in each of these rounds; district n has n lines that wait."""
    codes = codes_of(count, begin)
    provinces = sorted({code[:2] for code in codes})
    with writing(engine) as session:
        session.execute(insert(Area), [
            *({"code": code, "since": 1, "level": "district", "district": code, "name": f"Kabupaten Rekaan {code}",
               "zone": None} for code in codes),
            *({"code": code, "since": 1, "level": "province", "district": None, "name": f"Provinsi Rekaan {code}",
               "zone": "WITA"} for code in provinces),
        ])  # fmt: skip
        known = session.scalars(select(Round)).first()
        assert known
        for number in rounds:
            if session.get(Round, number) is None:
                session.add(Round(id=number, name=f"Putaran {number}", data_year=known.data_year, state=OPEN,
                                  indicator_set=known.indicator_set, areas_id=known.areas_id))  # fmt: skip
        session.flush()
        parts = [(round_id, code) for round_id in rounds for code in codes]
        session.execute(insert(RoundPart), [{"round_id": r, "district": d, "state": OPEN} for r, d in parts])
        session.execute(insert(Result), [_result(r, d, number % count) for number, (r, d) in enumerate(parts)])
    return codes


def _result(round_id: str, district: str, waiting: int) -> dict[str, object]:
    """Give a result whose points at stake are few where much waits."""
    return {
        "round_id": round_id, "district": district, "shape": SHAPE, "code": "x", "rules_version": "1",
        "ledger_rule": "2", "indicator_set": INDICATORS.id, "rules": {}, "inputs_digest": "x", "computed_at": now(),
        "maximum": 1000, "claimed": 700, "standing": 500, "observed_claimed": 200, "lowest": 50,
        "highest": 150 + waiting % 7, "lines": 2000, "visited": 1200, "confirmed": 800, "contradicted": 100,
        "waiting": waiting, "decided": 3, "reopened": 1 if waiting else 0,
    }  # fmt: skip
