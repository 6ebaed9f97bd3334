"""The desk check over HTTP: handed in, read, drawn, differing, settled; asked, replied to late, not supported."""

import io
import re
import uuid
from typing import Any

import pytest

from server.db import now, snapshot, writing
from server.desk.waiting import questions_that_wait
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import Tie
from server.rounds.tables import RoundPart
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND, claims_come, forget_jobs
from tests.support.desk import (
    ASKED,
    ASSESSOR,
    CENTRE,
    DESK,
    DOCUMENTS,
    FINE,
    HERE,
    NOT_SO,
    OFFICER,
    PROVINCE,
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
    time_passes,
)
from tests.support.documents import a_pdf, as_form
from tests.support.handing import OURS, PAGE, Desk
from tests.support.rounds import asked_for
from tests.support.updating import another_tilik
from tests.support.web import Browser, browser_of, person
from tests.support.workbooks import DISTRICT, filled
from verification.desk.score import DeskScore

PART = f"/wilayah/{ROUND}/{DISTRICT}"


def test_from_handing_in_to_not_supported(desk: Desk) -> None:
    row, since = row_of(desk, "12/2026", "1a"), newest(desk.engine)
    first, second, third = (somebody(desk, held) for held in (HERE, CENTRE, CENTRE))
    assessor, officer = somebody(desk, ASSESSOR), somebody(desk, OFFICER)
    assert reads(first, row, NOT_SO).status_code == 303
    assert stands(desk, row).state == "read_once", "nothing adverse rests on one reader"
    assert reads(second, row).status_code == 303
    assert stands(desk, row).state == "read_twice"
    assert reads(third, row, NOT_SO).status_code == 303
    assert stands(desk, row).state == "unclear"
    assert "Tidak ada yang ditanyakan" in officer.get(ASKED).text, "the district is not told before it is asked"
    assert sends(assessor, row, "simpulkan", words="x", step="fails").status_code == 400, "it has to be asked first"
    assert sends(assessor, row, "klarifikasi", words="Di pasal berapa?").status_code == 303
    page = officer.get(ASKED).text
    assert all(
        text in page for text in ("Di pasal berapa?", "Dokumen tidak menyatakan yang diklaim.", "belum berjalan")
    )
    assert "Klarifikasi yang menunggu jawaban daerah ini: 1." in officer.get(PART).text
    assert "Klarifikasi dokumen" in officer.get("/menunggu").text
    with snapshot(desk.engine) as session:
        assert {number for _, number in questions_that_wait(session)} == {1}, "its officer is told that something waits"
    assert sends(assessor, row, "simpulkan", words="x", step="fails").status_code == 400, "the window has not begun"
    assert officer.post(f"{ASKED}/1/terima", headers=OURS).status_code == 303
    assert "dijawab paling lambat" in officer.get(ASKED).text
    time_passes(desk)
    assert replies(officer, 1, words="Di pasal 9, halaman 3.").status_code == 303
    assert "ditandai terlambat" in officer.get(ASKED).text
    assert stands(desk, row).state == "answered"
    assert "(terlambat)" in assessor.get(f"{DESK}/{row}").text
    assert sends(assessor, row, "simpulkan", words="Pasal 9 tentang hal lain.", step="fails").status_code == 303
    assert stands(desk, row).state == "unsupported"
    acts = [entry.act for entry in written_down(desk.engine, since) if "seen" not in entry.act]
    assert acts == ["document_read", "document_read", "document_read", "clarification_asked", "clarification_received",
                    "clarification_replied", "clarification_concluded"]  # fmt: skip


def test_a_conclusion_is_replaced_and_taken_back_with_a_reason_and_the_history_stays(desk: Desk) -> None:
    row, assessor, officer = asked_about(desk)
    replies(officer, 1, words="Di pasal 9.")
    assert sends(assessor, row, "simpulkan", words="x", step="withdraws").status_code == 400, "nothing is concluded yet"
    since = newest(desk.engine)
    way = (("fails", "Pasal 9 lain.", "unsupported"), ("settles", "Salah baca.", "agreed"),
           ("withdraws", "Keliru berkas.", "answered"), ("fails", "Tetap lain.", "unsupported"))  # fmt: skip
    for step, why, state in way:
        assert sends(assessor, row, "simpulkan", words=" ", step=step).status_code == 400, "never without a reason"
        assert sends(assessor, row, "simpulkan", words=why, step=step).status_code == 303
        assert stands(desk, row).state == state
        assert (row in waiting(assessor)) is (state == "answered"), "what is taken back waits again"
    for page in (assessor.get(f"{DESK}/{row}").text, officer.get(ASKED).text):
        assert all(why in page for _, why, _ in way)
        assert page.index("Salah baca.") < page.index("Kesimpulan ditarik kembali") < page.index("Keliru berkas.")
    acts = [entry.act for entry in written_down(desk.engine, since) if "seen" not in entry.act]
    concluded, taken_back = "clarification_concluded", "conclusion_withdrawn"
    assert acts == [concluded, concluded, taken_back, concluded]


def waiting(web: Browser) -> set[int]:
    """Give the rows of the documents that wait for who looks at the queue."""
    rows = web.get(DESK).text.partition("<tbody>")[2].split("</tr>")
    return {int(row) for each in rows if "Untuk Anda" in each for row in re.findall(rf"{DESK}/(\d+)\?", each)}


def test_what_was_concluded_without_a_reply_waits_for_the_district_again_once_it_is_taken_back(desk: Desk) -> None:
    row, assessor, officer = asked_about(desk)
    officer.post(f"{ASKED}/1/terima", headers=OURS)
    time_passes(desk)
    assert sends(assessor, row, "simpulkan", words="Tidak dijawab.", step="fails").status_code == 303
    assert "Klarifikasi dokumen" not in officer.get("/menunggu").text
    for words in ("settles", "x"):  # what nobody replied to supports nothing, also in a conclusion's place
        assert sends(assessor, row, "simpulkan", words="x", step=words).status_code == 400
    assert sends(assessor, row, "simpulkan", words="Masih dihubungi.", step="withdraws").status_code == 303
    assert stands(desk, row).state == "unclear"
    assert "Klarifikasi dokumen" in officer.get("/menunggu").text
    with snapshot(desk.engine) as session:
        assert {number for _, number in questions_that_wait(session)} == {1}
    assert replies(officer, 1, words="Di pasal 9.").status_code == 303
    assert stands(desk, row).state == "answered"
    assert "Klarifikasi dokumen" not in officer.get("/menunggu").text


def test_of_two_who_conclude_at_once_the_later_is_shown_the_others_first(desk: Desk) -> None:
    row, assessor, officer = asked_about(desk)
    replies(officer, 1, words="Di pasal 9.")
    before = hidden(assessor.get(f"{DESK}/{row}").text, "newest")
    sends(somebody(desk, ASSESSOR), row, "simpulkan", words="Benar, pasal 9.", step="settles")
    refused = sends(assessor, row, "simpulkan", words="Lain lagi.", step="fails", newest=before)
    assert refused.status_code == 400
    assert all(text in refused.text for text in ("sejak halaman ini dibuka", "Benar, pasal 9.", "Lain lagi."))
    assert stands(desk, row).state == "agreed"
    shown = {name: hidden(refused.text, name) for name in ("newest", "before")}
    sent = {"uuid": str(uuid.uuid4()), "words": "Lain.", "step": "fails", **shown}
    done = [assessor.post(f"{DESK}/{row}/simpulkan", data=sent, headers=OURS).status_code for _ in range(2)]
    assert done == [303, 303], "the same page twice is one"
    assert officer.get(ASKED).text.count("<br>Lain.</p>") == 1


BACK = "klarifikasi/tarik"


def test_a_question_is_taken_back_with_a_reason_and_stays_to_be_read(desk: Desk) -> None:
    row, assessor, officer = asked_about(desk)
    officer.post(f"{ASKED}/1/terima", headers=OURS)
    since = newest(desk.engine)
    assert sends(assessor, row, BACK, words=" ").status_code == 400, "never without a reason"
    assert sends(assessor, row, BACK, words="Keliru dokumen.").status_code == 303
    acts = [entry.act for entry in written_down(desk.engine, since) if "seen" not in entry.act]
    assert acts == ["clarification_retracted"]
    assert stands(desk, row).state == "unclear" and row in waiting(assessor), "it is asked otherwise"
    page = officer.get(ASKED).text
    assert page.index("Di pasal berapa?") < page.index("ditarik kembali") < page.index("Keliru dokumen.")
    assert "dijawab paling lambat" not in page and "Perlu klarifikasi" not in page
    assert 'name="words"' not in page and "Pertanyaan ini kami terima" not in page
    assert "Klarifikasi dokumen" not in officer.get("/menunggu").text
    assert "menunggu jawaban daerah ini" not in officer.get(PART).text
    with snapshot(desk.engine) as session:
        assert [*questions_that_wait(session)] == []
    for act in ("terima", "jawab"):
        sent = {"uuid": str(uuid.uuid4()), "words": "Pasal 9.", "nyatakan": "1",
                "berkas": [(io.BytesIO(a_pdf((120, 120))), "susulan.pdf")]}  # fmt: skip
        refused = officer.post(f"{ASKED}/1/{act}", headers=OURS, **as_form(sent))
        assert refused.status_code == 400 and "sudah menarik kembali pertanyaan ini" in refused.text
    assert "susulan.pdf" not in officer.get(f"{PART}/dokumen").text, "what is refused leaves no file"
    assert sends(assessor, row, BACK, words="Lagi.").status_code == 400
    assert sends(assessor, row, "simpulkan", words="x", step="fails").status_code == 400
    assert sends(assessor, row, "klarifikasi", words="Di ayat berapa?").status_code == 303
    for page in (officer.get(ASKED).text, assessor.get(f"{DESK}/{row}").text):
        assert all(
            text in page for text in ("Di ayat berapa?", "Di pasal berapa?", "Keliru dokumen.", "belum berjalan")
        )
    with snapshot(desk.engine) as session:
        assert {number for _, number in questions_that_wait(session)} == {2}


def test_no_question_is_taken_back_that_was_replied_to_or_concluded_on(desk: Desk) -> None:
    row, assessor, officer = asked_about(desk)
    offered = f'action="{DESK}/{row}/{BACK}'
    shown = (
        hidden(assessor.get(f"{DESK}/{row}").text, "newest") if offered in assessor.get(f"{DESK}/{row}").text else ""
    )
    replies(officer, 1, words="Di pasal 9.")
    refused = sends(assessor, row, BACK, words="Keliru.", newest=shown)
    assert refused.status_code == 400 and all(
        text in refused.text for text in ("sejak halaman ini dibuka", "Di pasal 9.")
    )
    assert sends(assessor, row, BACK, words="Keliru.").status_code == 400
    assert offered not in assessor.get(f"{DESK}/{row}").text
    sends(assessor, row, "simpulkan", words="Lain.", step="fails")
    assert sends(assessor, row, BACK, words="Keliru.").status_code == 400
    assert stands(desk, row).state == "unsupported"


def test_who_may_not_ask_takes_no_question_back_and_in_a_closed_part_nobody_does(desk: Desk) -> None:
    row, assessor, _ = asked_about(desk)
    offered = f'action="{DESK}/{row}/{BACK}'
    assert offered in assessor.get(f"{DESK}/{row}").text
    for held in (CENTRE, OFFICER, Held(Role.SECRETARIAT), Held(Role.SUPERVISOR), Held(Role.INSPECTORATE)):
        assert somebody(desk, held).post(f"{DESK}/{row}/{BACK}", data={"words": "x"}, headers=OURS).status_code == 403
    with writing(desk.engine) as session:
        session.get_one(RoundPart, (ROUND, DISTRICT)).state = "closed"
    assert offered not in assessor.get(f"{DESK}/{row}").text
    refused = sends(assessor, row, BACK, words="Keliru.")
    assert refused.status_code == 400 and "sudah ditutup" in refused.text


def test_sent_twice_a_question_is_taken_back_once_and_a_newer_one_stays(desk: Desk) -> None:
    row, assessor, _ = asked_about(desk)
    sent = {"uuid": str(uuid.uuid4()), "newest": "0", "words": "Keliru."}
    assert assessor.post(f"{DESK}/{row}/{BACK}", data=sent, headers=OURS).status_code == 303
    sends(assessor, row, "klarifikasi", words="Di ayat berapa?")
    assert assessor.post(f"{DESK}/{row}/{BACK}", data=sent, headers=OURS).status_code == 303
    asked = stands(desk, row).asked
    assert asked and (asked.words, asked.last_step) == ("Di ayat berapa?", None)


def test_whoever_is_waited_for_has_a_form_whatever_became_of_the_document(desk: Desk) -> None:
    """Its file was withdrawn since, or the sheet names it no more: then nothing is waited for."""
    row, _, officer = asked_about(desk)
    files = re.findall(r'name="berkas" value="(\d+)"', officer.get(f"{PART}/dokumen").text)
    withdrawn = {"lakukan": "tarik", "berkas": files}
    assert officer.post(f"{PART}/dokumen/berkas", data=withdrawn, headers=OURS).status_code == 303
    assert stands(desk, row).state == "absent"
    assert "Klarifikasi dokumen" in officer.get("/menunggu").text and 'name="words"' in officer.get(ASKED).text
    renumbered = {name: "12 / 2026" if value == "12/2026" else value for name, value in DOCUMENTS.items()}
    assert claims_come(desk.engine, filled(renumbered)).problems == ()
    assert "Klarifikasi dokumen" in officer.get("/menunggu").text, "the same number, written otherwise"
    assert claims_come(desk.engine, filled(DOCUMENTS | {"Dokumen!B4": "77/2026"})).problems == ()
    page = officer.get(ASKED).text
    assert "tidak ada lagi pada lembar Dokumen" in page and "Di pasal berapa?" in page and 'name="words"' not in page
    assert "Klarifikasi dokumen" not in officer.get("/menunggu").text
    with snapshot(desk.engine) as session:
        assert [*questions_that_wait(session)] == []


def test_what_was_settled_stays_to_be_read_once_another_file_has_come(desk: Desk) -> None:
    row, assessor, officer = asked_about(desk)
    replies(officer, 1, words="Di pasal 9.")
    sends(assessor, row, "simpulkan", words="Benar, pasal 9.", step="settles")
    desk.hand_in(("baru.pdf", a_pdf((200, 200))), declared=True, row=(1, "12/2026"))
    assert stands(desk, row).state == "received"
    for page in (officer.get(ASKED).text, assessor.get(f"{DESK}/{row}").text):
        assert all(text in page for text in ("Di pasal berapa?", "Di pasal 9.", "Benar, pasal 9."))
    assert 'name="words"' not in officer.get(ASKED).text


def test_who_may_not_conclude_takes_nothing_back_and_in_a_closed_part_nobody_does(desk: Desk) -> None:
    row, assessor, officer = asked_about(desk)
    replies(officer, 1, words="Di pasal 9.")
    sends(assessor, row, "simpulkan", words="Lain.", step="fails")
    offered = 'value="withdraws"'
    assert offered in assessor.get(f"{DESK}/{row}").text
    for held in (CENTRE, OFFICER, Held(Role.SECRETARIAT), Held(Role.SUPERVISOR), Held(Role.INSPECTORATE)):
        web = somebody(desk, held)
        assert offered not in web.get(f"{DESK}/{row}").text
        assert web.post(f"{DESK}/{row}/simpulkan", data={"step": "withdraws"}, headers=OURS).status_code == 403
    with writing(desk.engine) as session:
        session.get_one(RoundPart, (ROUND, DISTRICT)).state = "closed"
    assert officer.get("/menunggu").text.count("Klarifikasi dokumen") == 0
    page = assessor.get(f"{DESK}/{row}").text
    assert "sudah ditutup" in page and offered not in page and 'name="points"' not in page
    refused = sends(assessor, row, "simpulkan", words="Keliru.", step="withdraws")
    assert refused.status_code == 400 and "sudah ditutup" in refused.text
    reader = somebody(desk, CENTRE).get(f"{DESK}/{row_of(desk, 'Notulen 4', '3a')}").text
    assert "sudah ditutup" in reader and 'name="says"' not in reader, "nobody fills in what would be refused"
    assert stands(desk, row).state == "unsupported"


def test_a_second_reader_sees_nothing_of_the_first_before_their_own_is_kept(desk: Desk) -> None:
    row = row_of(desk, "12/2026", "1a")
    first, second = somebody(desk, HERE), somebody(desk, CENTRE)
    reads(first, row, NOT_SO, note="Kata-kata yang hanya untuk Tim Penilai.")
    seen = second.get(f"{DESK}/{row}").text
    assert "Pembaca 1" not in seen
    assert "Kata-kata" not in seen
    assert "Diterima" in seen
    assert "Diperiksa 1" not in second.get(DESK).text
    reads(second, row)
    seen = second.get(f"{DESK}/{row}").text
    assert "Pembaca 1" in seen
    assert "Pembaca 2 (Anda)" in seen
    assert "Kata-kata" not in seen, "the note is Tim Penilai's"
    assert "Kata-kata" in somebody(desk, ASSESSOR).get(f"{DESK}/{row}").text
    assert "Orang Rekaan" not in seen.split("<main", 1)[1]


def test_the_second_reader_is_of_the_centre_or_of_another_province(desk: Desk) -> None:
    row = row_of(desk, "12/2026", "1a")
    reads(somebody(desk, HERE), row, NOT_SO)
    of_here = (HERE, Held(Role.READER, DISTRICT, ROUND))
    for held in (*((one,) for one in of_here), (CENTRE, Held(Role.PROVINCIAL, PROVINCE, ROUND))):
        web = somebody(desk, *held)
        page = web.get(f"{DESK}/{row}").text
        sent = NOT_SO | {"uuid": str(uuid.uuid4()), "before": stands(desk, row).before}
        assert web.post(f"{DESK}/{row}", data=sent, headers=OURS).status_code == 400
        assert "Pembaca berikutnya harus dari pusat atau provinsi lain." in page
        assert 'name="says"' not in page
    of_another = somebody(desk, Held(Role.READER, DISTRICT, ROUND), Held(Role.OBSERVER, "98", ROUND))
    assert reads(of_another, row, NOT_SO).status_code == 303


def test_a_reading_by_the_province_is_a_stage_of_its_own(desk: Desk) -> None:
    row = row_of(desk, "12/2026", "1a")
    province = somebody(desk, Held(Role.PROVINCIAL, PROVINCE, ROUND))
    assert reads(province, row, NOT_SO).status_code == 303
    assert stands(desk, row).state == "received", "it decides nothing"
    assert "Pembacaan provinsi" in somebody(desk, ASSESSOR).get(f"{DESK}/{row}").text
    assert "Pembacaan provinsi" not in somebody(desk, CENTRE).get(f"{DESK}/{row}").text


def test_who_reads_sees_no_points_and_who_is_tied_reads_nothing(desk: Desk) -> None:
    row = row_of(desk, "12/2026", "1a")
    both = somebody(desk, CENTRE, ASSESSOR)
    for address in (f"{DESK}/{row}", DESK, PART, "/", "/dokumen/periksa"):
        page = both.get(address).text
        assert "60,0" not in page
        assert "Kategori" not in page
    with writing(desk.engine) as session:
        number = person(session, CENTRE)
        session.add(Tie(person_id=number, district=DISTRICT, why="keluarga", declared_by="uji", declared_at=now()))
    assert browser_of(desk.app, number).get(f"{DESK}/{row}").status_code == 403


def test_a_reader_goes_from_document_to_document_and_is_told_what_waits(desk: Desk) -> None:
    reader, row = somebody(desk, CENTRE), row_of(desk, "12/2026", "1a")
    assert "Dokumen yang menunggu Anda: 4." in reader.get(DESK).text
    assert "Dokumen untuk Anda" in reader.get("/menunggu").text
    assert "Dokumen yang menunggu Anda: 4." in reader.get(PART).text
    onwards = reads(reader, row).location
    assert onwards.endswith(f"{DESK}/{row_of(desk, '12/2026', '1b')}")
    assert "Dokumen yang menunggu Anda: 3." in reader.get(DESK).text
    assert DISTRICT in reader.get("/dokumen/periksa").text


def test_each_is_asked_by_what_the_set_says_of_the_indicator(desk: Desk) -> None:
    reader = somebody(desk, CENTRE)
    decree, minutes = (
        reader.get(f"{DESK}/{row_of(desk, *one)}").text for one in (("12/2026", "1a"), ("Notulen 4", "3a"))
    )
    assert 'name="covers"' in decree
    assert 'name="child_input_named"' not in decree
    assert 'name="covers"' not in minutes
    assert 'name="child_input_named"' in minutes
    assert "Apakah tersedia Peraturan Daerah (Perda)" in decree
    assert "Bupati (fiktif)" in decree
    assert "/halaman/1.jpg" in decree


SEEN4 = {"yes", "no", "not_seen", "na"}
ASKED_OF_ALL = {
    "opened": {"yes", "no"}, "matches_number": SEEN4, "matches_date": SEEN4, "in_force": SEEN4,
    "issuer_ok": {"yes", "no"}, "says": {"yes", "partly", "no", "unreadable"},
}  # fmt: skip


def asked_on(page: str) -> dict[str, set[str]]:
    """Give what a page asks its reader by boxes and buttons, with the answers that it offers."""
    found: dict[str, set[str]] = {}
    for kind, name, value in re.findall(r'<input type="(radio|checkbox)" name="(\w+)" value="(\w+)"', page):
        if name != "yakin":  # of the form that marks a document
            assert (kind == "checkbox") is (name == "covers")
            found.setdefault(name, set()).add(value)
    return found


def test_every_field_of_the_desk_check_is_asked_with_its_answers(desk: Desk) -> None:
    """Catalogue D: seen4 three times, four answers to what it says, the clusters of a policy, children's input of 3."""
    reader = somebody(desk, CENTRE)
    decree, minutes = (
        reader.get(f"{DESK}/{row_of(desk, *one)}").text for one in (("12/2026", "1a"), ("Notulen 4", "3a"))
    )
    assert asked_on(decree) == ASKED_OF_ALL | {"covers": {"A", "I", "II", "III", "IV", "V"}}
    assert asked_on(minutes) == ASKED_OF_ALL | {"child_input_named": {"yes", "no"}}
    assert all(f'name="{name}"' in decree for name in ("page", "note"))


@pytest.mark.parametrize("name", [*ASKED_OF_ALL, "child_input_named"])
def test_what_is_no_answer_to_a_field_is_refused_and_each_answer_is_kept(desk: Desk, name: str) -> None:
    row, reader = row_of(desk, "Notulen 4", "3a"), somebody(desk, CENTRE)
    of_minutes = {key: value for key, value in FINE.items() if key != "covers"} | {"child_input_named": "yes"}
    assert reads(reader, row, of_minutes | {name: "mungkin"}).status_code == 400
    assert stands(desk, row).readings == ()
    for value in sorted((ASKED_OF_ALL | {"child_input_named": {"yes", "no"}})[name]):
        assert reads(reader, row, of_minutes | {name: value}).status_code == 303
        (kept,) = stands(desk, row).readings
        assert getattr(kept, name) in (value, value == "yes")


@pytest.mark.parametrize("name, value", [
    ("matches_number", "no"), ("matches_date", "not_seen"), ("in_force", "na"), ("issuer_ok", "no"),
    ("covers", ["I"]), ("says", "partly"),
])  # fmt: skip
def test_whatever_two_readers_answer_differently_a_third_reads(desk: Desk, name: str, value: Any) -> None:
    row = row_of(desk, "12/2026", "1a")
    first, second, third = somebody(desk, HERE), somebody(desk, CENTRE), somebody(desk, CENTRE)
    reads(first, row, NOT_SO)
    reads(second, row, NOT_SO | {name: value})
    assert stands(desk, row).state == "read_twice"
    assert reads(third, row, NOT_SO).status_code == 303
    assert stands(desk, row).state == "unclear", "two of three say the same, and that is a doubt"


def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(desk: Desk) -> None:
    row, reader = row_of(desk, "12/2026", "1a"), somebody(desk, CENTRE)
    refused = reads(reader, row, FINE | {"says": "", "note": "lihat lampiran", "page": "7"})
    assert refused.status_code == 400
    assert all(text in refused.text for text in ("Jawab dahulu pertanyaan ini.", "lihat lampiran", 'value="7"'))
    assert refused.text.count(" checked") == 7
    assert reads(reader, row, FINE | {"note": "NIK 3321061234567890"}).status_code == 400
    assert reads(reader, row, FINE | {"page": "tiga"}).status_code == 400
    assert reads(reader, row, FINE, before="0" * 64).status_code == 400, "another file came meanwhile"
    assert stands(desk, row).readings == ()
    assert reads(reader, row, {"opened": "no"}).status_code == 303


def test_a_new_file_is_read_anew_and_one_that_shows_a_child_is_not_here_any_more(desk: Desk) -> None:
    row, reader = row_of(desk, "12/2026", "1a"), somebody(desk, CENTRE)
    reads(reader, row)
    assert stands(desk, row).state == "agreed"
    desk.hand_in(("baru.pdf", a_pdf((200, 200))), declared=True, row=(1, "12/2026"))
    assert stands(desk, row).state == "received"
    page = reader.get(f"{DESK}/{row}").text
    assert "/tandai" in page
    for file in desk.here():
        reader.post(f"{PAGE}/{file.id}/tandai", data={"yakin": "1"}, headers=OURS)
    assert stands(desk, row).state == "absent"
    assert "belum ada di Tilik" in reader.get(f"{DESK}/{row}").text


def test_a_district_replies_with_a_new_document_that_is_declared(desk: Desk) -> None:
    row, officer, assessor = row_of(desk, "12/2026", "1a"), somebody(desk, OFFICER), somebody(desk, ASSESSOR)
    for held in (HERE, CENTRE):
        reads(somebody(desk, held), row, NOT_SO)
    sends(assessor, row, "klarifikasi", words="Mana lampirannya?")
    refused = replies(officer, 1, ("lampiran.pdf", a_pdf((220, 220))), words="Terlampir.")
    assert refused.status_code == 400
    assert "Terlampir." in refused.text
    assert replies(officer, 1, ("lampiran.pdf", a_pdf((220, 220))), nyatakan="1", words="").status_code == 303
    assert stands(desk, row).state == "answered", "what two readers found is not forgotten by another file"
    assert "Dengan dokumen baru." in assessor.get(f"{DESK}/{row}").text
    assert sends(assessor, row, "simpulkan", words="Lampiran memuatnya.", step="settles").status_code == 303
    assert stands(desk, row).state == "agreed"
    refused = replies(officer, 1, words="Sekali lagi.")
    assert refused.status_code == 400


def test_what_was_read_of_a_file_that_was_replaced_says_nothing_of_the_one_that_is_asked_about(desk: Desk) -> None:
    row, assessor = row_of(desk, "12/2026", "1a"), somebody(desk, ASSESSOR)
    reads(somebody(desk, CENTRE), row)
    desk.hand_in(("baru.pdf", a_pdf((200, 200))), declared=True, row=(1, "12/2026"))
    for answers in (NOT_SO, FINE, NOT_SO):
        reads(somebody(desk, CENTRE), row, answers)
    found = stands(desk, row).stands.found
    sends(assessor, row, "klarifikasi", words="Di pasal berapa?")
    now = stands(desk, row)
    assert (now.state, now.stands.doubts, now.stands.found) == ("unclear", ("desk_does_not_say",), found)


def test_a_file_that_comes_after_a_question_was_settled_is_read_anew_and_may_be_asked_about(desk: Desk) -> None:
    row, officer, assessor = row_of(desk, "12/2026", "1a"), somebody(desk, OFFICER), somebody(desk, ASSESSOR)
    for held in (HERE, CENTRE):
        reads(somebody(desk, held), row, NOT_SO)
    sends(assessor, row, "klarifikasi", words="Mana lampirannya?")
    replies(officer, 1, words="Di halaman 3.")
    sends(assessor, row, "simpulkan", words="Ada.", step="settles")
    assert stands(desk, row).state == "agreed"
    desk.hand_in(("lain.pdf", a_pdf((230, 230))), declared=True, row=(1, "12/2026"))
    assert stands(desk, row).state == "received"
    for held in (HERE, CENTRE):
        assert reads(somebody(desk, held), row, NOT_SO).status_code == 303
    assert sends(assessor, row, "klarifikasi", words="Berkas ini lain lagi.").status_code == 303
    assert stands(desk, row).state == "unclear"
    assert replies(officer, 2, words="Ini gantinya.").status_code == 303
    assert stands(desk, row).state == "answered"


def test_tim_penilai_scores_a_question_once_its_documents_are_read(desk: Desk) -> None:
    one, other = row_of(desk, "12/2026", "1a"), row_of(desk, "12/2026", "1b")
    reader, assessor = somebody(desk, CENTRE), somebody(desk, ASSESSOR)
    assert sends_score(assessor, one, "10").status_code == 400, "its document is still to be read"
    for row in (one, other):
        reads(reader, row)
    assert 'name="points"' not in reader.get(f"{DESK}/{one}").text
    for typed in ("60,5", "-1", "banyak", "nan", "1_0", "1e1", "+1"):
        assert sends_score(assessor, one, typed).status_code == 400
    assert sends(assessor, one, "nilai", points="40,5", words=" ").status_code == 400, "no points without a reason"
    assert sends_score(assessor, one, "40,5").status_code == 303
    assert scores(desk)[1] == DeskScore(1, None, 1, 2)
    assert sends_score(assessor, other, "20").status_code == 400, "more than the indicator's maximum together"
    assert sends_score(assessor, other, "10").status_code == 303
    assert sends_score(assessor, other, "12.25").status_code == 303, "the newest counts"
    assert scores(desk)[1] == DeskScore(1, 52.75, 2, 2)
    assert scores(desk)[28] == DeskScore(28, None, 0, 1)
    assert reader.post(f"{DESK}/{one}/nilai", data={"points": "1"}, headers=OURS).status_code == 403


def test_a_question_keeps_the_points_and_readers_that_its_round_was_planned_with(desk: Desk) -> None:
    row = row_of(desk, "12/2026", "1a")
    reads(somebody(desk, CENTRE), row)
    assert stands(desk, row).state == "agreed"
    with another_tilik(1, points=5):
        assert stands(desk, row).state == "agreed", "no second reader is asked for"
        assert sends_score(somebody(desk, ASSESSOR), row, "40,5").status_code == 303


def test_what_the_desk_left_comes_into_the_result_and_onto_its_pages_for_whom_points_are(desk: Desk) -> None:
    reader, assessor = somebody(desk, CENTRE), somebody(desk, ASSESSOR)
    forget_jobs(desk.engine)
    for number, question, points in (("12/2026", "1a", "40,5"), ("12/2026", "1b", "12,25")):
        reads(reader, row_of(desk, number, question))
        assert sends_score(assessor, row_of(desk, number, question), points).status_code == 303
    assert ("verify", f"{ROUND}/{DISTRICT}") in asked_for(desk.engine)
    assert verify(desk.engine, ROUND, DISTRICT)
    said = "52,75 poin; 2 dari 2 pertanyaan sudah dinilai"
    for path in (PART, f"{PART}/indikator/1", f"/laporan/{ROUND}/{DISTRICT}"):
        assert said in assessor.get(path).text
    shown = somebody(desk, Held(Role.SUPERVISOR)).get(f"{PART}/indikator/1").text
    assert "2 dari 2 pertanyaan sudah dinilai" in shown and "52,75" not in shown


def test_what_readers_found_is_told_by_the_page_of_the_indicator_apart_from_visits(desk: Desk) -> None:
    row, address = row_of(desk, "12/2026", "1a"), f"{PART}/indikator/1"
    assessor = somebody(desk, ASSESSOR)
    assert "Yang ditemukan pada dokumen" not in assessor.get(address).text, "nobody has read any"
    reads(somebody(desk, HERE), row, NOT_SO | {"says": "partly"})
    page = assessor.get(address).text
    assert "Yang ditemukan pada dokumen" in page
    assert "Diperiksa 1 orang, sepakat: mendukung. Hanya sebagian dari yang diklaim. Halaman 3." in page
    for held in (CENTRE, OFFICER, Held(Role.PROVINCIAL, PROVINCE, ROUND)):
        assert "Yang ditemukan pada dokumen" not in somebody(desk, held).get(address).text


def test_documents_about_homes_are_opened_by_readers_and_their_numbers_repeated_to_nobody_else(desk: Desk) -> None:
    row = row_of(desk, "15/2026", None)
    reader, assessor = (somebody(desk, held).get(f"{DESK}/{row}").text for held in (CENTRE, ASSESSOR))
    assert "15/2026" in reader
    assert "/halaman/1.jpg" in reader
    assert "15/2026" not in assessor
    assert "/halaman/1.jpg" not in assessor


def test_the_same_page_sent_twice_is_one_reading_and_a_closed_part_takes_none(desk: Desk) -> None:
    row, reader = row_of(desk, "12/2026", "1a"), somebody(desk, CENTRE)
    page = reader.get(f"{DESK}/{row}").text
    data = FINE | {"uuid": hidden(page, "uuid"), "before": hidden(page, "before")}
    assert [reader.post(f"{DESK}/{row}", data=data, headers=OURS).status_code for _ in range(2)] == [303, 303]
    assert len(stands(desk, row).readings) == 1
    again = reads(reader, row, NOT_SO)
    assert again.status_code == 303, "as long as nobody else has read it, one's own can be put right"
    assert stands(desk, row).readings[0].says == "no"


def checked(page: str) -> dict[str, list[str]]:
    """Give what a reader's form has answered, by its boxes and buttons."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="(?:radio|checkbox)" name="(\w+)" value="(\w+)" checked', page):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("held", [HERE, Held(Role.PROVINCIAL, PROVINCE, ROUND)])
def test_putting_a_reading_right_starts_from_what_was_answered(desk: Desk, held: Held) -> None:
    row, web = row_of(desk, "12/2026", "1a"), somebody(desk, held)
    assert checked(web.get(f"{DESK}/{row}").text) == {}
    answers = NOT_SO | {"in_force": "not_seen", "issuer_ok": "no", "covers": ["II", "V"], "page": "12",
                        "note": "Lampiran <kurang>."}  # fmt: skip
    reads(web, row, answers)
    page = web.get(f"{DESK}/{row}").text
    assert checked(page) == {name: value if isinstance(value, list) else [value] for name, value in answers.items()
                             if name not in ("page", "note")}  # fmt: skip
    assert 'value="12"' in page and ">Lampiran &lt;kurang&gt;.</textarea>" in page and "jawaban Anda terisi" in page
    sent = {name: hidden(page, name) for name in ("uuid", "before")}
    assert web.post(f"{DESK}/{row}", data=checked(page) | sent, headers=OURS).status_code == 303
    assert "12" not in re.findall(r'id="page"[^>]*value="([^"]*)"', web.get(f"{DESK}/{row}").text), "emptied stays so"
    reads(web, row, {"opened": "no"})
    assert checked(web.get(f"{DESK}/{row}").text) == {"opened": ["no"]}


def test_a_second_reader_and_who_reads_another_file_start_from_nothing(desk: Desk) -> None:
    row = row_of(desk, "12/2026", "1a")
    first, second = somebody(desk, HERE), somebody(desk, CENTRE)
    reads(first, row, NOT_SO | {"note": "Hanya saya."})
    for web in (second, somebody(desk, Held(Role.PROVINCIAL, PROVINCE, ROUND)), somebody(desk, ASSESSOR)):
        page = web.get(f"{DESK}/{row}").text
        assert checked(page) == {} and "jawaban Anda terisi" not in page and "Hanya saya.</textarea>" not in page
    reads(second, row)
    for web in (first, second):  # both have read: nothing is put right any more
        assert checked(web.get(f"{DESK}/{row}").text) == {}
    desk.hand_in(("baru.pdf", a_pdf((200, 200))), declared=True, row=(1, "12/2026"))
    assert 'name="says"' in first.get(f"{DESK}/{row}").text and checked(first.get(f"{DESK}/{row}").text) == {}


def test_whoever_judges_is_told_that_another_reader_is_waited_for_and_both_readers_that_theirs_stays(
    desk: Desk,
) -> None:
    row = row_of(desk, "12/2026", "1a")
    page = f"{DESK}/{row}"
    first, second, judge = somebody(desk, HERE), somebody(desk, CENTRE), somebody(desk, ASSESSOR)
    assert "Dokumennya masih dibaca." not in judge.get(page).text, "nobody has begun"
    reads(first, row, NOT_SO)
    reads(second, row)
    assert "Dokumennya masih dibaca." in judge.get(page).text
    for reader in (first, second):  # whichever of them came later
        told = reader.get(page).text
        assert "Setelah orang lain juga membacanya" in told and "masih dibaca" not in told
    reads(somebody(desk, CENTRE), row, NOT_SO)
    assert "Dokumennya masih dibaca." not in judge.get(page).text
