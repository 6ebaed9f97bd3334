"""The forms of a project."""

from workers.central.connection import Connection
from workers.central.session import CentralProblem, sorted_errors
from workers.central.wire import FormInfo


class Forms(Connection):
    """A project's forms."""

    def forms(self) -> list[FormInfo]:
        """List the project's forms."""
        return [FormInfo.of(form) for form in self.ask_for(self.path_of())]

    def form(self, form_id: str) -> FormInfo:
        """Read one form."""
        return FormInfo.of(self.ask_for(self.path_of(form_id)))

    def was_deleted(self, form_id: str) -> bool:
        """Tell whether a form of this id lies in Central's trash; False where this account may not look there."""
        try:
            trash = self.ask_for(self.path_of(), params={"deleted": "true"})
        except CentralProblem as problem:
            if problem.reason.code == "central_not_allowed":
                return False
            raise
        return any(form["xmlFormId"] == form_id for form in trash)

    def publish(self, form_id: str, xlsx: bytes, version: str) -> bool:
        """Publish a form's definition; False where this very version is already the published one.

        A form that names `facilities.csv` is linked by Central to the entity list `facilities`, which must exist.
        """
        known = {form.form_id: form.version for form in self.forms()}
        if known.get(form_id) == version:
            return False
        with sorted_errors():
            if form_id in known:
                self.client.forms.update(form_id, definition=xlsx)
            else:
                self.client.forms.create(definition=xlsx, form_id=form_id)
        return True
