"""Read a form that a district filled in; name every problem by sheet, row and column.

Pure: whoever opens the workbook passes its cells in. Nothing is repaired or guessed; a form with a problem is answered
with all of its problems and changes nothing. An incomplete form is no problem: the report says what is missing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from verification.claim_form.cells import AGAIN, PRINTED, SHEETS, TEMPLATE_VERSION, Book, Rows, again_letter, clean
from verification.claim_form.choices import Words, kind_meant
from verification.claim_form.consistency import what_does_not_fit
from verification.claim_form.form import (
    AnswerEntry,
    ClaimEntry,
    DocumentEntry,
    FilledForm,
    FormProblem,
    LineEntry,
    RowEntry,
    VillageCodes,
    half_cell_m,
)
from verification.claim_form.lists import LISTS, MEETINGS, ListReader
from verification.claim_form.points import refused_notation, what_is_odd
from verification.claim_form.row import FormRow, is_filled
from verification.matching.identity import full_name_key, registry_key
from verification.model import ClaimedPoint
from verification.places.areas import in_indonesia
from verification.places.kinds import Kinds, Shown, names_a_shelter
from verification.reason import Reason
from verification.sets.indicators import Indicator, IndicatorSet


def read_form(
    book: Book, indicators: IndicatorSet, kinds: Kinds, villages: VillageCodes, year: int, names: Words | None = None
) -> FilledForm:
    """Read a filled form; `year` is the round's data year, `names` what the form calls the choices of its lists."""
    reader = _Reader(indicators, kinds, villages, year, names or {})
    reader.read_scores(book["Klaim"])
    reader.read_answers(book["Jawaban"])
    reader.read_documents(book["Dokumen"])
    reader.read_facilities(book["Fasilitas"])
    for sheet in LISTS:
        reader.read_list(sheet, book.get(sheet, {}))
    read = FilledForm(reader.claims, tuple(reader.problems), (), tuple(reader.meetings))
    again = () if read.problems else _to_check_again(book)
    contradictions = () if read.problems else what_does_not_fit(read, indicators, year, villages)
    return replace(read, remarks=(*reader.remarks, *contradictions, *again))


def _to_check_again(book: Book) -> Iterator[FormProblem]:
    """Say of each sheet how many of last round's rows nobody has looked at yet."""
    for sheet, rows in book.items():
        marked = [number for number, row in rows.items() if AGAIN in row]
        if marked:
            reason = Reason("rows_to_check_again", {"count": len(marked)})
            yield FormProblem(reason, sheet, min(marked), again_letter(sheet))


def villages_named(book: Book) -> list[str]:
    """List the codes of villages that a form names, known or not."""
    texts = [clean(str(row.get("village") or "")) for row in book["Fasilitas"].values()]
    return sorted({code for text in texts if (code := village_code(text))})


def village_code(text: str) -> str | None:
    """Find a village's code, with or without its points, before or after the village's name."""
    found = re.search(r"(?<!\d)(\d{2})\.?(\d{2})\.?(\d{2})\.?(\d{4})(?!\d)", text)
    return ".".join(found.groups()) if found else None


class _Reader:
    def __init__(self, indicators: IndicatorSet, kinds: Kinds, villages: VillageCodes, year: int, names: Words) -> None:
        self._indicators = indicators
        self._kinds = kinds
        self._villages = villages
        self._year = year
        self._names = names
        clusters = {name: code for code, name in names.get("cluster", {}).items()}
        self._lists = ListReader(indicators, villages, clusters)
        self.meetings: list[RowEntry] = []
        self.claims: dict[int, ClaimEntry] = {}
        self.problems: list[FormProblem] = []
        self.remarks: list[FormProblem] = []

    def read_scores(self, rows: Rows) -> None:
        seen: dict[int, int] = {}
        for line in self._lines("Klaim", rows):
            indicator = self._indicator(line, "number")
            score = line.number("self_score")
            if indicator is None or score is None:
                continue
            if not 0 <= score <= indicator.points:
                line.refuse("score_out_of_range", "self_score", score=score, maximum=indicator.points)
                continue
            if _is_first(line, "self_score", seen, [indicator.number]):
                entry = self._claim(indicator.number)
                entry.self_score, entry.cell = score, line.cell("self_score")

    def read_answers(self, rows: Rows) -> None:
        seen: dict[str, int] = {}
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
            if (value is not None or before is not None) and _is_first(line, "code", seen, [code]):
                filled_by, endorsed = line.text("filled_by"), line.day("endorsed")
                entry = AnswerEntry(code, value, before, dated, line.cell("value"), filled_by, endorsed)
                self._claim(indicator.number).answers.append(entry)

    def read_documents(self, rows: Rows) -> None:
        seen: dict[Any, int] = {}
        for line in self._lines("Dokumen", rows):
            indicator = self._indicator(line, "indicator")
            number, dated, title = line.name("document_number"), line.day("dated"), line.text("title")
            more = self._more(line, "Dokumen")
            question = str(more["question"]) if more["question"] else None
            if indicator and question and question not in {one.code for one in indicator.questions}:
                line.refuse("question_not_of_indicator", "question", indicator=indicator.number)
            if indicator is None or number is None:
                continue
            same = (indicator.number, number.casefold(), dated, (title or "").casefold())
            if _is_first(line, "document_number", seen, [same]):
                entry = DocumentEntry(number, dated, title, line.cell("document_number"), more)
                self._claim(indicator.number).documents.append(entry)

    def read_facilities(self, rows: Rows) -> None:
        seen: dict[Any, int] = {}
        for line in self._lines("Fasilitas", rows):
            indicator = self._indicator(line, "indicator")
            kind = self._kind(line, indicator)
            name, registry_no = line.name("facility_name"), line.registry_number("registry_no")
            if name and names_a_shelter(name) and self._kinds.shown(kind) is not Shown.ON_NO_LIST:
                line.refuse("names_a_shelter", "facility_name")
            village, since = self._village(line), self._since(line)
            point = self._point(line, kind, village)
            more = self._more(line, "Fasilitas")
            self._look_at_more(line, since, more)
            if indicator is None or kind is None or name is None or village is None:
                continue
            entry = LineEntry(kind, name, registry_no, village, since, point, line.cell("facility_name"), more)
            if _is_first_of_its_place(line, entry, indicator.number, seen):
                self._claim(indicator.number).lines.append(entry)

    def read_list(self, sheet: str, rows: Rows) -> None:
        """Read a list whose rows belong to one indicator, or each to that of its breakdown; or to none."""
        belongs = self._indicators.by_sheet.get(sheet)
        for row in self._lists.rows(sheet, self._lines(sheet, rows)):
            broken_down = self._indicators.breakdowns.get(str(row.values.get("breakdown")))
            if belongs:
                self._claim(belongs.number).rows.append(row)
            elif broken_down:
                self._claim(broken_down.indicator).rows.append(row)
            elif sheet == MEETINGS:
                self.meetings.append(row)
            else:
                where = int(row.cell.rpartition("!")[2][1:])
                self.problems.append(FormProblem(Reason("sheet_not_asked_for"), sheet, where, SHEETS[sheet][0].letter))

    def _more(self, line: FormRow, sheet: str) -> dict[str, Any]:
        """Read the columns that came with the second template."""
        return {one.key: self._lists.value(line, one) for one in SHEETS[sheet] if one.since == TEMPLATE_VERSION}

    def _look_at_more(self, line: FormRow, since: int | None, more: Mapping[str, Any]) -> None:
        """Remark what does not go together in a row of the places."""
        ended = more["ended_year"]
        if since and ended and ended < since:
            self.remarks.append(line.note("ended_before_it_began", "ended_year"))
        if more["paid"] == "free" and more["fee_rp"]:
            self.remarks.append(line.note("free_with_a_fee", "fee_rp"))

    def _lines(self, sheet: str, rows: Rows) -> Iterator[FormRow]:
        entered = {column.key for column in SHEETS[sheet]} - PRINTED.get(sheet, frozenset())
        for number, row in sorted(rows.items()):
            if any(is_filled(row.get(key)) for key in entered):
                yield FormRow(sheet, number, row, self.problems, self._names)

    def _claim(self, number: int) -> ClaimEntry:
        return self.claims.setdefault(number, ClaimEntry(number))

    def _indicator(self, line: FormRow, key: str) -> Indicator | None:
        number = line.number(key, required=True)
        if number is None:
            return None
        indicator = self._indicators.by_number.get(int(number)) if number == int(number) else None
        if indicator is None:
            line.refuse("unknown_indicator", key, number=number)
        return indicator

    def _kind(self, line: FormRow, indicator: Indicator | None) -> str | None:
        """Read "Pojok ASI (pojok_asi)", the bare code, or the name alone where it is that of one kind."""
        text = line.text("kind", required=True)
        kind = kind_meant(text, self._names, indicator.facility_kinds if indicator else None) if text else None
        if kind is not None and self._is_a_shelter(kind, indicator):
            line.refuse("names_a_shelter", "kind")
            return None
        if kind is None or indicator is None or kind in indicator.facility_kinds:
            return kind
        if indicator.facility_kinds:
            kinds = ",".join(indicator.facility_kinds)
            line.refuse("kind_not_of_indicator", "kind", kind=kind[:40], indicator=indicator.number, kinds=kinds)
        else:
            line.refuse("indicator_lists_no_places", "indicator", indicator=indicator.number)
        return kind

    def _is_a_shelter(self, kind: str, indicator: Indicator | None) -> bool:
        """Tell whether a place's kind says that it is a shelter, or a shelter's name stands in place of a kind.

        A set that lists shelters may.
        """
        if indicator and kind in indicator.facility_kinds:
            return False
        return names_a_shelter(kind) or (kind in self._kinds and self._kinds.shown(kind) is Shown.ON_NO_LIST)

    def _village(self, line: FormRow) -> str | None:
        """Read "Name, Kec. Name (99.01.02.2003)", the code before the name, or the bare code."""
        text = line.name("village")
        if text is None:
            return None
        written = village_code(text) or text[:60]
        code = self._villages.recoded.get(written, written)
        if code in self._villages.inside:
            return code
        is_known = code in self._villages.elsewhere
        line.refuse("village_outside_district" if is_known else "unknown_area", "village", code=written)
        return None

    def _since(self, line: FormRow) -> int | None:
        return line.year("since_year", self._year)

    def _point(self, line: FormRow, kind: str | None, village: str | None) -> ClaimedPoint | None:
        if not self._kinds.may_have_a_point(kind) and (line.is_filled("lat") or line.is_filled("lon")):
            line.refuse("kind_without_point", "lat", kind=kind)
            return None
        box = self._villages.boxes.get(village or "")
        if meant := refused_notation(line.seen("lat"), line.seen("lon"), box):
            line.refuse(meant.code, "lat" if line.is_filled("lat") else "lon", **meant.values)
            return None
        lat, lon = line.degrees("lat"), line.degrees("lon")
        if line.is_filled("lat") != line.is_filled("lon"):
            line.refuse("half_a_coordinate", "lon" if line.is_filled("lat") else "lat")
        if lat is None or lon is None:
            return None
        odd = what_is_odd(lat, lon, box)
        if not in_indonesia(lon, lat):
            self.problems.append(line.note(odd.code, "lat", **odd.values)) if odd else None
            return None
        if odd:
            self.remarks.append(line.note(odd.code, "lat", **odd.values))
        return ClaimedPoint(lon, lat, half_cell_m(lon, lat))


def _is_first(line: FormRow, key: str, seen: dict[Any, int], same: Sequence[Any], leaves: Sequence[Any] = ()) -> bool:
    """Tell whether no line before is the same by any of `same`; where one is, refuse this one and name that.

    `leaves` are what later lines may be the same by, where these are others.
    """
    before = [seen[one] for one in same if one in seen]
    if before:
        line.refuse("duplicate_line", key, first=min(before))
    for one in leaves or same:
        seen.setdefault(one, line.row)
    return not before


def _is_first_of_its_place(line: FormRow, entry: LineEntry, indicator: int, seen: dict[Any, int]) -> bool:
    """Two of one name in one village are two places where both have registry numbers, and these differ.

    Or where they say otherwise what they were called before: that is remarked (`consistency.py`).
    """
    number = registry_key(entry.registry_no)
    by_name = (indicator, entry.kind, entry.village, *full_name_key(entry.name))
    if number is None:
        return _is_first(line, "facility_name", seen, [by_name], [by_name, (*by_name, "without number")])
    by_number = (indicator, entry.kind, number)
    return _is_first(line, "facility_name", seen, [by_number, (*by_name, "without number")], [by_number, by_name])
