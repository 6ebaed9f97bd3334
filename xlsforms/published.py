"""The fields that each form ever went out with, in `published/`: what phones sent outlives the sheet it came from.

A row for each field: its name, its type, the repeat it lies in, when it is required, its choices, and since which
version it is there. A release adds what is new (`note`); nothing ever leaves. A form that goes on keeps all of it, or
what was filled in with an older version would read as something else, or not at all.
"""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from xlsforms.designed import DesignedForm, SheetRow

FOLDER = Path(__file__).parent / "published"
NO_FIELDS = ("group", "repeat", "note")
RETIRED = "false()"  # when a question is asked that nobody is to be asked any more


class PublishedField(NamedTuple):
    """A field as it went out. `choices` are its values, or the file that has them; `required` is the sheet's cell."""

    name: str
    type: str
    repeat: str
    required: str
    choices: tuple[str, ...]
    since: str


def fields_of(form: DesignedForm) -> Iterator[PublishedField]:
    """Give the fields of a form as it stands."""
    choices: dict[str, list[str]] = {}
    for row in form.choices:
        choices.setdefault(row["list_name"], []).append(row.name)
    for row in form.survey:
        if row.kind not in NO_FIELDS:
            values = choices.get(row.choices_in, [row.choices_in] if row.choices_in else [])
            repeat = row.repeat.name if row.repeat else ""
            yield PublishedField(row.name, row.kind, repeat, _required(row), tuple(values), form.settings["version"])


def _required(row: SheetRow) -> str:
    return row["required"] if row.means("required") else ""


def note(form: DesignedForm, folder: Path = FOLDER) -> int:
    """Add to the record what is new in a form that goes out; returns how many rows are new or have new choices."""
    form_id = form.settings["form_id"]
    known = published(form_id, folder)
    after = dict(known)
    for now in fields_of(form):
        before = known.get(now.name, now)
        after[now.name] = before._replace(
            choices=tuple(dict.fromkeys((*before.choices, *now.choices))),
            required=before.required and now.required,  # optional once is optional for good
        )
    _write(folder / f"{form_id}.csv", after)
    return sum(field != known.get(name) for name, field in after.items())


def published(form_id: str, folder: Path = FOLDER) -> dict[str, PublishedField]:
    """Read the fields that a form ever went out with, by name; none of one that never did."""
    return dict(_read(folder / f"{form_id}.csv"))


@cache
def went_out(form_id: str) -> dict[str, PublishedField]:
    """Give this checkout's record of a form."""
    return published(form_id)


def _read(file: Path) -> Iterator[tuple[str, PublishedField]]:
    if file.exists():
        with file.open(newline="", encoding="utf-8") as sheet:
            for row in csv.DictReader(sheet):
                yield row["name"], PublishedField(**row | {"choices": tuple(row["choices"].split())})


def _write(file: Path, fields: dict[str, PublishedField]) -> None:
    with file.open("w", newline="", encoding="utf-8") as sheet:
        rows = csv.writer(sheet, lineterminator="\n")
        rows.writerow(PublishedField._fields)
        rows.writerows(field._replace(choices=" ".join(field.choices)) for field in fields.values())  # type: ignore[arg-type]
