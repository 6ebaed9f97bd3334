"""Build the forms from their text sheets: CSV in `sheets/`, out come an XLSX for Central and its XForm.

A form is a folder with `survey.csv` and `settings.csv`; `parts/` holds what all forms share, pulled in by a row of
type `include`. What can be seen at a place is a row of type `criterion`: its words and its answers come from the
indicator data, by the name (`criteria.py`). What a row's column `retired` says ends a question: its field stays, since
phones still send it (`published.py`), and nobody is asked it any more. The version is a digest of all rows: an edited
form always gets a new one, an unedited one never.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from openpyxl import Workbook
from pyxform.xls2xform import convert

from xlsforms.criteria import as_question, choices_of, load_set
from xlsforms.designed import Columns, DesignedForm, RawSheets, designed, raw_sheets
from xlsforms.forms import CHILD_FORM, FORMS, OURS, SHEETS
from xlsforms.published import RETIRED

Row = dict[str, str]


@dataclass(frozen=True)
class BuiltForm:
    """A built form, for visits to places of `kinds`. `xlsx` is what Central is given; `xform` its engine reads.

    `criteria` are those it asks, and `modules` the parts of it that a visit plan switches on, in the form's order;
    `survey` and `choices` the rows of its sheets, with all that they include.
    """

    form_id: str
    kinds: tuple[str, ...]
    criteria: tuple[str, ...]
    modules: tuple[str, ...]
    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    title: str
    version: str
    xlsx: bytes
    xform: str
    warnings: tuple[str, ...]


def build(form_id: str, sheets: Path = SHEETS) -> BuiltForm:
    """Build one form.

    Raises UnknownCriterion where it asks what the indicator data does not know, pyxform.errors.PyXFormError where the
    sheets do not make a form.
    """
    (settings,) = _read(sheets / form_id / "settings.csv")
    ours = {column: settings.pop(column) for column in OURS}
    asked = load_set(ours["indicator_set"])
    rows = _with_parts(_read(sheets / form_id / "survey.csv"), sheets)
    survey = list(_retired(as_question(row, asked) for row in rows))
    choices = _used_choices(survey, [*_read(sheets / "parts" / "choices.csv"), *choices_of(asked)])
    version = _digest(survey, choices, [settings])
    sheets_of_form = {"survey": survey, "choices": choices, "settings": [settings | {"version": version}]}
    xlsx, xform, warnings = _converted(json.dumps(sheets_of_form))
    return BuiltForm(
        form_id, title=settings["form_title"], version=version,
        kinds=_words_of("kinds", survey), modules=_words_of("offers", survey),
        criteria=tuple(row["name"] for row in survey if row["name"] in asked.criteria and not _is_retired(row)),
        survey=tuple(survey), choices=tuple(choices),
        xlsx=xlsx, xform=xform, warnings=warnings,
    )  # fmt: skip


@lru_cache(maxsize=64)  # whoever plans what to publish, and then publishes it, builds all forms each time
def _converted(sheets: str) -> tuple[bytes, str, tuple[str, ...]]:
    """Write a form's sheets (JSON, by title) as XLSX, and read that as an XForm, with what pyxform warns of."""
    xlsx = write_xlsx(**json.loads(sheets))
    result = convert(io.BytesIO(xlsx), file_type=".xlsx", validate=False)
    return xlsx, result.xform, tuple(result.warnings)


def build_all() -> list[BuiltForm]:
    """Build every form that phones have."""
    return [build(form_id) for form_id in FORMS]


def build_with_childs() -> list[BuiltForm]:
    """Build every form of the project, also the one that no phone has: the one that children answer on a page."""
    return [*build_all(), build(CHILD_FORM)]


def as_designed(form: BuiltForm, lists: Columns | None = None) -> DesignedForm:
    """Read a built form as a designer would have written it; `lists` has the columns of what phones are given."""
    return designed(_sheets_of(form.xlsx), form.xform, form.warnings, lists=lists)


@lru_cache(maxsize=64)  # as above: reading a workbook takes as long as writing it
def _sheets_of(xlsx: bytes) -> RawSheets:
    return raw_sheets(xlsx)


def _read(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as sheet:
        return list(csv.DictReader(sheet))


def _with_parts(rows: list[Row], sheets: Path) -> Iterator[Row]:
    for row in rows:
        if row["type"] == "include":
            yield from _with_parts(_read(sheets / "parts" / f"{row['name']}.csv"), sheets)
        else:
            yield row


def _retired(rows: Iterable[Row]) -> Iterator[Row]:
    """Hide for good what a column `retired` ends, saying since when and why: a question, or a group with all in it."""
    depth = 0  # of groups within one that is retired
    for row in rows:
        plain = {column: text for column, text in row.items() if column != "retired"}
        begins, ends = (row["type"].startswith(word) for word in ("begin ", "end "))
        is_over = depth > 0 or bool((row.get("retired") or "").strip())
        depth += is_over and begins
        yield plain | {"relevant": RETIRED, "required": ""} if is_over and not ends else plain
        depth -= is_over and ends


def _is_retired(row: Row) -> bool:
    return row.get("relevant") == RETIRED


def _words_of(name: str, survey: list[Row]) -> tuple[str, ...]:
    """Give the words of a form's own calculation: the kinds of place it is for, the modules it offers."""
    return tuple(word for row in survey if row["name"] == name for word in row["calculation"].strip("'").split())


def _used_choices(survey: list[Row], choices: list[Row]) -> list[Row]:
    used = {row["type"].split()[-1] for row in survey if row["type"].startswith("select_")}
    return [row for row in choices if row["list_name"] in used]


def is_of_a_build(version: str | None) -> bool:
    """Tell whether a version's name at Central is one of ours: a digest, perhaps with what Central needs behind it."""
    return re.match(r"[0-9a-f]{12}($|[-\[])", version or "") is not None


def _digest(*sheets: list[Row]) -> str:
    text = "\n".join(repr(sorted(row.items())) for rows in sheets for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def write_xlsx(**sheets: list[Row]) -> bytes:
    """Write every cell as text, or codes such as 3471 would come back as numbers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        for number, row in enumerate([dict(zip(columns, columns, strict=True)), *rows], start=1):
            for position, column in enumerate(columns, start=1):
                cell = sheet.cell(number, position, row.get(column) or None)
                cell.number_format = "@"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
