"""The forms of a project."""

from workers.central.connection import Connection
from workers.central.session import (
    sorted_errors,
    understood,
)
from workers.central.wire import FormInfo


class Forms(Connection):
    """A project's forms."""

    def forms(self) -> list[FormInfo]:
        """List the project's forms."""
        answer = self.ask_for(self.path_of())
        with understood():
            return [FormInfo.of(form) for form in answer]

    def form(self, form_id: str) -> FormInfo:
        """Read one form."""
        answer = self.ask_for(self.path_of(form_id))
        with understood():
            return FormInfo.of(answer)

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
