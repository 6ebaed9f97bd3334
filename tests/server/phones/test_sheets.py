"""Sheets of phones: what a camera reads from the printed picture is what Collect is to be told."""

import base64
import json
import sys
import zlib
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from server.papers.printing import NotPrinted, can_print, paper
from server.phones.collect import CollectProject, admin_password, settings_of
from server.phones.sheets import sheets_as_pdf

TOKEN = "a$b!c" * 12 + "abcd"
PROJECT = CollectProject("https://central.contoh.go.id/", 17, TOKEN, "P3-K7Q2M", "KLA · Tim Rekaan é")


def a_sheet(**changed: Any) -> dict[str, Any]:
    return {"code": "P3-K7Q2M", "team": "Tim <Rekaan> #1 *dua*", "settings": settings_of(PROJECT)} | changed


def pages_of(pdf: bytes) -> list[tuple[str, list[str]]]:
    """Give each page's text, and what a camera reads on it at the resolution of a poor printer."""
    document = pypdfium2.PdfDocument(pdf)
    return [(page.get_textpage().get_text_range(), [found.text for found in
             zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())]) for page in document]  # fmt: skip


def unpacked(text: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(text)))


def test_a_camera_reads_from_the_sheet_what_collect_is_to_be_told() -> None:
    ((text, (read,)),) = pages_of(sheets_as_pdf([a_sheet()]))
    assert unpacked(read) == settings_of(PROJECT)
    assert "P3-K7Q2M" in text and "Tim <Rekaan> #1 *dua*" in text, "what a team is called is text, not markup"
    for said in ("Pindai", "Yang dicatat ponsel ini", "Bila ponsel hilang", "jangan dikirim"):
        assert said.casefold() in text.casefold()
    assert admin_password(TOKEN) not in text and TOKEN not in text


def test_what_a_phone_is_told() -> None:
    told = settings_of(PROJECT)
    general, admin = told["general"], told["admin"]
    assert general["server_url"] == f"https://central.contoh.go.id/v1/key/{TOKEN}/projects/17"
    assert (general["form_update_mode"], general["app_language"], general["metadata_username"]) == (
        "match_exactly", "in", "P3-K7Q2M",
    )  # fmt: skip
    assert admin["admin_pw"] == admin_password(TOKEN) != admin_password(TOKEN + "x")
    assert admin["change_server"] is admin["change_form_metadata"] is False
    assert TOKEN not in repr(PROJECT)


def test_each_phone_has_a_page_and_practice_looks_different() -> None:
    first, second = pages_of(sheets_as_pdf([a_sheet(), a_sheet(code="LATIHAN", practice=True)], with_admin=True))
    assert "LATIHAN" in second[0] and "fiktif" in second[0] and "LATIHAN" not in first[0]
    assert admin_password(TOKEN) in first[0]


@pytest.mark.ci
def test_fifty_sheets_are_fifty_pages() -> None:
    assert len(pypdfium2.PdfDocument(sheets_as_pdf([a_sheet(code=f"P3-{number}") for number in range(50)]))) == 50


def test_where_typst_is_not_installed_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    assert not can_print()
    with pytest.raises(NotPrinted) as refused:
        paper("phone.typ", {}, {})
    assert refused.value.reason.code == "paper_needs_typst"
