"""Check built forms: all rules, ours too, and ODK Validate, in the one process that has Java."""

from collections.abc import Iterable, Mapping

from xlsforms.build import BuiltForm, as_designed
from xlsforms.designed import Columns
from xlsforms.fill import FormFiller
from xlsforms.house_rules import HOUSE_RULES
from xlsforms.lint import Finding, lint

Found = Mapping[str, list[Finding]]  # by the form's id; a good form has none


def lint_built(forms: Iterable[BuiltForm], lists: Columns) -> Found:
    """Give what is wrong with forms of ours, by all rules; `lists` has the columns of what phones are given."""
    return {form.form_id: lint(as_designed(form, lists), HOUSE_RULES) for form in forms}


def check(forms: Iterable[BuiltForm], lists: Columns) -> Found:
    """Give what is wrong with forms of ours, by all rules and by ODK Validate."""
    forms = list(forms)
    found = lint_built(forms, lists)
    with FormFiller() as engine:
        said = {form.form_id: engine.validate(form.xform) for form in forms}
    return {id_: [*found[id_], *(Finding("validate_refuses", values={"text": text}) for text in said[id_])]
            for id_ in found}  # fmt: skip
