"""Forms that others designed: whatever is in a file, the linter says a sentence about it and goes on to the next."""

import random
import signal
import zipfile
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.xlsforms.making import PICKED, row, survey
from xlsforms import outside
from xlsforms.build import write_xlsx
from xlsforms.designed import RawSheets, designed
from xlsforms.house_rules import HOUSE_RULES
from xlsforms.lint import Finding, lint
from xlsforms.outside import lint_files

GOOD: bytes = write_xlsx(**survey(row("text", "a")))
BROKEN: bytes = write_xlsx(**survey(row("text", "a", required="ya")))


def codes(*contents: bytes, folder: Path) -> list[list[str]]:
    """Lint files of these contents; give the codes of what is found in each."""
    files = [folder / f"{number}.xlsx" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    found = list(lint_files(files))
    assert [file for file, _ in found] == files
    return [[finding.code for finding in findings] for _, findings in found]


def workbook(*rows: Sequence[object], sheet: str = "survey") -> bytes:
    book = Workbook()
    book.worksheets[0].title = sheet
    for cells in rows:
        book.worksheets[0].append(list(cells))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def without(part: str, content: bytes = GOOD) -> bytes:
    """Take a part out of a workbook's package."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            if part not in name:
                new.writestr(name, old.read(name))
    return file.getvalue()


def with_a_part(part: str, text: str) -> bytes:
    file = BytesIO(without(part))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(part, text)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
ENDLESS = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + (
    "<row>" * 200_000)  # fmt: skip
UNUSABLE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not_a_workbook"),
    "a text": (b"Formulir kunjungan" * 100, "not_a_workbook"),
    "half a workbook": (GOOD[: len(GOOD) // 2], "not_a_workbook"),
    "a workbook without its parts": (without("workbook.xml"), "not_a_workbook"),
    "a sheet that is no XML": (with_a_part(SHEET, "<worksheet"), "file_unreadable"),
    "a sheet nested without end": (with_a_part(SHEET, ENDLESS), "file_unreadable"),
    "two columns of one name": (workbook(["type", "name", "name"], ["text", "a", "b"]), "pyxform_refuses"),
    "no type": (workbook(["name", "label"], ["a", "A"]), "pyxform_refuses"),
    "a type that is not there": (workbook(["type", "name", "label"], ["teks", "a", "A"]), "pyxform_refuses"),
    "a group without its end": (workbook(["type", "name", "label"], ["begin group", "a", "A"]), "pyxform_refuses"),
    "an end without its group": (workbook(["type", "name"], ["end repeat", ""]), "pyxform_refuses"),
    "a header that pyxform falls over": (
        workbook(["type", "name", "label", "x:jr"], ["text", "a", "A", "1"]), "pyxform_falls"),
    "no sheet of questions": (write_xlsx(pertanyaan=[{"type": "text"}], settings=[{"form_id": "a"}]), "no_survey"),
}  # fmt: skip


@pytest.mark.ci
def test_whatever_a_file_is_the_next_one_is_read(tmp_path: Path) -> None:
    found = codes(*(content for content, _ in UNUSABLE.values()), BROKEN, GOOD, folder=tmp_path)
    assert dict(zip(UNUSABLE, (each[:1] for each in found), strict=False)) == {
        name: [code] for name, (_, code) in UNUSABLE.items()
    }
    assert found[-2:] == [["word_for_condition"], []]


def test_where_pyxform_falls_the_sheets_were_looked_at_all_the_same(tmp_path: Path) -> None:
    broken = workbook(["type", "name", "label", "required", "x:jr"], ["text", "a", "A", "ya", "1"])
    assert {"pyxform_falls", "word_for_condition"} <= set(codes(broken, folder=tmp_path)[0])


def test_a_file_that_is_too_large_or_not_there_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "FILE_BYTES", len(GOOD) - 1)
    (tmp_path / "a.xlsx").write_bytes(GOOD)
    assert list(outside._look_at(tmp_path / "a.xlsx")) == [([Finding("file_too_large")], True)]
    assert list(outside._look_at(tmp_path / "b.xlsx")) == [([Finding("not_a_workbook")], True)]


def test_a_bomb_ends_its_own_process_alone(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20}">' for n in range(1, 12))
    bomb = with_a_part(SHEET, f'<!DOCTYPE a [<!ENTITY a0 "x">{entities}]><worksheet>&a11;</worksheet>')
    assert codes(bomb, GOOD, folder=tmp_path) == [["file_unreadable"], []]


def test_a_list_beside_the_form_tells_its_columns(tmp_path: Path) -> None:
    form, places = tmp_path / "form.xlsx", tmp_path / "tempat.csv"
    form.write_bytes(write_xlsx(**survey(row("text", "k"), PICKED | {"choice_filter": "kab = ${k}"})))

    def columns() -> list[str]:
        *_, (findings, _) = outside._look_at(form)
        assert {finding.code for finding in findings} <= {"no_such_column"}
        return [finding.values["column"] for finding in findings]

    assert columns() == [], "Central has the list, and we do not know it"
    places.write_text("name,label,kabupaten\n1,a,b\n", encoding="utf-8-sig")
    assert columns() == ["kab"]
    places.write_text("name,label,kab\n", encoding="utf-8-sig")
    assert columns() == []
    places.write_bytes(b'name,"label\0' + b"\xff" * 300_000)
    assert columns() == ["kab", "label"]


# ── anything at all


EXPRESSIONS = [
    "ya", "yes", "${a}", "${a} = 'x'", "${", "}", "${${a}}", "if(", ")", "concat(${a},", "'", '"', "${last-saved#a}",
    "instance('f')/root/item[", "instance('f')/root/item[x = ${a}]/y", "pulldata('f','a','b',1)", "position(..)",
    "f.csv", "begin group", "end group", "begin repeat", "end repeat", "begin loop over f", "select_one f", "calculate",
    "select_one_from_file f.csv", "select_one ${a}", "today", "audit", "map", "trees#n",
]  # fmt: skip
COLUMNS = [
    "type", "name", "label", "label::English (en)", "label:English", "hint", "required", "relevant", "constraint",
    "calculation", "trigger", "choice_filter", "repeat_count", "appearance", "parameters", "disabled", "save_to",
    "list_name", "entity_id", "create_if", "update_if", "version", "form_id", "default_language", "jr:count", "x:jr",
    "bind::x", "bind", "::", ":", "wajib",
]  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(EXPRESSIONS), st.text(max_size=20), st.lists(st.sampled_from(EXPRESSIONS), max_size=6).map(" ".join)
)


@st.composite
def sheets(draw: st.DrawFn) -> RawSheets:
    made = {}
    for sheet in draw(st.sets(st.sampled_from(["survey", "choices", "settings", "entities"]))):
        header = draw(st.lists(st.one_of(st.sampled_from(COLUMNS), st.text(max_size=12)), unique=True, max_size=12))
        rows = draw(st.lists(st.dictionaries(st.sampled_from(header), CELLS), max_size=8)) if header else []
        made[sheet] = (header, rows)
    return made


@given(sheets(), st.text(max_size=40))
def test_no_sheets_make_a_rule_fall(made: RawSheets, xform: str) -> None:
    lists = {"f.csv": frozenset({"name"})}
    lint(designed(made, xform, lists=lists), HOUSE_RULES)


LONG = 30_000
LONG_CELLS: dict[str, Callable[[], str]] = {
    "a word": lambda: "a" * LONG, "blanks": lambda: " " * LONG + "x", "references": lambda: "${a}" * (LONG // 4),
    "open brackets": lambda: "(" * LONG, "open references": lambda: "${" * (LONG // 2),
    "open lookups": lambda: "instance('f')/root/item[" * (LONG // 24), "quotation marks": lambda: "'\"" * (LONG // 2),
    "brackets": lambda: "instance('f')/root/item" + "[a]" * (LONG // 3), "commas": lambda: "${a}," * (LONG // 5),
    "pulldata": lambda: "pulldata('f', '" * (LONG // 15), "parameters": lambda: "value=" * (LONG // 6),
}  # fmt: skip


@pytest.fixture
def a_few_seconds_of_work() -> Iterator[None]:
    """End what has this process work for longer; nothing is measured, nor counts what other processes do meanwhile."""

    def end(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, 5)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.usefixtures("a_few_seconds_of_work")
@pytest.mark.parametrize("name", LONG_CELLS)
def test_a_long_cell_takes_no_time(name: str) -> None:
    """A cell has 32,767 signs at most; what takes a square of that does not come to its end here."""
    cells = dict.fromkeys(COLUMNS, LONG_CELLS[name]()) | {"type": "calculate", "name": "a"}
    asked = {"type": "date", "name": "a"}
    form = designed({"survey": (COLUMNS, [asked, cells]), "entities": (COLUMNS, [cells])})
    lint(form, HOUSE_RULES)


def test_a_thousand_groups_within_each_other(tmp_path: Path) -> None:
    deep = workbook(["type", "name", "label"], *(["begin group", f"g{n}", "G"] for n in range(1000)))
    assert codes(deep, GOOD, folder=tmp_path)[1] == []


@pytest.mark.ci
def test_no_workbook_makes_it_fall(tmp_path: Path) -> None:
    """Cells of every kind, and packages with a few bytes changed."""
    chance = random.Random(1)
    values: list[object] = [*EXPRESSIONS, "x" * 32_767, 1.5, True, 10**30, None, "=1+1", "\u202e", "\n\n", "a\tb"]
    contents = [
        workbook(chance.sample(COLUMNS, 12), *([chance.choice(values) for _ in range(12)] for _ in range(10)))
        for _ in range(8)
    ]
    for _ in range(8):
        damaged = bytearray(BROKEN)
        for _ in range(3):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        contents.append(bytes(damaged))
    assert len(codes(*contents, GOOD, folder=tmp_path)) == 17
