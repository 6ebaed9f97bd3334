"""What is set aside of interviews and programmes: how many and why, on the pages of set-aside visits; never which."""

import re

import pytest
from sqlalchemy import update

from server.app import create_app
from server.db import writing
from server.settings import Settings
from server.submissions.tables import SubmissionState
from tests.support.claiming import YEAR
from tests.support.restricted import PART, Ward
from tests.support.told import COMMUNITY, a_programme, an_interview, it_is_told
from tests.support.web import entered
from verification.reason import Reason

HERE, ELSEWHERE = f"{PART}/disisihkan", "/disisihkan"


def they_say(ward: Ward, count: int, start: int = 0, **other: str) -> None:
    for number in range(start, start + count):
        it_is_told(ward.engine, "interview", f"uuid:{number}", an_interview(COMMUNITY, **other))


def rows(ward: Ward, path: str) -> list[list[str]]:
    """Give the rows of what is set aside, as whoever sees most reads them."""
    app = create_app(ward.engine, Settings.model_validate({"secret_key": "k" * 40, "central_project": 1}))
    page = entered(app).get(path)
    assert page.status_code == 200 and "uuid:" not in page.text
    table = page.text.partition('id="told-aside"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)]
    assert not re.search(r"\d{4}-\d\d|Nov|Kecamatan|Entah", table), "neither day nor area"
    return cells


@pytest.mark.parametrize("count, shown", [(1, "4 atau kurang"), (4, "4 atau kurang"), (5, "sekitar 5"),
                                          (7, "sekitar 5"), (8, "sekitar 10")])  # fmt: skip
def test_few_are_hidden_and_others_rounded(ward: Ward, count: int, shown: str) -> None:
    they_say(ward, count, subdistrict_given="Kecamatan Entah")
    assert [row[2] for row in rows(ward, ELSEWHERE)] == [shown]
    assert rows(ward, HERE) == []


def test_each_reason_has_its_row_and_programmes_are_numbered_as_they_are(ward: Ward) -> None:
    they_say(ward, 5, consent="no")
    they_say(ward, 5, 5, subdistrict_given="Entah")
    it_is_told(ward.engine, "programme", "uuid:p", a_programme(YEAR, area_given="Kabupaten Entah"))
    found = rows(ward, ELSEWHERE)
    assert len(found) == 3 and {row[2] for row in found} == {"sekitar 5", "1"}
    assert any("tidak bersedia" in row[1] for row in found)


def test_what_is_of_the_district_and_was_rejected_stands_on_its_own_page(ward: Ward) -> None:
    they_say(ward, 6)
    with writing(ward.engine) as session:
        rejected = SubmissionState.root_id.in_(["uuid:1", "uuid:2", "uuid:3", "uuid:4", "uuid:5"])
        session.execute(update(SubmissionState).where(rejected).values(review_state="rejected"))
    assert [row[1:] for row in rows(ward, HERE)] == [["Ditolak saat peninjauan", "sekitar 5"]]
    assert rows(ward, ELSEWHERE) == [], "it is in one place, so that two numbers tell no third"
    other = ward["pengamat"].get(HERE)
    assert other.status_code == 403 or "told-aside" not in other.text


def test_what_is_deleted_or_counts_is_not_set_aside(ward: Ward) -> None:
    they_say(ward, 5)
    they_say(ward, 5, 5, subdistrict_given="Entah")
    with writing(ward.engine) as session:
        session.execute(update(SubmissionState).values(deleted_at="2025-12-01T00:00:00.000Z"))
    assert rows(ward, ELSEWHERE) == rows(ward, HERE) == []


def test_a_version_that_is_not_here_is_numbered_and_not_named(ward: Ward) -> None:
    they_say(ward, 5)
    with writing(ward.engine) as session:
        session.execute(update(SubmissionState).values(problem=Reason("content_not_given"), instance_id="x"))
    assert [row[1] for row in rows(ward, ELSEWHERE)] == ["Belum lengkap di Tilik: lihat sertifikat sinkronisasi"]
