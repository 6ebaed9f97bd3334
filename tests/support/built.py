"""The project's forms, built once in each process of the tests: that takes two seconds."""

from functools import cache

from xlsforms.build import BuiltForm, build
from xlsforms.forms import FORMS


@cache
def built(form_id: str) -> BuiltForm:
    """Give a form as its sheets are."""
    return build(form_id)


def all_built() -> list[BuiltForm]:
    """Give every form."""
    return [built(form_id) for form_id in FORMS]
