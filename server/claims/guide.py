"""What there is to read in a claim form, beside what is filled in: the guide, a summary that counts, and an example."""

from collections.abc import Sequence
from math import ceil

from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from server.claims.choices import name_of_choice, names_of_choices
from server.claims.look import TOP_LEFT_WRAPPED, TOP_WRAPPED, font
from server.words import catalogue
from verification.claim_form.cells import FIRST_ROW, LAST_ROW, SHEETS
from verification.claim_form.lists import LISTS
from verification.sets.indicators import Cluster, IndicatorSet

GUIDE_LINES = 12
EXPLANATIONS = "Penjelasan"
_LETTERS_A_LINE, _LETTERS_A_GUIDE_LINE, _LINE_POINTS = 125, 110, 15
_HEADING = PatternFill("solid", fgColor="DCE6E9")
_BLANKS = [""] * 26


def add_guide(
    book: Workbook, district: tuple[str, str], year: int, indicators: IndicatorSet, agency: str | None
) -> None:
    """Say whose form it is, and how it is filled in; `district` is (code, name), `agency` whose part it is."""
    say = catalogue("id").say
    sheet = book.create_sheet("Petunjuk")
    if agency:
        sheet["A3"], sheet["A3"].font = say("template.for_agency", agency=agency), font(bold=True)
    sheet["A1"] = say("template.title", district=district[1], code=district[0])
    sheet["A1"].font = font(bold=True, size=14)
    sheet["A2"] = say("template.subtitle", year=str(year), law=indicators.law)
    for number in range(1, GUIDE_LINES + 1):
        text = say(f"template.guide_{number}")
        sheet.cell(number + 3, 1, text).alignment = TOP_WRAPPED
        sheet.row_dimensions[number + 3].height = _LINE_POINTS * ceil(len(text) / _LETTERS_A_GUIDE_LINE) + 3
    sheet.column_dimensions["A"].width = 120


def add_rules(book: Workbook, said: str) -> None:
    """Say below the guide by which rules the points of what is filled in are judged; nothing where nothing is said."""
    sheet, row = book["Petunjuk"], GUIDE_LINES + 4
    sheet.cell(row, 1, said or None).alignment = TOP_WRAPPED
    sheet.row_dimensions[row].height = _LINE_POINTS * ceil(len(said) / _LETTERS_A_GUIDE_LINE) + 3


def add_explanations(book: Workbook, indicators: IndicatorSet) -> dict[int, str]:
    """Write what the regulation's annex explains of each indicator, by cluster; gives where each one's begins."""
    say = catalogue("id").say
    sheet = book.create_sheet(EXPLANATIONS)
    sheet["A1"], sheet["A1"].font = say("template.explanations"), font(bold=True, size=13)
    places: dict[int, str] = {}
    for cluster in _with_indicators(indicators):
        _explained(sheet, (cluster.code, cluster.name["id"]), fill=_HEADING)
        for indicator in (one for one in indicators.indicators if one.cluster == cluster.code):
            _explained(sheet, (indicator.number, f"{indicator.name['id']}. {indicator.measure['id']}"), fill=None)
            places[indicator.number] = f"{EXPLANATIONS}!A{sheet.max_row}"
            paragraphs = indicator.explanation["id"].split("\n") if indicator.explanation else []
            source = f"{say('template.column.data_source')}: {indicator.data_source}"
            for paragraph in (*paragraphs, source):
                _explained(sheet, ("", paragraph), bold=False)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 6, 120
    return places


def _explained(
    sheet: Worksheet, row: tuple[int | str, str], *, bold: bool = True, fill: PatternFill | None = None
) -> None:
    sheet.append(row)
    at = sheet.max_row
    for cell in sheet[at]:
        cell.alignment, cell.font = TOP_WRAPPED, font(bold=bold)
        if fill:
            cell.fill = fill
    sheet.row_dimensions[at].height = _LINE_POINTS * ceil(len(row[1]) / _LETTERS_A_LINE)


def _with_indicators(indicators: IndicatorSet) -> list[Cluster]:
    there = {indicator.cluster for indicator in indicators.indicators}
    return [cluster for cluster in indicators.clusters if cluster.code in there]


def add_summary(book: Workbook, indicators: IndicatorSet, shown: Sequence[str]) -> None:
    """Count what has been filled in, by cluster and in all: the spreadsheet works it out as one writes."""
    say = catalogue("id").say
    sheet = book.create_sheet("Ringkasan", 1)
    sheet.append([say("template.summary")])
    sheet.append(
        [say(f"template.summary_{head}") for head in ("cluster", "filled", "of", "points", "maximum", "complete")]
    )
    for cluster in _with_indicators(indicators):
        rows = [row for row, one in enumerate(indicators.indicators, FIRST_ROW) if one.cluster == cluster.code]
        cells = ",".join(f"Klaim!E{row}" for row in rows)
        maximum = sum(one.points for one in indicators.indicators if one.cluster == cluster.code)
        at = sheet.max_row + 1
        complete = f'=IF(B{at}=C{at},"{say("template.all_filled")}","{say("template.not_all_filled")}")'
        sheet.append([cluster.name["id"], f"=COUNT({cells})", len(rows), f"=SUM({cells})", maximum, complete])
    last = sheet.max_row
    sheet.append([say("template.summary_total"), *(f"=SUM({letter}3:{letter}{last})" for letter in "BCDE")])
    answers = len(indicators.answer_fields)
    sheet.append([])
    counted = f"=COUNTA(Jawaban!E{FIRST_ROW}:E{FIRST_ROW + answers - 1})"
    sheet.append([say("template.summary_answers"), counted, answers])
    sheet.append([say("template.summary_documents"), f"=COUNTA(Dokumen!B{FIRST_ROW}:B{LAST_ROW})"])
    if "Fasilitas" in shown:
        sheet.append([say("template.summary_places"), f"=COUNTA(Fasilitas!C{FIRST_ROW}:C{LAST_ROW})"])
    for title in (one for one in LISTS if one in shown):
        first = SHEETS[title][0].letter
        counted = f"=COUNTA('{title}'!{first}{FIRST_ROW}:{first}{LAST_ROW})"
        sheet.append([say("template.summary_rows", sheet=title), counted])
    for cell in (sheet["A1"], *sheet[2], *sheet[last + 1]):
        cell.font = font(bold=True)
    for letter, width in zip("ABCDEF", (56, 12, 12, 12, 18, 18), strict=True):
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}2"].fill = _HEADING
        sheet[f"{letter}2"].alignment = Alignment(horizontal="left" if letter == "A" else "center", wrap_text=True)
        for (cell,) in sheet[f"{letter}3:{letter}{sheet.max_row}"] if letter == "F" else ():
            cell.alignment = Alignment(horizontal="center")


def add_example(book: Workbook, indicators: IndicatorSet, shown: Sequence[str]) -> None:
    """Show one made-up row of each sheet, on a sheet of its own that nobody reads in."""
    say = catalogue("id").say
    examples = _examples(indicators)
    sheet = book.create_sheet("Contoh")
    sheet.append([say("template.example")])
    sheet["A1"].font = font(bold=True)
    for title in shown:
        sheet.append([])
        sheet.append([title])
        for cell in sheet[sheet.max_row][:2]:
            cell.fill, cell.font = _HEADING, font(bold=True)
        for column, example in zip(SHEETS[title], [*examples[title], *_BLANKS], strict=False):
            sheet.append([say(f"template.column.{column.key}"), example])
    for letter, width in (("A", 44), ("B", 60)):
        sheet.column_dimensions[letter].width = width
        for (cell,) in sheet[f"{letter}2:{letter}{sheet.max_row}"]:
            cell.alignment = TOP_LEFT_WRAPPED


def _examples(indicators: IndicatorSet) -> dict[str, list[str]]:
    """Make up a row for each sheet, about the first indicator that is asked and the first that lists places."""
    asked = next(indicator for indicator in indicators.indicators if indicator.answer_fields)
    listing = next(indicator for indicator in indicators.indicators if indicator.facility_kinds)
    kind, choice = listing.facility_kinds[0], name_of_choice
    cluster = names_of_choices(indicators)["cluster"][indicators.clusters[0].code]
    by_area = [one for one in indicators.breakdowns.values() if "area" in one.by]
    broken_down = f"{by_area[0].label['id']} ({by_area[0].code})" if by_area else ""
    return {
        "Klaim": [str(asked.number), "…", "…", "60", "45"],
        "Jawaban": [asked.answer_fields[0].code, "…", "…", "ya/tidak", "ya", "", "31/12/2025", "Dinas Contoh",
                    "15/01/2026"],
        "Dokumen": [str(asked.number), "Perda 3/2025", "14/05/2025", "Perda tentang perlindungan anak",
                    asked.questions[0].code, choice("document_kind", "perda"), "Bupati Contoh", "31/12/2030", "I, V",
                    "perda-3-2025.pdf", "1-4"],
        "Fasilitas": [
            str(listing.number), f"{catalogue('id').say(f'kind.{kind}')} ({kind})", "Tempat Contoh", "P9990001",
            "Desa Contoh, Kec. Contoh (99.01.01.2001)", "2020", "-6,95921", "110,70331", "",
            choice("run_by", "government"), choice("paid", "free"), "", "120", "95",
        ],
        "Kebijakan": [choice("policy_kind", "perda"), "3", "2025", "Perda tentang perlindungan anak", "ya", "ya", "ya",
                      "ya", "ya", choice("stage", "in_force"), "ya", "", ""],
        "Anggaran": [cluster, "Dinas Contoh", "1250,5", "1100", choice("source", "district"),
                     choice("basis", "budgeted")],
        "Rincian": [broken_down, "Kec. Contoh (99.01.01)", "", "", "", "420", ""],
        "Kelompok Anak": [choice("level", "village"), "Desa Contoh, Kec. Contoh (99.01.01.2001)",
                          choice("group_kind", "group"), "2021", "Seni, Olahraga", "Tempat, Pelatihan", "12", "15",
                          "ya"],
        "Masukan Anak": ["Perda tentang perlindungan anak", choice("proposal_kind", "regulation"), "12/03/2025",
                         "Jalan ke sekolah diberi lampu", choice("accepted", "yes"), "24"],
        "Rapat": ["10/02/2025", choice("meeting_level", "district"), "Bappeda, Dinas Contoh, Forum Anak",
                  "Rencana Aksi Daerah", "Rancangan disusun"],
    }  # fmt: skip
