"""The sheets of the claim form: their headings, what is printed on them, and the cells that are the officer's."""

from collections.abc import Mapping
from math import ceil

from openpyxl.styles import Border, PatternFill, Side
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from server.claims.look import CENTRED, CENTRED_WRAPPED, LOCKED, OPEN, TOP, TOP_LEFT_WRAPPED, TOP_WRAPPED, font
from server.claims.validation import add_rule, at_most, date_rule
from server.words import catalogue
from verification.claim_form.cells import (
    FIRST_ROW,
    FIRST_VERSION,
    LAST_ROW,
    PRINTED,
    SHEETS,
    Column,
    longest,
)
from verification.claim_form.row import LARGEST_PERCENT, LARGEST_SHARE
from verification.sets.indicators import AnswerField, Indicator, IndicatorSet

_HEADING = PatternFill("solid", fgColor="1F4E5F")
_BY_PRACTICE = PatternFill("solid", fgColor="6E8F9B")
_PRINTED = PatternFill("solid", fgColor="EEF2F3")
_CLOSED = PatternFill("solid", fgColor="C9CFD1")
_DATE = "dd/mm/yyyy"
_BORDER = Border(top=Side(style="medium", color="1F4E5F"))
_LINE_POINTS = 14.5
_TEXTS = ("document_number", "title", "facility_name", "registry_no")  # a spreadsheet makes dates and numbers of them
_WIDTHS = {
    "Klaim": (6, 60, 50, 10, 14), "Jawaban": (8, 60, 40, 14, 18, 18, 14, 22, 14, 40, 16),
    "Dokumen": (10, 40, 14, 60, 12, 20, 28, 14, 14, 36, 12),
    "Fasilitas": (10, 18, 48, 18, 44, 12, 14, 14, 18, 16, 14, 14, 12, 12, 24, 28, 12),
    "Kebijakan": (18, 24, 10, 60, 14, 14, 14, 14, 14, 14, 12, 12, 12), "Anggaran": (70, 40, 16, 16, 24, 16),
    "Rincian": (60, 44, 16, 16, 44, 16, 16), "Kelompok Anak": (18, 44, 18, 12, 40, 40, 12, 12, 16),
    "Masukan Anak": (50, 16, 14, 70, 18, 14), "Rapat": (14, 18, 50, 60, 60),
}  # fmt: skip
_STAYS = {"Jawaban": 1, "Dokumen": 2, "Fasilitas": 3}  # columns that say what a row is about, in sight and on each page
_ON_ONE_PAGE = 235  # letters beside one another that can still be read
_NOT_PRINTED = {"Jawaban": "JKL"}  # what Penjelasan has too
_READ_AS_TEXT = ("text", "choice", "several", "clusters")
_OF_THE_YEAR = ("value", "amount", "users")
_OF_THE_YEAR_BEFORE = ("value_before", "amount_before", "users_before")


def set_up(sheet: Worksheet) -> None:
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
        sheet.print_options.gridLines = True
        sheet.print_title_rows = f"1:{FIRST_ROW - 1}"
        _print_wide(sheet)


def _print_wide(sheet: Worksheet) -> None:
    """Print what is wide on two pages beside one another, with what says what a row is about on both."""
    stays, left_out = _STAYS.get(sheet.title, 0), _NOT_PRINTED.get(sheet.title, "")
    columns = {letter: column.width for letter, column in sheet.column_dimensions.items() if letter not in left_out}
    if left_out:
        sheet.print_area = f"A1:{max(columns)}{sheet.max_row}"
    if sum(columns.values()) > _ON_ONE_PAGE:
        sheet.page_setup.fitToWidth = 2
        sheet.print_title_cols = f"A:{chr(64 + stays)}" if stays else None


def add_headings(sheet: Worksheet, year: int) -> None:
    """Write a sheet's headings, those that only practice asks for in another colour; its first rows stay in sight."""
    say = catalogue("id").say
    by_practice = any(column.practice for column in SHEETS[sheet.title])
    sheet["A1"] = say(f"template.{sheet.title}.title")
    sheet["A1"].font = font(bold=True, size=13)
    notes = [say(f"template.{sheet.title}.instruction"), *([say("template.practice_note")] if by_practice else [])]
    sheet["A2"] = " ".join(notes)
    for column, width in zip(SHEETS[sheet.title], _WIDTHS[sheet.title], strict=True):
        _heading(sheet, column.letter, _called(column, year), width)
        if column.practice:
            sheet[f"{column.letter}{FIRST_ROW - 1}"].fill = _BY_PRACTICE
    sheet.row_dimensions[1].height, sheet.row_dimensions[FIRST_ROW - 1].height = 1.3 * _LINE_POINTS, 3 * _LINE_POINTS
    sheet.freeze_panes = f"{chr(65 + _STAYS.get(sheet.title, 0))}{FIRST_ROW}"


def _called(column: Column, year: int) -> str:
    """Write a column's heading, with the calendar year that it is about, and a mark where only practice asks for it."""
    say = catalogue("id").say
    text = say(f"template.column.{column.key}")
    if column.key in (*_OF_THE_YEAR, *_OF_THE_YEAR_BEFORE):
        text = say("template.of_data", what=text, year=str(year - (column.key in _OF_THE_YEAR_BEFORE)))
    return f"{text} *" if column.practice else text


def _heading(sheet: Worksheet, letter: str, text: str, width: int) -> None:
    cell = sheet[f"{letter}{FIRST_ROW - 1}"]
    cell.value = text
    cell.font, cell.fill = font(bold=True, color="FFFFFF"), _HEADING
    cell.alignment = CENTRED_WRAPPED
    sheet.column_dimensions[letter].width = width


def add_claims(sheet: Worksheet, indicators: IndicatorSet) -> None:
    """Write the indicators' rows; beside the first of a cluster stands its name."""
    say = catalogue("id").say
    _heading(sheet, "F", say("template.column.cluster"), 40)
    _heading(sheet, "G", say("template.summary_complete"), 16)
    at = FIRST_ROW
    clusters = {cluster.code: cluster.name["id"] for cluster in indicators.clusters}
    for row, indicator in enumerate(indicators.indicators, start=FIRST_ROW):
        printed = (indicator.number, indicator.name["id"], indicator.measure["id"], indicator.points)
        _write_row(sheet, row, printed)
        if cluster := clusters.pop(indicator.cluster, None):
            sheet[f"F{row}"], sheet[f"F{row}"].font = cluster, font(bold=True)
            sheet[f"F{row}"].alignment = TOP_WRAPPED
            for letter in "ABCDEFG":
                sheet[f"{letter}{row}"].border = _BORDER
        asked = len(indicator.answer_fields)
        answered = f"COUNTA(Jawaban!E{at}:E{at + asked - 1})={asked}"
        at += asked
        sheet[f"G{row}"] = (
            f'=IF(AND(E{row}<>"",{answered}),"{say("template.all_filled")}","{say("template.not_all_filled")}")'
        )
        sheet[f"G{row}"].alignment = sheet[f"E{row}"].alignment = TOP
        limit = DataValidation("decimal", operator="between", formula1="0", formula2=str(indicator.points))
        add_rule(sheet, limit, "template.score_limit", maximum=indicator.points)
        limit.add(f"E{row}")
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:G{sheet.max_row}"


def add_answers(sheet: Worksheet, indicators: IndicatorSet, explained: Mapping[int, str]) -> None:
    """Write a row for each answer; beside the first of an indicator stand its source and where it is explained."""
    _heading(sheet, "L", catalogue("id").say("template.column.cluster"), 40)
    clusters = {cluster.code: cluster.name["id"] for cluster in indicators.clusters}
    rules = _answer_rules(sheet)
    watched: dict[str, list[str]] = {kind: [] for kind in rules}
    row = FIRST_ROW
    for indicator in indicators.indicators:
        first = row
        for question in indicator.questions:
            for nth, answer in enumerate(question.answers):
                unit = {"percent": "%", "yes_no": "ya/tidak", "date": "tanggal"}.get(answer.kind, answer.unit or "teks")
                _write_row(sheet, row, (answer.code, question.text["id"], answer.label["id"], unit))
                if nth:
                    _say_shortly(sheet, row, answer.label["id"])
                _answer_cells(sheet, row, answer)
                watched["share" if answer.share else answer.kind] += _asked_in(row, answer)
                watched["filled_by"].append(f"H{row}")
                watched["date"] += [f"{letter}{row}" for letter in "GI"]
                for letter in "GI":
                    sheet[f"{letter}{row}"].number_format = _DATE
                row += 1
        if row > first:
            _beside_the_first(sheet, first, indicator, clusters.pop(indicator.cluster, None), explained)
    for kind, cells in watched.items():
        rules[kind].sqref = MultiCellRange(" ".join(cells))  # cell by cell, each is looked for among all before
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:L{row - 1}"


def _beside_the_first(
    sheet: Worksheet, row: int, indicator: Indicator, cluster: str | None, explained: Mapping[int, str]
) -> None:
    for letter, text in (("J", indicator.data_source), ("L", cluster)):
        sheet[f"{letter}{row}"] = text
        sheet[f"{letter}{row}"].alignment = TOP_WRAPPED
    for letter in "ABCDEFGHIJKL":
        sheet[f"{letter}{row}"].border = _BORDER
    sheet[f"L{row}"].font = font(bold=True)
    height = sheet.row_dimensions[row].height
    sheet.row_dimensions[row].height = max(height, _LINE_POINTS * ceil(len(indicator.data_source) / 38))
    if place := explained.get(indicator.number):
        link = sheet[f"K{row}"]
        link.value, link.style = catalogue("id").say("template.see_explanation"), "Hyperlink"
        link.hyperlink = Hyperlink(ref=link.coordinate, location=place)


def _asked_in(row: int, answer: AnswerField) -> list[str]:
    return [f"{letter}{row}" for letter in ("EF" if answer.two_years else "E")]


def _answer_cells(sheet: Worksheet, row: int, answer: AnswerField) -> None:
    for cell in _asked_in(row, answer):
        if answer.kind in ("text", "date"):
            sheet[cell].number_format = "@" if answer.kind == "text" else _DATE
    if not answer.two_years:
        sheet[f"F{row}"].fill, sheet[f"F{row}"].protection = _CLOSED, LOCKED


def _answer_rules(sheet: Worksheet) -> dict[str, DataValidation]:
    """Add what a spreadsheet itself can watch, by the kind of answer."""
    rules = {
        "yes_no": (DataValidation("list", formula1='"ya,tidak"'), "template.yes_or_no"),
        "number": (DataValidation("decimal", operator="greaterThanOrEqual", formula1="0"), "template.a_number"),
        "percent": (DataValidation("decimal", operator="between", formula1="0", formula2=f"{LARGEST_PERCENT:g}"),
                    "template.a_percentage"),
        "share": (DataValidation("decimal", operator="between", formula1="0", formula2=f"{LARGEST_SHARE:g}"),
                  "template.a_percentage"),
        "date": (date_rule(), "template.a_date"),
    }  # fmt: skip
    for rule, sentence in rules.values():
        add_rule(sheet, rule, sentence)
    for kind, key in (("text", "value"), ("filled_by", "filled_by")):
        rules[kind] = at_most(longest(sheet.title, key)), ""
        add_rule(sheet, rules[kind][0], "template.text_limit", limit=longest(sheet.title, key))
    return {kind: rule for kind, (rule, _) in rules.items()}


def _write_row(sheet: Worksheet, row: int, printed: tuple[object, ...]) -> None:
    for column, value in zip(SHEETS[sheet.title], printed, strict=False):
        cell = sheet[f"{column.letter}{row}"]
        cell.value, cell.fill = value, _PRINTED
        cell.alignment = TOP_LEFT_WRAPPED
    for letter in _open_columns(sheet):
        sheet[f"{letter}{row}"].alignment = TOP_WRAPPED
        sheet[f"{letter}{row}"].protection = OPEN
    lines = [ceil(len(str(value)) / width) for value, width in zip(printed, _WIDTHS[sheet.title], strict=False)]
    sheet.row_dimensions[row].height = _LINE_POINTS * max(lines)  # some programs let texts lie over each other


def _say_shortly(sheet: Worksheet, row: int, label: str) -> None:
    """Repeat a question on one line: it stands whole above, and here for whoever filters."""
    sheet[f"B{row}"].font = font(color="7F7F7F")
    sheet[f"B{row}"].alignment = TOP
    sheet.row_dimensions[row].height = _LINE_POINTS * ceil(len(label) / _WIDTHS["Jawaban"][2])


def free_columns(sheet: Worksheet) -> None:
    """Open the columns below the headings: no cell is written for it, so that a form is small until it is filled in."""
    for column in SHEETS[sheet.title]:
        below = sheet.column_dimensions[column.letter]
        below.alignment = TOP_WRAPPED  # nothing is cut on paper
        below.protection = OPEN if column.letter in _open_columns(sheet) else LOCKED
        is_text = column.key in _TEXTS or (column.since != FIRST_VERSION and column.reads in _READ_AS_TEXT)
        is_day = column.key == "dated" or column.reads == "day"
        below.number_format = "@" if is_text else _DATE if is_day else "General"
        for row in range(1, FIRST_ROW):  # with a cell of its own: closed
            is_heading = row == FIRST_ROW - 1
            sheet[f"{column.letter}{row}"].alignment = CENTRED_WRAPPED if is_heading else CENTRED
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:{SHEETS[sheet.title][-1].letter}{LAST_ROW}"


def _open_columns(sheet: Worksheet) -> list[str]:
    """Name the columns that the district fills in."""
    printed = PRINTED.get(sheet.title, frozenset())
    return [column.letter for column in SHEETS[sheet.title] if column.key not in printed]
