"""Small forms made from rows, and what pyxform makes of them."""

import json
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any

from pyxform.xls2xform import convert

from xlsforms.build import Row, write_xlsx
from xlsforms.designed import Columns, DesignedForm, RawSheets, designed, raw_sheets

Sheets = Mapping[str, list[Row]]

YES_NO = [
    {"list_name": "yes_no", "name": "yes", "label": "Ya"},
    {"list_name": "yes_no", "name": "no", "label": "Tidak"},
]
SETTINGS = {"form_title": "Rekaan", "form_id": "rekaan", "version": "1"}
PICKED = {"type": "select_one_from_file tempat.csv", "name": "tempat", "label": "Tempat"}
END_GROUP, END_REPEAT = {"type": "end group"}, {"type": "end repeat"}


def row(kind: str, name: str, **cells: str) -> Row:
    """Make a row of the survey sheet, with a label unless nobody is asked."""
    label = {} if kind in ("calculate", "today") else {"label": "Pertanyaan"}
    return {"type": kind, "name": name} | label | cells


def survey(*rows: Row, settings: Mapping[str, str] = SETTINGS, **sheets: list[Row]) -> Sheets:
    """Make a form's sheets; `yes_no` is among its choices where it is used."""
    choices = {"choices": YES_NO} if any("yes_no" in row["type"] for row in rows) else {}
    return {"survey": list(rows), "settings": [dict(settings)]} | choices | sheets


def made(sheets: Sheets, lists: Columns | None = None) -> DesignedForm:
    """Convert a form, and read it as its designer wrote it."""
    raw, xform, warnings = _converted(json.dumps(sheets))
    return designed(raw, xform, warnings, lists=lists)


@cache  # most forms are made by several tests, and each time takes 20 ms
def _converted(sheets: str) -> tuple[RawSheets, str, list[str]]:
    xlsx: bytes = write_xlsx(**json.loads(sheets))
    result: Any = convert(BytesIO(xlsx), file_type=".xlsx")
    return raw_sheets(xlsx), result.xform, result.warnings
