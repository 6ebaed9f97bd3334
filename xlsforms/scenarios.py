"""Named ways to fill in any form: for trying forms with real engines, for training, and to show what comes of them.

An answer is made for every question by its type, so that a new form has its scenarios as soon as it is built. What is
answered is made up by us and says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from verification.model import Arrival
from xlsforms.build import BuiltForm, Row
from xlsforms.fill import facilities_csv, list_csv
from xlsforms.forms import FORMS, VISIT

Answers = dict[str, Any]

FACILITY = "7f0f5a4e-6f0c-4a52-9a3c-5b1d2c3e4f50"
TASK = "2c9d8a10-5b7e-4c1d-8e2f-90a1b2c3d4e5"
DISTRICT = "4b1e7c55-0a3d-4f8e-9d21-6c7b8a9f0e11"
CLOSED_PLACE, CLOSED_DISTRICT = "6a2f8d10-1c2d-4e3f-8a4b-5c6d7e8f9a0b", "7b3a9e21-2d3e-4f40-9b5c-6d7e8f9a0b1c"
SUBDISTRICT, VILLAGE = "8e0d1f3a-2b4c-4d6e-8f90-a1b2c3d4e5f6", "9f1e2d3c-4b5a-4697-8a8b-0c1d2e3f4a5b"
PLANNED, IN_ITS_PLACE = "3d0e9b21-6c8f-4d2e-9f30-01b2c3d4e5f6", "4e1fac32-7d90-4e3f-8a41-12c3d4e5f607"
HERE = [-5.3, 111.1, 4.0, 12.5]  # latitude, longitude, altitude and accuracy in metres
HOSTILE = """<b onclick="x">'"&amp;</b> =HYPERLINK("http://x") ${label} ]]> \\"""
RIGHT_TO_LEFT = "مدرسة 學校 โรงเรียน 👩🏽‍🏫🏳️‍🌈 \u202eiska"
READER_CODE, DOCUMENT_CODE = "P-KQ7M2FHA5", "D-7KQM2FHX"  # of nobody, with the check that their form reckons
_OF_TASKS = ("facility", "kind", "task", "mode", "modules", "substitute_for")
_TEXT, _COUNT, _YEAR, _DAY, _PICTURE = "Contoh (fiktif)", 3, 2024, "2026-03-02", "contoh.jpg"


@dataclass(frozen=True)
class Scenario:
    """A way to fill in a form: the rounds of answers, each going back to the beginning; whether it can then be sent.

    `is_read`: as a visit, an interview or a programme; else the phone asked nothing, since the round was not open.
    """

    name: str
    rounds: tuple[Answers, ...]
    can_be_sent: bool = True
    is_read: bool = True


def scenarios(form: BuiltForm) -> Iterator[Scenario]:
    """Give the scenarios of a form. All pick from the lists that `media_for` gives."""
    plain = every_answer(form, first=True)
    yield Scenario("ordinary", (plain | {"modules": None},))
    yield Scenario("everything", (plain,))
    yield Scenario("the last of every choice", (every_answer(form, first=False) | _as_a_visit(form),))
    if FORMS[form.form_id] != VISIT:
        yield from _refusals(form, plain)
        return
    for arrival in Arrival:
        if arrival not in (Arrival.OPEN, Arrival.CLOSED_FOR_GOOD):  # which is why it was closed
            yield Scenario(f"arrival: {arrival}", (plain | {"arrival": arrival.value},))
    yield Scenario("closed for good", (plain | {"arrival": "closed", "closed_why": "permanently"},))
    yield Scenario("nothing is there", (plain | dict.fromkeys(form.criteria, "no"),))
    yield Scenario("by video", (plain | {"mode": "video"},))
    yield Scenario("found by its subdistrict and village",
                   (plain | {"where_subdistrict": SUBDISTRICT, "where_village": VILLAGE},))  # fmt: skip
    yield Scenario("a place where the round is not open", (plain | {"facility": CLOSED_PLACE},), is_read=False)
    not_there = plain | {"listed": "no", "district_given": CLOSED_DISTRICT}
    yield Scenario("an unlisted place where it is not open", (not_there,), is_read=False)
    yield Scenario("no position, no photograph", (plain | {"point": None, "photo_front": None},))
    yield Scenario("an assigned place", (plain | {"assigned": TASK, "tasks_done": [TASK]},))
    as_planned = {name: answer for name, answer in plain.items() if name not in ("modules", "facility")}
    planned = as_planned | {"assigned": PLANNED, "tasks_done": [PLANNED]}
    yield Scenario("a planned place, with the plan's further parts", (planned,))
    yield Scenario(
        "back, to other parts than the plan's", (planned, {"modules": list(form.modules[1:])}, {"mode": "on_site"})
    )
    yield Scenario(
        "a substitute that was planned", (as_planned | {"assigned": IN_ITS_PLACE, "substitute": "ketua_tim"},)
    )
    yield Scenario("back, to the place itself", (planned, {"assigned": None, "facility": FACILITY}))
    yield Scenario("back, to closed and to open again", (plain, {"arrival": "closed"}, {"arrival": "open"}))
    yield Scenario("back, to an assigned place", (plain | {"where_subdistrict": SUBDISTRICT}, {"assigned": TASK}))
    yield Scenario("back, to a place that is not listed", (plain, {"listed": "no"}))
    yield Scenario("hostile text", (_texts(form, plain, HOSTILE) | {"listed": "no"},))
    yield Scenario("from right to left", (_texts(form, plain, RIGHT_TO_LEFT) | {"listed": "no"},))
    yield Scenario(
        "a number as long as a person's", (plain | {"listed": "no", "name_given": "3321010101010001"},), False
    )


def _refusals(form: BuiltForm, plain: Answers) -> Iterator[Scenario]:
    names = {row["name"] for row in form.survey}
    for question in ("adult_18", "consent"):
        if question in names:
            yield Scenario(f"no to {question}", (plain | {question: "no"},))
            yield Scenario(f"no to {question} after all", (plain, {question: "no"}))
    if "outsiders" in names:
        yield Scenario("others were there", (plain | {"outsiders": "yes"},))
        yield Scenario("others were there after all", (plain, {"outsiders": "yes"}))
        yield Scenario("too few children to say what they said", (plain | {"n_present": 4},))
    if "opened" in names:
        yield Scenario("not opened", (plain | {"opened": "no"},))
        yield Scenario("not opened after all", (plain, {"opened": "no"}))
    yield Scenario("hostile text", (_texts(form, plain, HOSTILE),))
    yield Scenario("from right to left", (_texts(form, plain, RIGHT_TO_LEFT),))


def _as_a_visit(form: BuiltForm) -> Answers:
    """Give what a visit needs to be one: the last choices of these would end it at once."""
    return {"arrival": "open", "listed": "yes", "mode": "on_site", "modules": list(form.modules), "adult_18": "yes",
            "consent": "yes"}  # fmt: skip


def every_answer(form: BuiltForm, *, first: bool) -> Answers:
    """Answer every question by its type: with the first of its choices or the last, and all where several go."""
    choices: dict[str, list[str]] = {}
    for row in form.choices:
        choices.setdefault(row["list_name"], []).append(row["name"])
    answers = {row["name"]: _answer(row, choices, first=first) for row in form.survey}
    known = _as_a_visit(form) | {
        "facility": FACILITY, "assigned": None, "tasks_done": None, "where_subdistrict": None, "where_village": None,
        "moved_village": VILLAGE, "district_given": DISTRICT, "kind_given": (form.kinds or ("",))[0],
        "substitute": "no", "registry_given": "A1B2", "location_kind": "private_work",
        "may_be_named": "yes",
        "recount_total": 40, "recount_boys": 10, "recount_girls": 20,
        "outsiders": "no", "forum_district": DISTRICT, "forum_code": "N-7KQM2F",
        "desk_district": DISTRICT, "reader_code": READER_CODE, "document_code": DOCUMENT_CODE, "opened": "yes",
        "n_invited": 14, "n_parent_consent": 12, "n_assent": 11, "n_present": 10, "q_proposals": 4,
    } | ({"category": "book"} if first else {})  # fmt: skip
    asked = {name: known.get(name, answer) for name, answer in answers.items()}
    return {name: answer for name, answer in asked.items() if answer is not None}


def _answer(row: Row, choices: Mapping[str, list[str]], *, first: bool) -> Any:
    match row["type"].split():
        case ["select_one", of]:
            return choices[of][0 if first else -1]
        case ["select_multiple", of]:
            return [choice for choice in choices[of] if choice != "none"]
        case ["integer" | "decimal"]:
            return _YEAR if "year" in row["name"] else _COUNT
        case ["text"]:
            return _TEXT
        case ["date"]:
            return _DAY
        case ["geopoint"]:
            return HERE
        case ["image"]:
            return _PICTURE
        case _:
            return None


def _texts(form: BuiltForm, plain: Answers, text: str) -> Answers:
    texts = {row["name"] for row in form.survey if row["type"] == "text"} - {
        "registry_given",
        "forum_code",
        "reader_code",
        "document_code",
    }
    return plain | dict.fromkeys(texts, text)


def media_for(form: BuiltForm, kind: str | None = None) -> dict[str, str]:
    """Give the lists that a phone has: a place in a village of a district that is open, and assignments to see it: by
    hand, planned, as a substitute. A phone for visits or minutes has a district where nothing is open, too.
    """
    of_kind = kind or (form.kinds or ("sekolah",))[0]
    place = {"name": FACILITY, "label": "Contoh (fiktif)", "kind": of_kind, "village": "99.01.01.2001",
             "subdistrict": "99.01.01", "district": "99.01"}  # fmt: skip
    task = {"name": TASK, "label": "Tim Rekaan: Contoh (fiktif)", "facility": FACILITY, "kind": of_kind,
            "task": "Apakah buka? (fiktif)"}  # fmt: skip
    planned = task | {"name": PLANNED, "mode": "video", "modules": " ".join(form.modules[:1])}
    in_its_place = planned | {"name": IN_ITS_PLACE, "substitute_for": FACILITY}
    district = {"name": DISTRICT, "label": "Kabupaten Rekaan (fiktif)", "district": "99.01", "open": "1",
                "contacts": "UPTD PPA Rekaan (fiktif): 000"}  # fmt: skip
    areas = [{"name": SUBDISTRICT, "label": "Kecamatan Rekaan (fiktif)", "code": "99.01.01", "level": "subdistrict",
              "district": "99.01"},
             {"name": VILLAGE, "label": "Desa Rekaan (fiktif)", "code": "99.01.01.2001", "level": "village",
              "parent": "99.01.01", "district": "99.01"}]  # fmt: skip
    places, districts = [place], [district]
    if FORMS[form.form_id] in (VISIT, "forum", "desk"):  # in one of several districts
        places.append(place | {"name": CLOSED_PLACE, "village": "", "subdistrict": "99.02.01", "district": "99.02"})
        districts.append(district | {"name": CLOSED_DISTRICT, "district": "99.02", "open": "0"})
    return {"facilities.csv": facilities_csv(places),
            "follow_ups.csv": list_csv(_OF_TASKS, [task, planned, in_its_place]),
            "districts.csv": list_csv(("district", "open", "contacts"), districts),
            "areas.csv": list_csv(("code", "level", "parent", "district"), areas)}  # fmt: skip
