"""Visit forms filled with Collect's own engine: what all tests of them say, and what a plain visit answers."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from server.rulebook import load_indicators, load_kinds
from tests.support.filling import EMPTY_LISTS, FACILITIES, listed
from verification.judging.checks import check_criteria
from verification.model import Outcome, Seen, Visit
from verification.reading.visit import read_visit
from workers.central.xml import read_answers
from workers.sending.assigning import PROPERTIES
from xlsforms.build import BuiltForm
from xlsforms.fill import Filled, FormFiller, list_csv

KINDS = load_kinds()
LISTED = {kind: listed(kind) for kind in KINDS.by_code}
HERE = [-5.3, 111.1, 4.0, 12.5]
TASK_IDS = [f"{letter * 8}-aaaa-4aaa-8aaa-{letter * 12}" for letter in "abcd"]

UNSAID = object()  # an answer that is left to the form

Fill = Callable[..., Filled]


def filling(filler: FormFiller, forms: dict[str, BuiltForm]) -> Fill:
    """Give what fills a form; what a test does not say is a plain visit to a listed place, open, everything seen."""

    def with_defaults(
        form_id: str = "visit_pojok_asi", *changes: dict[str, Any], tasks: str = "",
        position: list[float] | None = None, **answers: Any,
    ) -> Filled:  # fmt: skip
        said = plain_answers(forms[form_id]) | answers
        first = {name: answer for name, answer in said.items() if answer is not UNSAID}
        if "assigned" in answers:
            first.pop("facility")  # it comes with the assignment
        media = EMPTY_LISTS | {"facilities.csv": FACILITIES} | ({"follow_ups.csv": tasks} if tasks else {})
        return filler.fill(forms[form_id].xform, first, *changes, media=media, position=position,
                           look_at=("assigned", "tasks_done"))  # fmt: skip

    return with_defaults


def plain_answers(form: BuiltForm) -> dict[str, Any]:
    return dict.fromkeys(form.criteria, "yes") | {
        "mode": "on_site", "attempt": "1", "listed": "yes", "facility": LISTED[(form.kinds or ("sekolah",))[0]],
        "substitute": "no",
        "arrival": "open", "modules": list(form.modules), "location_kind": "private_work", "point": HERE,
        "two_adults": "yes", "staff_within_hearing": "no", "closed_why": "holiday", "moved_address_known": "no",
        "refused_by": "staff", "refused_why": "busy", "letter_shown": "yes", "asked_third_party": "yes",
        "excluded_kind": "none", "category": "book", "group_level": "district", "ktr_kind": "gov",
    }  # fmt: skip


def visit(filled: Filled) -> Visit:
    return read_visit(read_answers(filled.xml), "uuid:1", "uuid:1", None, KINDS)


def tasks(*kinds: str, **planned: str) -> str:
    """Write the list that phones have: one assignment for each of these places, in turn; `planned` is said of all."""
    return list_csv(PROPERTIES, [
        {"name": id_, "label": f"Tim Rekaan: Contoh {kind}", "facility": LISTED[kind], "kind": kind,
         "task": f"Pertanyaan {id_[0]}? (paling lambat 30 Desember 2026)"} | planned
        for id_, kind in zip(TASK_IDS, kinds, strict=False)
    ])  # fmt: skip


def questions(form: BuiltForm, element: str) -> set[str]:
    """Name what a form asks by one element: its free texts by "text", its photographs by "image"."""
    as_bound = {"text": 'type="string"', "image": 'type="binary"'}[element]
    bound = {path: rest for path, rest in re.findall(r'<bind nodeset="([^"]*)"([^>]*)', form.xform) if as_bound in rest}
    asked = re.findall(r'<(?:input|upload)[^>]* ref="([^"]*)"', form.xform)
    return {path.rsplit("/", 1)[-1] for path in asked if "readonly=" not in bound.get(path, "readonly=")}


def photographs(form: BuiltForm) -> list[str]:
    """Name what a form takes photographs of."""
    return [row["name"] for row in form.survey if row["type"] == "image"]


OF_THE_PLACE = {"name_given", "registry_given", "hours_posted"}  # what every visit may write in words


def judged(kind: str, number: int, answers: Mapping[str, Seen]) -> Outcome:
    """Judge what was seen at a place of this kind, found where it was claimed, under one indicator."""
    indicator = next(indicator for indicator in load_indicators().indicators if indicator.number == number)
    asked = [criterion for criterion in indicator.criteria if criterion.asked_at(kind)]
    return check_criteria(indicator.checks, asked, answers)[0]
