"""Forms as a designer mends them: their sheets copied, with rows changed, added or taken out."""

import csv
import shutil
from pathlib import Path

from xlsforms.build import BuiltForm, build
from xlsforms.forms import SHEETS


def edited(folder: Path, sheet: str, name: str, /, **cells: str | None) -> Path:
    """Copy the sheets with the rows of this name changed; without them, where nothing is said of them."""
    sheets = folder / "sheets"
    shutil.copytree(SHEETS, sheets)
    with (sheets / sheet).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert any(row["name"] == name for row in rows)
    changed = [row | {k: v or "" for k, v in cells.items()} if row["name"] == name else row for row in rows]
    columns = list(dict.fromkeys(column for row in changed for column in row))
    with (sheets / sheet).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(row for row in changed if cells or row["name"] != name)
    return sheets


def with_a_question(folder: Path, form_id: str, name: str = "rekaan", **cells: str) -> BuiltForm:
    """Build a form with one more question at its end; a text in two languages, unless `cells` say otherwise."""
    sheets = folder / "sheets"
    if not sheets.exists():
        shutil.copytree(SHEETS, sheets)
    survey = sheets / form_id / "survey.csv"
    with survey.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    labels = {"label::Bahasa Indonesia (id)": "Pertanyaan (fiktif)", "label::English (en)": "Question (made up)"}
    rows.append(dict.fromkeys(rows[0], "") | {"type": "text", "name": name} | labels | cells)
    with survey.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[-1]), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return build(form_id, sheets)
