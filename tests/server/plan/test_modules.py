"""What the plan offers is what the forms have."""

from server.plan.modules import AT_KIND, LIVING_ROOMS, MODES, MODULES
from server.rulebook import load_kinds
from server.words import LANGUAGES, catalogue
from tests.support.built import all_built
from verification.places.kinds import Shown


def test_each_kind_of_place_has_the_further_parts_of_its_forms() -> None:
    of_forms: dict[str, set[str]] = {}
    for form in all_built():
        for kind in form.kinds:
            of_forms.setdefault(kind, set()).update(form.modules)
    assert {kind: set(modules) for kind, modules in AT_KIND.items()} == of_forms


def test_they_are_called_as_in_the_forms() -> None:
    columns = dict(zip(LANGUAGES, ("label::Bahasa Indonesia (id)", "label::English (en)"), strict=True))
    said = {(row["list_name"], row["name"]): row for form in all_built() for row in form.choices}
    for family, codes in (("module", MODULES), ("mode", MODES)):
        for code in codes:
            for language, column in columns.items():
                words = catalogue(language).say(f"{family}.{code}")
                assert words.casefold() == said[family, code][column].casefold() and not set(words) & set(",;")


def test_no_shelter_has_any_and_every_home_says_what_looks_into_its_rooms() -> None:
    kinds = load_kinds().by_code.values()
    assert not [kind.code for kind in kinds if kind.shown is Shown.ON_NO_LIST and kind.code in AT_KIND]
    homes = {kind.code for kind in kinds if kind.shown is Shown.BY_SUBDISTRICT and kind.code in AT_KIND}
    assert homes <= LIVING_ROOMS.keys()
