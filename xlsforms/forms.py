"""Which forms there are, and what the submissions of each are read as: as the settings of their sheets say."""

import csv
from collections.abc import Mapping
from pathlib import Path

VISIT = "visit"  # what most forms are read as
CHILD = "child"  # what children answer on a page: no phone has the form, and no visit is made of it
SHEETS = Path(__file__).parent / "sheets"
OURS = ("read_as", "indicator_set")  # settings that are no columns of an XLSForm


def _read_as() -> dict[str, str]:
    found = {}
    for settings in sorted(SHEETS.glob("*/settings.csv")):
        with settings.open(newline="", encoding="utf-8") as file:
            (row,) = csv.DictReader(file)
        found[row["form_id"]] = row["read_as"]
    return found


_ALL = _read_as()
FORMS: Mapping[str, str] = {form_id: read_as for form_id, read_as in _ALL.items() if read_as != CHILD}  # on phones
(CHILD_FORM,) = _ALL.keys() - FORMS.keys()
