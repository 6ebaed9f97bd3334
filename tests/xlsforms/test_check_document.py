"""What a reader notes of a document without a line: read as its page would send it, typing errors told."""

from typing import Any

import pytest

from server.desk.codes import document_code, reader_code
from tests.support.filling import FormFilling, answer
from verification.reading.document import DocumentDraft, read_draft
from workers.central.xml import read_answers
from xlsforms.build import BuiltForm
from xlsforms.fill import FormFiller
from xlsforms.scenarios import DISTRICT, DOCUMENT_CODE, READER_CODE, media_for

FORM = "check_document"
ANSWERED: dict[str, Any] = {
    "desk_district": DISTRICT, "reader_code": READER_CODE, "document_code": DOCUMENT_CODE, "opened": "yes",
    "matches_number": "yes", "matches_date": "not_seen", "in_force": "na", "issuer_ok": "no", "covers": ["I", "V"],
    "says": "partly", "page": 3, "desk_note": "Lampiran tidak ada (fiktif).",
}  # fmt: skip
OF_THE_PAGE = {"opened": "yes", "matches_number": "yes", "matches_date": "not_seen", "in_force": "na",
               "issuer_ok": "no", "says": "partly", "page": "3"}  # fmt: skip


@pytest.fixture
def fill(filler: FormFiller, forms: dict[str, BuiltForm]) -> FormFilling:
    return FormFilling(filler, forms[FORM], media_for(forms[FORM]))


def read(xml: str) -> DocumentDraft:
    return read_draft(read_answers(xml), "uuid:1", "uuid:1")


def test_answers_read_back_as_the_page_would_send_them(fill: FormFilling) -> None:
    filled = fill(ANSWERED)
    assert (filled.problem, filled.refused) == (None, [])
    known = ("uuid:1", "uuid:1", "99.01", READER_CODE, DOCUMENT_CODE)
    note = "Lampiran tidak ada (fiktif)."
    assert read(filled.xml) == DocumentDraft(*known, OF_THE_PAGE, ("I", "V"), note)
    with_children = fill(ANSWERED | {"child_input_named": "yes"})
    assert (read(with_children.xml).answers or {})["child_input_named"] == "yes"


def test_of_what_was_not_opened_nothing_else_is_asked_or_read(fill: FormFilling) -> None:
    filled = fill(ANSWERED | {"opened": "no"})
    assert not {"matches_number", "issuer_ok", "covers", "says", "page"} & set(filled.asked[0])
    after_all = fill(ANSWERED, {"opened": "no"})
    assert answer(after_all.xml, "says") is None
    for one in (filled, after_all):
        draft = read(one.xml)
        assert (draft.answers, draft.covers, draft.note) == ({"opened": "no"}, (), ANSWERED["desk_note"])
    sent = {name: " ".join(value) if isinstance(value, list) else str(value) for name, value in ANSWERED.items()}
    assert read_draft(sent | {"opened": "no"}, "a", "a").answers == {"opened": "no"}, "no phone is trusted with it"


PARTS = [("2026-rekaan", "99.01"), ("2026-lain", "99.01"), ("2026-rekaan", "99.02")]


def test_codes_that_the_server_gives_are_those_that_the_form_takes(fill: FormFilling) -> None:
    for part in PARTS:
        codes = {"document_code": document_code(part, 1, "12/2026", "1a"), "reader_code": reader_code("k", 7, part[0])}
        filled = fill(ANSWERED | codes)
        assert (filled.problem, filled.refused) == (None, []), codes


def test_no_two_are_alike_and_a_readers_cannot_be_reckoned_without_the_key() -> None:
    documents = {document_code(part, number, "12/2026", asked) for part in PARTS for number in (1, 2)
                 for asked in ("", "1a", "1b")}  # fmt: skip
    assert len(documents) == 18
    readers = {reader_code(key, person, "2026-rekaan") for key in "ab" for person in range(50)}
    assert len(readers) == 100 and reader_code("a", 1, "lain") not in readers


@pytest.mark.parametrize("name, code", [("reader_code", READER_CODE), ("document_code", DOCUMENT_CODE)])
def test_a_sign_that_is_mistyped_is_refused_at_once(fill: FormFilling, name: str, code: str) -> None:
    for place in range(2, len(code)):
        wrong = code[:place] + ("B" if code[place] == "A" else "A") + code[place + 1 :]
        refused = [one["sentence"] for one in fill(ANSWERED | {name: wrong}).refused if one["question"] == name]
        assert refused and "salah ketik" in refused[0], wrong
    for wrong in (code.lower(), code[2:], code[:-1], f"{code}A", f"N{code[1:]}"):
        assert [one for one in fill(ANSWERED | {name: wrong}).refused if one["question"] == name], wrong


def test_nothing_is_in_it_that_tells_a_day_or_a_place_and_its_name_no_code(
    fill: FormFilling, forms: dict[str, BuiltForm]
) -> None:
    traces = {"start", "end", "today", "deviceid", "username", "audit", "geopoint", "image", "audio", "date"}
    assert traces & {row["type"] for row in forms[FORM].survey} == set()
    assert answer(fill(ANSWERED).xml, "instanceName") == "Periksa dokumen"
