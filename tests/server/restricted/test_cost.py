"""What the restricted pages cost: few statements, however many assignments and services there are."""

import pytest

from server.db import writing
from server.register.tables import Facility
from server.restricted.tables import ShelterVisit
from tests.support.builders import VILLAGES
from tests.support.restricted import GIVING, TOTALS, Ward
from tests.support.statements import statements

MOST_STATEMENTS, MOST_BYTES = 15, 150_000
PAGES = [("petugas", GIVING), ("petugas", "/tersegel"), ("ketua", "/tersegel/saya"), ("ketua", "/tersegel/1"),
         ("pengamat", TOTALS), ("penilai", f"{TOTALS}/lengkap"), ("penilai", "/rumah-aman")]  # fmt: skip


@pytest.fixture
def much(ward: Ward) -> Ward:
    """Give assignments that were filled in again and again, and services."""
    for _ in range(4):
        ward.confirmed()
    with writing(ward.engine) as session:
        session.add_all(ShelterVisit(assignment_id=1, number=number, month="2026-11", answers={}, filled_by=1)
                        for number in range(2, 30))  # fmt: skip
        session.add_all(Facility(id=f"many-{number}", kind="ppt", name=f"PPT Rekaan {number}", village=VILLAGES[0].code)
                        for number in range(90))  # fmt: skip
    return ward


@pytest.mark.parametrize("who, path", PAGES)
def test_a_page_takes_few_statements_and_is_not_long(much: Ward, who: str, path: str) -> None:
    much[who].get(path)
    with statements(much.engine) as said:
        page = much[who].get(path)
    asked = [one for one in said if not one.startswith(("BEGIN", "SET ", "PRAGMA"))]
    assert page.status_code == 200 and len(asked) <= MOST_STATEMENTS and len(page.data) <= MOST_BYTES, len(asked)
