"""What ZIPs hold, honest and hostile ones: each entry is taken or has its reason, and nothing is written anywhere."""

import io
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents import limited
from server.documents.kinds import ARCHIVE, JPEG, OFFICE, OTHER, PDF, PNG, ZIP, kind_of
from server.documents.limited import laid_down, unpacked
from server.documents.naming import is_elsewhere, key_of, safe_name
from server.documents.unpacking import LEFT_ASIDE, MostOfAll, ZipEntry, entries_of
from tests.support.documents import RawEntry, a_jpeg, a_link, a_pdf, a_raw_zip, a_zip, an_office_file, locked

MOST = MostOfAll(100_000, 20, 400_000)
PAPER = a_pdf()


def read(content: bytes, most: MostOfAll = MOST) -> list[ZipEntry]:
    return list(entries_of(io.BytesIO(content), most))


def told(content: bytes, most: MostOfAll = MOST) -> list[tuple[str, str]]:
    return [(entry.name, entry.problem) for entry in read(content, most)]


def test_an_honest_zip_gives_its_files_by_name_with_folders() -> None:
    content = a_zip(
        {"surat/": b"", "surat/SK Bupati.pdf": PAPER, "foto.jpg": a_jpeg(), "daftar.docx": an_office_file()}
    )
    assert [(one.name, one.problem, len(one.content) > 0) for one in read(content)] == [
        ("surat/SK Bupati.pdf", "", True), ("foto.jpg", "", True), ("daftar.docx", "", True)]  # fmt: skip
    assert read(content)[0].content == PAPER


ONE_BAD = {
    "a way out": (("../../etc/cron.d/x", PAPER), "zip_entry_elsewhere"),
    "a way out of Windows": (("..\\..\\x.pdf", PAPER), "zip_entry_elsewhere"),
    "an absolute name": (("/etc/passwd", PAPER), "zip_entry_elsewhere"),
    "a drive": (("C:\\x.pdf", PAPER), "zip_entry_elsewhere"),
    "a link": (a_link("link.pdf", b"/etc/passwd"), "zip_entry_no_file"),
    "an archive": (("dalam.zip", a_zip({"x.pdf": PAPER})), "document_is_archive"),
    "another archive": (("dalam.rar", b"Rar!\x1a\x07\x01\x00" + bytes(50)), "document_is_archive"),
    "a tar by another name": (("dalam.pdf", bytes(257) + b"ustar\0" + bytes(300)), "document_is_archive"),
    "a bomb": (("bom.pdf", bytes(50_000_000)), "document_too_large"),
    "nothing": (("kosong.pdf", b""), "document_empty"),
}


@pytest.mark.parametrize("entry, problem", ONE_BAD.values(), ids=ONE_BAD.keys())
def test_one_bad_entry_has_its_reason_and_stops_no_other(
    entry: tuple[str | zipfile.ZipInfo, bytes], problem: str
) -> None:
    first, bad, last = told(a_zip([("a.pdf", PAPER), entry, ("z.pdf", PAPER)]))
    assert (first, bad[1], last) == (("a.pdf", ""), problem, ("z.pdf", ""))


def test_what_cannot_be_unpacked_at_all_says_so() -> None:
    good = a_zip({"a.pdf": PAPER})
    for content, problem in (
        (good[: len(good) // 2], "zip_broken"), (b"PK\x03\x04", "zip_broken"), (b"", "zip_broken"),
        (a_zip({}), "zip_empty"), (a_zip({"__MACOSX/._a.pdf": b"x", "Thumbs.db": b"x", "~$a.docx": b"x"}), "zip_empty"),
        (a_zip({f"{number}.pdf": b"x" for number in range(21)}), "zip_too_many"),
        (an_office_file(), "office"), (locked(good), "zip_entry_locked"),
    ):  # fmt: skip
        assert [one[1] for one in told(content)] == [problem]


def test_an_entry_that_is_broken_inside_is_named_and_the_others_come() -> None:
    content = bytearray(a_zip({"a.pdf": PAPER * 50, "b.pdf": PAPER}))
    content[200:210] = b"\xff" * 10
    assert told(bytes(content)) == [("a.pdf", "zip_entry_broken"), ("b.pdf", "")]


def test_all_together_are_no_larger_than_is_taken_whatever_the_list_says() -> None:
    piece = bytes(range(256)) * 350  # 89,600 bytes
    found = told(a_zip({f"{number}.bin": piece for number in range(6)}))
    assert [problem for _, problem in found] == [""] * 4 + ["document_too_large", "zip_unpacks_too_large"]


def test_the_same_name_twice_is_kept_twice_and_said() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = a_zip([("SK.pdf", PAPER), ("SK.pdf", PAPER + b" "), ("sk.PDF", PAPER + b"  ")])
    assert [(entry.problem, len(entry.content) > 0) for entry in read(content)] == [
        ("", True), ("zip_twice", True), ("zip_twice", True)]  # fmt: skip


def test_names_are_read_in_the_alphabet_they_were_written_in() -> None:
    utf8 = a_zip({"Surat Keputusan – ñ.pdf": PAPER})
    assert told(utf8) == [("Surat Keputusan – ñ.pdf", "")]
    name = "café.pdf".encode()
    plain = a_zip({"x" * len(name): PAPER}).replace(b"x" * len(name), name)  # UTF-8, and not said
    assert told(plain) == [("café.pdf", "")]
    dos = "caf\x82.pdf".encode("latin-1")
    assert told(a_zip({"y" * len(dos): PAPER}).replace(b"y" * len(dos), dos)) == [("café.pdf", "")]


NAMES = {
    "DOS": ("é ñ ó.pdf".encode("cp437"), False, "é ñ ó.pdf", ""),
    "DOS of Europe": ("Á ï.pdf".encode("cp850"), False, "Á ï.pdf", ""),
    "Windows": ("Qur’an – é.pdf".encode("cp1252"), False, "Qur’an – é.pdf", ""),
    "UTF-8, and not said": ("Qur’an é.pdf".encode(), False, "Qur’an é.pdf", ""),
    "UTF-8 in parts": ("e\u0301.pdf".encode(), True, "é.pdf", ""),
    "Windows, and UTF-8 said": ("Qur’an é.pdf".encode("cp1252"), True, "Qur’an é.pdf", "zip_name_false"),
    "DOS, and UTF-8 said": ("café.pdf".encode("cp850"), True, "café.pdf", "zip_name_false"),
    "UTF-8 that was cut": ("Qur’an é".encode()[:-1], True, "Qur’an \ufffd", "zip_name_false"),
    "folders of Windows": (b"surat\\SK.pdf", False, "surat/SK.pdf", ""),
    "a long one": (b"x" * 300 + b".pdf", True, "…" + "x" * 195 + ".pdf", ""),
}


@pytest.mark.parametrize("name, utf8, shown, remark", NAMES.values(), ids=NAMES.keys())
def test_a_name_in_any_alphabet_is_read_and_its_file_and_all_others_taken(
    name: bytes, utf8: bool, shown: str, remark: str
) -> None:
    content = a_raw_zip(RawEntry(b"a.pdf", PAPER), RawEntry(name, PAPER + b" ", utf8), RawEntry(b"z.pdf", PAPER + b"z"))
    first, found, last = read(content)
    assert (first.name, last.name) == ("a.pdf", "z.pdf")
    assert (found.name, found.problem, found.content) == (shown, remark, PAPER + b" ")


def test_a_name_that_is_written_once_more_counts_where_it_is_of_this_one() -> None:
    dos = "caf\x82.pdf".encode("latin-1")
    for of, shown in ((dos, "Café dua.pdf"), (b"another", "café.pdf")):
        field = struct.pack("<BL", 1, zlib.crc32(of)) + "Café dua.pdf".encode()
        extra = struct.pack("<HH", 0x7075, len(field)) + field
        assert told(a_raw_zip(RawEntry(dos, PAPER, extra=extra))) == [(shown, "")]


ODD = {
    "a false checksum": (RawEntry(b"b.pdf", PAPER, crc=1), "zip_entry_broken"),
    "a password": (RawEntry(b"b.pdf", PAPER, locked=True), "zip_entry_locked"),
    "another way to compress": (RawEntry(b"b.pdf", PAPER, method=93), "zip_entry_method"),
    "a ZIP": (RawEntry(b"b.zip", a_zip({"x.pdf": PAPER})), "document_is_archive"),
    "a field that is cut": (RawEntry(b"b.pdf", PAPER, extra=b"\x75\x70\xff\x00x"), ""),
    "a name once more that is none": (RawEntry(b"b.pdf", PAPER, extra=b"\x75\x70\x07\x00\x01\0\0\0\0\xff\xff"), ""),
    "a version of tomorrow": (RawEntry(b"b.pdf", PAPER, version=90), ""),
}


@pytest.mark.parametrize("odd, problem", ODD.values(), ids=ODD.keys())
def test_one_odd_entry_is_taken_or_named_and_stops_no_other(odd: RawEntry, problem: str) -> None:
    found = told(a_raw_zip(RawEntry(b"a.pdf", PAPER), odd, RawEntry(b"z.pdf", PAPER)))
    assert found == [("a.pdf", ""), (odd.name.decode(), problem), ("z.pdf", "")]


def test_what_programs_leave_behind_is_counted_and_folders_are_no_files() -> None:
    names = ("surat/", "surat\\", "__MACOSX/surat/._a.pdf", ".DS_Store", "surat/Thumbs.db", "~$a.docx")
    content = a_raw_zip(*(RawEntry(name.encode()) for name in names), RawEntry(b"a.pdf", PAPER))
    assert read(content) == [ZipEntry("", problem=LEFT_ASIDE, values={"count": 4}), ZipEntry("a.pdf", PAPER)]


COMMON = [b"a.pdf", b"A.PDF", b"surat/", b"surat\\", b"__MACOSX/._a.pdf", b".DS_Store", b"../a.pdf", b"C:\\a",
          *("é.pdf".encode(alphabet) for alphabet in ("utf-8", "cp1252", "cp437")), "e\u0301.pdf".encode()]  # fmt: skip
TEXTS = st.text(min_size=1, max_size=60).map(lambda name: name.encode("utf-8", "replace"))
RAW_NAMES = st.binary(min_size=1, max_size=300) | TEXTS | st.sampled_from(COMMON)
RAW = st.builds(RawEntry, RAW_NAMES, st.just(PAPER) | st.just(b""), st.booleans(), st.booleans() | st.just(False),
                st.none() | st.just(7), st.sampled_from([0, 0, 0, 93]), st.binary(max_size=20))  # fmt: skip


@given(st.lists(RAW, min_size=1, max_size=MOST.files))
def test_whatever_the_names_are_each_entry_is_accounted_for_exactly_once(entries: list[RawEntry]) -> None:
    entries = [replace(one, content=one.content and one.content + b"%d" % at) for at, one in enumerate(entries)]
    folders = sum(one.name.endswith((b"/", b"\\")) and not one.content for one in entries)
    found = read(a_raw_zip(*entries))
    if [one.problem for one in found] == ["zip_empty"]:
        return
    named = [one for one in found if one.name]
    aside = sum(int(str(one.values["count"])) for one in found if one.problem == LEFT_ASIDE)
    assert len(named) + aside + folders == len(entries)
    assert all(one.content or one.problem for one in named)
    taken = [one.content for one in named if one.content]
    assert taken == sorted(taken, key=[one.content for one in entries].index), "in their order, each as it came"


def test_a_name_says_nothing_but_itself() -> None:
    for name, shown in (
        ("a\u202efdp.exe", "afdp.exe"), ("<b>x.pdf", "<b>x.pdf"),
        ("\0\x1b[2J", "[2J"), ("", "?"), ("///", "?"), ("a\nb.pdf", "a b.pdf"), ("a\\b.pdf", "a/b.pdf"),
    ):  # fmt: skip
        assert safe_name(name) == shown
    assert len(safe_name("x" * 5000 + ".pdf")) == 200
    assert safe_name("x" * 5000 + ".pdf").endswith("x.pdf")


@given(st.text(max_size=300))
def test_whatever_a_name_is_it_is_short_visible_and_stays_the_same(name: str) -> None:
    shown = safe_name(name)
    assert 0 < len(shown) <= 200
    assert safe_name(shown) == shown
    assert key_of(shown) == key_of(name)
    assert not is_elsewhere(shown) or ".." in shown or shown[1:2] == ":"


def test_a_kind_is_told_by_content_and_not_by_name() -> None:
    for content, kind in ((PAPER, PDF), (b"junk\n" + PAPER, PDF), (a_jpeg(), JPEG), (a_jpeg(kind="PNG"), PNG),
                          (an_office_file(), ZIP), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE), (b"MZ", OTHER),
                          (b"<html>", OTHER), (b"7z\xbc\xaf\x27\x1c", ARCHIVE), (b"\x1f\x8b", ARCHIVE)):  # fmt: skip
        assert kind_of(content[:1024]) == kind


MIXED = a_zip([("a.pdf", PAPER), ("surat/b.jpg", a_jpeg()), a_link("l", b"x"), ("c.docx", an_office_file())])


@given(st.lists(st.tuples(st.integers(0, len(MIXED) - 1), st.integers(0, 255)), max_size=12), st.integers(0, 40))
def test_a_zip_with_any_bytes_changed_gives_entries_or_reasons(changes: list[tuple[int, int]], cut: int) -> None:
    content = bytearray(MIXED)
    for at, byte in changes:
        content[at] = byte
    for entry in read(bytes(content[: len(content) - cut])):
        assert entry.problem or entry.content
        assert len(entry.content) <= MOST.file
        assert len(entry.name) <= 200


# ── in the process that may end


def in_the_process(content: bytes, most: MostOfAll = MOST) -> list[ZipEntry]:
    with laid_down([content]) as file:
        return list(unpacked(file, most))


def test_the_process_gives_what_reading_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    content = a_zip([("a.pdf", PAPER), ("../b.pdf", PAPER), a_link("l", b"/etc/passwd"), ("bom", bytes(9_000_000))])
    assert in_the_process(content) == read(content)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.ci
@pytest.mark.parametrize("change", range(25))
def test_the_process_answers_whatever_is_changed(change: int) -> None:
    content = bytearray(MIXED)
    for at in range(change % 7, len(content), 97 + 13 * change):
        content[at] ^= 0x5A
    assert all(entry.problem or entry.content for entry in in_the_process(bytes(content)))


ENDS = {
    "at once": "",
    "with an error": "raise SystemExit(3)",
    "in the middle of a file": "print(json.dumps(ONE | {'size': 500})); print('half')",
    "with more than a file may have": "print(json.dumps(ONE | {'size': 10**12}))",
    "with what is no line": "print('x' * 50_000)",
    "with what is no table": "print('[1]')",
    "after an entry": "print(json.dumps(ONE | {'size': 0}))",
    "never": "time.sleep(100)",
}


@pytest.mark.ci
@pytest.mark.parametrize("does", ENDS.values(), ids=ENDS.keys())
def test_however_the_process_ends_we_go_on_and_say_so(does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = {"name": "a.pdf", "problem": "document_empty", "values": {}}
    monkeypatch.setattr(limited, "CHILD", ("-c", f"import json, time\nONE = {one}\n{does}"))
    monkeypatch.setattr(limited, "WALL_SECONDS", 2)
    found = in_the_process(MIXED)
    assert found[-1] == ZipEntry("", problem="zip_too_heavy", values={"seconds": 2})
    assert len(found) == (2 if does == ENDS["after an entry"] else 1)
    with pytest.raises(limited.UnusableDocument, match="document_"):
        limited.count_pages(PAPER)


def test_the_process_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILIK_SECRET_KEY", "rahasia")
    monkeypatch.setattr(
        limited, "CHILD", ("-c", "import json, os; print(json.dumps({'problem': str(len(os.environ))}))")
    )
    with pytest.raises(limited.UnusableDocument) as known:
        limited.count_pages(PAPER)
    assert int(known.value.reason.code) < 6
