"""What another application exported as a filled claim form, by a map of columns. Nothing is guessed, nothing imported.

Two shapes are read: a row for each question (the map names the column of questions, and what stands there), and a row
for each district with a column for each question. Lists of places and the form's other lists have a row each in both.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from server.areas.queries import names_within
from server.claims.applying import Converter
from server.claims.column_map import read_map
from server.claims.converted import Cells, Converted
from server.claims.filling import FilledIn
from server.claims.grids import Grid
from server.claims.importing import read_opened
from server.claims.sheet import ReadSheet
from server.claims.template import stamp_for, template_of
from server.claims.workbook import Opened
from server.rounds.rules import rules_of
from server.rounds.tables import Round
from verification.claim_form.cells import FIRST_ROW, SHEETS, Row
from verification.sets.indicators import IndicatorSet


def convert(
    session: Session, round_id: str, district: str, sheets: Mapping[str, ReadSheet], map_grid: Grid
) -> tuple[Converted, bytes]:
    """Write the claim form that an export comes to; no form while something is wrong in the map or the export.

    Raises NoTemplate, UnusableMap.
    """
    stamp = stamp_for(session, round_id, district)
    meant_round = session.get_one(Round, round_id)
    indicators = rules_of(session, meant_round).indicators
    names = names_within(session, stamp.areas_id, district)
    found = Converter(read_map(map_grid, indicators), indicators, sheets, stamp, names).converted()
    if found.troubles:
        return found, b""
    book, cells = laid_out(found)
    form = read_opened(session, Opened(stamp, book), meant_round, district, {})
    for problem in form.problems:
        found.misfits.append((cells.get((problem.sheet, problem.row, problem.column), ""), problem))
    return found, template_of(session, stamp, FilledIn(book)).content


Places = dict[tuple[str | None, int | None, str | None], str]


def laid_out(found: Converted) -> tuple[dict[str, dict[int, Row]], Places]:
    """Lay the rows out as the form has them; and say of each of its cells where in the export it stood."""
    book: dict[str, dict[int, Row]] = {title: {} for title in SHEETS}
    places: Places = {}
    for title, codes in found.rows.items():
        for at, printed, cells in _rows(title, codes, found.indicators):
            book[title][at] = {**printed, **{key: value for key, (value, _) in cells.items()}}
            letters = {column.key: column.letter for column in SHEETS[title]}
            places |= {(title, at, letters[key]): cell for key, (_, cell) in cells.items()}
    return book, places


def _rows(
    title: str, codes: Mapping[str, list[Cells]], indicators: IndicatorSet
) -> Iterator[tuple[int, Row, Cells]]:  # fmt: skip
    if title == "Klaim":
        for at, number in enumerate(indicators.by_number, FIRST_ROW):
            yield from ((at, {"number": number}, cells) for cells in codes.get(str(number), ()))
    elif title == "Jawaban":
        for at, code in enumerate(indicators.answer_fields, FIRST_ROW):
            yield from ((at, {"code": code}, cells) for cells in codes.get(code, ()))
    else:
        of_question = {question.code: one.number for one in indicators.indicators for question in one.questions}
        rows = ((code, cells) for code, rows in codes.items() for cells in rows)
        for at, (code, cells) in enumerate(rows, FIRST_ROW):
            yield at, {"indicator": of_question[code], "question": code} if title == "Dokumen" else {}, cells
