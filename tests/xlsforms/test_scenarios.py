"""Every form, filled in every named way by Collect's own engine: what can be sent reads as it was meant."""

import pytest

from server.rulebook import load_kinds
from tests.support.built import all_built
from verification.model import Arrival
from verification.reading.visit import UnreadableSubmission, read_visit
from workers.central.xml import read_answers
from xlsforms.build import BuiltForm
from xlsforms.fill import FormFiller
from xlsforms.forms import FORMS, VISIT
from xlsforms.published import RETIRED
from xlsforms.scenarios import Scenario, media_for, scenarios

BUILT = all_built()
FIRST = {"visit_pojok_asi", "visit_lksa", "interview_adult", "ampk_programme"}  # one of each sort; the rest by .ci/run
ALL = [pytest.param(form, scenario, marks=() if form.form_id in FIRST else pytest.mark.ci)
       for form in BUILT for scenario in scenarios(form)]  # fmt: skip


def named(value: object) -> str:
    return value.form_id if isinstance(value, BuiltForm) else value.name if isinstance(value, Scenario) else ""


@pytest.mark.parametrize("form, scenario", ALL, ids=named)
def test_a_scenario_ends_as_it_says(filler: FormFiller, form: BuiltForm, scenario: Scenario) -> None:
    filled = filler.fill(form.xform, *scenario.rounds, media=media_for(form))
    assert (filled.problem is None) == scenario.can_be_sent, filled.problem
    if not scenario.can_be_sent:
        return
    assert [one for one in filled.refused if one["sentence"] != "required"] == []
    if not scenario.is_read:
        with pytest.raises(UnreadableSubmission) as refused:
            read_visit(read_answers(filled.xml), "uuid:1", "uuid:1", None, load_kinds())
        assert refused.value.reason.code == "round_not_open_on_phone"
    elif FORMS[form.form_id] == VISIT:
        said = [changes["arrival"] for changes in scenario.rounds if "arrival" in changes]
        visit = read_visit(read_answers(filled.xml), "uuid:1", "uuid:1", None, load_kinds())
        why = {changes.get("closed_why") for changes in scenario.rounds}
        for_good = said[-1] == Arrival.CLOSED and why == {"permanently"}
        assert visit.arrival == (Arrival.CLOSED_FOR_GOOD if for_good else said[-1]) and visit.kind in form.kinds
        assert bool(visit.answers) == (visit.arrival is Arrival.OPEN)


WITHOUT = {  # of what all visit forms share: neither a home is photographed nor where children meet
    form: {"photo_front", "no_photo_why", "photo_withdrawable", "moved_village"}
    for form in ("visit_lksa", "visit_children_group")
}  # fmt: skip


@pytest.mark.ci
@pytest.mark.parametrize("form", BUILT, ids=named)
def test_every_question_of_a_form_is_asked_in_some_scenario(filler: FormFiller, form: BuiltForm) -> None:
    """A question that no way of filling the form leads to is never seen by anybody, in tests or in the field."""
    asked: set[str] = set()
    for kind in form.kinds or (None,):
        for scenario in scenarios(form):
            filled = filler.fill(form.xform, *scenario.rounds, media=media_for(form, kind))
            asked |= {name for walk in filled.asked for name in walk}
    askable = ("select_one", "select_multiple", "integer", "decimal", "text", "date", "geopoint", "image", "note",
               "select_one_from_file", "select_multiple_from_file")  # fmt: skip
    asks = [row for row in form.survey if row.get("relevant") != RETIRED]
    questions = {row["name"] for row in asks if row["type"].split(" ")[0] in askable}
    never = set() if len(form.kinds) > 1 else {"kind_given"}  # a form for one kind of place need not ask which
    assert questions - asked == (never | WITHOUT.get(form.form_id, set())) & questions
