"""Handing documents in: each file by itself, what it is for, and what becomes of one that shows a child."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from server.db import now, snapshot, writing
from server.documents import changing
from server.documents.matching import FileNamed, RowNamed, match
from server.documents.queries import may_be_opened, state_of
from server.documents.tables import DocumentGone, HandedIn
from server.roles.account import Forbidden, Held
from server.roles.table import Role
from server.rounds.states import CLOSED, NotAllowed, change_part
from server.rounds.states import Entry as Why
from server.schema import named_files
from server.work.tables import Job
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND
from tests.support.documents import a_jpeg, a_pdf, a_zip, an_office_file
from tests.support.handing import Desk
from tests.support.web import TESTER, account
from tests.support.workbooks import DISTRICT

PAPER, OTHER = a_pdf(), a_pdf((300, 300))


def codes(desk: Desk) -> list[str | None]:
    return [one.problem.code if one.problem else None for one in desk.here()]


def test_each_file_of_a_zip_is_taken_or_has_its_reason_and_waits_for_the_scanner(desk: Desk) -> None:
    since = newest(desk.engine)
    taken = desk.hand_in(("semua.zip", a_zip({"a/Perbup 12.pdf": PAPER, "../x.pdf": PAPER, "foto.jpg": a_jpeg()})),
                         ("satu.docx", an_office_file()), ("lama.rar", b"Rar!" + bytes(9)))  # fmt: skip
    assert (taken.new, taken.known, taken.refused) == (3, 0, 2)
    assert [(one.name, one.media_type, one.digest is not None) for one in desk.here()] == [
        ("a/Perbup 12.pdf", "application/pdf", True), ("../x.pdf", None, False), ("foto.jpg", "image/jpeg", True),
        ("satu.docx", "office", True), ("lama.rar", None, False)]  # fmt: skip
    assert codes(desk) == [None, "zip_entry_elsewhere", None, None, "document_is_archive"]
    assert all(desk.store.is_whole(one.digest) for one in desk.here() if one.digest)
    assert [entry.act for entry in written_down(desk.engine, since)] == ["document_handed_in"] * 3
    with snapshot(desk.engine) as session:
        assert session.scalars(select(Job.kind).filter_by(kind="scan")).all()
        assert {one.digest for one in desk.here() if one.digest} <= named_files(session)


def test_the_same_again_changes_nothing(desk: Desk) -> None:
    both = ("semua.zip", a_zip({"a.pdf": PAPER, "/b.pdf": PAPER}))
    desk.hand_in(both)
    before = [one.id for one in desk.here()]
    taken = desk.hand_in(both)
    assert (taken.new, taken.known, taken.refused) == (0, 1, 1)
    assert [one.id for one in desk.here()] == before


def test_sizes_are_limited_of_a_file_a_zip_and_all_of_a_district(a_desk_with: Callable[..., Desk]) -> None:
    desk = a_desk_with(document_mb=1, documents_zip_mb=2, documents_mb=2)
    large = b"%PDF-1.7" + bytes(900_000)
    desk.hand_in(("besar.pdf", bytes(1_100_000)), ("besar.zip", b"PK\x03\x04" + bytes(2_100_000)), ("kosong.pdf", b""))
    desk.hand_in(("1.pdf", large), ("2.pdf", large + b"2"), ("3.pdf", large + b"3"), ("1 lagi.pdf", large))
    assert codes(desk) == ["document_too_large", "document_too_large", "document_empty", None, None,
                           "documents_too_many", None]  # fmt: skip
    assert [one.problem.values for one in desk.here() if one.problem][:2] == [{"megabytes": 1}, {"megabytes": 2}]


def test_who_may_not_hands_nothing_in_and_a_closed_part_takes_nothing(desk: Desk) -> None:
    with writing(desk.engine) as session:
        elsewhere, observer = account(session, Held(Role.DISTRICT, "99.02")), account(session, Held(Role.OBSERVER))
    for by in (elsewhere, observer):
        with pytest.raises(Forbidden):
            desk.hand_in(("a.pdf", PAPER), by=by)
    with writing(desk.engine) as session:
        change_part(session, ROUND, DISTRICT, CLOSED, Why("terminal:test", "selesai (fiktif)"))
    with pytest.raises(NotAllowed, match="part_closed"):
        desk.hand_in(("a.pdf", PAPER))
    with writing(desk.engine) as session:
        everywhere = account(session, Held(Role.SECRETARIAT))
    for district, round_id, code in (("99.77", ROUND, "district_not_loaded"), (DISTRICT, "1999", "round_not_known")):
        with pytest.raises(NotAllowed, match=code):
            desk.hand_in(("a.pdf", PAPER), by=everywhere, district=district, round_id=round_id)
    assert desk.here() == []


def test_a_row_means_the_file_it_names_however_that_is_written() -> None:
    def files_of(name: str | None, *files: str) -> tuple[int, ...]:
        rows, here = [RowNamed(1, "12", name)], [FileNamed(at, one) for at, one in enumerate(files)]
        return match(rows, here)[0][0].files

    assert files_of("Perbup 12.pdf", "PERBUP_12.PDF") == (0,)
    assert files_of("surat\\Perbup 12.pdf", "x.pdf", "surat/perbup 12.pdf") == (1,)
    assert files_of("Perbup 12.pdf", "dalam/folder/Perbup 12.pdf") == (0,)
    assert files_of("D:\\KLA\\Perbup 12.pdf", "Perbup 12.pdf") == (0,)
    assert files_of("Perbup 12", "Perbup 12.pdf") == (0,)
    assert files_of("cafe\u0301.pdf", "caf\u00e9.pdf") == (0,)
    assert files_of("a.pdf; b.pdf\nc.pdf", "c.pdf", "a.pdf", "b.pdf") == (1, 2, 0)
    assert files_of("a.pdf", "x/a.pdf", "y/a.pdf") == ()
    assert files_of(None, "a.pdf") == files_of("https://contoh.go.id/a.pdf", "a.pdf") == ()
    (link,), _ = match([RowNamed(1, "1", "javascript:alert(1)")], [])
    (several,), unused = match([RowNamed(1, "1", "a.pdf")], [FileNamed(1, "x/a.pdf"), FileNamed(2, "y/a.pdf")])
    (missing,), _ = match([RowNamed(1, "1", "a.pdf; b.pdf")], [FileNamed(1, "a.pdf")])
    assert (link.is_link, several.several, unused, missing.missing) == (True, True, [1, 2], 1)


def test_what_a_person_attached_outlives_another_import_of_the_sheet(desk: Desk) -> None:
    desk.hand_in(("apa saja.pdf", PAPER), row=(1, "13/2026"))
    assert [(one.indicator, one.number) for one in desk.here()[0].attached] == [(1, "13/2026")]
    row, file = RowNamed(1, "13/2026", "sk 13.pdf"), FileNamed(1, "apa saja.pdf", frozenset({(1, "13/2026")}))
    assert match([row], [file])[0][0].files == (1,)


def marks(desk: Desk, number: int) -> None:
    with writing(desk.engine) as session:
        gone = changing.mark(session, session.get_one(HandedIn, number), TESTER)
    changing.empty_of(desk.store, gone)


def test_what_shows_a_child_is_gone_for_all_by_its_content_and_never_taken_again(desk: Desk) -> None:
    desk.hand_in(("Perbup 12.pdf", PAPER), ("nama anak.pdf", PAPER), ("lain.pdf", OTHER), declared=True)
    digest = desk.here()[0].digest or ""
    desk.store.put_drawn(digest, "page-1-1", b"picture")
    marks(desk, desk.here()[0].id)
    first, second, third = desk.here()
    assert [one.digest for one in (first, second)] == [None, None]
    assert third.digest
    assert [one.name for one in (first, second)] == [str(first.id), str(second.id)]
    assert [(one.indicator, one.number) for one in first.attached] == [(1, "12/2026")]
    assert (desk.store.has(digest), desk.store.drawn(digest, "page-1-1")) == (False, None)
    assert desk.hand_in(("nama baru.pdf", PAPER)).refused == 1
    assert desk.here()[-1].problem.code == "document_was_marked"  # type: ignore[union-attr]
    assert not desk.store.has(digest) or digest not in {one.digest for one in desk.here()}
    with snapshot(desk.engine) as session:
        assert session.scalars(select(DocumentGone.digest)).all() == [digest]
        assert session.scalars(select(Job.kind).filter_by(kind="tombstones")).all()


def test_a_blackened_copy_stands_where_the_marked_one_stood(desk: Desk) -> None:
    desk.hand_in(("Perbup 12.pdf", PAPER), declared=True)
    (marked,) = desk.here()
    with pytest.raises(NotAllowed, match="document_not_marked"):
        desk.hand_in(("salinan.pdf", OTHER), replaces=marked.id)
    marks(desk, marked.id)
    desk.hand_in(("salinan.pdf", OTHER), replaces=marked.id, declared=True)
    marked, copy = desk.here()
    assert marked.replaced_by == copy.id
    assert [(one.indicator, one.number) for one in copy.attached] == [(1, "12/2026")]
    assert [state_of(one, has_scanner=False) for one in (marked, copy)] == ["replaced", "shown"]


def test_a_marked_one_stays_on_record_and_others_can_be_taken_back(desk: Desk) -> None:
    desk.hand_in(("a.pdf", PAPER), ("b.pdf", OTHER), ("c.rar", b"Rar!"))
    marks(desk, desk.here()[0].id)
    with writing(desk.engine) as session, pytest.raises(NotAllowed, match="document_is_marked"):
        changing.withdraw(session, session.get_one(HandedIn, 1), TESTER)
    with writing(desk.engine) as session:
        for number in (2, 3):
            changing.withdraw(session, session.get_one(HandedIn, number), TESTER)
    assert [one.id for one in desk.here()] == [1]


def test_who_may_open_a_file_follows_from_what_was_said_of_it() -> None:
    def opens(has_scanner: bool, of_the_district: bool, **more: object) -> bool:
        file = HandedIn(digest="d", scan="waiting", **more)
        return may_be_opened(file, has_scanner=has_scanner, of_the_district=of_the_district)

    assert opens(False, True)
    assert not opens(False, False)
    assert opens(False, False, declared_at=now())
    for district in (True, False):
        assert not opens(True, district, declared_at=now())
    assert may_be_opened(HandedIn(digest="d", scan="clean"), has_scanner=True, of_the_district=True)
    for scan in ("found", "unscannable"):
        assert not may_be_opened(HandedIn(digest="d", scan=scan, declared_at=now()), has_scanner=True,
                                 of_the_district=True)  # fmt: skip
    assert not may_be_opened(HandedIn(digest="d", scan="found"), has_scanner=False, of_the_district=True)
    assert not may_be_opened(HandedIn(scan="clean", declared_at=now()), has_scanner=True, of_the_district=True)
