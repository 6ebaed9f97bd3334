"""The pages of documents: the district hands in and declares, the team looks, and whoever finds a child says so."""

import io
import re
from typing import Any

from server.db import now, writing
from server.documents.tables import FOUND, HandedIn
from server.roles.table import Role
from tests.support.acts import newest, written_down
from tests.support.documents import a_jpeg, a_pdf, a_zip, an_office_file, as_form
from tests.support.handing import OURS, PAGE, Desk, a_desk
from tests.support.web import Browser

PAPER = a_pdf()
HOSTILE = "<script>alert(1)</script>.pdf"


def sends(web: Browser, path: str, *files: tuple[str, bytes], field: str = "berkas", **data: Any) -> Any:
    data[field] = [(io.BytesIO(content), name) for name, content in files]
    return web.post(path, headers=OURS, **as_form(data))


def row_of(page: str, number: str) -> str:
    (found,) = re.findall(rf'<option value="([^"]+)">[^<]*{number}', page)[:1]
    return str(found)


def test_a_district_hands_in_a_zip_and_the_team_sees_what_is_declared(desk: Desk) -> None:
    district, team = desk.browser(Role.DISTRICT), desk.browser(Role.VERIFIER)
    content = a_zip({"Perbup 12.pdf": PAPER, "lepas.jpg": a_jpeg(), "../keluar.pdf": PAPER, HOSTILE: PAPER + b" "})
    answer = sends(district, PAGE, ("semua.zip", content))
    assert answer.status_code == 303
    page = district.get(PAGE).text
    for text in ("Perbup 12.pdf", "lepas.jpg", "../keluar.pdf", "indikator 1: 12/2026", "menunjuk ke luar ZIP",
                 "&lt;script&gt;alert(1)&lt;/script&gt;.pdf", "Baris yang belum ada berkasnya: 2."):  # fmt: skip
        assert text in page
    assert "<script>alert" not in page
    seen = team.get(PAGE).text
    assert "Perbup 12.pdf" not in seen
    assert "lepas" not in seen
    assert team.get(f"{PAGE}/1").status_code == 404
    assert district.post(f"{PAGE}/berkas", data={"lakukan": "nyatakan", "berkas": "1"}, headers=OURS).status_code == 303
    seen = team.get(PAGE).text
    assert "Dokumen 1 (PDF)" in seen
    assert "Perbup 12.pdf" not in seen, "a name may be a child's"
    assert 'name="lakukan"' not in seen
    assert team.get(f"{PAGE}/1").status_code == 200


def test_all_that_is_shown_can_be_declared_at_once(desk: Desk) -> None:
    desk.hand_in(("a.pdf", PAPER), ("b.jpg", a_jpeg()), ("c.rar", b"Rar!"))
    district = desk.browser(Role.DISTRICT)
    shown = re.findall(r'name="tampak" value="(\d+)"', district.get(PAGE).text)
    assert sorted(shown) == ["1", "2"]
    district.post(f"{PAGE}/berkas", data={"lakukan": "nyatakan_semua", "tampak": shown}, headers=OURS)
    assert [one.declared_at is not None for one in desk.here()] == [True, True, False]


def test_a_document_is_looked_at_as_pictures_and_each_look_is_written_down(desk: Desk) -> None:
    desk.hand_in(("Perbup 12.pdf", PAPER), ("a.docx", an_office_file()), declared=True)
    team, since = desk.browser(Role.LEAD), newest(desk.engine)
    page = team.get(f"{PAGE}/1")
    assert page.text.count("/halaman/") == 2
    picture = team.get(f"{PAGE}/1/halaman/2.jpg")
    assert (picture.status_code, picture.mimetype, picture.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    download = team.get(f"{PAGE}/1/unduh")
    assert download.data == PAPER
    assert download.mimetype == "application/octet-stream"
    assert download.headers["Content-Disposition"] == "attachment; filename=tilik-dokumen-99.01-1.pdf"
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    acts = [entry.act for entry in written_down(desk.engine, since)]
    assert acts == ["document_seen", "document_seen", "document_downloaded"]
    assert [team.get(f"{PAGE}/1/halaman/{number}.jpg").status_code for number in (3, 0, 99_999)] == [404] * 3
    assert team.get(f"{PAGE}/2/halaman/1.jpg").status_code == 404
    assert team.get(f"{PAGE}/2/unduh").headers["Content-Disposition"].endswith("99.01-2.docx")
    assert desk.browser(Role.VERIFIER).get(f"{PAGE}/1/unduh").status_code == 403


def test_who_is_not_of_the_round_or_district_gets_nothing(desk: Desk) -> None:
    desk.hand_in(("Perbup 12.pdf", PAPER), declared=True)
    for web in (desk.browser(Role.OBSERVER), desk.browser(Role.DISTRICT, "99.02"), desk.browser(Role.LEAD, "99.02")):
        for path in (PAGE, f"{PAGE}/1", f"{PAGE}/1/halaman/1.jpg", f"{PAGE}/1/unduh"):
            assert web.get(path).status_code == 403
    other = desk.browser(Role.DISTRICT, "99.02")
    assert sends(other, PAGE, ("a.pdf", PAPER)).status_code == 403
    elsewhere = PAGE.replace("99.01", "99.02")
    assert other.get(f"{elsewhere}/1").status_code == 404, "another part's number is not there"
    assert len(desk.here()) == 1


def test_a_paper_about_homes_is_opened_by_who_may_know_them(desk: Desk) -> None:
    desk.hand_in(("daftar.pdf", PAPER), declared=True)
    asked = (Role.VERIFIER, Role.DISTRICT, Role.SAFEGUARDING, Role.ASSESSOR, Role.PROVINCIAL)
    assert [desk.browser(role).get(f"{PAGE}/1").status_code for role in asked] == [200, 200, 200, 404, 404]
    assert "Daftar Rekaan" not in desk.browser(Role.DISTRICT).get(PAGE).text


def test_whoever_finds_a_child_marks_it_and_nobody_sees_it_any_more(desk: Desk) -> None:
    desk.hand_in(("Perbup 12.pdf", PAPER), declared=True)
    team, district = desk.browser(Role.VERIFIER), desk.browser(Role.DISTRICT)
    assert team.post(f"{PAGE}/1/tandai", headers=OURS).status_code == 400
    assert team.get(f"{PAGE}/1").status_code == 200
    assert team.post(f"{PAGE}/1/tandai", data={"yakin": "1"}, headers=OURS).status_code == 303
    for web in (team, district):
        assert [web.get(f"{PAGE}/1{path}").status_code for path in ("", "/halaman/1.jpg")] == [404, 404]
        assert "memuat data anak: sudah dihapus" in web.get(PAGE).text
        assert "Perbup 12.pdf" not in re.sub(r"<bdi class=\"quiet\">[^<]*</bdi>", "", web.get(PAGE).text)
    assert desk.browser(Role.OBSERVER).post(f"{PAGE}/1/tandai", data={"yakin": "1"}, headers=OURS).status_code == 403
    page = district.get(PAGE).text
    assert '<option value="1">berkas 1 yang memuat data anak · indikator 1: 12/2026</option>' in page
    answer = sends(district, PAGE, ("hitam.pdf", a_pdf((300, 300))), menggantikan="1", nyatakan="1")
    assert answer.status_code == 303
    assert "sudah dihapus dan diganti" in district.get(PAGE).text
    assert team.get(f"{PAGE}/2").status_code == 200


def test_a_file_is_attached_to_a_row_by_a_person(desk: Desk) -> None:
    district = desk.browser(Role.DISTRICT)
    row = row_of(district.get(PAGE).text, "13/2026")
    sends(district, PAGE, ("apa saja.pdf", PAPER), baris=row)
    assert [(one.indicator, one.number) for one in desk.here()[0].attached] == [(1, "13/2026")]
    sends(district, PAGE, ("lain.pdf", PAPER + b" "))
    for wrong in ("", "1:Dokumen!B99", "x"):
        asked = {"lakukan": "lampirkan", "berkas": "2", "baris": wrong}
        assert district.post(f"{PAGE}/berkas", data=asked, headers=OURS).status_code == 400
    asked = {"lakukan": "lampirkan", "berkas": "2", "baris": row}
    assert district.post(f"{PAGE}/berkas", data=asked, headers=OURS).status_code == 303
    assert len(desk.here()[1].attached) == 1


def test_what_makes_no_sense_has_a_sentence_and_changes_nothing(desk: Desk) -> None:
    district = desk.browser(Role.DISTRICT)
    assert sends(district, PAGE).status_code == 400
    assert "Belum ada berkas yang dipilih." in sends(district, PAGE, ("", b"")).text
    assert sends(district, PAGE, *[(f"{number}.pdf", PAPER) for number in range(51)]).status_code == 400
    for data in ({}, {"lakukan": "x"}, {"lakukan": "tarik"}, {"lakukan": "tarik", "berkas": "99999999999"}):
        assert district.post(f"{PAGE}/berkas", data=data, headers=OURS).status_code == 400
    for asked in ("hal=x", "hal=9999", "indikator=99", "lepas="):
        assert district.get(f"{PAGE}?{asked}").status_code == 200
    assert desk.here() == []


def test_a_long_list_is_cut_into_pages_and_stays_light(desk: Desk) -> None:
    with writing(desk.engine) as session:
        session.add_all(
            HandedIn(round_id="2026", district="99.01", name=f"{'panjang ' * 20}{number}.pdf", digest=f"{number:064}",
                     size=5000, media_type="application/pdf", handed_in_by="person:1", handed_in_at=now())
            for number in range(1200)
        )  # fmt: skip
    page = desk.browser(Role.DISTRICT).get(PAGE)
    assert len(page.data) < 150_000
    assert page.text.count('<tr id="f') == 50


def test_with_a_scanner_nobody_opens_what_it_has_not_seen(desk: Desk, tmp_path: Any) -> None:
    with_scanner = a_desk(desk.engine, tmp_path, clamd="tcp://127.0.0.1:1")
    desk.hand_in(("Perbup 12.pdf", PAPER), declared=True)
    district = with_scanner.browser(Role.DISTRICT)
    assert district.get(f"{PAGE}/1").status_code == 404
    assert "menunggu pemindai virus" in district.get(PAGE).text
    with writing(desk.engine) as session:
        session.get_one(HandedIn, 1).scan = FOUND
    assert "dikarantina" in district.get(PAGE).text
    for each in (desk, with_scanner):
        assert [each.browser(role).get(f"{PAGE}/1").status_code for role in (Role.DISTRICT, Role.LEAD)] == [404] * 2
    assert "Pemindai virus belum dipasang" in desk.browser(Role.DISTRICT).get(PAGE).text


def test_a_strangers_files_are_not_even_read(desk: Desk) -> None:
    stranger = desk.app.test_client()
    answer = stranger.post(PAGE, headers=OURS, **as_form({"berkas": (io.BytesIO(bytes(2_000_000)), "a.pdf")}))
    assert answer.status_code == 303
    assert "/masuk" in answer.headers["Location"]
    observer = desk.browser(Role.OBSERVER)
    assert sends(observer, PAGE, ("a.pdf", bytes(2_000_000))).status_code == 403
    answer = desk.browser(Role.DISTRICT).post(PAGE, headers=OURS, content_type="multipart/form-data; boundary=x",
                                              environ_overrides={"CONTENT_LENGTH": str(10**9)})  # fmt: skip
    assert answer.status_code == 413
    assert "beberapa ZIP yang lebih kecil" in answer.text
