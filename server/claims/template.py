"""Write the workbook in which a district claims: drop-downs, protected headings, and a stamp of what it is for."""

import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from server.areas.queries import names_within
from server.claims.xlsx import LISTS_SHEET
from server.rounds.tables import Round
from server.rulebook import load_indicators
from server.words import catalogue
from verification.claim_form.cells import FIRST_ROW, PRINTED, SHEETS, TEMPLATE_VERSION, Stamp
from verification.model import Level, level_of
from verification.reason import WithReason
from verification.sets.indicators import IndicatorSet

FREE_ROWS = {"Dokumen": 300, "Fasilitas": 1500}  # lines to fill in on the sheets that the district extends
_HEADING = PatternFill("solid", fgColor="1F4E5F")
_PRINTED = PatternFill("solid", fgColor="EEF2F3")
_CLOSED = PatternFill("solid", fgColor="C9CFD1")
_WIDTHS = {
    "Klaim": (6, 60, 50, 10, 14), "Jawaban": (8, 70, 50, 16, 18, 18, 14), "Dokumen": (10, 40, 14, 60),
    "Fasilitas": (10, 18, 48, 18, 44, 12, 14, 14),
}  # fmt: skip


@dataclass(frozen=True)
class Template:
    """A district's claim form, and how many villages its lists name."""

    content: bytes
    villages: int


class NoTemplate(WithReason):
    """There is no claim form for what was named."""


def template_for(session: Session, round_id: str, district: str) -> Template:
    """Write a district's claim form for a round. Raises NoTemplate."""
    meant = session.get(Round, round_id)
    if meant is None:
        raise NoTemplate("round_not_known", round=round_id)
    names = names_within(session, meant.areas_id, district)
    if district not in names or level_of(district) is not Level.DISTRICT:
        raise NoTemplate("district_not_loaded", district=district)
    villages = [(code, name) for code, name in sorted(names.items()) if level_of(code) is Level.VILLAGE]
    indicators = load_indicators(meant.indicator_set)
    stamp = Stamp(TEMPLATE_VERSION, district, meant.data_year, indicators.id, round_id, meant.areas_id)
    content = write_template(indicators, names[district], villages, stamp)
    return Template(content, len(villages))


def write_template(indicators: IndicatorSet, name: str, villages: Sequence[tuple[str, str]], stamp: Stamp) -> bytes:
    """Write the template for the district of a name; `villages` are (code, name)."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _guide(book.create_sheet("Petunjuk"), (stamp.district, name), stamp.year, indicators)
    for title in SHEETS:
        _headings(book.create_sheet(title))
    _claims(book["Klaim"], indicators)
    _answers(book["Jawaban"], indicators)
    _free_columns(book["Dokumen"])
    _free_columns(book["Fasilitas"])
    lists = _lists(book, stamp, indicators, [f"{code} {name}" for code, name in villages])
    _choices(book, lists)
    for sheet in book.worksheets:
        sheet.protection.sheet = True
        sheet.protection.formatColumns = False
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _guide(sheet: Worksheet, district: tuple[str, str], year: int, indicators: IndicatorSet) -> None:
    say = catalogue("id").say
    sheet["A1"] = say("template.title", district=district[1], code=district[0])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"] = say("template.subtitle", year=str(year), law=indicators.law)
    for number in range(1, 9):
        sheet.cell(number + 3, 1, say(f"template.guide_{number}")).alignment = Alignment(wrap_text=True)
    sheet.column_dimensions["A"].width = 110


def _headings(sheet: Worksheet) -> None:
    say = catalogue("id").say
    sheet["A1"] = say(f"template.{sheet.title}.title")
    sheet["A1"].font = Font(bold=True, size=13)
    sheet["A2"] = say(f"template.{sheet.title}.instruction")
    for column, width in zip(SHEETS[sheet.title], _WIDTHS[sheet.title], strict=True):
        cell = sheet[f"{column.letter}{FIRST_ROW - 1}"]
        cell.value = say(f"template.column.{column.key}")
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEADING
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[column.letter].width = width
    sheet.freeze_panes = f"A{FIRST_ROW}"


def _claims(sheet: Worksheet, indicators: IndicatorSet) -> None:
    for row, indicator in enumerate(indicators.indicators, start=FIRST_ROW):
        printed = (indicator.number, indicator.name["id"], indicator.measure["id"], indicator.points)
        _write_row(sheet, row, printed)
        limit = DataValidation("decimal", operator="between", formula1="0", formula2=str(indicator.points))
        limit.error = catalogue("id").say("template.score_limit", maximum=indicator.points)
        sheet.add_data_validation(limit)
        limit.add(f"E{row}")


def _answers(sheet: Worksheet, indicators: IndicatorSet) -> None:
    row = FIRST_ROW
    yes_no = DataValidation("list", formula1='"ya,tidak"')
    sheet.add_data_validation(yes_no)
    for question in (q for indicator in indicators.indicators for q in indicator.questions):
        for answer in question.answers:
            unit = {"percent": "%", "yes_no": "ya/tidak", "date": "tanggal"}.get(answer.kind, answer.unit or "teks")
            _write_row(sheet, row, (answer.code, question.text["id"], answer.label["id"], unit))
            if answer.kind == "yes_no":
                yes_no.add(f"E{row}:F{row}" if answer.two_years else f"E{row}")
            if not answer.two_years:
                sheet[f"F{row}"].fill, sheet[f"F{row}"].protection = _CLOSED, Protection(locked=True)
            sheet[f"G{row}"].number_format = "yyyy-mm-dd"
            row += 1


def _write_row(sheet: Worksheet, row: int, printed: tuple[object, ...]) -> None:
    for column, value in zip(SHEETS[sheet.title], printed, strict=False):
        cell = sheet[f"{column.letter}{row}"]
        cell.value, cell.fill = value, _PRINTED
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter in _open_columns(sheet):
        sheet[f"{letter}{row}"].protection = Protection(locked=False)


def _free_columns(sheet: Worksheet) -> None:
    """Open the columns below the headings: no cell is written for it, so that a form is small until it is filled in."""
    for column in SHEETS[sheet.title]:
        below = sheet.column_dimensions[column.letter]
        below.protection = Protection(locked=column.letter not in _open_columns(sheet))
        below.number_format = "@" if column.key == "registry_no" else "General"
        for row in range(1, FIRST_ROW - 1):
            sheet[f"{column.letter}{row}"].alignment = Alignment(vertical="center")  # with a cell of its own: closed


def _open_columns(sheet: Worksheet) -> list[str]:
    """Name the columns that the district fills in."""
    return [column.letter for column in SHEETS[sheet.title] if column.key not in PRINTED[sheet.title]]


def _lists(book: Workbook, stamp: Stamp, indicators: IndicatorSet, villages: list[str]) -> dict[str, str]:
    """Fill the hidden sheet: the stamp in its first column, the drop-downs' lists beside it."""
    sheet = book.create_sheet(LISTS_SHEET)
    sheet.sheet_state = "veryHidden"
    for row, value in enumerate(astuple(stamp), start=1):
        sheet.cell(row, 1, value)
    listed = [indicator for indicator in indicators.indicators if indicator.facility_kinds]
    lists: dict[str, Sequence[str | int]] = {
        "daftar_desa": villages,
        "daftar_indikator": [indicator.number for indicator in indicators.indicators],
        "daftar_indikator_fasilitas": [indicator.number for indicator in listed],
        "daftar_jenis": sorted({kind for indicator in listed for kind in indicator.facility_kinds}),
    }
    for column, (name, values) in enumerate(lists.items(), start=2):
        for row, value in enumerate(values, start=1):
            sheet.cell(row, column, value)
        letter = "ABCDEFG"[column - 1]
        book.defined_names[name] = DefinedName(
            name, attr_text=f"'{LISTS_SHEET}'!${letter}$1:${letter}${max(len(values), 1)}"
        )
    return {name: f"={name}" for name in lists}


def _choices(book: Workbook, lists: dict[str, str]) -> None:
    for sheet, column, name in (
        ("Dokumen", "A", "daftar_indikator"), ("Fasilitas", "A", "daftar_indikator_fasilitas"),
        ("Fasilitas", "B", "daftar_jenis"), ("Fasilitas", "E", "daftar_desa"),
    ):  # fmt: skip
        choice = DataValidation("list", formula1=lists[name])
        book[sheet].add_data_validation(choice)
        choice.add(f"{column}{FIRST_ROW}:{column}{FIRST_ROW + FREE_ROWS[sheet] - 1}")
