"""A document checked without a line: filled in by Collect's engine, sent, pulled, and a draft at the desk."""

from pathlib import Path

from sqlalchemy import Engine

from server.db import Json, snapshot, writing
from server.desk.checked import checked_part
from server.desk.codes import reader_code
from server.desk.drafts import code_of, count_unmatched, drafts_for
from server.roles.account import Account
from server.told.reading import read_told
from tests.support.claiming import ROUND
from tests.support.desk import HERE, a_reading_desk
from tests.support.web import person
from tests.support.workbooks import DISTRICT
from workers.central.api import Central
from workers.pulling.pull import pull_all
from workers.sending.publish import publish_forms, publish_lists
from xlsforms.build import build
from xlsforms.fill import FormFiller
from xlsforms.scenarios import DISTRICT as ON_THE_PHONE
from xlsforms.scenarios import DOCUMENT_CODE, media_for

FORM, PART, KEY = "check_document", (ROUND, DISTRICT), "k" * 40
SAID: Json = {"desk_district": ON_THE_PHONE, "opened": "yes", "matches_number": "yes", "matches_date": "yes",
              "in_force": "yes", "issuer_ok": "yes", "covers": ["I", "II"], "says": "partly", "page": 3}  # fmt: skip


def test_a_draft_is_filled_in_sent_pulled_and_offered(
    district: Engine, any_central: Central, filler: FormFiller, tmp_path: Path
) -> None:
    a_reading_desk(district, tmp_path)
    publish_lists(district, any_central)
    publish_forms(any_central, [build(FORM)])
    with writing(district) as session:
        reader = person(session, HERE)
        first, *_ = checked_part(session, PART, has_scanner=False)
        known = {"reader_code": reader_code(KEY, reader, ROUND), "document_code": code_of(PART, first)}
    for codes in (known, known | {"document_code": DOCUMENT_CODE}):
        filled = filler.fill(build(FORM).xform, SAID | codes, media=media_for(build(FORM)))
        assert filled.problem is None and not filled.refused
        any_central.submit(FORM, filled.xml)
    assert [report.problem for report in pull_all(district, any_central)] == [None]
    assert read_told(district) == 2
    with snapshot(district) as session:
        documents = checked_part(session, PART, has_scanner=False)
        mine = drafts_for(session, PART, documents, Account(f"person:{reader}", (HERE,), person_id=reader), KEY)
        another = drafts_for(session, PART, documents, Account("person:0", (HERE,), person_id=0), KEY)
        assert count_unmatched(session, PART, documents, KEY) == 1
    ((row, sent),) = mine.items()
    assert row == documents[0].document.id and another == {}
    assert (sent.draft.answers or {})["says"] == "partly" and sent.draft.covers == ("I", "II")
    assert all(not one.readings for one in documents), "and no reading"
