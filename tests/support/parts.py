"""Agencies' parts of a claim form, filled in, and where an agency's questions are in its part."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from server.claims.template import stamp_for, template_of
from server.db import snapshot
from tests.support.builders import INDICATORS
from tests.support.claiming import ROUND
from tests.support.workbooks import DISTRICT, filled
from verification.claim_form.cells import FIRST_ROW
from verification.claim_form.parts import part_of

HEALTH, SCHOOLS = "Dinas Kesehatan", "Dinas Pendidikan"


def part(engine: Engine, agency: str | None, cells: dict[str, Any] | None = None, *places: dict[str, Any]) -> bytes:
    with snapshot(engine) as session:
        template = template_of(session, replace(stamp_for(session, ROUND, DISTRICT), agency=agency)).content
    return filled(cells, *places, template=template)


def answer_row(agency: str | None, code: str) -> int:
    indicators = part_of(INDICATORS, agency) if agency else INDICATORS
    return list(indicators.answer_fields).index(code) + FIRST_ROW


def score_row(agency: str, indicator: int) -> int:
    return list(part_of(INDICATORS, agency).by_number).index(indicator) + FIRST_ROW
