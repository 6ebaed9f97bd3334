"""What a spreadsheet itself watches in a claim form: drop-downs from the hidden sheet, bounds of numbers and dates."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from server.claims.choices import names_of_choices
from server.claims.xlsx import LISTS_SHEET
from server.words import catalogue
from verification.claim_form.cells import FIRST_ROW, FIRST_VERSION, LAST_ROW, SHEETS, Column
from verification.claim_form.choices import CHOICES
from verification.claim_form.row import EARLIEST_YEAR, LATEST_YEAR
from verification.model import Level, level_of
from verification.sets.indicators import IndicatorSet

_LONGEST_PROMPT = 255  # of a spreadsheet's own
_LAT, _LON = ("-12", "7"), ("94", "142")


def date_rule() -> DataValidation:
    """Watch that a cell holds a date."""
    return DataValidation("date", operator="between", formula1="1", formula2="73415")  # 1900 to 2100


def add_rule(sheet: Worksheet, rule: DataValidation, sentence: str, **values: object) -> None:
    """Have a spreadsheet refuse what a rule forbids, and say why."""
    rule.showErrorMessage, rule.errorTitle = True, "Tilik"
    rule.error = catalogue("id").say(sentence, **values)
    sheet.add_data_validation(rule)


def write_lists(book: Workbook, indicators: IndicatorSet, areas: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Write the drop-downs' lists beside the stamp; gives what a rule calls each. `areas` are (code, name as shown)."""
    sheet = book[LISTS_SHEET]
    listed = [indicator for indicator in indicators.indicators if indicator.facility_kinds]
    names = names_of_choices(indicators)
    lists: dict[str, Sequence[str | int]] = {
        "desa": [name for code, name in areas if level_of(code) is Level.VILLAGE],
        "indikator": [indicator.number for indicator in indicators.indicators],
        "indikator_fasilitas": [indicator.number for indicator in listed],
        "jenis": _kinds_by_name({kind for indicator in listed for kind in indicator.facility_kinds}),
        "wilayah": [name for _, name in areas],
        "pertanyaan": [question.code for indicator in indicators.indicators for question in indicator.questions],
        "rincian": [f"{one.label['id']} ({one.code})" for one in indicators.breakdowns.values()],
        **{key: list(names[key].values()) for key in (*CHOICES, "cluster")},
    }
    for column, (name, values) in enumerate(lists.items(), start=2):
        for row, value in enumerate(values, start=1):
            sheet.cell(row, column, value)
        letter, called = get_column_letter(column), f"daftar_{name}"
        book.defined_names[called] = DefinedName(
            called, attr_text=f"'{LISTS_SHEET}'!${letter}$1:${letter}${max(len(values), 1)}"
        )
    return {name: f"=daftar_{name}" for name in lists}


def _kinds_by_name(kinds: Collection[str]) -> list[str]:
    return sorted(f"{catalogue('id').say(f'kind.{kind}')} ({kind})" for kind in kinds)


def watch_columns(book: Workbook, lists: Mapping[str, str], indicators: IndicatorSet, year: int) -> None:
    """Have whole columns watched, as far down as the form is read."""
    for sheet, key, name in (
        ("Dokumen", "indicator", "indikator"), ("Fasilitas", "indicator", "indikator_fasilitas"),
        ("Fasilitas", "kind", "jenis"), ("Fasilitas", "village", "desa"), ("Dokumen", "question", "pertanyaan"),
    ):  # fmt: skip
        _watch(book[sheet], key, DataValidation("list", formula1=lists[name]), "template.from_list")
    _watch(book["Dokumen"], "dated", date_rule(), "template.a_date")
    _watch(book["Fasilitas"], "since_year", _years(year), "template.a_year")
    for key, (least, most) in (("lat", _LAT), ("lon", _LON)):
        bounds = DataValidation("decimal", operator="between", formula1=least, formula2=most)
        _watch(book["Fasilitas"], key, bounds, "template.a_coordinate")
    names = names_of_choices(indicators)
    for title, columns in SHEETS.items():
        for column in columns:
            if column.since != FIRST_VERSION and title != "Jawaban" and (title, column.key) != ("Dokumen", "question"):
                _watch_as_read(book[title], column, lists, names)


def _watch_as_read(
    sheet: Worksheet, column: Column, lists: Mapping[str, str], names: Mapping[str, Mapping[str, str]]
) -> None:
    key, cell = column.key, f"{column.letter}{FIRST_ROW}"
    match column.reads:
        case "choice" | "cluster" | "breakdown" | "area":
            name = {"cluster": "cluster", "breakdown": "rincian", "area": "wilayah"}.get(column.reads, column.words)
            _watch(sheet, key, DataValidation("list", formula1=lists[name]), "template.from_list")
        case "yes_no":
            _watch(sheet, key, DataValidation("list", formula1='"ya,tidak"'), "template.yes_or_no")
        case "year":
            _watch(sheet, key, _years(LATEST_YEAR), "template.a_year")
        case "day":
            _watch(sheet, key, date_rule(), "template.a_date")
        case "count":
            _watch(sheet, key, _not_negative("whole"), "template.a_number")
        case "amount":
            _watch(sheet, key, _not_negative("decimal"), "template.a_number")
        case "small_count":
            formula = f'OR({cell}="<8",AND(ISNUMBER({cell}),{cell}>=0,{cell}=INT({cell})))'
            _watch(sheet, key, DataValidation("custom", formula1=formula), "template.small_count")
        case "several" | "clusters":
            offered = names["cluster" if column.reads == "clusters" else column.words]
            shown = [code for code in offered if code != "total"] if column.reads == "clusters" else offered.values()
            rule = at_most(column.limit)
            prompt = catalogue("id").say("template.several", choices=", ".join(shown))
            rule.showInputMessage, rule.prompt = True, prompt[:_LONGEST_PROMPT]
            _watch(sheet, key, rule, "template.text_limit", limit=column.limit)
        case _:
            _watch(sheet, key, at_most(column.limit), "template.text_limit", limit=column.limit)


def _years(latest: int) -> DataValidation:
    return DataValidation("whole", operator="between", formula1=str(EARLIEST_YEAR), formula2=str(latest))


def _not_negative(kind: Literal["whole", "decimal"]) -> DataValidation:
    return DataValidation(kind, operator="greaterThanOrEqual", formula1="0")


def at_most(letters: int) -> DataValidation:
    """Watch how long a text is."""
    return DataValidation("textLength", operator="lessThanOrEqual", formula1=str(letters))


def _watch(sheet: Worksheet, key: str, rule: DataValidation, sentence: str, **values: object) -> None:
    letter = next(column.letter for column in SHEETS[sheet.title] if column.key == key)
    add_rule(sheet, rule, sentence, **values)
    rule.add(f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")
