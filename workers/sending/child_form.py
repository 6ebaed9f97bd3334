"""The form that children answer: at Central, where their answers are passed on to; and as their page shows it."""

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
    keep_page(engine, form)


def keep_page(engine: Engine, form: BuiltForm) -> None:
    """Keep what the form asks, as the page shows it."""
    with writing(engine) as session:
        keep_child_form(session, child_page(form))
