"""Write the workbook in which a district claims: drop-downs, protected headings, and a stamp of what it is for."""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from math import ceil

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from server.areas.queries import names_within
from server.claims.guide import add_example, add_guide, add_summary
from server.claims.xlsx import LISTS_SHEET
from server.rounds.tables import Round
from server.rulebook import load_indicators
from server.words import catalogue
from verification.claim_form.cells import FIRST_ROW, LAST_ROW, PRINTED, SHEETS, TEMPLATE_VERSION, Stamp
from verification.claim_form.row import LARGEST_PERCENT
from verification.model import Level, level_of, subdistrict_of
from verification.reason import WithReason
from verification.sets.indicators import AnswerField, IndicatorSet

_HEADING = PatternFill("solid", fgColor="1F4E5F")
_PRINTED = PatternFill("solid", fgColor="EEF2F3")
_CLOSED = PatternFill("solid", fgColor="C9CFD1")
_DATE = "dd/mm/yyyy"
_BORDER = Border(top=Side(style="medium", color="1F4E5F"))
_LINE_POINTS = 14.5
_TEXTS = ("document_number", "title", "facility_name", "registry_no")  # a spreadsheet makes dates and numbers of them
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
    villages = _by_name(names)
    indicators = load_indicators(meant.indicator_set)
    stamp = Stamp(TEMPLATE_VERSION, district, meant.data_year, indicators.id, round_id, meant.areas_id)
    content = write_template(indicators, names[district], villages, stamp)
    return Template(content, len(villages))


def _by_name(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """List the villages as people look for them: by name, with the name of their subdistrict."""
    villages = [(code, name) for code, name in names.items() if level_of(code) is Level.VILLAGE]
    named = [(code, f"{name}, Kec. {names.get(subdistrict_of(code), '–')}") for code, name in villages]
    return sorted(named, key=lambda village: (village[1].casefold(), village[0]))


def write_template(indicators: IndicatorSet, name: str, villages: Sequence[tuple[str, str]], stamp: Stamp) -> bytes:
    """Write the template for the district of a name; `villages` are (code, name)."""
    book = Workbook()
    book.remove(book.worksheets[0])
    add_guide(book, (stamp.district, name), stamp.year, indicators)
    for title in SHEETS:
        _headings(book.create_sheet(title))
    _claims(book["Klaim"], indicators)
    _answers(book["Jawaban"], indicators)
    _free_columns(book["Dokumen"])
    _free_columns(book["Fasilitas"])
    add_summary(book, indicators)
    add_example(book, indicators)
    lists = _lists(book, stamp, indicators, [f"{name} ({code})" for code, name in villages])
    _choices(book, lists)
    for sheet in book.worksheets:
        _set_up(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _set_up(sheet: Worksheet) -> None:
    """Lock what is not to be filled in, and leave all else to the officer; print on A4, as wide as the sheet."""
    sheet.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "sort", "autoFilter"):
        setattr(sheet.protection, allowed, False)  # not forbidden
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.oddFooter and sheet.oddFooter.right:
        sheet.oddFooter.right.text = "&A  &P/&N"
    if sheet.title in SHEETS:
        sheet.print_title_rows = f"1:{FIRST_ROW - 1}"


def _headings(sheet: Worksheet) -> None:
    say = catalogue("id").say
    sheet["A1"] = say(f"template.{sheet.title}.title")
    sheet["A1"].font = Font(bold=True, size=13)
    sheet["A2"] = say(f"template.{sheet.title}.instruction")
    for column, width in zip(SHEETS[sheet.title], _WIDTHS[sheet.title], strict=True):
        _heading(sheet, column.letter, say(f"template.column.{column.key}"), width)
    sheet.row_dimensions[FIRST_ROW - 1].height = 2 * _LINE_POINTS
    sheet.freeze_panes = f"A{FIRST_ROW}"


def _heading(sheet: Worksheet, letter: str, text: str, width: int) -> None:
    cell = sheet[f"{letter}{FIRST_ROW - 1}"]
    cell.value = text
    cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEADING
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.column_dimensions[letter].width = width


def _claims(sheet: Worksheet, indicators: IndicatorSet) -> None:
    """Write the indicators' rows; beside the first of a cluster stands its name."""
    _heading(sheet, "F", catalogue("id").say("template.column.cluster"), 40)
    clusters = {cluster.code: cluster.name["id"] for cluster in indicators.clusters}
    for row, indicator in enumerate(indicators.indicators, start=FIRST_ROW):
        printed = (indicator.number, indicator.name["id"], indicator.measure["id"], indicator.points)
        _write_row(sheet, row, printed)
        if cluster := clusters.pop(indicator.cluster, None):
            sheet[f"F{row}"], sheet[f"F{row}"].font = cluster, Font(bold=True)
            sheet[f"F{row}"].alignment = Alignment(wrap_text=True, vertical="top")
            for letter in "ABCDEF":
                sheet[f"{letter}{row}"].border = _BORDER
        limit = DataValidation("decimal", operator="between", formula1="0", formula2=str(indicator.points))
        _add_rule(sheet, limit, "template.score_limit", maximum=indicator.points)
        limit.add(f"E{row}")


def _answers(sheet: Worksheet, indicators: IndicatorSet) -> None:
    rules = _answer_rules(sheet)
    row = FIRST_ROW
    for question in (q for indicator in indicators.indicators for q in indicator.questions):
        for answer in question.answers:
            unit = {"percent": "%", "yes_no": "ya/tidak", "date": "tanggal"}.get(answer.kind, answer.unit or "teks")
            _write_row(sheet, row, (answer.code, question.text["id"], answer.label["id"], unit))
            _answer_cells(sheet, row, answer, rules.get(answer.kind))
            rules["date"].add(f"G{row}")
            sheet[f"G{row}"].number_format = _DATE
            row += 1
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:G{row - 1}"


def _answer_cells(sheet: Worksheet, row: int, answer: AnswerField, rule: DataValidation | None) -> None:
    for letter in "EF" if answer.two_years else "E":
        if rule:
            rule.add(f"{letter}{row}")
        if answer.kind in ("text", "date"):
            sheet[f"{letter}{row}"].number_format = "@" if answer.kind == "text" else _DATE
    if not answer.two_years:
        sheet[f"F{row}"].fill, sheet[f"F{row}"].protection = _CLOSED, Protection(locked=True)


def _answer_rules(sheet: Worksheet) -> dict[str, DataValidation]:
    """Add what a spreadsheet itself can watch, by the kind of answer."""
    rules = {
        "yes_no": (DataValidation("list", formula1='"ya,tidak"'), "template.yes_or_no"),
        "number": (DataValidation("decimal", operator="greaterThanOrEqual", formula1="0"), "template.a_number"),
        "percent": (DataValidation("decimal", operator="between", formula1="0", formula2=f"{LARGEST_PERCENT:g}"),
                    "template.a_percentage"),
        "date": (_date_rule(), "template.a_date"),
    }  # fmt: skip
    for rule, sentence in rules.values():
        _add_rule(sheet, rule, sentence)
    return {kind: rule for kind, (rule, _) in rules.items()}


def _date_rule() -> DataValidation:
    return DataValidation("date", operator="between", formula1="1", formula2="73415")  # 1900 to 2100


def _add_rule(sheet: Worksheet, rule: DataValidation, sentence: str, **values: object) -> None:
    """Have a spreadsheet refuse what a rule forbids, and say why."""
    rule.showErrorMessage, rule.errorTitle = True, "Tilik"
    rule.error = catalogue("id").say(sentence, **values)
    sheet.add_data_validation(rule)


def _write_row(sheet: Worksheet, row: int, printed: tuple[object, ...]) -> None:
    for column, value in zip(SHEETS[sheet.title], printed, strict=False):
        cell = sheet[f"{column.letter}{row}"]
        cell.value, cell.fill = value, _PRINTED
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter in _open_columns(sheet):
        sheet[f"{letter}{row}"].protection = Protection(locked=False)
    lines = [ceil(len(str(value)) / width) for value, width in zip(printed, _WIDTHS[sheet.title], strict=False)]
    sheet.row_dimensions[row].height = _LINE_POINTS * max(lines)  # some programs let texts lie over each other


def _free_columns(sheet: Worksheet) -> None:
    """Open the columns below the headings: no cell is written for it, so that a form is small until it is filled in."""
    for column in SHEETS[sheet.title]:
        below = sheet.column_dimensions[column.letter]
        below.protection = Protection(locked=column.letter not in _open_columns(sheet))
        below.number_format = "@" if column.key in _TEXTS else _DATE if column.key == "dated" else "General"
        for row in range(1, FIRST_ROW):
            sheet[f"{column.letter}{row}"].alignment = Alignment(vertical="center")  # with a cell of its own: closed
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:{SHEETS[sheet.title][-1].letter}{LAST_ROW}"


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
        "daftar_jenis": _kinds_by_name({kind for indicator in listed for kind in indicator.facility_kinds}),
    }
    for column, (name, values) in enumerate(lists.items(), start=2):
        for row, value in enumerate(values, start=1):
            sheet.cell(row, column, value)
        letter = "ABCDEFG"[column - 1]
        book.defined_names[name] = DefinedName(
            name, attr_text=f"'{LISTS_SHEET}'!${letter}$1:${letter}${max(len(values), 1)}"
        )
    return {name: f"={name}" for name in lists}


def _kinds_by_name(kinds: Collection[str]) -> list[str]:
    return sorted(f"{catalogue('id').say(f'kind.{kind}')} ({kind})" for kind in kinds)


def _choices(book: Workbook, lists: dict[str, str]) -> None:
    for sheet, column, name in (
        ("Dokumen", "A", "daftar_indikator"), ("Fasilitas", "A", "daftar_indikator_fasilitas"),
        ("Fasilitas", "B", "daftar_jenis"), ("Fasilitas", "E", "daftar_desa"),
    ):  # fmt: skip
        _for_a_column(book[sheet], column, DataValidation("list", formula1=lists[name]), "template.from_list")
    _for_a_column(book["Dokumen"], "C", _date_rule(), "template.a_date")


def _for_a_column(sheet: Worksheet, letter: str, rule: DataValidation, sentence: str) -> None:
    _add_rule(sheet, rule, sentence)
    rule.add(f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")
