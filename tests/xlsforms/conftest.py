import pytest

from tests.support.built import all_built
from tests.xlsforms.filling import Fill, filling
from xlsforms.build import BuiltForm
from xlsforms.fill import FormFiller


@pytest.fixture(scope="session")
def forms() -> dict[str, BuiltForm]:
    return {form.form_id: form for form in all_built()}


@pytest.fixture
def fill(filler: FormFiller, forms: dict[str, BuiltForm]) -> Fill:
    """Fill a form; what a test does not say is a plain visit to a listed place, open, with everything seen."""
    return filling(filler, forms)
