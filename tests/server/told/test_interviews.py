"""What people said in a district: sums alone, pooled where they are few; an institution's words once released."""

import csv
import io
import re

import pytest
from sqlalchemy import select, update

from server.db import snapshot, writing
from server.register.at_central import turned
from server.register.tables import CentralProject, Facility
from server.removals.removing import remove_submission
from server.submissions.tables import Form, SubmissionState
from server.told.reading import read_told
from server.told.tables import WhatWasTold
from tests.support.restricted import PART, Ward
from tests.support.statements import statements
from tests.support.told import COMMUNITY, THIRD_PARTY, an_interview, it_is_told

PAGE = f"{PART}/wawancara"
PLACE = "2dd725f8-c8bb-40e3-807d-056883df1310"


def they_say(ward: Ward, count: int, start: int = 0, **other: str) -> None:
    for number in range(start, start + count):
        it_is_told(ward.engine, "interview", f"uuid:{number}", an_interview(COMMUNITY, **other))


def told(ward: Ward) -> list[WhatWasTold]:
    with snapshot(ward.engine) as session:
        found = list(session.scalars(select(WhatWasTold).order_by(WhatWasTold.submission_id)))
        session.expunge_all()
    return found


def rows(ward: Ward) -> list[list[str]]:
    answer = ward["penilai"].get(f"{PAGE}.csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))[1:]


def text(ward: Ward, who: str = "pengamat") -> str:
    page = ward[who].get(PAGE)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))


def test_four_say_nothing_five_are_counted_and_ten_have_shares(ward: Ward) -> None:
    they_say(ward, 4)
    assert "Terlalu sedikit orang" in text(ward) and rows(ward) == []
    they_say(ward, 1, 4)
    assert rows(ward)[0][4:] == [
        "sekitar 5",
        "Air bersih mengalir hari itu",
        "sekitar 5",
        "–",
        "–",
        "–",
    ]
    they_say(ward, 5, 5, water_today="no")
    assert rows(ward)[-1][6:] == ["sekitar 10", "45–55 %", "45–55 %", "0–15 %"]
    assert "45–55 %" in text(ward)


def test_a_subdistrict_of_few_is_in_no_row_of_its_own(ward: Ward) -> None:
    they_say(ward, 6)
    they_say(ward, 3, 6, subdistrict_given="kec. Dua")
    assert {row[3] for row in rows(ward)} == {"Seluruh kabupaten/kota"}, "nine less six would tell of three"
    they_say(ward, 3, 9, subdistrict_given="KECAMATAN DUA")
    assert {row[3] for row in rows(ward)} == {"Kecamatan Satu", "Kecamatan Dua", "Seluruh kabupaten/kota"}


def test_parties_and_whether_staff_was_near_stand_apart(ward: Ward) -> None:
    they_say(ward, 5)
    they_say(ward, 5, 5, staff_near="yes")
    they_say(ward, 5, 10, role="media", may_be_named="no")
    assert len({tuple(row[:2]) for row in rows(ward)}) == 3


def test_what_does_not_count_at_central_does_not_count_here(ward: Ward) -> None:
    they_say(ward, 5)
    for column, value in (("review_state", "rejected"), ("deleted_at", "2025-12-01T00:00:00.000Z")):
        with writing(ward.engine) as session:
            session.execute(update(SubmissionState).filter_by(root_id="uuid:1").values({column: value}))
        assert rows(ward) == []
        with writing(ward.engine) as session:
            session.execute(update(SubmissionState).filter_by(root_id="uuid:1").values({column: None}))
    assert rows(ward)


def test_an_edit_is_read_and_what_it_replaced_counts_no_more(ward: Ward) -> None:
    they_say(ward, 10)
    it_is_told(ward.engine, "interview", "uuid:0", an_interview(COMMUNITY, topic="smoke", smoke_here="yes"),
               version="uuid:edited", edits=1)  # fmt: skip
    assert len(told(ward)) == 11 and rows(ward)[-1][4] == "sekitar 10"
    with snapshot(ward.engine) as session:
        assert session.scalars(select(SubmissionState.instance_id).filter_by(root_id="uuid:0")).one() == "uuid:edited"
    assert read_told(ward.engine) == 0


@pytest.mark.parametrize(
    "answers, aside, subdistrict",
    [({"subdistrict_given": " kecamatan  SATU "}, None, "99.01.01"),
     ({"subdistrict_given": "Tiga"}, "told_of_no_district", None),
     ({"subdistrict_given": ""}, "told_of_no_district", None), ({"consent": "no"}, "interview_ended", None),
     ({"adult_18": "no"}, "interview_ended", None), ({"facility": "f1", "subdistrict_given": ""}, None, "99.01.01"),
     ({"interview_day": "1970-01-01"}, None, "99.01.01"), ({"interview_day": "kemarin"}, None, "99.01.01"),
     ({"facility": "x" * 5000, "subdistrict_given": "<b>"}, "told_of_no_district", None)],
)  # fmt: skip
def test_it_belongs_where_its_place_or_its_subdistrict_is(
    ward: Ward, answers: dict[str, str], aside: str | None, subdistrict: str | None
) -> None:
    with writing(ward.engine) as session:
        session.add(Facility(id="f1", kind="taman", name="Taman Rekaan", village="99.01.01.2001"))
    it_is_told(ward.engine, "interview", "uuid:1", an_interview(COMMUNITY, **answers))
    (one,) = told(ward)
    assert (one.aside.code if one.aside else None, one.subdistrict) == (aside, subdistrict)
    assert one.what is None or "no" not in (answers.get("consent"), answers.get("adult_18")) or not one.what["answers"]


def test_a_place_that_was_picked_by_its_id_at_the_project_is_that_place(ward: Ward) -> None:
    with writing(ward.engine) as session:
        session.add(Facility(id=PLACE, kind="taman", name="Taman Rekaan", village="99.01.01.2001"))
        session.add(CentralProject(number=1, own_ids=True))
    answers = COMMUNITY | {"subdistrict_given": ""}
    it_is_told(ward.engine, "interview", "uuid:1", an_interview(answers, facility=turned(PLACE, 1)))
    it_is_told(ward.engine, "interview", "uuid:2", an_interview(answers, facility=PLACE))
    it_is_told(ward.engine, "interview", "uuid:3", an_interview(answers, facility=turned(PLACE, 2)))
    it_is_told(ward.engine, "interview", "uuid:4", an_interview(COMMUNITY))
    assert [(one.subdistrict, one.what and one.what["facility_id"]) for one in told(ward)] == [
        ("99.01.01", PLACE), ("99.01.01", PLACE), (None, turned(PLACE, 2)),
        ("99.01.01", None),
    ]  # fmt: skip


def test_an_institutions_words_are_the_teams_until_somebody_of_it_releases_them(ward: Ward) -> None:
    number = it_is_told(ward.engine, "interview", "uuid:1", an_interview(THIRD_PARTY))
    assert "Air sering mati" in text(ward, "ketua") and "belum dilepas" in text(ward, "ketua")
    for who in ("pengamat", "penilai", "petugas"):
        assert "Air sering mati" not in text(ward, who) and "Lembaga Rekaan" not in text(ward, who)
        assert ward.post(who, f"{PAGE}/{number}", {"act": "release"}).status_code == 403
    assert ward.post("ketua", f"{PAGE}/{number}", {"act": "release"}).status_code == 303
    assert "Lembaga Rekaan, ketua" in text(ward) and "Air sering mati" in text(ward)
    assert ward.post("ketua", f"{PAGE}/{number}", {"act": "keep_back"}).status_code == 303
    assert "Air sering mati" not in text(ward)
    assert ward.post("ketua", f"{PAGE}/987654", {"act": "release"}).status_code == 404


def test_an_edit_is_kept_back_again_and_what_names_a_home_or_a_number_is_not_repeated(ward: Ward) -> None:
    number = it_is_told(ward.engine, "interview", "uuid:1", an_interview(THIRD_PARTY))
    ward.post("ketua", f"{PAGE}/{number}", {"act": "release"})
    again = it_is_told(ward.engine, "interview", "uuid:1", an_interview(THIRD_PARTY, statement="Panti Rekaan tutup"),
                       version="uuid:2", edits=1)  # fmt: skip
    assert "Panti" not in text(ward) and "Lembaga Rekaan" not in text(ward)
    ward.post("ketua", f"{PAGE}/{again}", {"act": "release"})
    assert "Panti" not in text(ward) and "Lembaga Rekaan" in text(ward)


def test_another_district_and_another_round_see_nothing_of_it(ward: Ward) -> None:
    they_say(ward, 5)
    assert ward["pengamat"].get(PAGE.replace("99.01", "99.02")).status_code == 404
    assert ward["ketua"].get(PAGE.replace("99.01", "99.02")).status_code in (403, 404)


def test_what_is_removed_by_law_is_gone_from_here_too(ward: Ward) -> None:
    they_say(ward, 2)
    with writing(ward.engine) as session:
        form = session.scalars(select(Form).filter_by(form_id="interview_adult")).one()
        remove_submission(session, form, "uuid:1", "withdrawn_consent", "terminal:test")
    assert len(told(ward)) == 1


def test_ten_thousand_take_no_more_statements_than_ten(ward: Ward) -> None:
    they_say(ward, 10)
    ward["pengamat"].get(PAGE)
    with statements(ward.engine) as said:
        ward["pengamat"].get(PAGE)
    asked = [one for one in said if not one.startswith(("BEGIN", "SET ", "PRAGMA"))]
    assert len(asked) <= 15
