"""A form that Central keeps from our account is not gone: closed ones are on nobody's list but a manager's."""

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot
from server.submissions.tables import Form
from tests.support.scripted import Answer, in_json, scripted
from workers.central.api import Central
from workers.pulling.forms import meet_forms
from workers.pulling.pull import form_key, pull_all

NO_FORMS = Answer(body=b"[]")
FORBIDDEN = in_json(403, code=403.1, message="The authentication you provided does not have rights.")


def the_form(engine: Engine) -> Form:
    with snapshot(engine) as session:
        form = session.scalars(select(Form)).one()
        session.expunge(form)
    return form


def test_a_closed_form_that_the_account_may_not_see_is_said_to_be_forbidden(engine: Engine) -> None:
    form_key(engine, 1, "visit")
    with scripted(NO_FORMS, FORBIDDEN) as script, Central(script.url, "u", "p", 1) as central:
        (report,) = pull_all(engine, central)
    form = the_form(engine)
    assert report.problem is not None and report.problem.code == "central_not_allowed"
    assert (form.absent_since, form.problem) == (None, report.problem)


@pytest.mark.parametrize("answer, absent", [(in_json(404, code=404.1), True), (FORBIDDEN, False)])
def test_only_what_is_not_found_is_absent(engine: Engine, answer: Answer, absent: bool) -> None:
    form_key(engine, 1, "visit")
    with scripted(NO_FORMS, answer) as script, Central(script.url, "u", "p", 1) as central:
        meet_forms(engine, central)
    assert (the_form(engine).absent_since is not None) is absent
