"""An indicator set as sheets of a workbook: which there are, their columns, and what each column takes.

A sheet's first row has the keys of its columns, in whatever order; its second says what they are, for people; from the
third on stands what it says. Keys and codes are the same as in a set's file.
"""

from collections.abc import Mapping

from verification.claim_form.cells import Cell
from verification.record import record

KEY_ROW, WORDS_ROW, FIRST_ROW = 1, 2, 3
LAST_ROW = 5_000

# how a cell is read
TEXT, CODE, WORD, SMALL, CODES, NAMES, WHOLE, WHOLES, NUMBER, YES_NO, DAY, PAIRS = (
    "text", "code", "word", "small", "codes", "names", "whole", "wholes", "number", "yes_no", "day", "pairs",
)  # fmt: skip


@record
class SetColumn:
    """A column: its key, how its cells are read, and how long a code or text may be (as the tables that keep it take).

    `known`: what it may name, a list of codes (`known.py`) or another sheet's column ("Klaster.code"). `needed`: no row
    goes without it. A key "name.id" is the Indonesian of a text; where one language is written the other has to be.
    """

    key: str
    reads: str = TEXT
    known: str = ""
    needed: bool = False
    longest: int = 20_000


@record
class SetSheet:
    """A sheet; no two of its rows have the same in `once`. `needed`: a set has rows there."""

    title: str
    columns: tuple[SetColumn, ...]
    once: tuple[str, ...] = ()
    needed: bool = False

    def column(self, key: str) -> SetColumn:
        """Give a column by its key."""
        return next(column for column in self.columns if column.key == key)


LONGEST_CODE = 20  # of an answer, in the tables of claims
LONGEST_QUESTION = 10
LONGEST_CLUSTER = 30


def _said(key: str, *, needed: bool = False) -> tuple[SetColumn, SetColumn]:
    """Give the two columns of a text in both languages."""
    return SetColumn(f"{key}.id", needed=needed), SetColumn(f"{key}.en", needed=needed)


def _code(key: str = "code", longest: int = LONGEST_CODE, reads: str = WORD) -> SetColumn:
    """Give the column of a thing's own code; one that reasons name is written as they may say it."""
    return SetColumn(key, reads, needed=True, longest=longest)


def _one(key: str, known: str, *, needed: bool = False) -> SetColumn:
    return SetColumn(key, CODE, known, needed=needed)


def _some(key: str, known: str, *, needed: bool = False) -> SetColumn:
    return SetColumn(key, CODES, known, needed=needed)


_INDICATOR = SetColumn("indicator", WHOLE, "Indikator.number", needed=True)
_ANSWERS, _CRITERIA = "Isian.code", "Kriteria.code"
HEAD = "Perangkat"
SHEETS: Mapping[str, SetSheet] = {sheet.title: sheet for sheet in (
    SetSheet(HEAD, (
        _code("id", 60, CODE), SetColumn("law", needed=True), SetColumn("valid_from", DAY, needed=True),
        SetColumn("points", NUMBER, needed=True),
    ), needed=True),
    SetSheet("Klaster", (
        _code(longest=LONGEST_CLUSTER, reads=CODE), *_said("name", needed=True),
        SetColumn("points", NUMBER, needed=True), SetColumn("article", needed=True), *_said("budget"),
    ), ("code",), needed=True),
    SetSheet("Indikator", (
        SetColumn("number", WHOLE, needed=True), _one("cluster", "Klaster.code", needed=True),
        *_said("name", needed=True), *_said("measure", needed=True), SetColumn("points", NUMBER, needed=True),
        SetColumn("article", needed=True), _one("claim_kind", "claim_kind", needed=True),
        _some("facility_kinds", "place"), *_said("observable", needed=True), SetColumn("data_source", needed=True),
        *_said("explanation"), SetColumn("sheet", TEXT, "sheet"), _some("criteria", _CRITERIA),
        _some("readings", "reading"),
    ), ("number",), needed=True),
    SetSheet("Pertanyaan", (
        _INDICATOR, _code(longest=LONGEST_QUESTION), *_said("text", needed=True),
    ), ("code",), needed=True),
    SetSheet("Isian", (
        _one("question", "Pertanyaan.code", needed=True), _code(), _one("kind", "answer", needed=True),
        *_said("label", needed=True), SetColumn("unit", longest=100), SetColumn("two_years", YES_NO),
        SetColumn("counts_children", YES_NO), SetColumn("counts_places", YES_NO), SetColumn("counts_shelters", YES_NO),
        SetColumn("share", YES_NO), SetColumn("counts_rows", YES_NO), _one("counts_level", "level"),
        _one("budget_of", "Klaster.code"),
    ), ("code",), needed=True),
    SetSheet("Skala", (
        _code("scale", 40, SMALL), _one("answer", "seen", needed=True), *_said("text", needed=True),
    ), ("scale", "answer")),
    SetSheet("Kriteria", (
        _code(longest=40, reads=SMALL), *_said("text", needed=True), _one("source", "source", needed=True),
        SetColumn("strict", YES_NO), _one("scale", "Skala.scale", needed=True), SetColumn("basis", needed=True),
        _some("kinds", "place"),
    ), ("code",)),
    SetSheet("Pemeriksaan", (
        _INDICATOR, _one("kind", "check", needed=True), _one("of", "of"), SetColumn("count", WHOLE),
        _some("criteria", _CRITERIA),
    )),
    SetSheet("Pembandingan", (
        _INDICATOR, _one("kind", "compare", needed=True), _some("answers", _ANSWERS), _some("whole", _ANSWERS),
        _one("direction", "direction"), SetColumn("at_least", NUMBER), SetColumn("at_most", NUMBER),
        SetColumn("benchmark", CODE, longest=40), _one("criterion", _CRITERIA), _some("criteria", _CRITERIA),
        _one("column", "chosen_column"), _one("question", "chosen_question"), SetColumn("same", PAIRS),
        _one("topic", "topic"), _one("asked", "asked"), _one("against", "heard"), SetColumn("children", YES_NO),
        SetColumn("protected", YES_NO), SetColumn("share", YES_NO), _some("breakdowns", "Rincian.code"),
    )),
    SetSheet("Di luar kunjungan", (
        _INDICATOR, _code(longest=40, reads=SMALL), *_said("text", needed=True), SetColumn("of_the_law", YES_NO),
    ), ("indicator", "code")),
    SetSheet("Rincian", (
        _code(), _INDICATOR, _some("by", "margin", needed=True), *_said("label", needed=True),
        SetColumn("two_years", YES_NO), SetColumn("protected", YES_NO), _one("areas", "areas"),
        _some("total", _ANSWERS),
    ), ("code",)),
    SetSheet("Kecocokan", (
        _one("kind", "fits", needed=True), _some("left", _ANSWERS, needed=True), _some("right", _ANSWERS),
        _some("part", _ANSWERS),
    )),
    SetSheet("Instansi", (SetColumn("name", longest=300), SetColumn("called", NAMES, needed=True))),
    SetSheet("Dihitung sekali", (
        SetColumn("indicators", WHOLES, "Indikator.number", needed=True), SetColumn("because", needed=True),
    )),
)}  # fmt: skip

Cells = Mapping[int, Mapping[str, Cell]]  # by row, then by column's letter
Sheets = Mapping[str, Cells]  # by title


def letter_of(number: int) -> str:
    """Name a column of a sheet by its place, from 1: A to Z, then AA."""
    before, last = divmod(number - 1, 26)
    return (letter_of(before) if before else "") + chr(65 + last)
