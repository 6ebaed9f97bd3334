"""An indicator set as sheets, and back: what is wrong is told of each cell, and all of it at once.

A *table* is a set as its file has it, parsed (`indicators.read_indicator_set`): what a file says is said by sheets, and
the other way round. Pure: who writes or opens a workbook passes its cells.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from verification.claim_form.cells import Cell
from verification.judging.checks import KINDS
from verification.reason import Reason
from verification.sets.faults import faults_between
from verification.sets.indicators import Indicator, IndicatorSet, read_indicator_set
from verification.sets.known import Known
from verification.sets.layout import FIRST_ROW, HEAD, KEY_ROW, SHEETS, SetSheet, Sheets, letter_of
from verification.sets.lost import told_by_causes
from verification.sets.rows import Fault, Rows, SetRow, read_rows
from verification.sets.typed import written

Table = dict[str, Any]


@dataclass(frozen=True)
class ReadSet:
    """What sheets say: a set with its table, or what is wrong, in the order of sheets and rows.

    Where a sheet or a needed column is lost that comes first; so many faults as follow from it are not told. `hidden`
    says what was read though nobody sees it who opens the workbook.
    """

    indicators: IndicatorSet | None
    table: Table
    faults: tuple[Fault, ...]
    following: int = 0
    hidden: tuple[Reason, ...] = ()


def read_sheets(sheets: Sheets, known: Known) -> ReadSet:
    """Read a set from the sheets of a workbook."""
    rows, faults = read_rows(sheets, known)
    broken = {fault.cell for fault in faults}  # what follows of a cell that cannot be read is told of it no more
    between = [fault for fault in faults_between(rows) if fault.cell not in broken]
    lost, others = told_by_causes(rows, faults)
    if lost:
        others.sort(key=_in_order)
        return ReadSet(None, {}, (*sorted(lost, key=_in_order), *others), len(faults) + len(between) - len(lost)
                       - len(others))  # fmt: skip
    faults += between
    if faults:
        return ReadSet(None, {}, tuple(sorted(faults, key=_in_order)))
    table = _table_of(rows)
    try:
        return ReadSet(read_indicator_set(table, known["place"]), table, ())
    except (ValueError, KeyError, TypeError) as unusable:  # nothing known gets here; what does is told and not raised
        return ReadSet(None, {}, (Fault(HEAD, FIRST_ROW, "A", Reason("set_unusable", {"found": str(unusable)[:200]})),))


def _in_order(fault: Fault) -> tuple[int, int, int, str]:
    titles = list(SHEETS)
    at = titles.index(fault.sheet) if fault.sheet in titles else len(titles)
    return at, fault.row, len(fault.column), fault.column


# ── rows to a table


def _table_of(rows: Rows) -> Table:
    head = dict(rows[HEAD][0].values)
    head.pop("points")
    scales: dict[str, list[Table]] = {}
    for row in rows["Skala"]:
        values = _nested(row)
        scales.setdefault(str(values.pop("scale")), []).append({"code": values.pop("answer"), **values})
    listed = {name: [_nested(row) for row in rows[title]] for name, title in _LISTS.items()}
    return head | {name: found for name, found in listed.items() if found} | {
        "scales": [{"code": code, "answers": answers} for code, answers in scales.items()],
        "criteria": [{"strict": False} | _nested(row) for row in rows["Kriteria"]],
        "indicators": [_indicator_of(row, rows) for row in rows["Indikator"]],
    }  # fmt: skip


_LISTS = {"clusters": "Klaster", "breakdowns": "Rincian", "consistency": "Kecocokan", "agencies": "Instansi",
          "counted_once": "Dihitung sekali"}  # fmt: skip
_UNDER = {"checks": "Pemeriksaan", "compares": "Pembandingan", "beyond_a_visit": "Di luar kunjungan"}


def _indicator_of(row: SetRow, rows: Rows) -> Table:
    number = row.values["number"]
    under = {name: [_without(_nested(one), "indicator") for one in rows[title] if one.values["indicator"] == number]
             for name, title in _UNDER.items()}  # fmt: skip
    questions = [_without(_nested(one), "indicator") for one in rows["Pertanyaan"] if one.values["indicator"] == number]
    for question in questions:
        question["answers"] = [_without(_nested(one), "question") for one in rows["Isian"]
                               if one.values["question"] == question["code"]]  # fmt: skip
    return {"facility_kinds": ()} | _nested(row) | {"questions": questions} | {
        name: found for name, found in under.items() if found
    }  # fmt: skip


def _nested(row: SetRow) -> Table:
    """Give a row's values as a file has them: "name.id" as a text's language."""
    found: Table = {}
    for key, value in row.values.items():
        name, _, language = key.partition(".")
        if language:
            found.setdefault(name, {})[language] = value
        else:
            found[name] = value
    return found


def _without(values: Table, key: str) -> Table:
    return {name: value for name, value in values.items() if name != key}


# ── a set to sheets


def as_sheets(indicators: IndicatorSet) -> dict[str, list[list[Cell]]]:
    """Write a set as the rows of each sheet, from `FIRST_ROW` on, its columns in their order."""
    return {title: [_cells(SHEETS[title], values) for values in write(indicators)] for title, write in _WRITES.items()}


def at_their_cells(rows: Mapping[str, Sequence[Sequence[Cell]]]) -> Sheets:
    """Put rows at their cells, below the keys of their columns, as a workbook has them."""
    return {title: {KEY_ROW: dict(_lettered([column.key for column in SHEETS[title].columns]))} | {
        number: dict(_lettered(row)) for number, row in enumerate(found, start=FIRST_ROW)
    } for title, found in rows.items()}  # fmt: skip


def _lettered(row: Sequence[Cell]) -> Iterator[tuple[str, Cell]]:
    return ((letter_of(at), cell) for at, cell in enumerate(row, start=1) if cell is not None)


def _cells(sheet: SetSheet, values: Table) -> list[Cell]:
    found: list[Cell] = []
    for column in sheet.columns:
        name, _, language = column.key.partition(".")
        value = values.get(name)
        if language:
            value = (value or {}).get(language)
        found.append(None if _says_nothing(value) else written(column, value))
    return found


def _says_nothing(value: object) -> bool:
    return value is None or value is False or (isinstance(value, str | tuple | dict) and not value)


def _head(of: IndicatorSet) -> Iterator[Table]:
    yield {"id": of.id, "law": of.law, "valid_from": of.valid_from, "points": of.total}


def _indicators(of: IndicatorSet) -> Iterator[Table]:
    for one in of.indicators:
        yield {"number": one.number, "cluster": one.cluster, "name": one.name, "measure": one.measure,
               "points": one.points, "article": one.article, "claim_kind": str(one.claim_kind),
               "facility_kinds": one.facility_kinds, "observable": one.observable, "data_source": one.data_source,
               "explanation": one.explanation, "sheet": one.sheet, "readings": one.readings,
               "criteria": tuple(criterion.code for criterion in one.criteria)}  # fmt: skip


def _answers(of: IndicatorSet) -> Iterator[Table]:
    for indicator in of.indicators:
        for question in indicator.questions:
            for answer in question.answers:
                yield asdict(answer) | {"question": question.code}


def _scales(of: IndicatorSet) -> Iterator[Table]:
    for scale in {criterion.scale.code: criterion.scale for criterion in of.criteria.values()}.values():
        for seen, text in scale.answers.items():
            yield {"scale": scale.code, "answer": str(seen), "text": text}


def _criteria(of: IndicatorSet) -> Iterator[Table]:
    for one in of.criteria.values():
        yield {"code": one.code, "text": one.text, "source": one.source, "strict": one.strict,
               "scale": one.scale.code, "basis": one.basis, "kinds": one.kinds}  # fmt: skip


def _checks(of: IndicatorSet) -> Iterator[Table]:
    for indicator in of.indicators:
        for check in indicator.checks:
            takes = KINDS[check.kind][1]
            said = {name: value for name, value in asdict(check).items() if name in takes}
            yield said | {"indicator": indicator.number, "kind": check.kind}


def _compares(of: IndicatorSet) -> Iterator[Table]:
    for indicator in of.indicators:
        for one in indicator.compares:
            yield asdict(one) | {"indicator": indicator.number, "same": dict(one.same)}


def _under(rows: Callable[[Indicator], Sequence[Any]]) -> Callable[[IndicatorSet], Iterator[Table]]:
    def write(of: IndicatorSet) -> Iterator[Table]:
        return (asdict(one) | {"indicator": found.number} for found in of.indicators for one in rows(found))

    return write


_WRITES: Mapping[str, Callable[[IndicatorSet], Iterator[Table]]] = {
    HEAD: _head,
    "Klaster": lambda of: map(asdict, of.clusters),
    "Indikator": _indicators,
    "Pertanyaan": _under(lambda indicator: indicator.questions),
    "Isian": _answers,
    "Skala": _scales,
    "Kriteria": _criteria,
    "Pemeriksaan": _checks,
    "Pembandingan": _compares,
    "Di luar kunjungan": _under(lambda indicator: indicator.beyond_a_visit),
    "Rincian": lambda of: map(asdict, of.breakdowns.values()),
    "Kecocokan": lambda of: map(asdict, of.consistency),
    "Instansi": lambda of: map(asdict, of.agencies),
    "Dihitung sekali": lambda of: map(asdict, of.counted_once),
}


def as_plain(indicators: IndicatorSet) -> Table:
    """Give what a set says as plain values, to be kept as its text: by sheet, rows with what they say by key."""
    rows = as_sheets(indicators)
    return {title: [_said(SHEETS[title], row) for row in found] for title, found in rows.items() if found}


def _said(sheet: SetSheet, row: Sequence[Cell]) -> Table:
    pairs = zip(sheet.columns, row, strict=True)
    return {column.key: cell.isoformat() if isinstance(cell, date) else cell for column, cell in pairs
            if cell is not None}  # fmt: skip


def from_plain(plain: Mapping[str, Sequence[Mapping[str, Cell]]], known: Known) -> ReadSet:
    """Read a set from what `as_plain` gave, checked anew."""
    sheets = {title: [[row.get(column.key) for column in SHEETS[title].columns] for row in found]
              for title, found in plain.items() if title in SHEETS}  # fmt: skip
    return read_sheets(at_their_cells(sheets), known)


def restored(plain: Mapping[str, Sequence[Mapping[str, Cell]]], known: Known) -> IndicatorSet:
    """Give a set that was checked when it was kept: what Tilik asks of sets since does not take it away."""
    sheets = {title: [[row.get(column.key) for column in SHEETS[title].columns] for row in found]
              for title, found in plain.items()}  # fmt: skip
    rows, _ = read_rows(at_their_cells(sheets), known)
    return read_indicator_set(_table_of(rows), known["place"])
