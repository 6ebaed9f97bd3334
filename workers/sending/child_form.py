"""The form that children answer: at Central, where their answers are passed on to; and as their page shows it."""

from collections.abc import Sequence

from sqlalchemy import Engine

from server.db import writing
from server.feedback.forms import keep_child_form
from workers.central.api import Central
from xlsforms.build import BuiltForm, build
from xlsforms.child_page import child_page
from xlsforms.forms import CHILD_FORM


def bring_child_form(engine: Engine, central: Central) -> None:
    """Publish it where Central has another version, and let its page be the one that codes open. No phone has it."""
    form = build(CHILD_FORM)
    central.publish(form.form_id, form.xlsx, form.version)
    keep_child_page(engine, central, [form])


def keep_child_page(engine: Engine, central: Central, built: Sequence[BuiltForm]) -> None:
    """Let the page of this version be the one that codes open, once Central has it: answers go there."""
    for form in built:
        if form.form_id == CHILD_FORM and central.has(form.form_id, form.version):
            with writing(engine) as session:
                keep_child_form(session, child_page(form))
