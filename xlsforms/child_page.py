"""What children are asked, as their page shows it: worked out of the form's rows, so that page and form cannot differ.

Whatever the page could not show as the form has it, is refused here. A condition is one of `selected('a b', ${q})`:
of the place's kind, which the session gives; of an answer, for a whole group, which then ends for every other answer;
or for a note, which is what a child reads after that answer.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from xlsforms.build import BuiltForm, Row
from xlsforms.criteria import LANGUAGES

SESSION, PLACE_KIND = "session", "place_kind"  # the group that a session fills in, and which place is meant in it
AGAIN = "tell"  # the answer after which the same is asked once more
_CONDITION = re.compile(r"selected\('([^']+)', \$\{(\w+)\}\)")
Said = dict[str, str]  # by language


class NotForThePage(ValueError):
    """A row that the page could not show as the form has it; its text is for who edits the sheet."""


def child_page(form: BuiltForm) -> dict[str, Any]:
    """Give the page of a form: {"version", "title", "kinds", "intro", "questions", "outro"}.

    A question has `name`, `label`, `picture`, `kinds` (of places at which it is asked; none: at all) and `choices`. A
    choice that ends it has what is then said, in `ends`, or in `again` where the question is asked once more. The page
    offers these too, and sends none of them. Raises NotForThePage.
    """
    rows = list(_rows(form))
    at = next(number for number, (row, _) in enumerate(rows) if _is_question(row))
    return {
        "version": form.version,
        "title": dict.fromkeys(LANGUAGES, form.title),
        "kinds": _choice_names(form, PLACE_KIND),
        "intro": [_label(row) for row, _ in rows[:at]],
        "questions": [_question(form, row, groups, rows) for row, groups in rows if _is_question(row)],
        "outro": [_label(row) for row, groups in rows[at:] if row["type"] == "note" and not _condition(row)],
    }


def _rows(form: BuiltForm) -> Iterator[tuple[Row, tuple[Row, ...]]]:
    """Give what the page shows, each with the groups it lies in; without what a session fills in."""
    groups: list[Row] = []
    for row in form.survey:
        match row["type"].split():
            case ["begin", "group"]:
                groups.append(row)
            case ["end", "group"]:
                groups.pop()
            case ["note"] | ["select_one", _]:
                if all(group["name"] != SESSION for group in groups):
                    yield row, tuple(groups)
            case _:
                if all(group["name"] != SESSION for group in groups):
                    raise NotForThePage(f"{row['name']}: the page asks no {row['type']}")


def _is_question(row: Row) -> bool:
    return row["type"].startswith("select_one")


def _question(form: BuiltForm, row: Row, groups: tuple[Row, ...], rows: list[tuple[Row, tuple[Row, ...]]]) -> Any:
    name = row["name"]
    for group in groups:
        _only_after(name, group)
    goes_on = {answer for group in form.survey if group["type"] == "begin group"
               for question, answers in _condition(group) if question == name for answer in answers}  # fmt: skip
    said = [(answers, _label(note)) for note, _ in rows if note["type"] == "note"
            for question, answers in _condition(note) if question == name]  # fmt: skip
    return {
        "name": name,
        "label": _label(row),
        "picture": f"{name}.svg",
        "kinds": _kinds(row),
        "choices": [
            {"name": choice["name"], "label": _label(choice), "picture": f"choice_{choice['name']}.svg"}
            | ({} if not goes_on or choice["name"] in goes_on else
               {"again" if choice["name"] == AGAIN else "ends":
                [words for answers, words in said if choice["name"] in answers]})
            for choice in _choices(form, row)
        ],
    }  # fmt: skip


def _only_after(name: str, group: Row) -> None:
    """Refuse a group that is asked by the kind of place: its questions say that themselves."""
    if any(question == PLACE_KIND for question, _ in _condition(group)):
        raise NotForThePage(f"{name}: let the question itself say at which kinds of place it is asked")


def _kinds(row: Row) -> list[str] | None:
    kinds = [kind for question, answers in _condition(row) for kind in answers if question == PLACE_KIND]
    if _condition(row) and not kinds:
        raise NotForThePage(f"{row['name']}: a question is asked by the kind of place alone")
    return kinds or None


def _condition(row: Row) -> list[tuple[str, list[str]]]:
    """Read when a row is there: none or one condition. Raises NotForThePage for any other."""
    relevant = row.get("relevant", "")
    found = _CONDITION.fullmatch(relevant)
    if relevant and not found:
        raise NotForThePage(f"{row['name']}: the page cannot tell when this is: {relevant}")
    return [(found[2], found[1].split())] if found else []


def _choices(form: BuiltForm, row: Row) -> list[Row]:
    if row.get("choice_filter") or row.get("constraint"):
        raise NotForThePage(f"{row['name']}: the page offers all choices of a list")
    return [choice for choice in form.choices if choice["list_name"] == row["type"].split()[1]]


def _choice_names(form: BuiltForm, name: str) -> list[str]:
    (row,) = (row for row in form.survey if row["name"] == name)
    return [choice["name"] for choice in _choices(form, row)]


def _label(row: Mapping[str, str]) -> Said:
    return {code: row[f"label::{column}"] for code, column in LANGUAGES.items()}
