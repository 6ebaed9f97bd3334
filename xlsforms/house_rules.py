"""What our own forms keep beyond what any form has to: both languages, nobody's name, no answer a phone may lack."""

from collections import Counter
from collections.abc import Iterator

from xlsforms.child_rules import CHILD_RULES
from xlsforms.designed import DesignedForm
from xlsforms.lint import Finding, Rule
from xlsforms.published import PublishedField, fields_of, went_out

LANGUAGES = ("Bahasa Indonesia (id)", "English (en)")
_ASKED = ("text", "integer", "decimal", "date", "geopoint", "image", "note", "select_one", "select_multiple",
          "select_one_from_file", "select_multiple_from_file")  # fmt: skip
_ASKS_A_PERSON = ("nik", "nisn", "birth", "child_name", "email", "phone")


def both_languages(form: DesignedForm) -> Iterator[Finding]:
    """Whoever fills a form in reads it in one of two languages, also what is said where an answer is refused."""
    for row in form.survey:
        needed = (["label"] if row.kind in _ASKED else []) + (["constraint_message"] if row["constraint"] else [])
        for column in needed:
            for language in LANGUAGES:
                if not row[f"{column}::{language}"]:
                    yield Finding("not_in_both_languages", "survey", row.name, {"column": f"{column}::{language}"})


def nobody_is_asked_for(form: DesignedForm) -> Iterator[Finding]:
    """A visit is to a place: no form has a field for a person's number, birthday or address."""
    for row in form.survey:
        if any(word in row.name for word in _ASKS_A_PERSON):
            yield Finding("asks_for_a_person", "survey", row.name)


def no_fix_or_camera_is_required(form: DesignedForm) -> Iterator[Finding]:
    """A phone may have no fix or camera where it is, and its visit counts all the same."""
    for row in form.survey:
        if row.kind in ("geopoint", "image") and row["required"]:
            yield Finding("phone_may_lack_it", "survey", row.name)


def no_name_twice(form: DesignedForm) -> Iterator[Finding]:
    """Answers are found by their own name, wherever a version puts them: no two may share one."""
    names = Counter(row.name for row in form.survey if row.kind not in ("group", "repeat"))
    yield from (Finding("name_twice", "survey", name) for name, count in names.items() if count > 1)


def what_went_out_stays(form: DesignedForm) -> Iterator[Finding]:
    """Phones go on sending by versions that went out: each field of these keeps its name, type, place and choices."""
    now = {field.name: field for field in fields_of(form)}
    for name, before in went_out(form.settings["form_id"]).items():
        if name not in now:
            yield Finding("field_taken_away", "survey", name, {"since": before.since})
        else:
            yield from _kept(before, now[name])


def _kept(before: PublishedField, now: PublishedField) -> Iterator[Finding]:
    if now.type != before.type:
        yield Finding("field_of_another_type", "survey", now.name, {"before": before.type, "now": now.type})
        return
    if now.repeat != before.repeat:
        yield Finding("field_in_another_repeat", "survey", now.name, {"repeat": before.repeat or now.repeat})
    if gone := [choice for choice in before.choices if choice not in now.choices]:
        yield Finding("choice_taken_away", "survey", now.name, {"choices": ", ".join(gone)})
    if now.required not in ("", before.required) and before.required != "yes":
        yield Finding("field_now_required", "survey", now.name)


HOUSE_RULES: tuple[Rule, ...] = (
    both_languages, nobody_is_asked_for, no_fix_or_camera_is_required, no_name_twice, what_went_out_stays, *CHILD_RULES,
)  # fmt: skip
