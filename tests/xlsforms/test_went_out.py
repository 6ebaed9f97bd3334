"""Every version of a form that ever went out still reads: what phones hold by it is a visit, or what else it was."""

import re
from pathlib import Path

import pytest

from server.rulebook import load_indicators, load_kinds
from tests.support.built import built
from tests.xlsforms.keep import KEPT, keep
from verification.model import Arrival, Fix, Mode, Seen
from verification.reading.fields import leaves
from verification.reading.interview import read_interview
from verification.reading.programme import read_programme
from verification.reading.visit import read_visit
from workers.central.xml import read_answers
from xlsforms.fill import FormFiller
from xlsforms.forms import FORMS
from xlsforms.published import went_out
from xlsforms.scenarios import FACILITY, HERE

ALL = sorted(KEPT.glob("*/*.xml"))
BY_READER = {kind: [file for file in ALL if FORMS[file.parent.name] == kind] for kind in set(FORMS.values())}
_ANSWERS = {seen.value for seen in Seen}


def named(file: Path) -> str:
    return f"{file.parent.name} {file.stem}"


def test_each_form_that_went_out_has_submissions() -> None:
    assert {file.parent.name for file in ALL} == {form_id for form_id in FORMS if went_out(form_id)}
    assert len(ALL) > 40 and all(BY_READER[kind] for kind in ("visit", "interview", "programme"))


@pytest.mark.parametrize("file", ALL, ids=named)
def test_every_field_that_was_sent_is_in_the_record(file: Path) -> None:
    xml = file.read_text(encoding="utf-8")
    assert re.search(rf'id="{file.parent.name}" version="{file.stem}"', xml)
    sent = {str(name) for name, value in leaves(read_answers(xml)) if value not in (None, "")}
    assert sent - went_out(file.parent.name).keys() <= {"instanceID", "instanceName"}


@pytest.mark.parametrize("file", BY_READER["visit"], ids=named)
def test_a_visit_of_any_version_reads(file: Path) -> None:
    answers = read_answers(file.read_text(encoding="utf-8"))
    visit = read_visit(answers, "uuid:1", file.stem, None, load_kinds())
    assert (visit.kind in built(file.parent.name).kinds, visit.mode) == (True, Mode.ON_SITE)
    assert (visit.arrival, visit.facility_id) == (Arrival.OPEN, FACILITY)
    assert visit.fix == Fix(HERE[1], HERE[0], HERE[3]) and visit.day is not None
    seen = {str(name): value for name, value in leaves(answers["seen"]) if value in _ANSWERS}
    assert seen and {name: said.value for name, said in visit.answers.items()} == seen
    assert set(visit.answers) & set(load_indicators().criteria), "something is of an indicator"


@pytest.mark.parametrize("file", BY_READER["interview"], ids=named)
def test_an_interview_of_any_version_reads(file: Path) -> None:
    interview = read_interview(read_answers(file.read_text(encoding="utf-8")), "uuid:1", file.stem)
    assert (interview.ended, interview.unread) == (None, ()) and interview.answers and interview.role


@pytest.mark.parametrize("file", BY_READER["programme"], ids=named)
def test_a_programme_of_any_version_reads(file: Path) -> None:
    programme = read_programme(read_answers(file.read_text(encoding="utf-8")), "uuid:1", file.stem)
    assert programme.unread == () and programme.need and programme.meetings


def test_a_version_is_kept_once(tmp_path: Path, filler: FormFiller) -> None:
    form = built("visit_lksa")
    assert (keep(filler, form, tmp_path), keep(filler, form, tmp_path)) == (True, False)
    (file,) = tmp_path.rglob("*.xml")
    assert named(file) == f"{form.form_id} {form.version}"
