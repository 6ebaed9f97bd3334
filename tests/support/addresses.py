"""All the addresses that can be opened, each about something that the demo has."""

from collections.abc import Iterator

from sqlalchemy import select
from werkzeug.routing import Rule

from server.db import snapshot
from server.submissions.tables import Attachment, Form, SubmissionState
from tests.support.demo import Demo
from workers.demo.story import DISTRICT, ROUND


def addresses(run: Demo) -> Iterator[str]:
    """Give an address for each page that can be opened, and one for each photograph; what nobody knows is called 1."""
    with snapshot(run.engine) as session:
        same = Form.id == SubmissionState.form_pk
        form, root = session.execute(select(Form.form_id, SubmissionState.root_id).join(SubmissionState, same)).all()[0]
        photos = list(session.scalars(select(Attachment.id)))
    known = {"round_id": ROUND, "district": DISTRICT, "form_id": form, "root_id": root, "filename": "tilik.css"}
    for rule in run.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            for number in photos if "number" in rule.arguments else photos[:1]:
                yield _built(rule, known | {"number": str(number)})


def _built(rule: Rule, known: dict[str, str]) -> str:
    found = rule.build({name: known.get(name, "1") for name in rule.arguments})
    assert found
    return found[1]
