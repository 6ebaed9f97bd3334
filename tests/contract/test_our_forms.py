"""Every form of ours, published, filled in every scenario, sent, pulled, read: on the sandbox and a real Central."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from server.db import snapshot
from server.results.reading import read_unread
from server.settings import Settings
from server.store.opening import open_store
from server.submissions.tables import Form, SubmissionState
from server.sync.certificates import IDENTICAL
from server.visits.reading import VISIT
from server.visits.tables import Visit
from tests.support.built import all_built
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.pull import pull_all
from workers.sending.publish import publish_forms, publish_lists
from xlsforms.fill import FormFiller
from xlsforms.forms import FORMS
from xlsforms.scenarios import media_for, scenarios

pytestmark = pytest.mark.ci


def test_what_forms_send_is_pulled_to_the_letter_and_visits_are_read(
    engine: Engine, any_central: Central, filler: FormFiller, tmp_path: Path
) -> None:
    publish_lists(engine, any_central)
    publish_forms(any_central, all_built())
    sent: Counter[str] = Counter()
    for form in all_built():
        for scenario in scenarios(form):
            filled = filler.fill(form.xform, *scenario.rounds, media=media_for(form))
            if filled.problem is None:
                any_central.submit(form.form_id, filled.xml)
                sent[form.form_id] += 1
    assert sent.keys() == FORMS.keys() and sum(sent.values()) > 200
    pull_all(engine, any_central)
    read_unread(engine)
    with snapshot(engine) as session:
        of_form = select(Form.form_id, func.count()).join(SubmissionState, SubmissionState.form_pk == Form.id)
        assert dict(session.execute(of_form.group_by(Form.form_id)).all()) == sent
        unreadable = session.scalars(select(SubmissionState.problem).where(SubmissionState.problem.is_not(None)))
        assert unreadable.all() == []
        visits = sum(count for form_id, count in sent.items() if FORMS[form_id] == VISIT)
        assert session.scalar(select(func.count()).select_from(Visit)) == visits
    assert certify(engine, any_central, open_store(Settings(data=tmp_path)), deep=True) == IDENTICAL
