"""Of which files something is said: all that a document's rows name, and none that came behind somebody's back."""

import re
from typing import Any

from sqlalchemy import update

from server.claims.importing import apply_import, plan_import
from server.db import now, writing
from server.documents.tables import HandedIn
from tests.support.desk import (
    ASSESSOR,
    CENTRE,
    DESK,
    DOCUMENTS,
    HERE,
    NOT_SO,
    asked_about,
    hidden,
    reads,
    replies,
    row_of,
    scores,
    sends,
    sends_score,
    somebody,
    stands,
)
from tests.support.documents import a_pdf
from tests.support.handing import Desk
from tests.support.workbooks import filled, opened
from verification.desk.score import DeskScore

APPENDIX = {"Dokumen!A8": 1, "Dokumen!B8": "12/2026", "Dokumen!D8": "Lampiran rekaan", "Dokumen!E8": "1a",
            "Dokumen!I8": "III", "Dokumen!J8": "lampiran.pdf"}  # fmt: skip
CORRECTED = {"Dokumen!E4": "1b", "Dokumen!B5": "13/2026", "Dokumen!E5": "1c"}  # what was handed in for 1a is for 1b


def claimed_anew(desk: Desk, **cells: Any) -> None:
    """Let the district's form come again with other documents."""
    content = filled(DOCUMENTS | cells)
    with writing(desk.engine) as session:
        plan = plan_import(session, content, opened(content), drop=True)
        assert plan.problems == ()
        apply_import(session, plan, "klaim.xlsx", "terminal:test")


def test_what_several_rows_name_of_a_document_is_read_together(desk: Desk) -> None:
    """A decree and its appendix are two files under one number, and two rows of the sheet."""
    desk.hand_in(("lampiran.pdf", a_pdf((333, 333))), declared=True)
    before = stands(desk, row_of(desk, "12/2026", "1b")).before
    claimed_anew(desk, **APPENDIX)
    queue = somebody(desk, CENTRE).get(DESK).text.partition("<tbody>")[2]
    row = int(re.findall(rf"{DESK}/(\d+)\?", queue)[0])
    page = somebody(desk, CENTRE).get(f"{DESK}/{row}").text
    assert all(text in page for text in ("dicakup: I, II<", "Judul: Lampiran rekaan", "dicakup: III<"))
    papers = page.partition('id="papers"')[2]
    assert (len(stands(desk, row).files), papers.count("<h3>")) == (2, 2)
    reads(somebody(desk, CENTRE), row)
    assert stands(desk, row).stands.doubts == ("desk_clusters_missing",), "I and II alone are not what both rows claim"
    assert stands(desk, row_of(desk, "12/2026", "1b")).before == before, "its other question has no appendix"


def test_nothing_is_concluded_of_a_file_that_came_after_the_page_was_opened(desk: Desk) -> None:
    row, assessor, officer = asked_about(desk)
    replies(officer, 1, words="Di pasal 9.")
    shown = assessor.get(f"{DESK}/{row}").text
    desk.hand_in(("lain.pdf", a_pdf((230, 230))), declared=True, row=(1, "12/2026"))
    refused = sends(assessor, row, "simpulkan", words="Ada.", step="settles", before=hidden(shown, "before"))
    assert refused.status_code == 400
    assert all(text in refused.text for text in ("Berkasnya berubah", "Ada."))
    assert refused.text.count('class="page"') == shown.count('class="page"') + 1
    assert stands(desk, row).state == "answered"
    assert sends(assessor, row, "simpulkan", words="Ada.", step="settles").status_code == 303
    assert stands(desk, row).state == "agreed"


def test_what_was_settled_is_read_anew_once_its_files_are_others_however_long_they_lay_here(desk: Desk) -> None:
    row, assessor, officer = asked_about(desk)
    desk.hand_in(("lain.pdf", a_pdf((230, 230))), row=(1, "12/2026"))
    replies(officer, 1, words="Di pasal 9.")
    sends(assessor, row, "simpulkan", words="Ada.", step="settles")
    assert stands(desk, row).state == "agreed"
    with writing(desk.engine) as session:  # nobody had declared it before
        session.execute(update(HandedIn).filter_by(name="lain.pdf").values(declared_at=now(), declared_by="uji"))
    assert stands(desk, row).state == "received"
    for held in (HERE, CENTRE):
        assert reads(somebody(desk, held), row, NOT_SO).status_code == 303
    assert stands(desk, row).state == "unclear"


def test_points_of_a_question_that_no_document_answers_any_more_leave_room_for_others(desk: Desk) -> None:
    reader, assessor = somebody(desk, CENTRE), somebody(desk, ASSESSOR)
    for question in ("1a", "1b"):
        reads(reader, row_of(desk, "12/2026", question))
    assert sends_score(assessor, row_of(desk, "12/2026", "1a"), "60").status_code == 303
    claimed_anew(desk, **CORRECTED)
    assert scores(desk)[1] == DeskScore(1, None, 0, 2)
    assert sends_score(assessor, row_of(desk, "12/2026", "1b"), "50").status_code == 303
    claimed_anew(desk)
    assert scores(desk)[1] == DeskScore(1, None, 1, 2), "of 60 and 50 of 60 points the newer counts"
    assert sends_score(assessor, row_of(desk, "12/2026", "1a"), "10").status_code == 303
    assert scores(desk)[1] == DeskScore(1, 60.0, 2, 2)


def test_what_was_not_supported_is_looked_at_again_once_its_files_are_others(desk: Desk) -> None:
    """A file that the district handed in may be looked through for harm, or declared, only after it was concluded."""
    row, assessor, officer = asked_about(desk)
    desk.hand_in(("lain.pdf", a_pdf((230, 230))), row=(1, "12/2026"))
    replies(officer, 1, words="Lihat berkas lain.")
    sends(assessor, row, "simpulkan", words="Tidak ada berkas lain.", step="fails")
    assert stands(desk, row).state == "unsupported"
    with writing(desk.engine) as session:
        session.execute(update(HandedIn).filter_by(name="lain.pdf").values(declared_at=now(), declared_by="uji"))
    assert stands(desk, row).state == "answered"
    assert "Untuk Anda" in assessor.get(DESK).text
    assert sends(assessor, row, "simpulkan", words="Tetap.", step="fails").status_code == 303
    assert stands(desk, row).state == "unsupported"
