"""Read a form that a district filled in; name every problem by sheet, row and column.

Pure: whoever opens the workbook passes its cells in. Nothing is repaired or guessed; a form with a problem is answered
with all of its problems and changes nothing. An incomplete form is no problem: the report says what is missing.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from math import isfinite

from verification.claim_form.form import (
    PRINTED,
    SHEETS,
    AnswerEntry,
    Book,
    Cell,
    ClaimEntry,
    DocumentEntry,
    FilledForm,
    FormProblem,
    Formula,
    LineEntry,
    Row,
    Rows,
    VillageCodes,
    half_cell_m,
)
from verification.matching.names import normalise
from verification.model import ClaimedPoint
from verification.places.areas import in_indonesia
from verification.places.kinds import Kinds
from verification.reason import Reason, Value
from verification.sets.indicators import AnswerField, Indicator, IndicatorSet

EARLIEST_YEAR = 1900
_MEASURED = frozenset({"juta Rp", "per 1.000 kelahiran hidup"})  # all other numbers count something, and are whole


def read_form(book: Book, indicators: IndicatorSet, kinds: Kinds, villages: VillageCodes, year: int) -> FilledForm:
    """Read a filled form; `year` is the round's data year."""
    reader = _Reader(indicators, kinds, villages, year)
    reader.read_scores(book["Klaim"])
    reader.read_answers(book["Jawaban"])
    reader.read_documents(book["Dokumen"])
    reader.read_facilities(book["Fasilitas"])
    return FilledForm(reader.claims, tuple(reader.problems))


def villages_named(book: Book) -> list[str]:
    """List the codes of villages that a form names, known or not."""
    texts = [str(row.get("village") or "") for row in book["Fasilitas"].values()]
    return sorted({text.split()[0][:13] for text in texts if text.split()})


class _Reader:
    def __init__(self, indicators: IndicatorSet, kinds: Kinds, villages: VillageCodes, year: int) -> None:
        self._indicators = indicators
        self._kinds = kinds
        self._villages = villages
        self._year = year
        self.claims: dict[int, ClaimEntry] = {}
        self.problems: list[FormProblem] = []

    def read_scores(self, rows: Rows) -> None:
        for line in self._lines("Klaim", rows):
            indicator = self._indicator(line, "number")
            score = line.number("self_score")
            if indicator is None or score is None:
                continue
            if not 0 <= score <= indicator.points:
                line.refuse("score_out_of_range", "self_score", score=score, maximum=indicator.points)
                continue
            entry = self._claim(indicator.number)
            entry.self_score, entry.cell = score, line.cell("self_score")

    def read_answers(self, rows: Rows) -> None:
        for line in self._lines("Jawaban", rows):
            code = line.text("code") or ""
            if code not in self._indicators.answer_fields:
                line.refuse("unknown_question", "code", code=code)
                continue
            indicator, answer = self._indicators.answer_fields[code]
            value = line.answer("value", answer)
            before = line.answer("value_before", answer) if answer.two_years else None
            if not answer.two_years and line.is_filled("value_before"):
                line.refuse("not_asked_for", "value_before")
            dated = line.day("data_date")
            if value is not None or before is not None:
                entry = AnswerEntry(code, value, before, dated, line.cell("value"))
                self._claim(indicator.number).answers.append(entry)

    def read_documents(self, rows: Rows) -> None:
        seen: dict[tuple[int, str], int] = {}
        for line in self._lines("Dokumen", rows):
            indicator = self._indicator(line, "indicator")
            number, dated, title = line.required_text("document_number"), line.day("dated"), line.text("title")
            if indicator is None or number is None:
                continue
            first = seen.setdefault((indicator.number, number), line.row)
            if first != line.row:
                line.refuse("duplicate_line", "document_number", first=first)
                continue
            entry = DocumentEntry(number, dated, title, line.cell("document_number"))
            self._claim(indicator.number).documents.append(entry)

    def read_facilities(self, rows: Rows) -> None:
        seen: dict[tuple[int, str, str], int] = {}
        for line in self._lines("Fasilitas", rows):
            indicator = self._indicator(line, "indicator")
            kind = line.text("kind")
            if indicator and kind not in indicator.facility_kinds:
                line.refuse("kind_not_of_indicator", "kind", kind=kind or "", indicator=indicator.number)
            name, registry_no = line.required_text("facility_name"), line.code("registry_no")
            village = self._village(line)
            since, point = self._since(line), self._point(line, kind)
            if indicator is None or kind is None or name is None or village is None:
                continue
            for key in _identities(indicator.number, name, registry_no, village):
                first = seen.setdefault(key, line.row)
                if first != line.row:
                    line.refuse("duplicate_line", "facility_name", first=first)
                    break
            entry = LineEntry(kind, name, registry_no, village, since, point, line.cell("facility_name"))
            self._claim(indicator.number).lines.append(entry)

    def _lines(self, sheet: str, rows: Rows) -> Iterator["_Line"]:
        entered = {column.key for column in SHEETS[sheet]} - PRINTED[sheet]
        for number, row in sorted(rows.items()):
            if any(_is_filled(row.get(key)) for key in entered):
                yield _Line(sheet, number, row, self.problems)

    def _claim(self, number: int) -> ClaimEntry:
        return self.claims.setdefault(number, ClaimEntry(number))

    def _indicator(self, line: "_Line", key: str) -> Indicator | None:
        number = line.number(key, required=True)
        if number is None:
            return None
        indicator = self._indicators.by_number.get(int(number)) if number == int(number) else None
        if indicator is None:
            line.refuse("unknown_indicator", key, number=number)
        return indicator

    def _village(self, line: "_Line") -> str | None:
        """Read "99.01.02.2003 Name" or the bare code."""
        text = line.required_text("village")
        if text is None:
            return None
        written = text.split()[0]
        code = self._villages.recoded.get(written, written)
        if code in self._villages.inside:
            return code
        is_known = code in self._villages.elsewhere
        line.refuse("village_outside_district" if is_known else "unknown_area", "village", code=written)
        return None

    def _since(self, line: "_Line") -> int | None:
        year = line.number("since_year")
        if year is None:
            return None
        if year != int(year) or not EARLIEST_YEAR <= year <= self._year:
            line.refuse("year_out_of_range", "since_year", year=year, earliest=EARLIEST_YEAR, latest=self._year)
            return None
        return int(year)

    def _point(self, line: "_Line", kind: str | None) -> ClaimedPoint | None:
        if not self._kinds.may_have_a_point(kind) and (line.is_filled("lat") or line.is_filled("lon")):
            line.refuse("kind_without_point", "lat", kind=kind)
            return None
        lat, lon = line.number("lat"), line.number("lon")
        if line.is_filled("lat") != line.is_filled("lon"):
            line.refuse("half_a_coordinate", "lon" if line.is_filled("lat") else "lat")
        if lat is None or lon is None:
            return None
        if in_indonesia(lon, lat):
            return ClaimedPoint(lon, lat, half_cell_m(lon, lat))
        swapped = in_indonesia(lat, lon)
        line.refuse("coordinate_swapped" if swapped else "coordinate_outside_indonesia", "lat", lat=lat, lon=lon)
        return None


def _identities(indicator: int, name: str, registry_no: str | None, village: str) -> list[tuple[int, str, str]]:
    """Two lines of one indicator are one place with the same registry number, or the same name in one village."""
    by_name = (indicator, village, normalise(name))
    return [(indicator, "registry", registry_no), by_name] if registry_no else [by_name]


_YES_NO = {"ya": "yes", "tidak": "no"}
_TEXT_LIMIT = 5000


class _Line:
    """One row of a sheet; reads its cells and notes what is wrong with them."""

    def __init__(self, sheet: str, row: int, cells: Row, problems: list[FormProblem]) -> None:
        self.row = row
        self._sheet = sheet
        self._cells = cells
        self._problems = problems
        self._letters = {column.key: column.letter for column in SHEETS[sheet]}

    def cell(self, key: str) -> str:
        return f"{self._sheet}!{self._letters[key]}{self.row}"

    def refuse(self, code: str, key: str, /, **values: Value) -> None:
        about = str(self._cells.get("kind") or "") if "kind" in self._letters else None
        self._problems.append(FormProblem(Reason(code, values), self._sheet, self.row, self._letters[key], about))

    def is_filled(self, key: str) -> bool:
        return _is_filled(self._cells.get(key))

    def _value(self, key: str) -> Cell:
        value = self._cells.get(key)
        if isinstance(value, Formula):
            self.refuse("formula_without_value", key)
            return None
        return value

    def text(self, key: str) -> str | None:
        value = self._value(key)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = str(value).strip()
        if len(text) > _TEXT_LIMIT:
            self.refuse("text_too_long", key, length=len(text), limit=_TEXT_LIMIT)
            return None
        return text or None

    def required_text(self, key: str) -> str | None:
        text = self.text(key)
        if text is None and not isinstance(self._cells.get(key), Formula):
            self.refuse("missing", key)
        return text

    def code(self, key: str) -> str | None:
        text = self.text(key)
        if text and not re.fullmatch(r"[0-9A-Za-z./-]{1,30}", text):
            self.refuse("not_a_code", key, text=text[:40])
            return None
        return text

    def number(self, key: str, *, required: bool = False) -> float | None:
        value = self._value(key)
        if isinstance(value, bool | datetime | date) or (isinstance(value, str) and value.strip()):
            self.refuse("text_where_number_belongs", key, text=str(value)[:40])
            return None
        if value is None or isinstance(value, str):
            if required and not isinstance(self._cells.get(key), Formula):
                self.refuse("missing", key)
            return None
        if not isfinite(value):
            self.refuse("text_where_number_belongs", key, text=str(value))
            return None
        return float(value)

    def day(self, key: str) -> date | None:
        value = self._value(key)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date) or value is None:
            return value
        match = re.fullmatch(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*", str(value))
        try:
            if match:
                return date(int(match[3]), int(match[2]), int(match[1]))  # day first, as written in Indonesia
            return date.fromisoformat(str(value).strip()) if str(value).strip() else None
        except ValueError:
            self.refuse("not_a_date", key, text=str(value)[:40])
            return None

    def answer(self, key: str, answer: AnswerField) -> str | None:
        if answer.kind == "yes_no":
            return self._yes_no(key)
        if answer.kind == "date":
            day = self.day(key)
            return day.isoformat() if day else None
        if answer.kind not in ("number", "percent"):
            return self.text(key)
        number = self.number(key)
        if number is not None and (number < 0 or (_counts(answer) and number != int(number))):
            self.refuse("not_a_count", key, number=number)
            return None
        return None if number is None else f"{number:g}" if number != int(number) else str(int(number))

    def _yes_no(self, key: str) -> str | None:
        text = (self.text(key) or "").lower()
        if text and text not in _YES_NO:
            self.refuse("not_yes_or_no", key, text=text[:40])
        return _YES_NO.get(text)


def _is_filled(value: Cell | Formula) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def _counts(answer: AnswerField) -> bool:
    return answer.kind == "number" and answer.unit not in _MEASURED
