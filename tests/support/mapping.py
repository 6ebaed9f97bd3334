"""A made-up district for maps, of any size: villages with crooked borders that they share, claimed places, visits."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from shapely.geometry import Polygon
from sqlalchemy import Engine, insert

from server.areas.geojson import AreaPlan
from server.claims.tables import Claim, ClaimFile, ClaimLine
from server.db import Json, now, writing
from server.recoding.applying import AreasWish, load_areas
from server.register.tables import Facility
from server.results.tables import LineResult, Result
from server.rounds.states import begin_part
from server.submissions.tables import Form, Submission, SubmissionState
from server.visits.tables import Visit
from tests.support.claiming import ROUND, TESTER, open_round
from tests.support.workbooks import DISTRICT
from verification.model import Village, subdistrict_of

PAGE = f"/wilayah/{ROUND}/{DISTRICT}/peta"
DATA = f"{PAGE}.json"
WEST, SOUTH, SIDE = 110.0, -6.0, 0.03  # degrees; a village is some 3.3 km wide
OUTCOMES = ("confirmed", "not_found", "unsure", "not_visited")
_PER_SUBDISTRICT = 15


def crooked(columns: int, rows: int, steps: int = 40, seed: int = 1) -> list[Village]:
    """Give villages in a grid; each border is one crooked line, the same for both sides."""
    random = np.random.default_rng(seed)
    shape = (rows + 1, columns + 1, 2)
    corners = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1) + random.uniform(
        -0.2, 0.2, shape
    )

    def border(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        along = np.linspace(0, 1, steps + 1)[:, None]
        beside = np.cumsum(random.normal(0, 0.12 / steps, (steps + 1, 2)), axis=0)
        beside -= beside[0] + (beside[-1] - beside[0]) * along
        return np.asarray(np.round((begin + (end - begin) * along + beside) * SIDE + [WEST, SOUTH], 7))

    across = [[border(corners[r, c], corners[r, c + 1]) for c in range(columns)] for r in range(rows + 1)]
    up = [[border(corners[r, c], corners[r + 1, c]) for c in range(columns + 1)] for r in range(rows)]
    found = []
    for number in range(columns * rows):
        r, c = divmod(number, columns)
        ring = np.vstack([across[r][c], up[r][c + 1][1:], across[r + 1][c][::-1][1:], up[r][c][::-1][1:]])
        code = f"{DISTRICT}.{1 + number // _PER_SUBDISTRICT:02}.{2001 + number % _PER_SUBDISTRICT}"
        found.append(Village(code, f"Desa Rekaan {number + 1}", Polygon(ring)))
    return found


def a_large_district(engine: Engine, lines: int, columns: int = 3, rows: int = 2) -> None:
    """Load areas, open a round, and store a result: so many places claimed, all but the last kind visited."""
    villages = crooked(columns, rows)
    names = {"99": "Provinsi Contoh", DISTRICT: "Kabupaten Contoh"}
    names |= {subdistrict_of(v.code): f"Kecamatan {subdistrict_of(v.code)[-2:]}" for v in villages}
    names |= {village.code: village.name for village in villages}
    load_areas(engine, AreaPlan(tuple(villages), names, (), ()), AreasWish("terminal:test", date(2026, 1, 1)))
    open_round(engine, project=1)
    places_are_judged(engine, villages, lines)


def places_are_judged(engine: Engine, villages: Sequence[Village], count: int) -> None:
    """Store a result with so many places, spread over the villages, and the visits they were judged by."""
    random, numbers = np.random.default_rng(7), range(1, count + 1)
    with writing(engine) as session:
        begin_part(session, ROUND, DISTRICT, TESTER)
        file = ClaimFile(round_id=ROUND, district=DISTRICT, digest="x", filename="k.xlsx", template_version="1",
                         imported_at=now())  # fmt: skip
        claim = Claim(round_id=ROUND, district=DISTRICT, indicator=17, self_score=15, file=file, cell="Klaim!E20")
        form = Form(project=1, form_id="visit_pojok_asi", read_as="visit")
        result = a_result()
        session.add_all([claim, form, result])
        session.flush()
        rows = [_place(n, villages[n % len(villages)], random.uniform(0.3, 0.7, 2), random.normal(0, 2e-4, 2))
                for n in numbers]  # fmt: skip
        for table in (Facility, ClaimLine, Submission, SubmissionState, Visit, LineResult):
            same = {"claim_id": claim.id, "form_pk": form.id, "result_id": result.id}
            columns = table.__table__.c.keys()
            session.execute(insert(table), [
                {key: value for key, value in (row | same | row[table.__tablename__]).items() if key in columns}
                for row in rows if table.__tablename__ in row
            ])  # fmt: skip


def a_result() -> Result:
    return Result(round_id=ROUND, district=DISTRICT, shape=1, code="", rules_version="1", ledger_rule="1",
                  indicator_set="permen-pppa-12-2011", rules={}, inputs_digest="", computed_at=now(), maximum=1,
                  claimed=1, standing=0, observed_claimed=1, lowest=0, highest=1)  # fmt: skip


def _place(n: int, village: Village, at: np.ndarray, off: np.ndarray) -> Json:
    west, south, east, north = village.outline.bounds
    lon, lat = round(float(west + (east - west) * at[0]), 6), round(float(south + (north - south) * at[1]), 6)
    outcome, root = OUTCOMES[n % 4], f"uuid:{n}"
    same: Json = {"kind": "pojok_asi", "village": village.code, "facility_id": f"f{n}", "name": f"Pojok ASI Rekaan {n}",
                  "root_id": root, "instance_id": root, "subdistrict": subdistrict_of(village.code)}  # fmt: skip
    of_line: Json = {
        "line_id": n, "indicator": 17, "outcome": outcome, "proposed": outcome, "reason_codes": "", "reasons": [],
        "comparisons": [], "criteria": [], "state_id": n, "visit_id": root, "version": root, "distance_m": 31.0,
        "error_m": 12.0,
    }  # fmt: skip
    visited: Json = {
        "submissions": {"id": n, "number": 1, "digest": "", "source": "odata", "answers": "{}"},
        "submission_states": {"id": n, "submitted_at": "2026-11-01T00:00:00.000Z", "edits": 0, "attachments_present": 0,
                              "attachments_expected": 0, "seen_at": "", "district": DISTRICT, "round_id": ROUND,
                              "changes": 1, "changes_read": 1},
        "visits": {"submission_id": n, "lon": lon + float(off[0]), "lat": lat + float(off[1]), "accuracy_m": 8.0},
    }  # fmt: skip
    nowhere = {"state_id": None, "visit_id": None, "version": None, "distance_m": None, "error_m": None}
    return same | {
        "facilities": {"id": f"f{n}"}, "claim_lines": {"id": n, "lon": lon, "lat": lat, "half_cell_m": 0.6,
                                                       "cell": f"Fasilitas!C{n}"},
        "line_results": of_line | (nowhere if outcome == "not_visited" else {}),
    } | ({} if outcome == "not_visited" else visited)  # fmt: skip
