"""How long a form takes in the field: its core, without what a visit plan switches on, on its longest path.

A team has 25 to 30 minutes at a place, welcome included. Counted until the first timed visits put it right.
"""

import pytest

from tests.support.built import all_built
from xlsforms.build import BuiltForm
from xlsforms.fill import FormFiller
from xlsforms.forms import FORMS, VISIT
from xlsforms.scenarios import FACILITY, SUBDISTRICT, TASK, VILLAGE, Answers, every_answer, media_for

QUESTION_SECONDS, LOOKING_SECONDS = 20, 45  # the second for a photograph, a point, a count
LOOKED_FOR = ("geopoint", "image", "integer", "decimal")
SHORT = {"visit_pojok_asi", "visit_smoke_free", "visit_creative_place", "visit_birth_registration"}
SHORT_MINUTES, MINUTES = 8, 15
WAYS: dict[str, Answers] = {
    "from the list": {"tasks_done": [TASK], "where_subdistrict": SUBDISTRICT, "where_village": VILLAGE},
    "assigned": {"facility": FACILITY, "assigned": TASK, "tasks_done": [TASK]},
    "not in the list": {"listed": "no"},
}


@pytest.mark.parametrize("way", [*list(WAYS)[:1], *(pytest.param(way, marks=pytest.mark.ci) for way in list(WAYS)[1:])])
@pytest.mark.parametrize("form", all_built(), ids=lambda form: form.form_id)
def test_the_core_takes_no_longer_than_there_is_time(filler: FormFiller, form: BuiltForm, way: str) -> None:
    answers = every_answer(form, first=True) | WAYS[way] | {"modules": None}
    kinds = {row["name"]: row["type"].split(" ")[0] for row in form.survey}
    for kind in form.kinds or (None,):
        (asked,) = filler.fill(form.xform, answers, media=media_for(form, kind)).asked
        seconds = sum(LOOKING_SECONDS if kinds[name] in LOOKED_FOR else QUESTION_SECONDS
                      for name in asked if kinds[name] != "note")  # fmt: skip
        assert seconds <= 60 * (SHORT_MINUTES if form.form_id in SHORT else MINUTES), (kind, seconds, asked)
        assert FORMS[form.form_id] != VISIT or len(asked) > 10
