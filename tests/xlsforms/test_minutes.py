"""A team has half an hour at a place, welcome included: what is asked there without any module fits into its share."""

import pytest

from tests.xlsforms.filling import LISTED, Fill, seconds, tasks
from xlsforms.build import BuiltForm, build_all
from xlsforms.forms import FORMS

MINUTES = 15
QUICK = {"visit_pojok_asi", "visit_smoke_free", "visit_creative_place", "visit_birth_registration"}  # these in 8
FORM_AND_KIND = [(form, kind) for form in build_all() if FORMS[form.form_id] == "visit" for kind in form.kinds]


@pytest.mark.parametrize("form, kind", FORM_AND_KIND, ids=[f"{form.form_id} {kind}" for form, kind in FORM_AND_KIND])
def test_the_longest_visit_without_modules_is_short_enough(fill: Fill, form: BuiltForm, kind: str) -> None:
    listed = fill(form.form_id, facility=LISTED[kind], tasks=tasks(kind), modules=None)
    assert {"assigned", "tasks_done"} <= set(listed.asked[0])
    unlisted = fill(form.form_id, listed="no", name_given="Tempat Rekaan", kind_given=kind, modules=None)
    longest = max(seconds(form, listed), seconds(form, unlisted))
    assert longest <= 60 * (8 if form.form_id in QUICK else MINUTES)
