"""Forms that are no visits: pulled, kept and compared as any other, and read as none."""

import pytest
from sqlalchemy import Engine, select, update

from server.db import snapshot, writing
from server.store.interface import Store
from server.submissions.tables import Form
from server.sync.certificates import IDENTICAL, latest_certificate, read_detail
from server.visits.reading import read_visits
from server.visits.tables import Visit
from tests.support.forms import a_form, a_submission
from tests.support.trial import versions
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.pull import pull_form
from workers.pulling.slow_pass import look_over
from xlsforms.forms import FORMS

NO_VISITS = [form_id for form_id, read_as in FORMS.items() if read_as != "visit"]


@pytest.mark.parametrize("form_id", NO_VISITS)
def test_its_submissions_are_kept_and_in_the_certificate_and_are_no_visits(
    engine: Engine, central: Central, store: Store, form_id: str
) -> None:
    central.publish(form_id, a_form(form_id=form_id), "1")
    roots = {central.submit(form_id, a_submission(form_id=form_id, word=str(n))) for n in range(3)}
    assert pull_form(engine, central, form_id).new_versions == 3
    look_over(engine, central, store, form_id)
    assert read_visits(engine) == 0
    assert set(versions(engine)) == roots
    certify(engine, central, store, deep=True)
    with snapshot(engine) as session:
        assert session.scalars(select(Form.read_as)).all() == [FORMS[form_id]]
        assert session.scalars(select(Visit)).all() == []
        found = latest_certificate(session, central.project)
        assert found is not None and found.verdict == IDENTICAL
        (compared,) = read_detail(found).forms
        assert (compared.form_id, compared.identical) == (form_id, 3)


def test_a_form_that_was_met_before_it_was_ours_is_read_as_what_it_is(engine: Engine, central: Central) -> None:
    central.publish(NO_VISITS[0], a_form(form_id=NO_VISITS[0]), "1")
    pull_form(engine, central, NO_VISITS[0])
    with writing(engine) as session:
        session.execute(update(Form).values(read_as=None))
    pull_form(engine, central, NO_VISITS[0])
    with snapshot(engine) as session:
        assert session.scalars(select(Form.read_as)).all() == [FORMS[NO_VISITS[0]]]
