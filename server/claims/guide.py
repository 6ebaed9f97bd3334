"""What there is to read in a claim form, beside what is filled in: the guide, a summary that counts, and an example."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

from server.words import catalogue
from verification.claim_form.cells import FIRST_ROW, LAST_ROW, SHEETS
from verification.sets.indicators import IndicatorSet

GUIDE_LINES = 10
_HEADING = PatternFill("solid", fgColor="DCE6E9")


def add_guide(book: Workbook, district: tuple[str, str], year: int, indicators: IndicatorSet) -> None:
    """Say whose form it is, and how it is filled in; `district` is (code, name)."""
    say = catalogue("id").say
    sheet = book.create_sheet("Petunjuk")
    sheet["A1"] = say("template.title", district=district[1], code=district[0])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"] = say("template.subtitle", year=str(year), law=indicators.law)
    for number in range(1, GUIDE_LINES + 1):
        sheet.cell(number + 3, 1, say(f"template.guide_{number}")).alignment = Alignment(wrap_text=True)
    sheet.column_dimensions["A"].width = 110


def add_summary(book: Workbook, indicators: IndicatorSet) -> None:
    """Count what has been filled in, by cluster and in all: the spreadsheet works it out as one writes."""
    say = catalogue("id").say
    sheet = book.create_sheet("Ringkasan", 1)
    sheet.append([say("template.summary")])
    sheet.append([say(f"template.summary_{head}") for head in ("cluster", "filled", "of", "points", "maximum")])
    for cluster in indicators.clusters:
        rows = [row for row, one in enumerate(indicators.indicators, FIRST_ROW) if one.cluster == cluster.code]
        cells = ",".join(f"Klaim!E{row}" for row in rows)
        maximum = sum(one.points for one in indicators.indicators if one.cluster == cluster.code)
        sheet.append([cluster.name["id"], f"=COUNT({cells})", len(rows), f"=SUM({cells})", maximum])
    last = sheet.max_row
    sheet.append([say("template.summary_total"), *(f"=SUM({letter}3:{letter}{last})" for letter in "BCDE")])
    answers = len(indicators.answer_fields)
    sheet.append([])
    counted = f"=COUNTA(Jawaban!E{FIRST_ROW}:E{FIRST_ROW + answers - 1})"
    sheet.append([say("template.summary_answers"), counted, answers])
    sheet.append([say("template.summary_documents"), f"=COUNTA(Dokumen!B{FIRST_ROW}:B{LAST_ROW})"])
    sheet.append([say("template.summary_places"), f"=COUNTA(Fasilitas!C{FIRST_ROW}:C{LAST_ROW})"])
    for cell in (sheet["A1"], *sheet[2], *sheet[last + 1]):
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDE", (56, 12, 12, 12, 12), strict=True):
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}2"].fill = _HEADING


def add_example(book: Workbook, indicators: IndicatorSet) -> None:
    """Show one made-up row of each sheet, on a sheet of its own that nobody reads in."""
    say = catalogue("id").say
    examples = _examples(indicators)
    sheet = book.create_sheet("Contoh")
    sheet.append([say("template.example")])
    sheet["A1"].font = Font(bold=True)
    for title, columns in SHEETS.items():
        sheet.append([])
        sheet.append([title])
        sheet.append([say(f"template.column.{column.key}") for column in columns])
        for cell in sheet[sheet.max_row]:
            cell.fill = _HEADING
        sheet.append(examples[title])
    for letter in "ABCDEFGH":
        sheet.column_dimensions[letter].width = 22


def _examples(indicators: IndicatorSet) -> dict[str, list[str]]:
    """Make up a row for each sheet, about the first indicator that is asked and the first that lists places."""
    asked = next(indicator for indicator in indicators.indicators if indicator.answer_fields)
    listing = next(indicator for indicator in indicators.indicators if indicator.facility_kinds)
    kind = listing.facility_kinds[0]
    return {
        "Klaim": [str(asked.number), "…", "…", "60", "45"],
        "Jawaban": [asked.answer_fields[0].code, "…", "…", "ya/tidak", "ya", "", "31/12/2025"],
        "Dokumen": [str(asked.number), "Perda 3/2025", "14/05/2025", "Perda tentang perlindungan anak"],
        "Fasilitas": [
            str(listing.number), f"{catalogue('id').say(f'kind.{kind}')} ({kind})", "Tempat Contoh", "P9990001",
            "Desa Contoh, Kec. Contoh (99.01.01.2001)", "2020", "-6,95921", "110,70331",
        ],
    }  # fmt: skip
