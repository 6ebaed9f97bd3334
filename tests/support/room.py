"""A district's part of a round as rows, of any size: made-up lines, and for some of them a visit."""

import uuid
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, insert, text

from server.claims.tables import Claim, ClaimFile, ClaimLine
from server.db import now, writing
from server.register.tables import Facility
from server.results.rows import SHAPE
from server.results.tables import LineResult, Result, VisitResult
from server.rounds.states import begin_part
from server.submissions.tables import Form, SubmissionState
from tests.support.builders import INDICATORS, VILLAGES
from tests.support.claiming import ROUND, TESTER
from tests.support.workbooks import DISTRICT
from verification.model import Outcome, subdistrict_of
from verification.reason import Reason

PROJECT, FIRST_DAY = 1, date(2026, 11, 2)
KINDS = ((17, "pojok_asi", "visit_pojok_asi"), (25, "sekolah", "visit_school"), (13, "lksa", "visit_lksa"))
VISITORS = ("Tim Melati", "Tim Anggrek", "Tim Kenanga")
# what a visit came to, in turn: an outcome with its reason
FOUND = (
    (Outcome.CONFIRMED, Reason("location_at_place", {"distance_m": 7.0, "error_m": 5.0})),
    (Outcome.UNSURE, Reason("arrival_closed")),
    (Outcome.CRITERIA_NOT_MET, Reason("required_absent", {"criteria": "refrigerator"})),
    (Outcome.NOT_FOUND, Reason("not_at_claimed_place", {"asked": True})),
)


def facility_of(number: int) -> str:
    return str(uuid.UUID(int=number, version=4))


def a_part(engine: Engine, lines: int, every: int = 2) -> int:
    """Make a district's part with so many lines, each `every`th of them visited; gives its result's number.

    Line n is the nth claimed place, whose visit, if it has one, is submission n.
    """
    villages = [village.code for village in VILLAGES]
    rows: dict[Any, list[dict[str, Any]]] = {Facility: [], ClaimLine: [], SubmissionState: [], LineResult: [],
                                             VisitResult: []}  # fmt: skip
    for number in range(1, lines + 1):
        kind, village = number % len(KINDS), villages[number % len(villages)]
        place = {"id": facility_of(number), "kind": KINDS[kind][1], "village": village,
                 "name": f"{('Pojok ASI', 'SDN', 'Panti')[kind]} Rekaan {number}"}  # fmt: skip
        visited = number % every == 0
        rows[Facility].append(place)
        rows[ClaimLine].append({
            "id": number, "claim_id": kind + 1, "facility_id": place["id"], "kind": place["kind"],
            "name": place["name"], "village": village, "cell": f"Fasilitas!C{number + 3}",
        })  # fmt: skip
        rows[LineResult].append(_line(number, KINDS[kind][0], village, visited, every))
        if visited:
            rows[SubmissionState].append(_state(number, kind, place["id"]))
            rows[VisitResult].append(_visit(number, place["kind"], village))
    with writing(engine) as session:
        begin_part(session, ROUND, DISTRICT, TESTER)
        file = ClaimFile(round_id=ROUND, district=DISTRICT, digest="x", filename="klaim.xlsx", template_version="1",
                         imported_at=now())  # fmt: skip
        session.add(file)
        result = _result()
        session.add(result)
        session.flush()
        for number, (indicator, _, form_id) in enumerate(KINDS, start=1):
            session.add(Claim(id=number, round_id=ROUND, district=DISTRICT, indicator=indicator, file_id=file.id))
            session.add(Form(id=number, project=PROJECT, form_id=form_id, read_as="visit"))
        session.flush()
        if engine.dialect.name == "postgresql":  # which would give the next form a number that is taken
            session.execute(text("SELECT setval(pg_get_serial_sequence('forms', 'id'), (SELECT max(id) FROM forms))"))
        for table, values in rows.items():
            if table in (LineResult, VisitResult):
                values = [row | {"result_id": result.id} for row in values]
            if values:
                session.execute(insert(table), values)
        return result.id


def _result() -> Result:
    return Result(
        round_id=ROUND, district=DISTRICT, shape=SHAPE, code="x", rules_version="1", ledger_rule="2",
        indicator_set=INDICATORS.id, rules={}, inputs_digest="x", computed_at=now(), maximum=1000, claimed=700,
        standing=500, observed_claimed=200, lowest=50, highest=150,
    )  # fmt: skip


def _line(number: int, indicator: int, village: str, visited: bool, every: int) -> dict[str, Any]:
    outcome, reason = FOUND[number // every % len(FOUND)] if visited else (Outcome.NOT_VISITED, Reason("not_visited"))
    return {
        "line_id": number, "indicator": indicator, "subdistrict": subdistrict_of(village), "outcome": outcome.value,
        "proposed": outcome.value, "fact_id": None, "reopened_id": None, "reason_codes": f" {reason.code} ",
        "reasons": [{"code": reason.code, "values": reason.values}], "state_id": number if visited else None,
        "visit_id": f"uuid:{number}" if visited else None, "version": f"uuid:{number}" if visited else None,
        "probability": 0.99 if visited else None, "sure": True if visited else None, "comparisons": [], "grade": None,
        "distance_m": float(number) if visited else None, "error_m": 5.0 if visited else None, "criteria": [],
    }  # fmt: skip


def _state(number: int, kind: int, facility_id: str) -> dict[str, Any]:
    return {
        "id": number, "form_pk": kind + 1, "root_id": f"uuid:{number}", "instance_id": f"uuid:{number}",
        "submitted_at": "2026-11-20T00:00:00.000Z", "edits": 0, "attachments_present": 1, "attachments_expected": 1,
        "seen_at": "2026-11-20T00:00:00.000Z", "submitter": VISITORS[number % len(VISITORS)], "changes": 1,
        "changes_read": 1, "kind": KINDS[kind][1], "facility_id": facility_id, "district": DISTRICT,
        "day": FIRST_DAY + timedelta(days=number % 10), "round_id": ROUND,
    }  # fmt: skip


def _visit(number: int, kind: str, village: str) -> dict[str, Any]:
    return {
        "visit_id": f"uuid:{number}", "state_id": number, "fact_id": None, "version": f"uuid:{number}", "kind": kind,
        "subdistrict": subdistrict_of(village), "villages": [village], "reason_code": "belongs_to_line",
        "reason": Reason("belongs_to_line"), "lines": [number],
    }  # fmt: skip
