"""Which forms there are at Central to pull, and which of those that are known are there no longer."""

from collections.abc import Iterable

from sqlalchemy import Engine

from server.db import snapshot, writing
from server.submissions.forms import forms_of, is_as_known, note_published
from workers.central.api import Central
from workers.central.session import CentralProblem
from xlsforms.forms import CHILD_FORM


def meet_forms(engine: Engine, central: Central) -> list[str]:
    """List the published forms of the project, and note which of those we know are there no longer.

    What children answer went there from here, shuffled, and is not pulled.
    """
    published = [form.form_id for form in central.forms() if form.is_published and form.form_id != CHILD_FORM]
    with snapshot(engine) as session:
        known = forms_of(session, central.project)
    published += _hidden(central, [form.form_id for form in known if form.form_id not in published])
    if not all(is_as_known(form, published) for form in known):
        with writing(engine) as session:
            note_published(session, central.project, published)
    return published


def _hidden(central: Central, form_ids: Iterable[str]) -> list[str]:
    """Name the forms that are at Central and not on its list: closed ones are kept from some accounts.

    They are asked for like the others, so that what the account may not do is noted with them.
    """
    return [form_id for form_id in form_ids if _is_forbidden(central, form_id)]


def _is_forbidden(central: Central, form_id: str) -> bool:
    try:
        central.form(form_id)
    except CentralProblem as problem:
        if problem.reason.code not in ("central_not_allowed", "central_not_found"):
            raise
        return problem.reason.code == "central_not_allowed"
    return False
