"""What converts and validates without a word and fails in the field: a rule for each, for any form.

Each was seen to pass pyxform and ODK Validate and to go wrong when the form was filled in; tests/xlsforms/test_lint.py
has a form for each that breaks it. The rules of our own forms alone are in `house_rules.py`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyxform import aliases

from xlsforms.designed import DesignedForm, SheetRow, knows
from xlsforms.expressions import (
    ARGUMENTS,
    FUNCTIONS,
    bare_names,
    calls,
    is_a_word,
    is_one_question,
    looked_up,
    references,
    taken_over,
)

# columns for whoever reads a sheet
NOTES = frozenset({"catatan", "keterangan", "note", "notes", "comment", "comments"})
CONDITIONS = ("required", "read_only", "relevant", "constraint", "create_if", "update_if")
RESULTS = ("calculation", "repeat_count", "entity_id", "instance_name", "label")
TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "audio", "video",
              "big-image")  # fmt: skip
NEVER_CHANGED = ("calculate", "start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit")
DATES = ("today", "date")

_PARAMETER = re.compile(r"\b(value|label)\s*=\s*([\w.-]+)")


@dataclass(frozen=True)
class Finding:
    """What is wrong with a row of a sheet; its sentence is `lint.<code>`, said with `values`."""

    code: str
    sheet: str = ""
    row: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


Rule = Callable[[DesignedForm], Iterator[Finding]]


def lint(form: DesignedForm, rules: Iterable[Rule] = ()) -> list[Finding]:
    """Find what is wrong with a form, by the rules for any form and by more, in the order of the rules."""
    return [finding for rule in (*RULES, *rules) for finding in rule(form)]


# ── what pyxform itself says


def what_pyxform_says(form: DesignedForm) -> Iterator[Finding]:
    """What it refuses is no form; what it warns of it converts all the same, and mostly nobody reads it."""
    if "survey" not in form.columns and not form.refused:
        yield Finding("no_survey", "survey")
    if form.refused:
        yield Finding("pyxform_refuses", values={"text": form.refused})
    yield from (Finding("pyxform_warns", values={"text": warning}) for warning in form.warnings)


# ── columns, settings, languages


def unknown_columns(form: DesignedForm) -> Iterator[Finding]:
    """A column that pyxform does not know (`wajib`, `versi`) is left out: nothing in it happens."""
    for sheet in ("survey", "settings"):
        for column in form.columns.get(sheet, ()):
            if not knows(sheet, column) and column.casefold() not in NOTES:
                yield Finding("unknown_column", sheet, "", {"column": column})


def words_for_conditions(form: DesignedForm) -> Iterator[Finding]:
    """`ya` is to XPath a question of that name, which is not there: never required, never shown, never made."""
    for sheet, row, column in _words(form, CONDITIONS):
        yield Finding("word_for_condition", sheet, _named(row), {"column": column, "text": row[column]})


def words_for_results(form: DesignedForm) -> Iterator[Finding]:
    """A word that lacks its quotation marks is such a question too: what is calculated from it is empty."""
    for sheet, row, column in _words(form, RESULTS):
        yield Finding("word_for_result", sheet, _named(row), {"column": column, "text": row[column]})


def _words(form: DesignedForm, columns: Iterable[str]) -> Iterator[tuple[str, SheetRow, str]]:
    """Give the cells of these columns that are a word and nothing else, and not one that means yes or no."""
    for sheet, row, column in _expressions(form, columns):
        if is_a_word(row[column]) and row[column] not in aliases.yes_no:
            yield sheet, row, column


def functions_are_there(form: DesignedForm) -> Iterator[Finding]:
    """Validate calls no function of a constraint, nor one behind an `and` or in an `if`; Collect ends where it does."""
    for sheet, row, column, (function, _) in _calls(form):
        if function not in FUNCTIONS:
            yield Finding("unknown_function", sheet, _named(row), {"column": column, "function": function})


def functions_have_their_arguments(form: DesignedForm) -> Iterator[Finding]:
    """The same of a function with one argument too few, or too many."""
    for sheet, row, column, (function, count) in _calls(form):
        if count != ARGUMENTS.get(function, count):
            values = {"column": column, "function": function, "count": str(ARGUMENTS[function])}
            yield Finding("other_arguments", sheet, _named(row), values)


def _calls(form: DesignedForm) -> Iterator[tuple[str, SheetRow, str, tuple[str, int]]]:
    for sheet, row, column in _expressions(form, (*CONDITIONS, *RESULTS, "choice_filter")):
        yield from ((sheet, row, column, call) for call in calls(row[column]))


def _expressions(form: DesignedForm, columns: Iterable[str]) -> Iterator[tuple[str, SheetRow, str]]:
    """Give the cells of these columns; a label is an expression among entities alone."""
    for sheet, row in _all_rows(form):
        yield from ((sheet, row, column) for column in columns
                    if row[column] and (column != "label" or sheet == "entities"))  # fmt: skip


def no_version(form: DesignedForm) -> Iterator[Finding]:
    """Central takes no second version of a form whose versions have no names, or tells them apart by nothing."""
    if form.survey and not form.settings["version"]:
        yield Finding("no_version", "settings")


def form_id_in_addresses(form: DesignedForm) -> Iterator[Finding]:
    """A form's id stands in addresses and in names of files; a blank in it is written differently by each program."""
    if re.search(r"[^\w.-]", form.settings["form_id"]):
        yield Finding("form_id_in_addresses", "settings", "", {"form_id": form.settings["form_id"]})


def default_language_is_there(form: DesignedForm) -> Iterator[Finding]:
    """A default that no column has is nobody's: phones open the form in whichever language comes first."""
    default, (named, plain) = form.settings["default_language"], _languages(form)
    if default and named and default not in named and not plain:
        values = {"language": default, "languages": ", ".join(sorted(named))}
        yield Finding("default_language", "settings", "", values)


def no_language_called_default(form: DesignedForm) -> Iterator[Finding]:
    """`label` beside `label::English (en)` makes a language named "default", in which half of the form is blank."""
    named, plain = _languages(form)
    if named and plain and not form.settings["default_language"]:
        yield Finding("language_called_default", plain[0], "", {"column": plain[1]})


def _languages(form: DesignedForm) -> tuple[set[str], tuple[str, str] | None]:
    """Name the languages that columns have, and a column (with its sheet) that has none."""
    written = [(sheet, *column.partition("::")[::2]) for sheet in ("survey", "choices")
               for column in form.columns.get(sheet, ())]  # fmt: skip
    spoken = [(sheet, column, language) for sheet, column, language in written if column in TRANSLATED]
    plain = next(((sheet, column) for sheet, column, language in spoken if not language), None)
    return {language for _, _, language in spoken if language}, plain


# ── lists


def columns_of_lists(form: DesignedForm) -> Iterator[Finding]:
    """A filter or lookup that names a column which the list does not have finds nothing, on every phone."""
    for sheet, row in _all_rows(form):
        for list_name, column in _looked_up(row):
            columns = _columns_of(form, list_name)
            if columns is not None and column not in columns:
                yield Finding("no_such_column", sheet, _named(row),
                              {"list": list_name, "column": column})  # fmt: skip


def places_on_a_map(form: DesignedForm) -> Iterator[Finding]:
    """A map of choices draws what `geometry` says; without that column it is empty, and nothing can be chosen."""
    for row in form.survey:
        columns = _columns_of(form, row.choices_in)
        if "map" in row["appearance"].split() and columns is not None and "geometry" not in columns:
            yield Finding("no_geometry", "survey", row.name, {"list": row.choices_in})


def _looked_up(row: SheetRow) -> Iterator[tuple[str, str]]:
    """Give each column that a row's expressions name, with its list."""
    for text in row.cells.values():
        yield from looked_up(text)
    yield from ((row.choices_in, name) for name in bare_names(row["choice_filter"]))
    if row.choices_in.endswith(".csv"):
        columns = {"value": "name", "label": "label"} | dict(_PARAMETER.findall(row["parameters"]))
        yield from ((row.choices_in, name) for name in columns.values())


def _columns_of(form: DesignedForm, list_name: str) -> frozenset[str] | None:
    """Give the columns of a list, by its file's name with or without ending, or of choices; None if not known."""
    file = list_name if list_name.endswith(".csv") else f"{list_name}.csv"
    if file in form.lists:
        return form.lists[file]
    if list_name and any(row["list_name"] == list_name for row in form.choices):
        return frozenset({"name", "label", *(column.partition("::")[0] for column in form.columns["choices"])})
    return None


# ── what is calculated


def triggers_calculate(form: DesignedForm) -> Iterator[Finding]:
    """A trigger sets the calculation; without one it sets nothing, and so wipes what was answered."""
    for row in form.survey:
        if row["trigger"] and not row["calculation"] and not row.kind.startswith("background"):
            yield Finding("trigger_wipes", "survey", row.name)


def triggers_follow_what_hides_them(form: DesignedForm) -> Iterator[Finding]:
    """Who takes an answer back by an earlier question triggers nothing: what was copied from it stays."""
    for row in form.survey:
        triggers = references(row["trigger"])
        if not row["calculation"]:
            continue
        follows = {*triggers, *_answers_behind(form, _relevance(row))}
        for name in references(row["calculation"]):
            if name in triggers and (shown := form.by_name.get(name)):
                hiding = sorted(_answers_behind(form, _relevance(shown)) - follows)
                if hiding:
                    yield Finding("trigger_forgets", "survey", row.name,
                                  {"question": name, "hiding": ", ".join(hiding)})  # fmt: skip
                    break


def dates_as_text(form: DesignedForm) -> Iterator[Finding]:
    """A date taken over as it is becomes a moment in Collect and a day in the browser: two texts for one answer."""
    dates = {row.name for row in form.survey if row.kind in DATES}
    for row in form.survey:
        if row.kind in ("calculate", "text", "hidden"):
            for name in sorted(dates & set(taken_over(row["calculation"]))):
                yield Finding("date_as_text", "survey", row.name, {"question": name})


def _relevance(row: SheetRow) -> str:
    return " ".join(one["relevant"] for one in (*row.groups, row))


def _answers_behind(form: DesignedForm, expression: str) -> set[str]:
    """Name the questions whose answers an expression comes to depend on, through calculations."""
    rows, found, waiting = form.by_name, set[str](), references(expression)
    while waiting:
        name = waiting.pop()
        if name not in found and name in rows:
            found.add(name)
            waiting += references(rows[name]["calculation"]) if rows[name].kind == "calculate" else []
    return {name for name in found if rows[name].kind not in NEVER_CHANGED}


# ── repeats


def counts_of_none(form: DesignedForm) -> Iterator[Finding]:
    """Collect keeps one repetition where the count is blank or 0: it asks what is required there, and is sent."""
    for repeat in _counted(form):
        if not repeat["relevant"]:
            yield Finding("repeat_of_none", "survey", repeat.name, {"count": repeat["repeat_count"]})


def counts_made_lower(form: DesignedForm) -> Iterator[Finding]:
    """Collect keeps repetitions beyond a count that was lowered later, the browser drops them: two results."""
    for repeat in _counted(form):
        inside = [row for row in form.survey if repeat in row.groups and row.kind not in ("group", "repeat")]
        if not all("position(" in _relevance_within(repeat, row) for row in inside):
            yield Finding("repeat_made_lower", "survey", repeat.name, {"count": repeat["repeat_count"]})


def repeats_of_none(form: DesignedForm) -> Iterator[Finding]:
    """A free repeat begins with one repetition: where there is none of it, what is required there forbids sending."""
    for repeat in _repeats(form):
        asks = [row for row in form.survey if row.repeat is repeat and (row.means("required") or row["save_to"])]
        if not repeat["repeat_count"] and any(not _relevance(row).strip() for row in asks):
            yield Finding("repeat_begins_with_one", "survey", repeat.name)


def _repeats(form: DesignedForm) -> Iterator[SheetRow]:
    yield from (row for row in form.survey if row.kind == "repeat")


def _counted(form: DesignedForm) -> Iterator[SheetRow]:
    """Give the repeats whose count is no number that stands there."""
    yield from (row for row in _repeats(form) if row["repeat_count"] and not row["repeat_count"].isdecimal())


def _relevance_within(repeat: SheetRow, row: SheetRow) -> str:
    return " ".join(one["relevant"] for one in (*row.groups[row.groups.index(repeat) + 1 :], row))


# ── entities


def entities_are_declared(form: DesignedForm) -> Iterator[Finding]:
    """pyxform leaves an entity out without a word where its label is asked in a repeat and what is saved is not."""
    for entity in form.entities:
        if form.xform and entity["list_name"] and f'dataset="{entity["list_name"]}"' not in form.xform:
            yield Finding("entity_left_out", "entities", _named(entity))


def entities_have_labels(form: DesignedForm) -> Iterator[Finding]:
    """Central makes no entity without a label, and says so to nobody who filled in the form."""
    for entity in form.entities:
        asked = _asked(form, entity["label"])
        if asked and (entity["create_if"] or not entity["entity_id"]) and _may_be_blank(asked, entity["create_if"]):
            yield Finding("entity_without_label", "entities", _named(entity), {"question": asked.name})


def entities_are_legible(form: DesignedForm) -> Iterator[Finding]:
    """Central cannot read what is encrypted: it makes no entity of it."""
    if form.settings["public_key"]:
        yield from (Finding("entity_encrypted", "entities", _named(entity)) for entity in form.entities)


def entities_have_ids(form: DesignedForm) -> Iterator[Finding]:
    """Central knows an entity by its UUID alone: what somebody types, another list's code or nothing updates none."""
    for entity in form.entities:
        if asked := _asked(form, entity["entity_id"]):
            if not _picks(asked, entity["list_name"]):
                yield Finding("entity_id_typed", "entities", _named(entity), {"question": asked.name})
            elif not entity["update_if"] and _may_be_blank(asked, ""):
                yield Finding("entity_without_id", "entities", _named(entity), {"question": asked.name})


def entities_of_gated_repeats(form: DesignedForm) -> Iterator[Finding]:
    """The browser's engine gives no id to the first entity of a repeat that is shown later; an inner group has one."""
    for repeat in _repeats(form):
        if repeat["relevant"] and any(row["save_to"] and row.groups[-1:] == (repeat,) for row in form.survey):
            yield Finding("entity_in_gated_repeat", "survey", repeat.name)


def _asked(form: DesignedForm, expression: str) -> SheetRow | None:
    """Give the question whose answer an expression is, if it is one that somebody answers."""
    row = form.by_name.get("".join(references(expression))) if is_one_question(expression) else None
    return row if row and row.kind not in NEVER_CHANGED else None


def _may_be_blank(row: SheetRow, condition: str) -> bool:
    """Tell whether a question may have no answer under a condition; one that names it is taken to ask just that."""
    is_hidden = _relevance(row).strip() and not condition and row.repeat is None
    return row.name not in references(condition) and bool(is_hidden or not row.means("required"))


def _picks(row: SheetRow, list_name: str) -> bool:
    value = dict(_PARAMETER.findall(row["parameters"])).get("value", "name")
    return row.kind.endswith("_from_file") and row.choices_in == f"{list_name}.csv" and value == "name"


# ── what rules share


def _all_rows(form: DesignedForm) -> Iterator[tuple[str, SheetRow]]:
    yield from (("survey", row) for row in form.survey)
    yield "settings", form.settings
    yield from (("entities", row) for row in form.entities)


def _named(row: SheetRow) -> str:
    """Name a row as its sheet does."""
    return row.name or row["list_name"]


RULES: tuple[Rule, ...] = (
    what_pyxform_says, unknown_columns, words_for_conditions, words_for_results, functions_are_there,
    functions_have_their_arguments, no_version, form_id_in_addresses,
    default_language_is_there, no_language_called_default, columns_of_lists, places_on_a_map, triggers_calculate,
    triggers_follow_what_hides_them, dates_as_text, counts_of_none, counts_made_lower, repeats_of_none,
    entities_are_declared, entities_have_labels, entities_are_legible, entities_have_ids, entities_of_gated_repeats,
)  # fmt: skip
