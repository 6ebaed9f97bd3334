"""Fill one form as a verifier would, at a listed place of a kind; and how long its questions take."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.rulebook import load_kinds
from workers.sending.assigning import PROPERTIES
from xlsforms.build import BuiltForm
from xlsforms.fill import Filled, FormFiller, facilities_csv, list_csv

# what practice reckons with, in seconds: a question, and what takes a walk or a count
A_QUESTION, A_POINT_A_PICTURE_OR_A_COUNT = 20, 45


def listed(kind: str) -> str:
    """Give the place of this kind that phones have."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, kind))


FACILITIES = facilities_csv([{"name": listed(kind), "label": f"Contoh {kind}", "kind": kind,
                              "subdistrict": "99.01.01"} for kind in load_kinds().by_code])  # fmt: skip


# a phone has every list, with whatever in it: without one, Collect's engine reads all of the form's XML again
EMPTY_LISTS = {
    "follow_ups.csv": list_csv(PROPERTIES, []), "districts.csv": list_csv(("district", "open", "contacts"), []),
    "areas.csv": list_csv(("code", "level", "parent", "district"), []),
}  # fmt: skip


def at_a_place(kind: str, *modules: str) -> dict[str, Any]:
    """Answer what every visit asks: a listed place, open, and these modules of the plan."""
    return {
        "mode": "on_site", "attempt": "1", "listed": "yes", "facility": listed(kind), "substitute": "no",
        "arrival": "open", "letter_shown": "yes", "modules": list(modules) or None, "point": [-5.3, 111.1, 4, 12],
        "two_adults": "yes", "staff_within_hearing": "no",
    }  # fmt: skip


def elsewhere(kind: str) -> dict[str, str | None]:
    """Answer instead that the place is in no list, which takes longest."""
    return {"listed": "no", "facility": None, "name_given": "Tempat Rekaan", "registry_given": "A1B2",
            "kind_given": kind}  # fmt: skip


@dataclass(frozen=True)
class FormFilling:
    """Fills one form; every change after the first answers goes back to the beginning."""

    filler: FormFiller
    form: BuiltForm
    lists: Mapping[str, str] = field(default_factory=dict)  # that its phone has beside

    def __call__(self, answers: dict[str, Any], *changes: dict[str, Any]) -> Filled:
        """Fill it in."""
        media = EMPTY_LISTS | {"facilities.csv": FACILITIES} | dict(self.lists)
        return self.filler.fill(self.form.xform, answers, *changes, media=media)

    def asked(self, answers: dict[str, Any]) -> set[str]:
        """Name what is asked of who answers so; a note asks nothing."""
        return {name for name in self(answers).asked[0] if not self._is(name, '(?=[^>]*readonly="true\\(\\)")')}

    def seconds(self, answers: dict[str, Any]) -> int:
        """Reckon how long it takes."""
        slow = [name for name in self.asked(answers) if self._is(name, '[^>]*type="(?:geopoint|binary|int)"')]
        return A_QUESTION * (len(self.asked(answers)) - len(slow)) + A_POINT_A_PICTURE_OR_A_COUNT * len(slow)

    def _is(self, name: str, as_bound: str) -> bool:
        return re.search(rf'<bind nodeset="[^"]*/{name}"{as_bound}', self.form.xform) is not None


def answer(xml: str, name: str) -> str | None:
    """Find an answer in a submission's XML; None where there is none."""
    found = re.search(rf"<{name}>([^<]*)</{name}>", xml)
    return found[1] if found else None
