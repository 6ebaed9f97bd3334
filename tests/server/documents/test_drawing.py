"""Pages as pictures, drawn by a process that may end: honest papers, and those made to do harm."""

import io
from threading import Thread

import pytest
from PIL import Image

from server.documents import child, limited
from server.documents.kinds import JPEG, PDF, PNG
from server.documents.limited import UnusableDocument, count_pages, draw_page, draw_picture
from server.documents.pictures import page_of, pages_of
from tests.support.documents import a_jpeg, a_pdf, written_pdf
from tests.support.handing import Desk

CATALOGUE, PAGES = "<< /Type /Catalog /Pages 2 0 R{more} >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [{box}]{more} >>"
A4 = "0 0 595 842"


def one_page(box: str = A4, *more: str, catalogue: str = "", page: str = "") -> bytes:
    return written_pdf(CATALOGUE.format(more=catalogue), PAGES, PAGE.format(box=box, more=page), *more)


def size_of(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture)) as opened:
        assert (opened.format, dict(opened.getexif())) == ("JPEG", {})
        return opened.size


def test_a_paper_is_drawn_page_by_page_so_that_it_can_be_read() -> None:
    paper = a_pdf()
    assert count_pages(paper) == (2, False)
    assert size_of(draw_page(paper, 2)) == (1060, 1500)
    with pytest.raises(UnusableDocument, match="document_no_such_page"):
        draw_page(paper, 3)


@pytest.mark.parametrize("box", ["0 0 100000000 10", "0 0 14400 14400", "-5e8 -5e8 5e8 5e8", "0 0 0 0", "0 0 1 100000",
                                 "0 0 nan nan"])  # fmt: skip
def test_paper_of_any_size_is_a_picture_that_is_not_larger_or_a_sentence(box: str) -> None:
    try:
        assert max(size_of(draw_page(one_page(box), 1))) <= child.PAGE_PIXELS + 1
    except UnusableDocument as unusable:
        assert unusable.reason.code in ("document_broken", "document_too_heavy")


def test_a_script_is_told_and_never_run() -> None:
    script = "<< /Names [(a) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >>"
    assert count_pages(one_page(A4, script, catalogue=" /Names << /JavaScript 4 0 R >>")) == (1, True)


def test_what_is_locked_broken_or_no_paper_says_so() -> None:
    locked = written_pdf(CATALOGUE.format(more=""), PAGES, PAGE.format(box=A4, more="")).replace(
        b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (" + b"o" * 32 + b") /U ("
        + b"u" * 32 + b") >> /ID [(1) (2)]")  # fmt: skip
    for content, code in ((locked, "document_locked"), (b"%PDF-1.7 x", "document_broken"), (b"", "document_broken"),
                          (a_pdf()[:300], "document_broken")):  # fmt: skip
        with pytest.raises(UnusableDocument, match=code):
            count_pages(content)
    with pytest.raises(UnusableDocument, match="document_broken"):
        draw_picture(b"\xff\xd8\xff not a picture")


def test_a_long_paper_is_shown_as_far_as_is_drawn(desk: Desk) -> None:
    long = a_pdf(*[(100, 100)] * 2000)
    digest = desk.store.put([long], len(long)).digest
    found = pages_of(desk.store, digest, PDF)
    assert (found.pages, found.shown) == (2000, child.MOST_PAGES)
    with pytest.raises(UnusableDocument, match="document_no_such_page"):
        page_of(desk.store, digest, PDF, child.MOST_PAGES + 1)


def test_pages_are_kept_beside_the_file_and_go_with_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for content, kind in ((a_pdf(), PDF), (a_jpeg(), JPEG), (a_jpeg(kind="PNG"), PNG)):
        digest = desk.store.put([content], len(content)).digest
        with monkeypatch.context() as patched:
            first = (pages_of(desk.store, digest, kind), page_of(desk.store, digest, kind, 1))
            patched.setattr(limited, "CHILD", ("-c", "raise SystemExit"))
            assert (pages_of(desk.store, digest, kind), page_of(desk.store, digest, kind, 1)) == first
        desk.store.remove(digest)
        assert not [path for path in desk.store.folder.rglob("*") if path.name.startswith(digest)]


BOMB = "q\n" * 5 + "1 0 0 1 0 0 cm /X Do\n" * 400 + "Q\n" * 5


def test_a_paper_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that draw forms that draw forms: some bytes, and billions of things to draw."""
    forms = [f"<< /Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /X {number} 0 R >> >>"
             f" /Length {len(BOMB)} >>\nstream\n{BOMB}\nendstream" for number in range(6, 12)]  # fmt: skip
    last = "<< /Type /XObject /Subtype /Form /BBox [0 0 600 900] /Length 20 >>\nstream\n0 0 m 500 800 l S   \nendstream"
    contents = f"<< /Length {len(BOMB)} >>\nstream\n{BOMB}\nendstream"
    paper = one_page(A4, contents, *forms, last, page=" /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >>")
    monkeypatch.setattr(limited, "WALL_SECONDS", 2)
    told: list[str] = []

    def draw() -> None:
        try:
            told.append(f"{size_of(draw_page(paper, 1))}")
        except UnusableDocument as unusable:
            told.append(unusable.reason.code)

    drawing = Thread(target=draw, daemon=True)
    drawing.start()
    drawing.join(60)
    assert told == ["document_too_heavy"]


MUTANTS = one_page(A4, "<< /Length 44 >>\nstream\n0 0 1 rg 50 50 200 200 re f 10 10 m 90 90 l S\nendstream",
                   page=" /Contents 4 0 R")  # fmt: skip


@pytest.mark.parametrize("change", [*range(3), *(pytest.param(one, marks=pytest.mark.ci) for one in range(3, 60))])
def test_a_paper_with_bytes_changed_is_drawn_or_has_its_sentence(change: int) -> None:
    content = bytearray(MUTANTS)
    for at in range(change % 11, len(content), 31 + 17 * (change % 5)):
        content[at] = (content[at] + 1 + 37 * change) % 256
    for work in (lambda: count_pages(bytes(content)), lambda: draw_page(bytes(content), 1)):
        try:
            work()
        except UnusableDocument as unusable:
            assert unusable.reason.code.startswith("document_")


def test_a_picture_of_too_many_points_is_not_decoded() -> None:
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    with pytest.raises(UnusableDocument, match=r"document_(broken|too_heavy)"):
        draw_picture(file.getvalue())
